//! Rows of pixels, in memory or in a file: what a data set and its selections share.

use crate::error::DataError;
use crate::pixels::PIXELS;
use crate::storage::row_file::RowFile;

/// Rows of 400 finite pixels.
#[derive(Debug)]
pub(crate) enum Store {
    Memory(Vec<f32>),
    Disk(RowFile),
}

impl Store {
    /// Copies rows to `out`, `[rows, 400]`, in the order of `rows`.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or has become shorter since it was checked.
    ///
    /// # Panics
    ///
    /// When a row in memory does not exist, or `out` has another size.
    pub(crate) fn copy(&self, rows: &[usize], out: &mut [f32]) -> Result<(), DataError> {
        assert_eq!(out.len(), rows.len() * PIXELS, "[rows, 400]");
        match self {
            Self::Memory(pixels) => {
                let (images, _) = pixels.as_chunks::<PIXELS>();
                let (out, _) = out.as_chunks_mut::<PIXELS>();
                for (image, &row) in out.iter_mut().zip(rows) {
                    *image = images[row];
                }
                Ok(())
            }
            Self::Disk(file) => file.copy(rows, out),
        }
    }
}
