//! The reasons why a recorded batch order is refused.

use crate::error::words::counted;

/// Why a batch order was refused; line and entry numbers count from 1.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the messages document the variants")]
pub enum BatchOrderError {
    #[error("line {line}: expected UTF-8 text")]
    Encoding { line: usize },
    #[error(
        "line {line}: expected {} in at most {}, found a longer line",
        counted(*rows, "row number"),
        counted(*limit, "byte")
    )]
    LineLength {
        line: usize,
        rows: usize,
        limit: usize,
    },
    #[error("line {line}, entry {entry}: expected a row number, found {found:?}")]
    Number {
        line: usize,
        entry: usize,
        found: String,
    },
    #[error(
        "line {line}, entry {entry}: expected a row of the training set, found row {row}, which is not in it"
    )]
    UnknownRow {
        line: usize,
        entry: usize,
        row: usize,
    },
    #[error("line {line}, entry {entry}: expected each row once, found row {row} again")]
    RepeatedRow {
        line: usize,
        entry: usize,
        row: usize,
    },
    #[error(
        "line {line}: expected {}, one for each training image, found only {found}; row {missing} is missing",
        counted(*expected, "row")
    )]
    MissingRow {
        line: usize,
        expected: usize,
        found: usize,
        missing: usize,
    },
    #[error("expected {}, one for each epoch, found only {found}", counted(*expected, "line"))]
    Epochs { expected: usize, found: usize },
}
