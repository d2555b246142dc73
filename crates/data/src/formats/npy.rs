//! NumPy's `.npy`, the format of the course's `X.npy` and `y.npy`.
//!
//! Images are `[n, 400]` or `[n, 20, 20]` as in the course, where [`PixelOrder`] says in which order their pixels are; or
//! of other sizes, `[n, side, side]` or `[n, 784]`, row by row as in MNIST, and resized. Labels are `[n]` or `[n, 1]`. The
//! numbers have either byte order, and the arrays C or Fortran order.

use std::path::Path;

use crate::error::DataError;
use crate::file_kind::FileKind;
use crate::formats::data_file::DataFile;
use crate::formats::npy_header::{Header, MemoryOrder};
use crate::formats::npy_number::NumberType;
use crate::formats::npy_shape::{ImageShape, image_shape, kind_of_shape};
use crate::formats::pixel_counts::PixelCounts;
use crate::formats::pixel_decoder::{
    ImageOptions, PixelDecoder, SquareResize, to_f32, with_stored_value,
};
use crate::formats::scale::StoredPixels;
use crate::pixels::{PIXELS, PixelOrder, SIDE, check_size, transposed};
use crate::storage::StoreWriter;

/// Reads images of integers or floats into `images`, column-major.
///
/// `path` is that of the file. Of an array in Fortran order, all numbers are in memory while it is read.
pub(crate) fn read_images<'a>(
    mut file: DataFile,
    path: &'a Path,
    options: ImageOptions,
    images: &mut StoreWriter<'a>,
) -> Result<StoredPixels, DataError> {
    let header = read_header(&mut file, FileKind::Images)?;
    let Some(number) = NumberType::parse(&header.descr) else {
        return Err(type_error(FileKind::Images, header.descr).in_file(path));
    };
    let shape = image_shape(&header.shape).unwrap_or(ImageShape::Course);
    let (side, order) = match shape {
        ImageShape::Course => (SIDE, options.pixel_order),
        ImageShape::RowMajor { side } => (side, PixelOrder::Row),
    };
    check_size(side, side).map_err(|error| error.in_file(path))?;
    let is_plain_f32 = header.descr == "<f4" && options.full_ink.is_none();
    if shape == ImageShape::Course && header.order == MemoryOrder::C && is_plain_f32 {
        let start = file.position_in_plain_file();
        if let (PixelOrder::Column, Some(start)) = (order, start) {
            images.can_read_in_place(path, start);
        }
        let counts = read_little_endian_f32(file, header.shape[0], order, images)?;
        return Ok(StoredPixels { number, counts });
    }
    let mut decoder = PixelDecoder::new(number, options.full_ink);
    let mut resize = None;
    let store = |bytes: &[u8], images: &mut StoreWriter<'_>| {
        let image = decoder.decode(bytes);
        let pushed = match shape {
            ImageShape::Course => push(&std::array::from_fn(|at| to_f32(image[at])), order, images),
            ImageShape::RowMajor { side } => {
                let resize = resize.get_or_insert_with(|| SquareResize::new([side, side]));
                images.push(&resize.apply(image))
            }
        };
        pushed.map_err(|error| with_stored_value(error, image))
    };
    match header.order {
        MemoryOrder::C => read_c_order(file, &header, side * side * number.size(), images, store)?,
        MemoryOrder::Fortran => {
            read_fortran_order(file, &header, side, number.size(), images, store)?;
        }
    }
    Ok(decoder.finish())
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
    header: &Header,
    row_length: usize,
    images: &mut StoreWriter<'_>,
    mut store: impl FnMut(&[u8], &mut StoreWriter<'_>) -> Result<(), DataError>,
) -> Result<(), DataError> {
    file.read_wanted_rows(header.shape[0], row_length, images, |images, bytes| {
        if images.skip_unwanted() {
            return Ok(());
        }
        store(bytes, images)
    })
}

/// Does the same for the most common type, faster.
fn read_little_endian_f32(
    file: DataFile,
    rows: u64,
    pixel_order: PixelOrder,
    images: &mut StoreWriter<'_>,
) -> Result<PixelCounts, DataError> {
    let mut image = [0.0; PIXELS];
    let mut counts = PixelCounts::default();
    file.read_wanted_rows(rows, PIXELS * size_of::<f32>(), images, |images, bytes| {
        if images.skip_unwanted() {
            return Ok(());
        }
        let (floats, _) = bytes.as_chunks();
        for (pixel, bytes) in image.iter_mut().zip(floats) {
            *pixel = f32::from_le_bytes(*bytes);
        }
        counts.add(&image);
        push(&image, pixel_order, images)
    })?;
    Ok(counts)
}

/// Reads an array in which the first index changes fastest, so that an image is scattered over the file.
fn read_fortran_order(
    file: DataFile,
    header: &Header,
    side: usize,
    number_size: usize,
    images: &mut StoreWriter<'_>,
    mut store: impl FnMut(&[u8], &mut StoreWriter<'_>) -> Result<(), DataError>,
) -> Result<(), DataError> {
    let path = file.path().to_owned();
    let row_length = side * side * number_size;
    let mut stored = Vec::new();
    file.read_rows(header.shape[0], row_length, |bytes| {
        stored.extend_from_slice(bytes);
        Ok(())
    })?;
    let count = stored.len() / row_length;
    let mut image = Vec::with_capacity(row_length);
    for row in 0..count {
        if images.skip_unwanted() {
            continue;
        }
        image.clear();
        for pixel in 0..side * side {
            let index = match header.shape.as_slice() {
                [_, _] => pixel,
                // `[n, side, side]`: the first of the two indices changes faster.
                _ => pixel / side + pixel % side * side,
            };
            let start = (row + count * index) * number_size;
            image.extend_from_slice(&stored[start..start + number_size]);
        }
        store(&image, images).map_err(|error| error.in_file(&path))?;
    }
    Ok(())
}
