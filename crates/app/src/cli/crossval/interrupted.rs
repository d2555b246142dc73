//! The error of a cross-validation that a signal stopped.

/// A fold that a signal stopped.
#[derive(Debug, thiserror::Error)]
#[error("interrupted after epoch {finished} of {epochs}")]
pub(crate) struct InterruptedFold {
    pub(crate) finished: usize,
    pub(crate) epochs: usize,
    /// 128 plus the signal's number, as shells report it.
    pub(crate) exit_code: u8,
}
