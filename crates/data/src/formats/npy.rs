//! NumPy's `.npy`, the format of the course's `X.npy` and `y.npy`.
//!
//! Images are `[n, 400]` or `[n, 20, 20]`, labels `[n]` or `[n, 1]`, in either byte order, in C or Fortran order. Both
//! shapes of images list the pixels of an image in the same order, which [`PixelOrder`] says.

use std::path::Path;

use crate::error::DataError;
use crate::file_kind::FileKind;
use crate::formats::data_file::DataFile;
use crate::formats::npy_header::{Header, MemoryOrder};
use crate::formats::npy_number::NumberType;
use crate::pixels::{PIXELS, PixelOrder, SIDE, transposed};
use crate::storage::StoreWriter;

/// Says what an array of this shape contains, if it can be part of a data set.
pub(crate) fn kind_of_shape(shape: &[u64]) -> Option<FileKind> {
    match shape {
        [_, 400] | [_, 20, 20] => Some(FileKind::Images),
        [_] | [_, 1] => Some(FileKind::Labels),
        _ => None,
    }
}

/// Reads images of `f32`, `f64` or bytes (255 becomes 1) into `images`, column-major.
///
/// `path` is that of the file. Of an array in Fortran order, all pixels are in memory while it is read.
pub(crate) fn read_images<'a>(
    mut file: DataFile,
    path: &'a Path,
    pixel_order: PixelOrder,
    images: &mut StoreWriter<'a>,
) -> Result<(), DataError> {
    let header = read_header(&mut file, FileKind::Images)?;
    let number = NumberType::parse(&header.descr);
    let pixels = number.and_then(|number| {
        let full_ink = number.full_ink()?;
        Some(PixelType { number, full_ink })
    });
    let Some(pixels) = pixels else {
        return Err(type_error(FileKind::Images, header.descr).in_file(path));
    };
    match header.order {
        MemoryOrder::Fortran => {
            read_fortran_order(file, pixels, &header.shape, pixel_order, images)
        }
        MemoryOrder::C if header.descr == "<f4" => {
            let start = file.position_in_plain_file();
            if let (PixelOrder::Column, Some(start)) = (pixel_order, start) {
                images.can_read_in_place(path, start);
            }
            read_little_endian_f32(file, header.shape[0], pixel_order, images)
        }
        MemoryOrder::C => read_c_order(file, pixels, header.shape[0], pixel_order, images),
    }
}

/// Reads labels, whole numbers from 0 to 9 of any integer or float type, `[n]`.
pub(crate) fn read_labels(mut file: DataFile) -> Result<Vec<u8>, DataError> {
    let Header { descr, shape, .. } = read_header(&mut file, FileKind::Labels)?;
    let Some(number) = NumberType::parse(&descr) else {
        return Err(type_error(FileKind::Labels, descr).in_file(file.path()));
    };
    let mut labels = Vec::new();
    file.read_rows(shape[0], number.size(), |bytes| {
        let found = number.value(bytes);
        let row = labels.len();
        #[expect(clippy::float_cmp, reason = "a label is exactly a whole number")]
        let digit = (0..=9).find(|&digit| f64::from(digit) == found);
        labels.push(digit.ok_or(DataError::Label { row, found })?);
        Ok(())
    })?;
    Ok(labels)
}

/// Reads the header of a file that was recognized as `kind`, and checks that it still is.
fn read_header(file: &mut DataFile, kind: FileKind) -> Result<Header, DataError> {
    let header = Header::read(file)?;
    if kind_of_shape(&header.shape) == Some(kind) {
        return Ok(header);
    }
    let found = header.shape;
    Err(DataError::NpyShape { found }.in_file(file.path()))
}

fn type_error(kind: FileKind, found: String) -> DataError {
    DataError::NpyType { kind, found }
}

/// The type of the pixels in a file.
#[derive(Clone, Copy)]
struct PixelType {
    number: NumberType,
    /// The value that becomes 1.
    full_ink: f64,
}

impl PixelType {
    fn size(self) -> usize {
        self.number.size()
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "the network computes in f32"
    )]
    fn decode(self, bytes: &[u8]) -> f32 {
        (self.number.value(bytes) / self.full_ink) as f32
    }
}

/// Stores one image, given in the order of the file.
fn push(
    image: &[f32; PIXELS],
    pixel_order: PixelOrder,
    images: &mut StoreWriter<'_>,
) -> Result<(), DataError> {
    match pixel_order {
        PixelOrder::Column => images.push(image),
        PixelOrder::Row => images.push(&transposed(image)),
    }
}

fn read_c_order(
    file: DataFile,
    pixels: PixelType,
    rows: u64,
    pixel_order: PixelOrder,
    images: &mut StoreWriter<'_>,
) -> Result<(), DataError> {
    let mut image = [0.0; PIXELS];
    file.read_wanted_rows(rows, PIXELS * pixels.size(), images, |images, bytes| {
        if images.skip_unwanted() {
            return Ok(());
        }
        for (pixel, bytes) in image.iter_mut().zip(bytes.chunks_exact(pixels.size())) {
            *pixel = pixels.decode(bytes);
        }
        push(&image, pixel_order, images)
    })
}

/// Does the same for the most common type, faster.
fn read_little_endian_f32(
    file: DataFile,
    rows: u64,
    pixel_order: PixelOrder,
    images: &mut StoreWriter<'_>,
) -> Result<(), DataError> {
    let mut image = [0.0; PIXELS];
    file.read_wanted_rows(rows, PIXELS * size_of::<f32>(), images, |images, bytes| {
        if images.skip_unwanted() {
            return Ok(());
        }
        let (floats, _) = bytes.as_chunks();
        for (pixel, bytes) in image.iter_mut().zip(floats) {
            *pixel = f32::from_le_bytes(*bytes);
        }
        push(&image, pixel_order, images)
    })
}

fn read_fortran_order(
    file: DataFile,
    pixels: PixelType,
    shape: &[u64],
    pixel_order: PixelOrder,
    images: &mut StoreWriter<'_>,
) -> Result<(), DataError> {
    let path = file.path().to_owned();
    let mut stored = Vec::new();
    file.read_rows(shape[0], PIXELS * pixels.size(), |bytes| {
        let values = bytes.chunks_exact(pixels.size());
        stored.extend(values.map(|bytes| pixels.decode(bytes)));
        Ok(())
    })?;
    let count = stored.len() / PIXELS;
    for image in 0..count {
        let image: [f32; PIXELS] = std::array::from_fn(|pixel| {
            let index = match shape {
                [_, _] => pixel,
                // `[n, 20, 20]`: the first of the two indices changes faster.
                _ => pixel / SIDE + pixel % SIDE * SIDE,
            };
            stored[image + count * index]
        });
        push(&image, pixel_order, images).map_err(|error| error.in_file(&path))?;
    }
    Ok(())
}
