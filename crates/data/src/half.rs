//! Which half of a data set a file holds, told by its content.

use std::path::Path;

use crate::file::DataFile;
use crate::npy::PixelOrder;
use crate::npy_header::{self, Header};
use crate::store::StoreWriter;
use crate::{DataError, idx, npy};

/// The two files that make a data set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Half {
    Images,
    Labels,
}

impl Half {
    /// Opens a file and recognises it.
    ///
    /// # Errors
    ///
    /// When it cannot be read, is in no known format, or is an array of a shape that is neither half's.
    pub(crate) fn of_file(path: &Path) -> Result<Self, DataError> {
        let mut file = DataFile::open(path)?;
        if file.magic().starts_with(&idx::IMAGES_MAGIC) {
            Ok(Self::Images)
        } else if file.magic().starts_with(&idx::LABELS_MAGIC) {
            Ok(Self::Labels)
        } else if is_npy(&file) {
            let shape = Header::read(&mut file)?.shape;
            npy::half(&shape).ok_or_else(|| {
                let expected = "[n, 400] or [n, 20, 20] for images, [n] or [n, 1] for labels";
                let found = shape;
                DataError::NpyShape { expected, found }.in_file(path)
            })
        } else {
            Err(DataError::UnknownFormat {
                path: path.into(),
                found: file.magic().to_vec(),
            })
        }
    }

    /// Returns the other half.
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Images => Self::Labels,
            Self::Labels => Self::Images,
        }
    }

    /// Returns the word for it in a message.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Images => "images",
            Self::Labels => "labels",
        }
    }
}

/// Writes the rows of a file that was recognised as images to `images`, column by column.
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

/// Reads a file that was recognised as labels, `[n]`.
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
