//! The resize that made the course's 20 x 20 images, for an image of any size.
//!
//! This is MATLAB's `imresize` with its default bicubic kernel: to avoid aliasing, shrinking widens the kernel by the
//! scale factor; the weights of each output pixel are normalized; and positions outside the image take the value of the
//! nearest border pixel. The method yields values slightly below 0 and above 1, so nothing is clipped.

use std::ops::Range;

use super::layout::{PIXELS, SIDE};
use crate::error::DataError;

/// Resizes an image to 20 x 20 as MATLAB's `imresize` does.
///
/// `image` is `[height, width]`, row-major, in any unit. The result holds 400 values in the same unit, column-major. The
/// two sides are scaled independently: pad an image to a square first to keep its proportions.
///
/// # Errors
///
/// [`DataError::EmptyImage`] when a side is 0; [`DataError::ImageLength`] when `image` does not hold `height * width`
/// values.
///
/// # Source
///
/// Kernel: R. G. Keys, "Cubic convolution interpolation for digital image processing", IEEE Transactions on
/// Acoustics, Speech, and Signal Processing 29 (1981), with a = -1/2.
pub fn resize(image: &[f64], height: usize, width: usize) -> Result<Vec<f64>, DataError> {
    if height == 0 || width == 0 {
        return Err(DataError::EmptyImage { height, width });
    }
    if height.checked_mul(width) != Some(image.len()) {
        return Err(DataError::ImageLength {
            height,
            width,
            found: image.len(),
        });
    }
    Ok(Resize::new(height, width).apply(image).to_vec())
}

/// The weights for one image size, computed once and used for many images.
pub(crate) struct Resize {
    width: usize,
    rows: Vec<Taps>,
    columns: Vec<Taps>,
}

impl Resize {
    /// Computes the weights for images of `height` x `width` pixels; neither may be 0.
    pub(crate) fn new(height: usize, width: usize) -> Self {
        Self {
            width,
            rows: taps(height),
            columns: taps(width),
        }
    }

    /// Resizes `image`, `[height, width]` row-major, to 400 column-major values.
    ///
    /// The inner loops go over pixels that lie next to each other, and each sum has one order, so that all processors
    /// compute the same bits, several pixels at once.
    pub(crate) fn apply<T: Copy + Into<f64>>(&self, image: &[T]) -> [f64; PIXELS] {
        let width = self.width;
        // First vertically: the columns of the [20, width] image, ...
        let mut columns = vec![[0.0; SIDE]; width];
        let mut line = vec![0.0; width];
        for (row, vertical) in self.rows.iter().enumerate() {
            line.fill(0.0);
            for (source_row, &weight) in vertical.range().zip(&vertical.weights) {
                add_scaled(&mut line, &image[source_row * width..][..width], weight);
            }
            for (column, &pixel) in columns.iter_mut().zip(&line) {
                column[row] = pixel;
            }
        }
        // ... then horizontally: the columns of the [20, 20] image.
        let mut resized = [0.0; PIXELS];
        let targets = resized.as_chunks_mut::<SIDE>().0;
        for (target, horizontal) in targets.iter_mut().zip(&self.columns) {
            let sources = &columns[horizontal.range()];
            for (source, &weight) in sources.iter().zip(&horizontal.weights) {
                add_scaled(target, source, weight);
            }
        }
        resized
    }
}

/// Adds `weight` times the pixels of `source` to the sums, as many as there are of both.
///
/// It indexes, because a development build does not inline iterators into a vectorized loop.
#[inline]
fn add_scaled<T: Copy + Into<f64>>(sums: &mut [f64], source: &[T], weight: f64) {
    let length = sums.len().min(source.len());
    let (sums, source) = (&mut sums[..length], &source[..length]);
    for at in 0..length {
        sums[at] += weight * source[at].into();
    }
}

/// The input pixels along one axis that contribute to one output pixel, and their weights, which sum to 1.
struct Taps {
    start: usize,
    weights: Vec<f64>,
}

impl Taps {
    fn range(&self) -> Range<usize> {
        self.start..self.start + self.weights.len()
    }
}

/// Computes the taps of all 20 output pixels from an axis of `length` input pixels.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "pixel positions are small whole numbers, clamped to the axis before they become indices"
)]
fn taps(length: usize) -> Vec<Taps> {
    let step = length as f64 / SIDE as f64;
    let widening = step.max(1.0);
    let last = length as f64 - 1.0;
    (0..SIDE)
        .map(|output| {
            // The first pixel's centre is half a pixel from the edge, in the input and in the output.
            let centre = (output as f64 + 0.5) * step - 0.5;
            let first = (centre - 2.0 * widening).ceil();
            let end = (centre + 2.0 * widening).floor();
            let start = first.clamp(0.0, last) as usize;
            let mut weights = vec![0.0; end.clamp(0.0, last) as usize - start + 1];
            let mut position = first;
            while position <= end {
                let index = position.clamp(0.0, last) as usize;
                weights[index - start] += keys((position - centre) / widening);
                position += 1.0;
            }
            let sum: f64 = weights.iter().sum();
            for weight in &mut weights {
                *weight /= sum;
            }
            Taps { start, weights }
        })
        .collect()
}

/// Computes the cubic convolution kernel of Keys (1981), equation 15 (a = -1/2).
fn keys(distance: f64) -> f64 {
    let x = distance.abs();
    if x <= 1.0 {
        (1.5 * x - 2.5) * x * x + 1.0
    } else if x <= 2.0 {
        ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
    } else {
        0.0
    }
}

#[cfg(test)]
#[expect(
    clippy::cast_precision_loss,
    clippy::float_cmp,
    reason = "small whole numbers and sums of powers of two are exact"
)]
mod tests {
    use super::*;

    #[test]
    fn weights_from_28_to_20_agree_with_the_published_matrix() {
        // From the project's notes on the course's data: 20 rows of 28 weights.
        let csv = include_str!("../../tests/fixtures/resize_28_to_20_weights.csv");
        let taps = taps(28);
        assert_eq!(csv.lines().count(), SIDE);
        for (line, taps) in csv.lines().zip(&taps) {
            let mut row = [0.0; 28];
            row[taps.range()].copy_from_slice(&taps.weights);
            for (ours, theirs) in row.iter().zip(line.split(',')) {
                let theirs: f64 = theirs.parse().unwrap();
                assert!((ours - theirs).abs() < 1e-14, "{ours} is not {theirs}");
            }
        }
    }

    #[test]
    fn a_20_by_20_image_is_only_unrolled_by_columns() {
        let image: Vec<f64> = (0..PIXELS).map(|value| value as f64).collect();
        let resized = resize(&image, SIDE, SIDE).unwrap();
        for row in 0..SIDE {
            for column in 0..SIDE {
                assert_eq!(resized[column * SIDE + row], image[row * SIDE + column]);
            }
        }
    }

    #[test]
    fn doubling_10_pixels_weighs_neighbours_as_computed_by_hand() {
        // Output pixel 2 has its centre at 2.5 * 0.5 - 0.5 = 0.75, so input pixels -1, 0, 1, 2 lie 1.75, 0.75, 0.25
        // and 1.25 away. The kernel gives -3/128, 29/128, 111/128, -9/128; pixel -1 is clamped to 0: 26/128.
        let second = &taps(10)[2];
        assert_eq!(second.range(), 0..3);
        assert_eq!(second.weights, [26.0 / 128.0, 111.0 / 128.0, -9.0 / 128.0]);
    }

    #[test]
    fn a_single_pixel_fills_the_image() {
        assert_eq!(resize(&[0.25], 1, 1).unwrap(), [0.25; PIXELS]);
    }

    #[test]
    fn a_uniform_image_stays_uniform_at_any_size() {
        for (height, width) in [(3, 50), (28, 28), (101, 7)] {
            let resized = resize(&vec![1.0; height * width], height, width).unwrap();
            assert!(resized.iter().all(|pixel| (pixel - 1.0).abs() < 1e-12));
        }
    }

    #[test]
    fn rejects_an_image_of_another_length_and_an_image_without_pixels() {
        for (image, height, width, expected) in [
            (&[0.0; 5][..], 2, 3, "expected 2 x 3 pixels, found 5"),
            (&[0.0; 7], 2, 3, "expected 2 x 3 pixels, found 7"),
            (&[], 0, 3, "at least one pixel, found 0 x 3"),
            (&[], 3, 0, "at least one pixel, found 3 x 0"),
            // 2^63 * 2 is 0 in arithmetic that wraps.
            (&[], 1 << 63, 2, "x 2 pixels, found 0"),
        ] {
            let message = resize(image, height, width).unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        }
    }
}
