//! Decodes the numbers of an image into pixels, and keeps track of their range, by which their scale is judged.

use crate::formats::npy_number::NumberType;
use crate::formats::scale::{StoredPixels, ValueRange};
use crate::pixels::{PIXELS, PixelOrder, Resize, copy_to_centre};

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
    range: ValueRange,
    pixels: Vec<f64>,
}

impl PixelDecoder {
    /// `full_ink` is the stored value that becomes 1; `None` means the usual one of the type.
    pub(crate) fn new(number: NumberType, full_ink: Option<f64>) -> Self {
        Self {
            number,
            full_ink: full_ink.unwrap_or(number.full_ink()),
            range: ValueRange::default(),
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
            // Bytes, the most common type, faster.
            for end in [stored.iter().min(), stored.iter().max()] {
                end.inspect(|end| self.range.add(f64::from(**end)));
            }
            let pixels = stored.iter().map(|byte| f64::from(*byte) / self.full_ink);
            self.pixels.extend(pixels);
        } else {
            for bytes in stored.chunks_exact(self.number.size()) {
                let value = self.number.value(bytes);
                self.range.add(value);
                self.pixels.push(value / self.full_ink);
            }
        }
        &self.pixels
    }

    /// Returns what was found out about the stored values.
    pub(crate) fn finish(self) -> StoredPixels {
        StoredPixels {
            number: self.number,
            range: self.range,
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

#[expect(
    clippy::cast_possible_truncation,
    reason = "the network computes in f32"
)]
pub(crate) fn to_f32(pixel: f64) -> f32 {
    pixel as f32
}
