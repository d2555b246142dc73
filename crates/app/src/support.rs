//! What every other folder uses: errors, notices, checksums, and files that survive a crash.

pub(crate) mod atomic_write;
pub(crate) mod cause;
pub(crate) mod csv_log;
pub(crate) mod error;
pub(crate) mod hash;
pub(crate) mod notice;
pub(crate) mod split;
