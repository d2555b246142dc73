//! The pictures of a data set that is a folder of them.

use std::path::PathBuf;

/// The pictures of a data set, by row, and what is to be known about some of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct PictureFiles {
    /// The picture of each row of the data set.
    pub(crate) of_rows: Vec<PathBuf>,
    /// Pictures in the folder of the data set that belong to no digit, sorted by name.
    pub(crate) skipped: Vec<PathBuf>,
    /// Pictures that were read, but do not show one digit, in the order of the rows.
    pub(crate) unclear: Vec<UnclearPicture>,
}

/// A picture of a data set that does not show one digit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnclearPicture {
    /// Its file.
    pub path: PathBuf,
    /// What it shows instead.
    pub shows: Unclear,
}

/// What a picture shows that does not show one digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unclear {
    /// Nothing: the image has no ink.
    Blank,
    /// Many small marks, none of which stands out: the image has no ink.
    Noise,
    /// Several digits: the image is the one with most ink.
    SeveralDigits,
}
