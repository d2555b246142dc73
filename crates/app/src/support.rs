//! Code that all other folders use: errors, notices, checksums, and atomic writes.

pub(crate) mod atomic_write;
pub(crate) mod cause;
pub(crate) mod csv_log;
pub(crate) mod error;
pub(crate) mod hash;
pub(crate) mod notice;
pub(crate) mod number_format;
pub(crate) mod split;
