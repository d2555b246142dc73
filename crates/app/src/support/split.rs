//! The two parts of the images of a run.

/// A part of the images of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Split {
    Training,
    Validation,
}
