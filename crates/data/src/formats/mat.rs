//! The course's MATLAB files, `ex3data1.mat` and `ex4data1.mat`: images and labels as two arrays of one file.
//!
//! `X` has an image in each row, `[n, 400]` or `[n, 784]`, unrolled column by column as MATLAB does, unless a
//! [`PixelOrder`] says otherwise. `y` is `[n, 1]` or `[1, n]`; because MATLAB counts from 1, 10 means the digit 0. Other
//! arrays of the file are skipped.

use crate::error::DataError;
use crate::formats::data_file::DataFile;
use crate::formats::mat_file::{ArrayHeader, Content, MatFile, Numbers};
use crate::formats::npy_number::NumberType;
use crate::formats::pixel_decoder::{
    ImageOptions, PixelDecoder, SquareResize, course_image, with_stored_value,
};
use crate::formats::scale::StoredPixels;
use crate::pixels::{PixelOrder, SIDE};
use crate::storage::StoreWriter;

const IMAGES: &str = "X";
const LABELS: &str = "y";

/// Checks that a file has images and labels, without reading them.
///
/// # Errors
///
/// When the file is damaged, or has no two such arrays of numbers.
pub(crate) fn check(file: DataFile) -> Result<(), DataError> {
    let path = file.path().to_owned();
    let mut arrays = Vec::new();
    MatFile::new(file)?.for_each(|array| {
        arrays.push(array.header.clone());
        Ok(())
    })?;
    let [images, labels] = [IMAGES, LABELS].map(|name| only_array(&arrays, name));
    let (Some(images), Some(labels)) = (images, labels) else {
        let names = arrays.into_iter().map(|array| array.name);
        return Err(without_both(names).in_file(path));
    };
    let checked = image_array(images).and(label_array(labels));
    checked.map_err(|error| error.in_file(path))
}

fn only_array<'a>(arrays: &'a [ArrayHeader], name: &str) -> Option<&'a ArrayHeader> {
    let mut named = arrays.iter().filter(|array| array.name == name);
    let first = named.next();
    if named.next().is_none() { first } else { None }
}

/// Reads the images of a file that was checked into `images`, column-major. All are in memory while they are read.
pub(crate) fn read_images(
    file: DataFile,
    options: ImageOptions,
    images: &mut StoreWriter<'_>,
) -> Result<StoredPixels, DataError> {
    let path = file.path().to_owned();
    let (header, numbers) = read_array(file, IMAGES)?;
    let stored = store_images(&header, &numbers, options, images);
    stored.map_err(|error| error.in_file(path))
}

/// Reads the labels of a file that was checked, `[n]`: 0 to 9, or 1 to 10, where 10 means 0.
pub(crate) fn read_labels(file: DataFile) -> Result<Vec<u8>, DataError> {
    let path = file.path().to_owned();
    let (header, numbers) = read_array(file, LABELS)?;
    let labels = label_array(&header).and_then(|()| digits(&numbers));
    labels.map_err(|error| error.in_file(path))
}

fn read_array(file: DataFile, name: &str) -> Result<(ArrayHeader, Numbers), DataError> {
    let path = file.path().to_owned();
    let (mut names, mut found) = (Vec::new(), None);
    MatFile::new(file)?.for_each(|array| {
        names.push(array.header.name.clone());
        if array.header.name == name {
            found = Some((array.header.clone(), array.read_numbers()?));
        }
        Ok(())
    })?;
    found.ok_or_else(|| without_both(names.into_iter()).in_file(path))
}

/// The error of a file with other arrays; what MATLAB keeps for functions has no name.
fn without_both(names: impl Iterator<Item = String>) -> DataError {
    let found = names.filter(|name| !name.is_empty()).collect();
    DataError::MatVariables { found }
}

/// Returns the type of images in MATLAB, and the side of an image.
fn image_array(array: &ArrayHeader) -> Result<(NumberType, usize), DataError> {
    let number = number_type(array)?;
    let side = match array.dimensions[..] {
        [_, 400] => SIDE,
        [_, 784] => 28,
        _ => {
            let found = array.dimensions.clone();
            return Err(DataError::MatImagesShape { found });
        }
    };
    Ok((number, side))
}

fn label_array(array: &ArrayHeader) -> Result<(), DataError> {
    number_type(array)?;
    match array.dimensions[..] {
        [_, 1] | [1, _] => Ok(()),
        _ => {
            let found = array.dimensions.clone();
            Err(DataError::MatLabelsShape { found })
        }
    }
}

fn number_type(array: &ArrayHeader) -> Result<NumberType, DataError> {
    match array.content {
        Content::Numbers(number) => Ok(number),
        Content::Other(found) => {
            let name = array.name.clone();
            Err(DataError::MatContent { name, found })
        }
    }
}

fn store_images(
    header: &ArrayHeader,
    numbers: &Numbers,
    options: ImageOptions,
    images: &mut StoreWriter<'_>,
) -> Result<StoredPixels, DataError> {
    let (number, side) = image_array(header)?;
    let stored = numbers.bytes.chunks_exact(numbers.stored.size());
    let count = stored.len() / (side * side);
    if count == 0 {
        return Err(DataError::NoRows);
    }
    // MATLAB stores whole numbers of any type as bytes if they fit; the scale is that of the array's own type.
    let full_ink = options.full_ink.unwrap_or(number.full_ink());
    let mut decoder = PixelDecoder::new(numbers.stored, Some(full_ink));
    let mut resize = (side != SIDE).then(|| SquareResize::new([side, side]));
    let mut bytes = Vec::new();
    for row in 0..count {
        if images.skip_unwanted() {
            continue;
        }
        bytes.clear();
        for pixel in stored.clone().skip(row).step_by(count) {
            bytes.extend_from_slice(pixel);
        }
        let image = decoder.decode(&bytes);
        let pushed = match &mut resize {
            None => images.push(&course_image(image, options.pixel_order)),
            Some(resize) => {
                images.push(&resize.apply(&row_major(image, side, options.pixel_order)))
            }
        };
        pushed.map_err(|error| with_stored_value(error, image))?;
    }
    let counts = decoder.finish().counts;
    Ok(StoredPixels { number, counts })
}

/// Returns the pixels of a square row by row.
fn row_major(image: &[f64], side: usize, order: PixelOrder) -> Vec<f64> {
    let at = |at| match order {
        PixelOrder::Column => at % side * side + at / side,
        PixelOrder::Row => at,
    };
    (0..image.len()).map(|pixel| image[at(pixel)]).collect()
}

fn digits(numbers: &Numbers) -> Result<Vec<u8>, DataError> {
    let stored = numbers.bytes.chunks_exact(numbers.stored.size());
    let mut labels = Vec::new();
    for (row, bytes) in stored.enumerate() {
        let found = numbers.stored.value(bytes);
        #[expect(clippy::float_cmp, reason = "a label is exactly a whole number")]
        let label = (0..=10).find(|&label| f64::from(label) == found);
        labels.push(label.ok_or(DataError::MatLabel { row, found })?);
    }
    if labels.is_empty() {
        return Err(DataError::NoRows);
    }
    let first = |digit| labels.iter().position(|&label| label == digit);
    if let (Some(zero), Some(ten)) = (first(0), first(10)) {
        return Err(DataError::MatZeroAndTen { zero, ten });
    }
    // Only 10 changes.
    Ok(labels.into_iter().map(|label| label % 10).collect())
}
