//! Why an HDF5 file cannot be read.

use thiserror::Error;

/// A file that is damaged, or has parts that Keras does not write.
#[derive(Debug, Error)]
pub(crate) enum Hdf5Error {
    /// What is damaged or cut short.
    #[error("{0}")]
    Damaged(String),
    /// What is there, as a part of the file: "its array ... is chunked".
    #[error("{0}")]
    Unsupported(String),
}

impl Hdf5Error {
    pub(super) fn damaged(reason: impl Into<String>) -> Self {
        Self::Damaged(reason.into())
    }

    pub(super) fn unsupported(what: impl Into<String>) -> Self {
        Self::Unsupported(what.into())
    }
}
