//! Decodes the numbers of an image into pixels, and counts them, by which their scale is judged.

use crate::error::DataError;
use crate::formats::npy_number::NumberType;
use crate::formats::pixel_counts::PixelCounts;
use crate::formats::scale::StoredPixels;
use crate::pixels::{PIXELS, PixelOrder, Resize, copy_to_centre, transposed};

/// How the pixels of a file are read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ImageOptions {
    pub(crate) pixel_order: PixelOrder,
    /// The stored value that becomes 1; `None` means the usual one of the type.
    pub(crate) full_ink: Option<f64>,
}

/// Decodes images of one type, with pixels of one scale.
pub(crate) struct PixelDecoder {
    number: NumberType,
    full_ink: f64,
    counts: PixelCounts,
    pixels: Vec<f64>,
}

impl PixelDecoder {
    /// `full_ink` is the stored value that becomes 1; `None` means the usual one of the type.
    pub(crate) fn new(number: NumberType, full_ink: Option<f64>) -> Self {
        Self {
            number,
            full_ink: full_ink.unwrap_or(number.full_ink()),
            counts: PixelCounts::default(),
            pixels: Vec::new(),
        }
    }

    /// Returns the bytes of one number.
    pub(crate) fn size(&self) -> usize {
        self.number.size()
    }

    /// Decodes an image.
    pub(crate) fn decode(&mut self, stored: &[u8]) -> &[f64] {
        self.pixels.clear();
        if self.size() == 1 && self.number.value(&[255]) > 0.0 {
            self.counts.add_bytes(stored);
            let pixels = stored.iter().map(|byte| f64::from(*byte) / self.full_ink);
            self.pixels.extend(pixels);
        } else {
            let values = stored.chunks_exact(self.number.size());
            self.pixels
                .extend(values.map(|bytes| self.number.value(bytes)));
            self.counts.add(&self.pixels);
            for pixel in &mut self.pixels {
                *pixel /= self.full_ink;
            }
        }
        &self.pixels
    }

    /// Returns what was found out about the stored values.
    pub(crate) fn finish(self) -> StoredPixels {
        StoredPixels {
            number: self.number,
            counts: self.counts,
        }
    }
}

/// Resizes images of one size to 20 x 20. An image that is not square is padded with background, which is 0.
pub(crate) struct SquareResize {
    width: usize,
    side: usize,
    square: Vec<f64>,
    resize: Resize,
}

impl SquareResize {
    pub(crate) fn new([height, width]: [usize; 2]) -> Self {
        let side = height.max(width);
        Self {
            width,
            side,
            square: vec![0.0; side * side],
            resize: Resize::new(side, side),
        }
    }

    /// Resizes an image, row-major, to 400 column-major pixels.
    pub(crate) fn apply(&mut self, image: &[f64]) -> [f32; PIXELS] {
        copy_to_centre(image, self.width, &mut self.square, self.side, |pixel| {
            pixel
        });
        self.resize.apply(&self.square).map(to_f32)
    }
}

/// Returns an image of 400 pixels, given in an order, column by column.
pub(crate) fn course_image(image: &[f64], order: PixelOrder) -> [f32; PIXELS] {
    let image = std::array::from_fn(|at| to_f32(image[at]));
    match order {
        PixelOrder::Column => image,
        PixelOrder::Row => transposed(&image),
    }
}

/// Tells apart a stored value that is not finite from one that is too large for `f32`; `image` is the one that was
/// refused, as it was decoded.
pub(crate) fn with_stored_value(error: DataError, image: &[f64]) -> DataError {
    let is_too_large = |pixel: &f64| pixel.is_finite() && !to_f32(*pixel).is_finite();
    match (error, image.iter().position(is_too_large)) {
        (DataError::NonFinitePixel { row, .. }, Some(pixel)) => DataError::PixelTooLarge {
            row,
            pixel,
            found: image[pixel],
        },
        (error, _) => error,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the network computes in f32"
)]
pub(crate) fn to_f32(pixel: f64) -> f32 {
    pixel as f32
}
