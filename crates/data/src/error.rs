//! The reasons why data is refused: one variant per cause, with the values that a message needs.

mod batch_order;
mod csv;
mod place;
mod words;

use std::path::PathBuf;

pub use self::batch_order::BatchOrderError;
pub use self::csv::CsvError;
use crate::error::words::{
    all_examples, array_names, counted, digits_present, enumerated, joined, listed, names,
    row_numbers,
};
use crate::file_kind::FileKind;
use crate::foreign_file::ForeignFile;

/// Why data was refused.
///
/// Row, pixel and byte numbers count from 0; line and entry numbers of a text file count from 1.
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
    #[error(
        "expected one path, or two for a file of images and a file of labels, found {found} paths"
    )]
    PathCount { found: usize },
    #[error("{path}: no such file or folder; if the data was moved, name its new place")]
    NoSuchPath { path: PathBuf },
    #[error("{path}: expected a regular file, found a folder, device, pipe or socket")]
    NotAFile { path: PathBuf },
    #[error("{path}: expected data, found an empty file")]
    EmptyFile { path: PathBuf },
    #[error("{path}: expected data, found an empty folder")]
    EmptyFolder { path: PathBuf },
    #[error(
        "{path}: expected IDX images (00 00 08 03) or IDX labels (00 00 08 01) as in MNIST, a NumPy .npy or .npz file, a \
         MATLAB .mat file, or CSV, plain or gzipped, found a file that starts with {found:02x?}; put pictures into a folder with \
         one subfolder per digit"
    )]
    UnknownFormat { path: PathBuf, found: Vec<u8> },
    #[error("{path}: expected a file of images or of labels, found {found}")]
    ForeignFile { path: PathBuf, found: ForeignFile },
    #[error("{path}: the gzip stream is damaged or cut short")]
    Gzip {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error(
        "{path}: expected a header of at least {expected} bytes, found only {found}; the file is cut short"
    )]
    Header {
        path: PathBuf,
        expected: usize,
        found: usize,
    },
    #[error(
        "{path}: expected {} after the header, found only {found}; the file is cut short",
        counted(*expected, "byte")
    )]
    Truncated {
        path: PathBuf,
        expected: u64,
        found: u64,
    },
    #[error(
        "{path}: expected the file to end after the {} that its header announces, found more",
        counted(*expected, "byte")
    )]
    TrailingBytes { path: PathBuf, expected: u64 },
    #[error(
        "{folder}: cannot cache a data set of more than {} here; free some disk space, choose another folder (TMPDIR), or \
         keep more rows in memory",
        counted(*rows, "row")
    )]
    CacheWrite {
        folder: PathBuf,
        rows: usize,
        source: std::io::Error,
    },

    // Which files make a data set.
    #[error(
        "{path}: expected a file of images and a file of labels, or subfolders named 0 to 9 with pictures, found neither"
    )]
    NoDataFiles { path: PathBuf },
    #[error(
        "{path}: expected a file of images and a file of labels, or subfolders named 0 to 9 with pictures, found them only \
         in {}; name {}",
        listed(folders),
        if folders.len() == 1 { "that folder" } else { "one of these folders" }
    )]
    DataInSubfolder {
        path: PathBuf,
        folders: Vec<PathBuf>,
    },
    #[error(
        "{path}: found data files as well as subfolders of pictures; name the two data files, or move one or the other \
         elsewhere"
    )]
    MixedFolder { path: PathBuf },
    #[error("{path}: expected a subfolder named after a digit, 0 to 9, like the others")]
    UnknownSubfolder { path: PathBuf },
    #[error(
        "{path}: found several candidates, {}; name one file of images and one of labels",
        listed(candidates)
    )]
    Ambiguous {
        path: PathBuf,
        candidates: Vec<PathBuf>,
    },
    #[error(
        "{path}: found several files with images and labels, {}; name one of them",
        listed(candidates)
    )]
    SeveralWhole {
        path: PathBuf,
        candidates: Vec<PathBuf>,
    },
    #[error("{path}: found no file of {missing} to go with it; name both files, images and labels")]
    MissingFile { path: PathBuf, missing: FileKind },
    #[error("{error}; not read: {}", joined(unread))]
    UnreadFiles {
        error: Box<DataError>,
        unread: Vec<DataError>,
    },
    #[error("{folder}: expected one folder, or two files, found a folder and {other}")]
    FolderAndPath { folder: PathBuf, other: PathBuf },
    #[error(
        "{whole}: expected this file alone, which holds images and labels, found {other} as well"
    )]
    BesideWhole { whole: PathBuf, other: PathBuf },
    #[error(
        "{first} and {second}: expected one file of images and one of labels, found two files of {kind}"
    )]
    SameKind {
        first: PathBuf,
        second: PathBuf,
        kind: FileKind,
    },

    // The content of a file.
    #[error("expected at least one row, found none")]
    NoRows,
    #[error("expected at most {limit} rows, found a header that announces {found}")]
    TooManyRows { found: u64, limit: u64 },
    #[error("expected an image of 1 to {limit} pixels per side, found {height} x {width}")]
    ImageSize {
        height: usize,
        width: usize,
        limit: usize,
    },
    #[error(
        "{path}: expected a picture of 1 to {limit} million pixels, found {width} x {height}: save it smaller"
    )]
    PictureSize {
        path: PathBuf,
        width: u32,
        height: u32,
        limit: u64,
    },
    #[error("expected an image with at least one pixel, found {height} x {width}")]
    EmptyImage { height: usize, width: usize },
    #[error("expected {height} x {width} pixels, found {found}")]
    ImageLength {
        height: usize,
        width: usize,
        found: usize,
    },
    #[error("expected a .npy file of version 1.0, 2.0 or 3.0, found version {major}.{minor}")]
    NpyVersion { major: u8, minor: u8 },
    #[error("expected a .npy header of at most {limit} bytes, found {found}")]
    NpyHeaderLength { limit: usize, found: usize },
    #[error(
        "expected a .npy header like {{'descr': '<f8', 'fortran_order': False, 'shape': (5000, 400)}}, found {found:?}"
    )]
    NpyHeader { found: String },
    #[error(
        "expected {kind} as numbers of type f2, f4, f8, i1 to i8, u1 to u8 or b1, found {found:?}"
    )]
    NpyType { kind: FileKind, found: String },
    #[error("expected numbers of type f2, f4, f8, i1 to i8, u1 to u8 or b1, found {found:?}")]
    ArrayType { found: String },
    #[error("expected at most {limit} numbers, found an array of {found}")]
    ArrayLength { found: u64, limit: u64 },
    #[error(
        "expected an array of shape [n, 400] or [n, 20, 20] for images, or of other squares as [n, 28, 28] or [n, 784], \
         [n] or [n, 1] for labels, found {found:?}"
    )]
    NpyShape { found: Vec<u64> },
    #[error(
        "expected a MATLAB file with the variables X (images) and y (labels), found {}; save both with \
         `save -v7 digits.mat X y`",
        names(found)
    )]
    MatVariables { found: Vec<String> },
    #[error(
        "expected {name} as a full matrix of real numbers, found {found}; convert it before it is saved"
    )]
    MatContent { name: String, found: &'static str },
    #[error("expected X of shape [n, 400] or [n, 784], with an image in each row, found {found:?}")]
    MatImagesShape { found: Vec<u64> },
    #[error("expected y of shape [n, 1] or [1, n], with a label for each image, found {found:?}")]
    MatLabelsShape { found: Vec<u64> },
    #[error(
        "{path}: the part of the MATLAB file that starts at byte {at} is damaged or cut short; copy or download the file \
         again"
    )]
    MatDamaged { path: PathBuf, at: u64 },
    #[error(
        "{path}: the archive is damaged or cut short, or not as numpy.savez writes it; copy or download the file again"
    )]
    Npz {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{path}: expected an archive of at most {limit} entries, found {found}")]
    NpzEntries {
        path: PathBuf,
        limit: usize,
        found: usize,
    },
    #[error("{path}: expected entries inside the archive, found one named {name:?}")]
    NpzName { path: PathBuf, name: String },
    #[error(
        "{path}: expected an array named {name:?}, found {}",
        array_names(names)
    )]
    NpzNoArray {
        path: PathBuf,
        name: String,
        names: Vec<String>,
    },
    #[error(
        "{path}: expected arrays of images and of labels, such as x_train and y_train, found {}",
        array_names(names)
    )]
    NpzArrays { path: PathBuf, names: Vec<String> },
    #[error("{path}: expected a PNG or JPEG picture")]
    Picture {
        path: PathBuf,
        source: image::ImageError,
    },
    #[error("{path}: expected a PNG or JPEG picture, found {found}")]
    ForeignPicture { path: PathBuf, found: ForeignFile },
    #[error("{path}: the picture is cut short; copy or download it again")]
    PictureCutShort { path: PathBuf },
    #[error(
        "{path}: the JPEG picture is damaged near byte {at}; copy or download it again, or save it anew with a program \
         that opens it"
    )]
    PictureDamaged { path: PathBuf, at: usize },

    // The digits themselves.
    #[error(
        "expected pixels from 0 (background) to 1 or to 255 (ink), found {low} to {high}; scale them before they are saved"
    )]
    PixelRange { low: f64, high: f64 },
    #[error(
        "expected {} for each label, found {} and {}",
        counted(*per_image, "pixel"),
        counted(*pixels, "pixel"),
        counted(*labels, "label")
    )]
    PixelCount {
        pixels: usize,
        per_image: usize,
        labels: usize,
    },
    #[error(
        "found {} in {images_path} but {} in {labels_path}; do the two files belong together?",
        counted(*images, "image"),
        counted(*labels, "label")
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
    #[error(
        "row {row}, pixel {pixel}: expected a number up to 3.4e38, the largest that 32 bits hold, found {found:e}"
    )]
    PixelTooLarge {
        row: usize,
        pixel: usize,
        found: f64,
    },
    #[error("{path}: found {} but {}", counted(*images, "image"), counted(*labels, "label"))]
    RowCountInFile {
        path: PathBuf,
        images: usize,
        labels: usize,
    },
    #[error("row {row}: expected a label from 0 to 9, found {found}")]
    Label { row: usize, found: f64 },
    #[error(
        "row {row}: expected a label from 1 to 10, where 10 means the digit 0, or from 0 to 9, found {found}"
    )]
    MatLabel { row: usize, found: f64 },
    #[error(
        "expected labels from 1 to 10, where 10 means the digit 0, or from 0 to 9, found 0 in row {zero} and 10 in row \
         {ten}"
    )]
    MatZeroAndTen { zero: usize, ten: usize },
    #[error("row {row}: the data set has {}", row_numbers(*rows))]
    NoSuchRow { row: usize, rows: usize },
    #[error("expected a digit from 0 to 9, found {found}")]
    NotADigit { found: u8 },
    #[error("expected two different digits, found {digit} twice")]
    SameDigit { digit: u8 },
    #[error(
        "found no example of the digit {digit}; the data contains {}",
        digits_present(present)
    )]
    MissingDigit { digit: u8, present: Vec<u8> },
    #[error("expected at least two digits to tell apart, found {found}")]
    OneClass { found: usize },
    #[error(
        "found no example of the digits {}; the data contains {}",
        enumerated(digits),
        digits_present(present)
    )]
    MissingDigits { digits: Vec<u8>, present: Vec<u8> },
    #[error("expected a validation split of at least 0 and less than 1, found {found}")]
    ValidationSplit { found: f64 },
    #[error(
        "a validation split of {validation_split} holds out {} of the digit {digit} and leaves none to train on; use a \
         smaller split or more data",
        all_examples(*examples)
    )]
    NoTrainingExamples {
        validation_split: f64,
        digit: u8,
        examples: usize,
    },
    #[error(
        "expected at least 2 folds, and a fold from 1 to the number of folds, found fold {fold} of {folds}"
    )]
    Folds { fold: usize, folds: usize },
    #[error(
        "found {} of the digit {digit}, expected at least {folds}, one per fold; use fewer folds or more data",
        counted(*examples, "example")
    )]
    TooFewForFolds {
        folds: usize,
        digit: u8,
        examples: usize,
    },
    #[error(transparent)]
    BatchOrder(#[from] BatchOrderError),
    #[error(transparent)]
    Csv(#[from] CsvError),
}

impl DataError {
    /// Adds why files that could have been meant are not read.
    pub(crate) fn because_of(self, unread: Vec<DataError>) -> Self {
        if unread.is_empty() {
            return self;
        }
        Self::UnreadFiles {
            error: Box::new(self),
            unread,
        }
    }

    /// Adds the data file in which the cause was found; an error of the cache already names its folder.
    pub(crate) fn in_file(self, path: impl Into<PathBuf>) -> Self {
        if matches!(self, Self::CacheWrite { .. }) {
            return self;
        }
        Self::InFile {
            path: path.into(),
            cause: Box::new(self),
        }
    }
}
