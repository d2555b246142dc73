//! What kind of images a data set has, which decides what a [`PixelFormat`](crate::PixelFormat) changes about them.

use std::path::{Path, PathBuf};

use crate::error::DataError;
use crate::formats::csv_layout::Layout;
use crate::formats::data_file::DataFile;
use crate::formats::detect::{is_mat, is_npy, is_text};
use crate::formats::locate::{Source, locate};
use crate::formats::npy_header::Header;
use crate::formats::npy_shape::{ImageShape, image_shape};
use crate::pixels::SIDE;

/// The images of a data set, by what has to be known to read their pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageKind {
    /// PNG or JPEG pictures: nothing.
    Pictures,
    /// IDX images, row by row: their scale.
    Idx,
    /// Images of other sizes than 20 x 20 in arrays or in CSV, row by row: their scale.
    ResizedNpy,
    /// Images of 20 x 20 in arrays or in CSV, and `.mat` images: the order of their pixels, and their scale.
    Unrolled,
}

/// Says what kind of images a data set has, from the start of its files.
///
/// # Errors
///
/// Those of [`read`](crate::read()) about finding and recognizing files.
pub fn image_kind(paths: &[PathBuf]) -> Result<ImageKind, DataError> {
    match locate(paths)? {
        Source::Files { images, .. } => of_file(&images),
        Source::Pictures { .. } => Ok(ImageKind::Pictures),
    }
}

/// The kind of a file that was recognized as images.
fn of_file(path: &Path) -> Result<ImageKind, DataError> {
    let mut file = DataFile::open(path)?;
    if is_mat(&file) {
        return Ok(ImageKind::Unrolled);
    }
    if is_text(&file) {
        return Ok(match Layout::find(path)?.side {
            SIDE => ImageKind::Unrolled,
            _ => ImageKind::ResizedNpy,
        });
    }
    if !is_npy(&file) {
        return Ok(ImageKind::Idx);
    }
    Ok(match image_shape(&Header::read(&mut file)?.shape) {
        Some(ImageShape::RowMajor { .. }) => ImageKind::ResizedNpy,
        Some(ImageShape::Course) | None => ImageKind::Unrolled,
    })
}
