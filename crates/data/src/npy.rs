//! NumPy's `.npy`, the format of the course's `X.npy` and `y.npy`.
//!
//! Images are `[n, 400]` or `[n, 20, 20]`, labels `[n]` or `[n, 1]`; of either byte order, in C or Fortran order. The
//! pixels of an image follow each other in the array's (C) order, whether its shape is 400 or 20 x 20.

use std::path::Path;

use crate::file::DataFile;
use crate::half::Half;
use crate::npy_header::{Header, Order};
use crate::store::StoreWriter;
use crate::{DataError, PIXELS, SIDE};

/// How each image of a `.npy` file is unrolled.
///
/// This holds for arrays `[n, 400]` and `[n, 20, 20]` alike: `X.reshape(n, 20, 20)` of the course's `X` has the column
/// as its second index and the row as its third, which is [`Column`](Self::Column).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PixelOrder {
    /// Column by column, as in the course's `X.npy`.
    #[default]
    Column,
    /// Row by row.
    Row,
}

/// Says which half of a data set an array of this shape is, if it can be one.
pub(crate) fn half(shape: &[u64]) -> Option<Half> {
    match shape {
        [_, 400] | [_, 20, 20] => Some(Half::Images),
        [_] | [_, 1] => Some(Half::Labels),
        _ => None,
    }
}

/// Writes images of `f32`, `f64` or bytes (255 becomes 1) to `images`, column by column.
///
/// `path` is the file's. Of an array in Fortran order all is in memory for a while.
pub(crate) fn read_images<'a>(
    mut file: DataFile,
    path: &'a Path,
    pixel_order: PixelOrder,
    images: &mut StoreWriter<'a>,
) -> Result<(), DataError> {
    let Header {
        descr,
        order,
        shape,
    } = Header::read(&mut file)?;
    if half(&shape) != Some(Half::Images) {
        let expected = "[n, 400] or [n, 20, 20]";
        let found = shape;
        return Err(DataError::NpyShape { expected, found }.in_file(path));
    }
    let full_ink = match descr.get(1..) {
        Some("f4" | "f8") => Some(1.0),
        Some("u1") => Some(255.0),
        _ => None,
    };
    let (Some(number), Some(full_ink)) = (Number::parse(&descr), full_ink) else {
        return Err(type_error("f4, f8 or u1", descr).in_file(path));
    };
    let are_ours = descr == "<f4" && order == Order::C && pixel_order == PixelOrder::Column;
    if let (true, Some(start)) = (are_ours, file.position_of_plain()) {
        images.leave_in(path, start);
    }
    let row_length = PIXELS * number.size;
    if order == Order::Fortran {
        let mut stored = Vec::new();
        file.read_rows(shape[0], row_length, |bytes| {
            let values = bytes.chunks_exact(number.size);
            stored.extend(values.map(|bytes| number.pixel(bytes, full_ink)));
            Ok(())
        })?;
        for image in 0..stored.len() / PIXELS {
            let pixels = by_columns(image, &stored, pixel_order, &shape);
            images.push(&pixels).map_err(|error| error.in_file(path))?;
        }
        return Ok(());
    }
    let mut image = [0.0; PIXELS];
    file.read_rows(shape[0], row_length, |bytes| {
        if images.skips() {
            return Ok(());
        }
        match bytes.as_chunks() {
            (floats, []) if descr == "<f4" => {
                for (pixel, bytes) in image.iter_mut().zip(floats) {
                    *pixel = f32::from_le_bytes(*bytes);
                }
            }
            _ => {
                for (pixel, bytes) in image.iter_mut().zip(bytes.chunks_exact(number.size)) {
                    *pixel = number.pixel(bytes, full_ink);
                }
            }
        }
        match pixel_order {
            PixelOrder::Column => images.push(&image),
            PixelOrder::Row => images.push(&std::array::from_fn::<_, PIXELS, _>(|pixel| {
                image[pixel % SIDE * SIDE + pixel / SIDE]
            })),
        }
    })
}

/// Reads labels, whole numbers 0 to 9 of any integer or float type, `[n]`.
pub(crate) fn read_labels(mut file: DataFile) -> Result<Vec<u8>, DataError> {
    let path = file.path().to_owned();
    let Header { descr, shape, .. } = Header::read(&mut file)?;
    if half(&shape) != Some(Half::Labels) {
        let expected = "[n] or [n, 1]";
        let found = shape;
        return Err(DataError::NpyShape { expected, found }.in_file(path));
    }
    let Some(number) = Number::parse(&descr) else {
        return Err(type_error("f4, f8, i1 to i8 or u1 to u8", descr).in_file(path));
    };
    let mut labels = Vec::new();
    file.read_rows(shape[0], number.size, |bytes| {
        let found = number.value(bytes);
        let row = labels.len();
        #[expect(clippy::float_cmp, reason = "only the whole numbers are labels")]
        let digit = (0..=9).find(|&digit| f64::from(digit) == found);
        labels.push(digit.ok_or(DataError::Label { row, found })?);
        Ok(())
    })?;
    Ok(labels)
}

fn type_error(expected: &'static str, found: String) -> DataError {
    DataError::NpyType { expected, found }
}

/// Gathers one image, column by column, of an array in Fortran order.
fn by_columns(
    image: usize,
    stored: &[f32],
    pixel_order: PixelOrder,
    shape: &[u64],
) -> [f32; PIXELS] {
    let count = stored.len() / PIXELS;
    std::array::from_fn(|pixel| {
        let (column, row) = (pixel / SIDE, pixel % SIDE);
        let (outer, inner) = match pixel_order {
            PixelOrder::Column => (column, row),
            PixelOrder::Row => (row, column),
        };
        match shape {
            [_, _] => stored[image + count * (outer * SIDE + inner)],
            _ => stored[image + count * (outer + SIDE * inner)],
        }
    })
}

/// A number as it stands in the file.
#[derive(Debug, Clone, Copy)]
struct Number {
    kind: Kind,
    bytes: Bytes,
    size: usize,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Unsigned,
    Signed,
    Float,
}

#[derive(Debug, Clone, Copy)]
enum Bytes {
    LittleEndian,
    BigEndian,
}

impl Number {
    /// Parses NumPy's name of a type, as `<f8`; `None` for a type that is not read.
    fn parse(descr: &str) -> Option<Self> {
        let bytes = match descr.get(..1)? {
            "<" | "|" => Bytes::LittleEndian,
            ">" => Bytes::BigEndian,
            _ => return None,
        };
        let (kind, size) = match descr.get(1..)? {
            "u1" => (Kind::Unsigned, 1),
            "u2" => (Kind::Unsigned, 2),
            "u4" => (Kind::Unsigned, 4),
            "u8" => (Kind::Unsigned, 8),
            "i1" => (Kind::Signed, 1),
            "i2" => (Kind::Signed, 2),
            "i4" => (Kind::Signed, 4),
            "i8" => (Kind::Signed, 8),
            "f4" => (Kind::Float, 4),
            "f8" => (Kind::Float, 8),
            _ => return None,
        };
        Some(Self { kind, bytes, size })
    }

    /// Decodes the `size` bytes of a pixel.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the network computes in f32"
    )]
    fn pixel(self, stored: &[u8], full_ink: f64) -> f32 {
        (self.value(stored) / full_ink) as f32
    }

    /// Decodes the `size` bytes of one number.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "an integer that f64 cannot hold is no label; a float of 4 bytes fills the low half"
    )]
    fn value(self, stored: &[u8]) -> f64 {
        let mut bytes = [0; 8];
        bytes[..self.size].copy_from_slice(stored);
        if matches!(self.bytes, Bytes::BigEndian) {
            bytes[..self.size].reverse();
        }
        let bits = u64::from_le_bytes(bytes);
        let unused_bits = 8 * (8 - self.size);
        match (self.kind, self.size) {
            (Kind::Unsigned, _) => bits as f64,
            // Shifting up and down again copies the sign into the unused bits.
            (Kind::Signed, _) => ((bits << unused_bits).cast_signed() >> unused_bits) as f64,
            (Kind::Float, 4) => f32::from_bits(bits as u32).into(),
            (Kind::Float, _) => f64::from_bits(bits),
        }
    }
}
