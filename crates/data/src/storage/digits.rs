//! Images of digits with their labels, valid once constructed.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::DataError;
use crate::pixels::{PIXELS, ScaleNotice};
use crate::storage::picture_files::{PictureFiles, UnclearPicture};
use crate::storage::store::Store;
use crate::storage::writer::{Contents, Written};

/// Images of 20 x 20 pixels and the digit that each shows.
///
/// Every image holds 400 finite pixels, column by column (column-major): 0 is background and 1 is ink; a resize may
/// leave values slightly outside. Every label is a digit, 0 to 9.
///
/// The pixels may be on disk, see [`Cache`](crate::Cache). A clone or a [selection](Self::select) shares them.
#[derive(Debug, Clone)]
pub struct Digits {
    store: Arc<Store>,
    /// For each row of the store, its row in the data set; `None` means the same row.
    dataset_rows: Option<Arc<[usize]>>,
    /// For each image, its row in the store; `None` means all rows in order.
    store_rows: Option<Arc<[usize]>>,
    labels: Arc<[u8]>,
    /// The label of each row of the data set.
    dataset_labels: Arc<[u8]>,
    /// `None` if there is no file for each image.
    pictures: Option<Arc<PictureFiles>>,
    scale_notice: Option<Arc<ScaleNotice>>,
}

impl Digits {
    /// Checks images `[n, 400]` and labels `[n]`.
    ///
    /// # Errors
    ///
    /// [`DataError::PixelCount`] when there are not 400 pixels for each label, [`DataError::NonFinitePixel`] when a pixel
    /// is NaN or infinite, [`DataError::Label`] when a label is not a digit.
    pub fn new(images: Vec<f32>, labels: Vec<u8>) -> Result<Self, DataError> {
        if labels.len().checked_mul(PIXELS) != Some(images.len()) {
            return Err(DataError::PixelCount {
                pixels: images.len(),
                per_image: PIXELS,
                labels: labels.len(),
            });
        }
        if let Some(at) = images.iter().position(|pixel| !pixel.is_finite()) {
            return Err(DataError::NonFinitePixel {
                row: at / PIXELS,
                pixel: at % PIXELS,
                found: images[at],
            });
        }
        check_labels(&labels)?;
        Ok(Self::of_store(Store::Memory(images), labels))
    }

    fn of_store(store: Store, labels: Vec<u8>) -> Self {
        let labels: Arc<[u8]> = labels.into();
        Self {
            store: Arc::new(store),
            dataset_rows: None,
            store_rows: None,
            dataset_labels: Arc::clone(&labels),
            labels,
            pictures: None,
            scale_notice: None,
        }
    }

    /// Combines the rows of a data set that were stored, those `wanted`, with the labels of all its rows; both are
    /// already checked.
    pub(crate) fn of_written(written: Written, labels: Vec<u8>, wanted: Option<&[bool]>) -> Self {
        let Some(wanted) = wanted else {
            return Self::of_store(written.store, labels);
        };
        let rows = (0..wanted.len()).filter(|&row| wanted[row]);
        let rows: Arc<[usize]> = rows.collect();
        let dataset_labels: Arc<[u8]> = labels.into();
        let labels = rows.iter().map(|&row| dataset_labels[row]).collect();
        let (dataset_rows, store_rows) = match written.contents {
            Contents::WantedRows => (Some(rows), None),
            Contents::AllRows => (None, Some(rows)),
        };
        Self {
            store: Arc::new(written.store),
            dataset_rows,
            store_rows,
            labels,
            dataset_labels,
            pictures: None,
            scale_notice: None,
        }
    }

    /// Adds the pictures that are the rows of the data set.
    pub(crate) fn with_pictures(self, pictures: PictureFiles) -> Self {
        Self {
            pictures: Some(Arc::new(pictures)),
            ..self
        }
    }

    /// Returns the label of each row of the data set that was read, also of rows that are not among these images.
    #[must_use]
    pub fn dataset_labels(&self) -> &[u8] {
        &self.dataset_labels
    }

    /// Returns the picture file of each row of the data set that was read; `None` if it is a file of images.
    #[must_use]
    pub fn dataset_files(&self) -> Option<&[PathBuf]> {
        self.pictures.as_ref().map(|pictures| &*pictures.of_rows)
    }

    /// Returns the pictures that were skipped because they lie beside the subfolders of the digits, sorted by name.
    #[must_use]
    pub fn skipped_pictures(&self) -> &[PathBuf] {
        self.pictures
            .as_ref()
            .map_or(&[], |pictures| &*pictures.skipped)
    }

    /// Returns those pictures, of these and perhaps other images, that do not show one digit, in the order of their rows.
    #[must_use]
    pub fn unclear_pictures(&self) -> &[UnclearPicture] {
        self.pictures
            .as_ref()
            .map_or(&[], |pictures| &*pictures.unclear)
    }

    /// Returns the picture file that one image was read from; `None` if it is a row of a file of images.
    ///
    /// # Panics
    ///
    /// When `index` is not less than [`len`](Self::len), as indexing a slice does.
    #[must_use]
    pub fn file(&self, index: usize) -> Option<&Path> {
        let row = self.row(index);
        self.dataset_files().map(|files| files[row].as_path())
    }

    /// Adds what a reader has to say about the scale of the pixels.
    pub(crate) fn with_scale_notice(mut self, notice: Option<ScaleNotice>) -> Self {
        self.scale_notice = notice.map(Arc::new);
        self
    }

    /// Returns what is to be known about the scale of the pixels in the file that these images, and perhaps others, were
    /// read from: that they were rescaled, or that their scale is unclear. `None` if it is as usual.
    #[must_use]
    pub fn scale_notice(&self) -> Option<&ScaleNotice> {
        self.scale_notice.as_deref()
    }

    /// Returns the number of images.
    #[must_use]
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Says whether there is no image.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Returns the row of one image in the data set that was read.
    ///
    /// # Panics
    ///
    /// When `index` is not less than [`len`](Self::len), as indexing a slice does.
    #[must_use]
    pub fn row(&self, index: usize) -> usize {
        let row = self.buffer_row(index);
        self.dataset_rows.as_ref().map_or(row, |rows| rows[row])
    }

    /// Returns the row of one image in the [`buffer`](Self::buffer).
    ///
    /// # Panics
    ///
    /// When `index` is not less than [`len`](Self::len), as indexing a slice does.
    #[must_use]
    pub fn buffer_row(&self, index: usize) -> usize {
        assert!(index < self.len(), "image {index} of {}", self.len());
        self.store_rows.as_ref().map_or(index, |rows| rows[index])
    }

    /// Returns the digit that one image shows, 0 to 9.
    ///
    /// # Panics
    ///
    /// When `index` is not less than [`len`](Self::len), as indexing a slice does.
    #[must_use]
    pub fn label(&self, index: usize) -> u8 {
        self.labels[index]
    }

    /// Returns all labels, `[n]`.
    #[must_use]
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }

    /// Returns the 400 pixels of one image, column-major.
    ///
    /// # Errors
    ///
    /// [`DataError::Io`] when they are on disk and cannot be read.
    ///
    /// # Panics
    ///
    /// When `index` is not less than [`len`](Self::len), as indexing a slice does.
    pub fn image(&self, index: usize) -> Result<Cow<'_, [f32]>, DataError> {
        match self.buffer() {
            Some(pixels) => {
                let row = self.buffer_row(index);
                Ok(Cow::Borrowed(&pixels[row * PIXELS..][..PIXELS]))
            }
            None => self.images_at(&[index]).map(Cow::Owned),
        }
    }

    /// Returns all images, `[n, 400]`. This loads all of them into memory.
    ///
    /// # Errors
    ///
    /// [`DataError::Io`] when they are on disk and cannot be read.
    pub fn images(&self) -> Result<Cow<'_, [f32]>, DataError> {
        if let (Some(pixels), None) = (self.buffer(), &self.store_rows) {
            return Ok(Cow::Borrowed(pixels));
        }
        let all: Vec<usize> = (0..self.len()).collect();
        self.images_at(&all).map(Cow::Owned)
    }

    /// Copies the images at `indices`, in that order, `[indices, 400]`.
    ///
    /// # Errors
    ///
    /// [`DataError::Io`] when they are on disk and cannot be read.
    ///
    /// # Panics
    ///
    /// When an index is not less than [`len`](Self::len), as indexing a slice does.
    pub fn images_at(&self, indices: &[usize]) -> Result<Vec<f32>, DataError> {
        let mut images = Vec::new();
        self.copy_images(indices, &mut images)?;
        Ok(images)
    }

    /// Copies the images at `indices` to `images`, which is resized to `[indices, 400]`.
    pub(crate) fn copy_images(
        &self,
        indices: &[usize],
        images: &mut Vec<f32>,
    ) -> Result<(), DataError> {
        let rows: Vec<usize> = indices.iter().map(|&at| self.buffer_row(at)).collect();
        images.resize(rows.len() * PIXELS, 0.0);
        self.store.copy(&rows, images)
    }

    /// Returns the buffer that holds the pixels of these and perhaps other images, `[n, 400]`, or `None` when they are
    /// on disk. [`buffer_row`](Self::buffer_row) is the position of each image in it.
    #[must_use]
    pub fn buffer(&self) -> Option<&[f32]> {
        match &*self.store {
            Store::Memory(pixels) => Some(pixels),
            Store::Disk(_) => None,
        }
    }

    /// Selects the images at `indices`, in that order. No pixels are copied.
    ///
    /// # Panics
    ///
    /// When an index is not less than [`len`](Self::len), as indexing a slice does.
    #[must_use]
    pub fn select(&self, indices: &[usize]) -> Self {
        Self {
            store: Arc::clone(&self.store),
            dataset_rows: self.dataset_rows.clone(),
            store_rows: Some(indices.iter().map(|&at| self.buffer_row(at)).collect()),
            labels: indices.iter().map(|&index| self.label(index)).collect(),
            dataset_labels: Arc::clone(&self.dataset_labels),
            pictures: self.pictures.clone(),
            scale_notice: self.scale_notice.clone(),
        }
    }
}

/// Checks that each label is a digit; the error names the row of the first that is not.
pub(crate) fn check_labels(labels: &[u8]) -> Result<(), DataError> {
    match labels.iter().position(|&label| label > 9) {
        None => Ok(()),
        Some(row) => Err(DataError::Label {
            row,
            found: labels[row].into(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selects_rows_in_the_order_asked_for() {
        let images = [[0.5; PIXELS], [0.25; PIXELS], [0.75; PIXELS]].concat();
        let digits = Digits::new(images, vec![5, 2, 7]).unwrap();
        let selected = digits.select(&[2, 0]);
        assert_eq!(selected.labels(), [7, 5]);
        assert_eq!(*selected.image(0).unwrap(), [0.75; PIXELS]);
        assert_eq!(*selected.image(1).unwrap(), [0.5; PIXELS]);
        assert!(digits.select(&[]).is_empty());
    }

    fn panics<T>(call: impl FnOnce() -> T) -> bool {
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(call)).is_err()
    }

    #[test]
    fn an_index_beyond_the_last_image_panics_as_documented() {
        let digits = Digits::new(vec![0.0; 3 * PIXELS], vec![5, 2, 7]).unwrap();
        for digits in [
            digits.select(&[1, 2]),
            Digits::new(vec![0.0; 2 * PIXELS], vec![5, 2]).unwrap(),
        ] {
            assert!(panics(|| digits.row(2)));
            assert!(panics(|| digits.buffer_row(2)));
            assert!(panics(|| digits.label(2)));
            assert!(panics(|| digits.image(2).map(|image| image[0])));
            assert!(panics(|| digits.select(&[0, 2]).len()));
            assert!(!panics(|| digits.select(&[0, 1]).len()));
        }
    }

    #[test]
    fn rejects_lengths_that_do_not_match() {
        for found in [0, 399, 401, 800] {
            let error = Digits::new(vec![0.0; found], vec![1]).unwrap_err();
            let expected =
                format!("expected 400 pixels for each label, found {found} pixels and 1 label");
            assert_eq!(error.to_string(), expected);
        }
    }

    #[test]
    fn rejects_a_pixel_that_is_not_finite_and_names_it() {
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let mut images = vec![0.0; 2 * PIXELS];
            images[PIXELS + 7] = bad;
            let error = Digits::new(images, vec![0, 1]).unwrap_err();
            let message = error.to_string();
            assert!(message.starts_with("row 1, pixel 7: "), "{message}");
        }
    }

    #[test]
    fn rejects_a_label_that_is_not_a_digit_and_names_its_row() {
        let error = Digits::new(vec![0.0; 2 * PIXELS], vec![9, 10]).unwrap_err();
        let message = "row 1: expected a label from 0 to 9, found 10";
        assert_eq!(error.to_string(), message);
    }
}
