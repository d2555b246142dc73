//! The two kinds of files that make a data set.

use std::fmt;

/// What a data file contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// Pixels.
    Images,
    /// The digit that each image shows.
    Labels,
}

impl FileKind {
    /// Returns the kind of the file that goes with this one.
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Images => Self::Labels,
            Self::Labels => Self::Images,
        }
    }
}

impl fmt::Display for FileKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Images => "images",
            Self::Labels => "labels",
        })
    }
}
