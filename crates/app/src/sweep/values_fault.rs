//! Why the values of a setting cannot be used.

/// Why values cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ValuesFault {
    /// A list without values.
    #[error("the list is empty")]
    Empty,
    /// An end of a range that is no number.
    #[error(
        "a range goes from a number to a larger one: the lower end comes first, such as 0.001..0.1"
    )]
    NotARange,
    /// A logarithmic scale from 0 or below.
    #[error("a logarithmic scale starts above 0; give scale = \"linear\"")]
    NotPositive,
    /// A value that is there twice.
    #[error("the list has a value twice")]
    Repeated,
    /// Too few or too many steps.
    #[error("a range has 2 to 10,000 steps")]
    Steps,
}
