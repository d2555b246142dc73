//! Recognizes IDX, `.npy` and `.mat` files by content, and calls the reader of their format.

use std::path::Path;

use crate::error::DataError;
use crate::file_kind::FileKind;
use crate::foreign_file::ForeignFile;
use crate::formats::data_file::DataFile;
use crate::formats::npy_header::{self, Header};
use crate::formats::npy_shape::kind_of_shape;
use crate::formats::pixel_decoder::ImageOptions;
use crate::formats::scale::StoredPixels;
use crate::formats::{idx, mat, mat_file, npy};
use crate::storage::StoreWriter;

/// The bytes of an unknown file that an error shows.
const SHOWN: usize = 6;

/// What a data file contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Recognized {
    /// Images or labels.
    OneOf(FileKind),
    /// Images and labels.
    Both,
}

/// Opens a file and says what it contains.
///
/// # Errors
///
/// When the file cannot be read, has an unknown format, is an array whose shape is neither that of images nor that of
/// labels, or has arrays, but not one of each.
pub(crate) fn detect(path: &Path) -> Result<Recognized, DataError> {
    let mut file = DataFile::open(path)?;
    if let Some(kind) = idx::kind_of_magic(file.magic()) {
        return Ok(Recognized::OneOf(kind));
    }
    if is_npy(&file) {
        let found = Header::read(&mut file)?.shape;
        let kind = kind_of_shape(&found).map(Recognized::OneOf);
        return kind.ok_or_else(|| DataError::NpyShape { found }.in_file(path));
    }
    if is_mat(&file) {
        return mat::check(file).map(|()| Recognized::Both);
    }
    if let Some(found) = ForeignFile::of_start(file.magic()) {
        let path = path.into();
        return Err(DataError::ForeignFile { path, found });
    }
    Err(DataError::UnknownFormat {
        path: path.into(),
        found: file.magic().iter().copied().take(SHOWN).collect(),
    })
}

/// Reads the images of a file that was recognized into `images`, column-major.
pub(crate) fn read_images<'a>(
    path: &'a Path,
    options: ImageOptions,
    images: &mut StoreWriter<'a>,
) -> Result<StoredPixels, DataError> {
    let file = DataFile::open(path)?;
    if is_npy(&file) {
        npy::read_images(file, path, options, images)
    } else if is_mat(&file) {
        mat::read_images(file, options, images)
    } else {
        idx::read_images(file, options.full_ink, images)
    }
}

/// Reads the labels of a file that was recognized, `[n]`.
pub(crate) fn read_labels(path: &Path) -> Result<Vec<u8>, DataError> {
    let file = DataFile::open(path)?;
    if is_npy(&file) {
        npy::read_labels(file)
    } else if is_mat(&file) {
        mat::read_labels(file)
    } else {
        idx::read_labels(file)
    }
}

/// Says whether a file is in NumPy's format.
pub(crate) fn is_npy(file: &DataFile) -> bool {
    file.magic().starts_with(&npy_header::MAGIC)
}

pub(crate) fn is_mat(file: &DataFile) -> bool {
    file.magic().starts_with(&mat_file::MAGIC)
}
