//! The reasons for which data is refused, one variant a cause.

use std::path::PathBuf;

use crate::PIXELS;

/// Why data was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the messages document the variants")]
pub enum DataError {
    // Files and folders.
    #[error(transparent)]
    Io(#[from] std::io::Error), // fs_err has put the path in the message.
    #[error("{path}: {cause}")]
    InFile {
        path: PathBuf,
        cause: Box<DataError>,
    },
    #[error("expected one path or a pair of images and labels, found {found} paths")]
    PathCount { found: usize },
    #[error("{path}: expected a file, found a folder, device, pipe or socket")]
    NotAFile { path: PathBuf },
    #[error("{path}: expected data, found an empty file")]
    EmptyFile { path: PathBuf },
    #[error("{path}: expected data, found an empty folder")]
    EmptyFolder { path: PathBuf },
    #[error(
        "{path}: expected IDX images (00 00 08 03) or labels (00 00 08 01) as MNIST has them, a NumPy .npy file, \
         or one of these gzipped, found a file that starts with {found:02x?}; pictures belong in a folder with a \
         subfolder for each digit"
    )]
    UnknownFormat { path: PathBuf, found: Vec<u8> },
    #[error("{path}: the gzip stream is damaged or cut short")]
    Gzip {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error(
        "{path}: expected a header of {expected} bytes or more, found only {found}; the file is cut short"
    )]
    Header {
        path: PathBuf,
        expected: usize,
        found: usize,
    },
    #[error(
        "{path}: expected {expected} bytes after the header, found only {found}; the file is cut short"
    )]
    Truncated {
        path: PathBuf,
        expected: u64,
        found: u64,
    },
    #[error(
        "{path}: expected the file to end after the {expected} bytes that its header announces, found more"
    )]
    TrailingBytes { path: PathBuf, expected: u64 },

    #[error(
        "{folder}: cannot put a data set of more than {rows} rows there; make room, name another folder (TMPDIR), or let \
         more rows be held in memory"
    )]
    NoRoom {
        folder: PathBuf,
        rows: usize,
        source: std::io::Error,
    },

    // Which files make a data set.
    #[error(
        "{path}: expected files of images and labels or subfolders named 0 to 9 with pictures, found neither"
    )]
    NothingRecognised { path: PathBuf },
    #[error(
        "{path}: found data files beside subfolders of pictures; name the pair of files or move one kind away"
    )]
    MixedFolder { path: PathBuf },
    #[error("{path}: expected a subfolder named by a digit, 0 to 9, as its neighbours are")]
    UnknownSubfolder { path: PathBuf },
    #[error(
        "{path}: found several candidates, {}; name the pair of images and labels",
        listed(candidates)
    )]
    Ambiguous {
        path: PathBuf,
        candidates: Vec<PathBuf>,
    },
    #[error("{path}: found no file of {missing} that belongs to it; name both, images and labels")]
    MissingHalf {
        path: PathBuf,
        missing: &'static str,
    },
    #[error(
        "{first} and {second}: expected one file of images and one of labels, found two of {found}"
    )]
    SameHalf {
        first: PathBuf,
        second: PathBuf,
        found: &'static str,
    },

    // What stands in a file.
    #[error("found no rows; expected at least one")]
    NoRows,
    #[error("the file announces {found} rows; expected at most {limit}")]
    TooManyRows { found: u64, limit: u64 },
    #[error("expected an image of 1 to {limit} pixels a side, found {height} x {width}")]
    ImageSize {
        height: usize,
        width: usize,
        limit: usize,
    },
    #[error("expected {expected} pixels, found {found}")]
    ImageLength { expected: usize, found: usize },
    #[error("expected {expected}, found {found:?}")]
    NpyHeader {
        expected: &'static str,
        found: String,
    },
    #[error("expected numbers of type {expected}, found {found:?}")]
    NpyType {
        expected: &'static str,
        found: String,
    },
    #[error("expected an array of shape {expected}, found {found:?}")]
    NpyShape {
        expected: &'static str,
        found: Vec<u64>,
    },
    #[error("{path}: expected a PNG or JPEG picture")]
    Picture {
        path: PathBuf,
        source: image::ImageError,
    },

    // The digits themselves.
    #[error("expected {PIXELS} pixels for each of the {labels} labels, found {pixels}")]
    PixelCount { pixels: usize, labels: usize },
    #[error(
        "found {images} images in {images_path} but {labels} labels in {labels_path}; are they of one set?"
    )]
    RowCount {
        images_path: PathBuf,
        images: usize,
        labels_path: PathBuf,
        labels: usize,
    },
    #[error("row {row}, pixel {pixel}: expected a finite number, found {found}")]
    NonFinitePixel {
        row: usize,
        pixel: usize,
        found: f32,
    },
    #[error("row {row}: expected a label from 0 to 9, found {found}")]
    Label { row: usize, found: f64 },
    #[error("expected a digit from 0 to 9, found {found}")]
    NotADigit { found: u8 },
    #[error("expected two different digits, found {digit} twice")]
    SameDigit { digit: u8 },
    #[error("found no example of the digit {digit}; the data holds the digits {present:?}")]
    MissingDigit { digit: u8, present: Vec<u8> },
    #[error("expected a validation split of at least 0 and less than 1, found {found}")]
    ValidationSplit { found: f64 },
    #[error(
        "a validation split of {validation_split} takes all {examples} examples of the digit {digit} and leaves none to train \
         on; use a smaller split or more data"
    )]
    NothingToTrain {
        validation_split: f64,
        digit: u8,
        examples: usize,
    },
    #[error(
        "expected 2 folds or more and a fold from 1 to their number, found fold {fold} of {folds}"
    )]
    Folds { fold: usize, folds: usize },
    #[error(
        "found {examples} examples of the digit {digit}; expected at least {folds}, one for each fold; use fewer folds \
         or more data"
    )]
    TooFewForFolds {
        folds: usize,
        digit: u8,
        examples: usize,
    },

    // A recorded order of batches.
    #[error("line {line}: expected UTF-8 text")]
    OrderText { line: usize },
    #[error(
        "line {line}: expected the numbers of {rows} rows in at most {limit} bytes, found a longer line"
    )]
    OrderLineLength {
        line: usize,
        rows: usize,
        limit: usize,
    },
    #[error("line {line}, entry {entry}: expected a row number, found {found:?}")]
    OrderNumber {
        line: usize,
        entry: usize,
        found: String,
    },
    #[error(
        "line {line}, entry {entry}: expected a row of the training data, found row {row}, which is not one of them"
    )]
    OrderUnknownRow {
        line: usize,
        entry: usize,
        row: usize,
    },
    #[error("line {line}, entry {entry}: expected each row once, found row {row} again")]
    OrderRowTwice {
        line: usize,
        entry: usize,
        row: usize,
    },
    #[error(
        "line {line}: expected {expected} rows, one for each training image, found only {found}; row {missing} is \
         missing"
    )]
    OrderMissingRow {
        line: usize,
        expected: usize,
        found: usize,
        missing: usize,
    },
    #[error("expected {expected} lines, one for each epoch, found only {found}")]
    OrderEpochs { expected: usize, found: usize },
}

impl DataError {
    /// Says in which file the cause was found, if it was in a file of the data.
    pub(crate) fn in_file(self, path: impl Into<PathBuf>) -> Self {
        if matches!(self, Self::NoRoom { .. }) {
            return self;
        }
        Self::InFile {
            path: path.into(),
            cause: Box::new(self),
        }
    }
}

fn listed(paths: &[PathBuf]) -> String {
    let names: Vec<_> = paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    names.join(", ")
}
