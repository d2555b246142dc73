//! Code that all other folders use: errors, notices, checksums, atomic writes, and the words of
//! messages.

pub(crate) mod atomic_write;
pub(crate) mod cause;
pub(crate) mod csv_log;
pub(crate) mod device_error;
pub(crate) mod download_fault;
pub(crate) mod error;
pub(crate) mod error_kind;
pub(crate) mod folder;
pub(crate) mod hash;
pub(crate) mod listing;
pub(crate) mod missing;
pub(crate) mod natural_order;
pub(crate) mod notice;
pub(crate) mod number_format;
pub(crate) mod parse;
pub(crate) mod plural;
pub(crate) mod shell;
pub(crate) mod similar;
pub(crate) mod split;
pub(crate) mod sweep_error;
pub(crate) mod without_fault;
pub(crate) mod write_obstacle;
