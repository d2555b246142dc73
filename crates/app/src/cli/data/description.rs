//! What `app data` says of a data set.

use data::{DataError, Digits, PIXELS};
use serde::Serialize;

use crate::config::digit_list::DigitList;
use crate::support::error::Result;

/// A data set, or the images of some digits in it; the keys of `--json`.
#[derive(Debug, Serialize)]
pub(crate) struct Description {
    /// The name of the data set.
    pub(crate) data: String,
    /// The number of images, and the pixels of each, column by column.
    pub(crate) shape: [usize; 2],
    /// The smallest pixel.
    pub(crate) min: f32,
    /// The largest pixel.
    pub(crate) max: f32,
    pub(crate) digits: Vec<DigitCount>,
    /// The number of images in the test part, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) test_images: Option<usize>,
    /// With `--digits`.
    #[serde(flatten)]
    pub(crate) arrays: Option<Arrays>,
    /// With `--index`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) rows: Vec<ShownImage>,
}

/// The images of a digit.
#[derive(Debug, Serialize)]
pub(crate) struct DigitCount {
    pub(crate) digit: u8,
    pub(crate) images: usize,
    /// The row of the first one in the data set.
    pub(crate) first_row: usize,
}

/// What the course's notebook prints of its arrays: the images X `[n, 400]` of some digits and their
/// labels y `[n, 1]`.
#[derive(Debug, Serialize)]
pub(crate) struct Arrays {
    pub(crate) x_shape: [usize; 2],
    pub(crate) y_shape: [usize; 2],
    /// `X[0]`.
    pub(crate) x_first: Vec<f32>,
    /// `y[0, 0]`.
    pub(crate) y_first: u8,
    /// `y[-1, 0]`.
    pub(crate) y_last: u8,
}

/// An image of the data set, by its row.
#[derive(Debug, Serialize)]
pub(crate) struct ShownImage {
    pub(crate) row: usize,
    /// The picture, of a folder of pictures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) file: Option<String>,
    pub(crate) label: u8,
    pub(crate) pixels: Vec<f32>,
}

impl Description {
    /// Describes all images, or those of some digits.
    pub(crate) fn new(name: &str, digits: &Digits, only: Option<&DigitList>) -> Result<Self> {
        let Some(list) = only else {
            return Self::of(name.to_owned(), digits, |index| index);
        };
        let chosen = digits.classified(list.classes()?)?;
        let name = format!("{name}, {list}");
        let mut description = Self::of(name, chosen.digits(), |index| chosen.row(index))?;
        let images = chosen.len();
        description.arrays = Some(Arrays {
            x_shape: [images, PIXELS],
            y_shape: [images, 1],
            x_first: chosen.image(0)?.into_owned(),
            y_first: chosen.label(0),
            // There are images of each of the digits.
            y_last: chosen.label(images - 1),
        });
        Ok(description)
    }

    /// Describes images; `row_of` gives the row of an image in the data set.
    fn of(data: String, digits: &Digits, row_of: impl Fn(usize) -> usize) -> Result<Self> {
        let (min, max) = range(digits)?;
        Ok(Self {
            data,
            shape: [digits.len(), PIXELS],
            min,
            max,
            digits: counts(digits, row_of),
            test_images: None,
            arrays: None,
            rows: Vec::new(),
        })
    }

    /// Adds the number of images in the test part: all, or those of some digits.
    pub(crate) fn with_test_part(
        mut self,
        test: Option<&Digits>,
        only: Option<&DigitList>,
    ) -> Self {
        let is_counted = |label: &&u8| only.is_none_or(|list| list.0.contains(label));
        self.test_images = test.map(|test| test.labels().iter().filter(is_counted).count());
        self
    }

    /// Adds the pixels of rows of the whole data set.
    pub(crate) fn with_rows(mut self, digits: &Digits, rows: &[usize]) -> Result<Self> {
        for &row in rows {
            self.rows.push(ShownImage {
                row,
                file: digits.file(row).map(|file| file.display().to_string()),
                label: digits.label(row),
                pixels: digits.image(row)?.into_owned(),
            });
        }
        Ok(self)
    }
}

/// The smallest and the largest pixel.
fn range(digits: &Digits) -> Result<(f32, f32), DataError> {
    let (mut low, mut high) = (f32::INFINITY, f32::NEG_INFINITY);
    digits.stream(digits.sequential_chunks(), |chunk| {
        for row in chunk.rows {
            for &pixel in &chunk.buffer[row * PIXELS..][..PIXELS] {
                (low, high) = (low.min(pixel), high.max(pixel));
            }
        }
        Ok::<_, DataError>(())
    })?;
    Ok((low, high))
}

/// The images of each digit that occurs.
fn counts(digits: &Digits, row_of: impl Fn(usize) -> usize) -> Vec<DigitCount> {
    let count = |digit: u8| {
        let labels = digits.labels().iter().enumerate();
        let mut found = labels
            .filter(|(_, label)| **label == digit)
            .map(|(index, _)| index);
        Some(DigitCount {
            digit,
            first_row: row_of(found.next()?),
            images: found.count() + 1,
        })
    };
    (0..=9).filter_map(count).collect()
}
