//! Why a line of a list of images to leave out cannot be used.

use plots::grouped;

/// Why a line cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WithoutFault {
    /// It is neither a number nor, of a folder of pictures, a file.
    #[error("expected the number of a row, such as 17, found {found:?}")]
    NotARow {
        /// The line.
        found: String,
    },
    /// The data set has fewer rows.
    #[error("found row {row}, but the data set has {} rows, from 0", grouped(*rows))]
    NoSuchRow {
        /// The row.
        row: usize,
        /// The number of rows.
        rows: usize,
    },
    /// The folder has no such picture.
    #[error(
        "expected a row or a picture of the data set, such as {example}, found {found:?}; remove the line if the picture \
         is gone"
    )]
    NoSuchFile {
        /// The line.
        found: String,
        /// A picture of the data set.
        example: String,
    },
}
