//! Recognizes IDX and `.npy` files by content, and calls the reader of their format.

use std::path::Path;

use crate::error::DataError;
use crate::file_kind::FileKind;
use crate::formats::data_file::DataFile;
use crate::formats::npy_header::{self, Header};
use crate::formats::{idx, npy};
use crate::pixels::PixelOrder;
use crate::storage::StoreWriter;

/// Opens a file and says what it contains.
///
/// # Errors
///
/// When the file cannot be read, has an unknown format, or is an array whose shape is neither that of images nor that of
/// labels.
pub(crate) fn detect(path: &Path) -> Result<FileKind, DataError> {
    let mut file = DataFile::open(path)?;
    if file.magic().starts_with(&idx::IMAGES_MAGIC) {
        Ok(FileKind::Images)
    } else if file.magic().starts_with(&idx::LABELS_MAGIC) {
        Ok(FileKind::Labels)
    } else if is_npy(&file) {
        let found = Header::read(&mut file)?.shape;
        npy::kind_of_shape(&found).ok_or_else(|| DataError::NpyShape { found }.in_file(path))
    } else {
        Err(DataError::UnknownFormat {
            path: path.into(),
            found: file.magic().to_vec(),
        })
    }
}

/// Reads a file that was recognized as images into `images`, column-major.
pub(crate) fn read_images<'a>(
    path: &'a Path,
    pixel_order: PixelOrder,
    images: &mut StoreWriter<'a>,
) -> Result<(), DataError> {
    let file = DataFile::open(path)?;
    if is_npy(&file) {
        npy::read_images(file, path, pixel_order, images)
    } else {
        idx::read_images(file, images)
    }
}

/// Reads a file that was recognized as labels, `[n]`.
pub(crate) fn read_labels(path: &Path) -> Result<Vec<u8>, DataError> {
    let file = DataFile::open(path)?;
    if is_npy(&file) {
        npy::read_labels(file)
    } else {
        idx::read_labels(file)
    }
}

fn is_npy(file: &DataFile) -> bool {
    file.magic() == npy_header::MAGIC
}
