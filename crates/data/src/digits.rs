//! Images of digits with their labels, valid once constructed.

use std::borrow::Cow;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::store::{Store, Written};
use crate::{DataError, DigitPair, PIXELS, SIDE};

/// Images of 20 x 20 pixels and the digit that each shows.
///
/// Every image holds 400 finite pixels, unrolled column by column, 0 for the ground and 1 for the ink; a resize may
/// leave values slightly outside. Every label is a digit, 0 to 9.
///
/// The pixels may lie on the disk, see [`Cache`](crate::Cache); a clone or a [selection](Self::select) shares them.
#[derive(Debug, Clone)]
pub struct Digits {
    store: Arc<Store>,
    /// The row of the data set that each row of the store is; none means the same.
    stored: Option<Arc<[usize]>>,
    /// The rows of the store that these are; none means all of them in their order.
    places: Option<Arc<[usize]>>,
    labels: Arc<[u8]>,
}

impl Digits {
    /// Checks images `[n, 400]`, one after the other, and labels `[n]`.
    ///
    /// # Errors
    ///
    /// When there are not 400 pixels for each label, a pixel is not finite or a label is not a digit.
    pub fn new(images: Vec<f32>, labels: Vec<u8>) -> Result<Self, DataError> {
        if labels.len().checked_mul(PIXELS) != Some(images.len()) {
            return Err(DataError::PixelCount {
                pixels: images.len(),
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
        Self {
            store: Arc::new(store),
            stored: None,
            places: None,
            labels: labels.into(),
        }
    }

    /// Puts the labels of all rows of a data set beside what was written of them, both checked.
    pub(crate) fn of_written(written: Written, labels: Vec<u8>, wanted: Option<&[bool]>) -> Self {
        let Some(wanted) = wanted else {
            return Self::of_store(written.store, labels);
        };
        let rows = (0..wanted.len()).filter(|&row| wanted[row]);
        let rows: Arc<[usize]> = rows.collect();
        let labels = rows.iter().map(|&row| labels[row]).collect();
        let (stored, places) = if written.has_all {
            (None, Some(rows))
        } else {
            (Some(rows), None)
        };
        Self {
            store: Arc::new(written.store),
            stored,
            places,
            labels,
        }
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

    /// Returns the row that one image has in the data set that was read.
    ///
    /// # Panics
    ///
    /// When `index` is not below [`len`](Self::len), as indexing a slice does.
    #[must_use]
    pub fn row(&self, index: usize) -> usize {
        let place = self.place(index);
        self.stored.as_ref().map_or(place, |stored| stored[place])
    }

    /// Returns where one image stands among those of [`memory`](Self::memory).
    ///
    /// # Panics
    ///
    /// When `index` is not below [`len`](Self::len), as indexing a slice does.
    #[must_use]
    pub fn place(&self, index: usize) -> usize {
        self.places.as_ref().map_or(index, |places| places[index])
    }

    /// Returns the digit that one image shows, 0 to 9.
    ///
    /// # Panics
    ///
    /// When `index` is not below [`len`](Self::len), as indexing a slice does.
    #[must_use]
    pub fn label(&self, index: usize) -> u8 {
        self.labels[index]
    }

    /// Returns all labels, `[n]`.
    #[must_use]
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }

    /// Returns the 400 pixels of one image, column by column.
    ///
    /// # Errors
    ///
    /// When they lie on the disk and cannot be read.
    ///
    /// # Panics
    ///
    /// When `index` is not below [`len`](Self::len), as indexing a slice does.
    pub fn image(&self, index: usize) -> Result<Cow<'_, [f32]>, DataError> {
        let place = self.place(index);
        match self.memory() {
            Some(pixels) => Ok(Cow::Borrowed(&pixels[place * PIXELS..][..PIXELS])),
            None => self.images_of(&[index]).map(Cow::Owned),
        }
    }

    /// Returns all images, `[n, 400]`, one after the other, however many there are.
    ///
    /// # Errors
    ///
    /// When they lie on the disk and cannot be read.
    pub fn images(&self) -> Result<Cow<'_, [f32]>, DataError> {
        if let (Some(pixels), None) = (self.memory(), &self.places) {
            return Ok(Cow::Borrowed(pixels));
        }
        let all: Vec<usize> = (0..self.len()).collect();
        self.images_of(&all).map(Cow::Owned)
    }

    /// Copies the images at `indices`, in that order, `[indices, 400]`.
    ///
    /// # Errors
    ///
    /// When they lie on the disk and cannot be read.
    ///
    /// # Panics
    ///
    /// When an index is not below [`len`](Self::len), as indexing a slice does.
    pub fn images_of(&self, indices: &[usize]) -> Result<Vec<f32>, DataError> {
        let mut images = Vec::new();
        self.read_images_of(indices, &mut images)?;
        Ok(images)
    }

    /// The same into memory that is there already.
    pub(crate) fn read_images_of(
        &self,
        indices: &[usize],
        images: &mut Vec<f32>,
    ) -> Result<(), DataError> {
        let places: Vec<usize> = indices.iter().map(|&index| self.place(index)).collect();
        images.resize(places.len() * PIXELS, 0.0);
        self.store.copy(&places, images)
    }

    /// Returns the pixels of these and maybe other images, `[n, 400]`, if they are held in memory:
    /// [`place`](Self::place) says where in it each of these stands.
    #[must_use]
    pub fn memory(&self) -> Option<&[f32]> {
        match &*self.store {
            Store::Memory(pixels) => Some(pixels),
            Store::Disk(_) => None,
        }
    }

    /// Takes the images at `indices`, in that order. No pixels are copied.
    ///
    /// # Panics
    ///
    /// When an index is not below [`len`](Self::len), as indexing a slice does.
    #[must_use]
    pub fn select(&self, indices: &[usize]) -> Self {
        Self {
            store: Arc::clone(&self.store),
            stored: self.stored.clone(),
            places: Some(indices.iter().map(|&index| self.place(index)).collect()),
            labels: indices.iter().map(|&index| self.label(index)).collect(),
        }
    }

    /// Takes the images that show one of two digits, in their order, to tell one from the other.
    ///
    /// # Errors
    ///
    /// When the two are the same, one is not a digit, or one has no example.
    pub fn pair(&self, negative: u8, positive: u8) -> Result<DigitPair, DataError> {
        DigitPair::new(self, negative, positive)
    }

    /// Computes the SHA-256 of all images, as little-endian `f32`, and then all labels.
    ///
    /// # Errors
    ///
    /// When they lie on the disk and cannot be read.
    pub fn sha256(&self) -> Result<[u8; 32], DataError> {
        let mut hasher = Sha256::new();
        self.visit(self.in_order(), |piece| {
            let mut bytes = [0; PIXELS * size_of::<f32>()];
            for image in piece.pixels().chunks(PIXELS) {
                for (bytes, pixel) in bytes.as_chunks_mut().0.iter_mut().zip(image) {
                    *bytes = pixel.to_le_bytes();
                }
                hasher.update(bytes);
            }
            Ok::<_, DataError>(None::<()>)
        })?;
        hasher.update(&self.labels);
        Ok(hasher.finalize().into())
    }
}

/// Turns 400 pixels that are unrolled column by column, or as many weights of a unit, into rows
/// from the upper left: as a picture is drawn.
///
/// # Panics
///
/// Panics if there are not 400.
#[must_use]
pub fn upright(image: &[f32]) -> Vec<f32> {
    assert_eq!(image.len(), PIXELS, "one image");
    let pixels = 0..PIXELS;
    pixels
        .map(|at| image[at % SIDE * SIDE + at / SIDE])
        .collect()
}

/// Refuses a label that is not a digit, by its row.
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

    #[test]
    fn rejects_lengths_that_do_not_match() {
        let error = Digits::new(vec![0.0; 399], vec![1]).unwrap_err();
        assert!(matches!(
            error,
            DataError::PixelCount {
                pixels: 399,
                labels: 1
            }
        ));
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

    #[test]
    fn columns_become_rows() {
        // MATLAB's order: down the first column, then down the second.
        let place = |row: usize, column: usize| column * SIDE + row;
        let mut unrolled = [0.0; PIXELS];
        unrolled[place(0, 3)] = 1.0; // In the first row, the fourth from the left.
        unrolled[place(19, 0)] = 2.0; // The lower left corner.
        let rows = upright(&unrolled);
        assert_eq!((rows[3], rows[19 * SIDE]), (1.0, 2.0));
        assert_eq!(rows.iter().filter(|value| **value != 0.0).count(), 2);
    }
}
