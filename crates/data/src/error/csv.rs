//! The reasons why a CSV file of images is refused.

use crate::error::words::counted;

/// Why a CSV file was refused; line and column numbers count from 1.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the messages document the variants")]
pub enum CsvError {
    #[error(
        "expected 785 or 401 columns, a label and the pixels of an image of 28 x 28 or 20 x 20, found {found}; save it \
         without row numbers (in pandas, to_csv(index=False))"
    )]
    Columns { found: usize },
    #[error(
        "expected a column of labels besides the pixels, found {found} columns of pixels alone, as Kaggle's test.csv has \
         them; use the file with labels, train.csv"
    )]
    Unlabelled { found: usize },
    #[error("line {line}: expected {}, found {found}", counted(*expected, "column"))]
    Line {
        line: usize,
        expected: usize,
        found: usize,
    },
    #[error("line {line}: expected a line of at most {limit} bytes, found a longer one")]
    LineLength { line: usize, limit: usize },
    #[error("line {line}: expected a label from 0 to 9, found {found:?}")]
    Label { line: usize, found: String },
    #[error("line {line}, column {column}: expected a number, found {found:?}")]
    Number {
        line: usize,
        column: usize,
        found: String,
    },
}
