//! IDX, the format of MNIST: one file of images and one of labels, both usually as unsigned bytes.
//!
//! A file has a magic number, which holds the type of the numbers and how many dimensions there are, the dimensions as
//! big-endian 32-bit numbers, then the data; images are row-major, from the top. The format is described on MNIST's own
//! page, "The MNIST database of handwritten digits" (LeCun, Cortes, Burges), section "File formats". A further dimension of
//! 1, the channel of images or the column of labels, makes no difference, as in `.npy` files.

use std::mem;

use crate::error::DataError;
use crate::file_kind::FileKind;
use crate::formats::data_file::DataFile;
use crate::formats::npy_number::NumberType;
use crate::formats::pixel_decoder::{PixelDecoder, SquareResize, with_stored_value};
use crate::formats::scale::StoredPixels;
use crate::pixels::check_size;
use crate::storage::StoreWriter;

/// Says what an IDX file contains from its first bytes; `None` for other files, and for IDX files of neither images nor
/// labels.
pub(crate) fn kind_of_magic(magic: &[u8]) -> Option<FileKind> {
    number_type(magic)?;
    match dimension_count(magic)? {
        3 => Some(FileKind::Images),
        1 => Some(FileKind::Labels),
        count => kind_of_shape(&dimensions(magic.get(4..)?, count)?),
    }
}

/// Says what an array with a dimension of 1 more than usual contains.
fn kind_of_shape(shape: &[u32]) -> Option<FileKind> {
    match shape {
        [_, 1, _, _] | [_, _, _, 1] => Some(FileKind::Images),
        [_, 1] => Some(FileKind::Labels),
        _ => None,
    }
}

fn dimension_count(magic: &[u8]) -> Option<usize> {
    magic.get(3).copied().map(usize::from)
}

/// Reads so many dimensions; `None` if there are fewer.
fn dimensions(bytes: &[u8], count: usize) -> Option<Vec<u32>> {
    let (words, _) = bytes.as_chunks();
    let words = words.get(..count)?;
    Some(words.iter().copied().map(u32::from_be_bytes).collect())
}

fn number_type(magic: &[u8]) -> Option<NumberType> {
    match magic {
        [0, 0, code, ..] => NumberType::of_idx(*code),
        _ => None,
    }
}

/// Reads a file of images into `images`: resized to 20 x 20, column-major, scaled from 0..=`full_ink` to 0..=1; `None`
/// means 255 for integers and 1 for floats.
///
/// An image that is not square is padded with background, which is 0.
pub(crate) fn read_images(
    mut file: DataFile,
    full_ink: Option<f64>,
    images: &mut StoreWriter<'_>,
) -> Result<StoredPixels, DataError> {
    let number = known_type(&file)?;
    let (count, size) = match *read_dimensions(&mut file)? {
        [count, 1, height, width] | [count, height, width, 1] | [count, height, width] => {
            (count, [height as usize, width as usize])
        }
        _ => return Err(unknown_format(&file)),
    };
    check_size(size[0], size[1]).map_err(|error| error.in_file(file.path()))?;
    let mut decoder = PixelDecoder::new(number, full_ink);
    let mut resize = None;
    let row_length = size[0] * size[1] * number.size();
    file.read_wanted_rows(count.into(), row_length, images, |images, bytes| {
        if images.skip_unwanted() {
            return Ok(());
        }
        // The weights and the square take memory, so they are made when the first image has arrived.
        let resize = resize.get_or_insert_with(|| SquareResize::new(size));
        let image = decoder.decode(bytes);
        let pushed = images.push(&resize.apply(image));
        pushed.map_err(|error| with_stored_value(error, image))
    })?;
    Ok(decoder.finish())
}

/// Reads a file of labels, whole numbers from 0 to 255, `[n]`; whether they are digits is not checked.
pub(crate) fn read_labels(mut file: DataFile) -> Result<Vec<u8>, DataError> {
    let number = known_type(&file)?;
    let Some(&count) = read_dimensions(&mut file)?.first() else {
        return Err(unknown_format(&file));
    };
    let mut labels = Vec::new();
    file.read_rows(count.into(), number.size(), |bytes| {
        let found = number.value(bytes);
        let row = labels.len();
        labels.push(whole_label(found).ok_or(DataError::Label { row, found })?);
        Ok(())
    })?;
    Ok(labels)
}

#[expect(clippy::float_cmp, reason = "a label is exactly a whole number")]
fn whole_label(found: f64) -> Option<u8> {
    (0..=u8::MAX).find(|&label| f64::from(label) == found)
}

/// Returns the type of a file that was recognized.
fn known_type(file: &DataFile) -> Result<NumberType, DataError> {
    number_type(file.magic()).ok_or_else(|| unknown_format(file))
}

fn unknown_format(file: &DataFile) -> DataError {
    DataError::UnknownFormat {
        path: file.path().into(),
        found: file.magic().to_vec(),
    }
}

/// Skips the magic number, which is already checked, and reads the dimensions.
fn read_dimensions(file: &mut DataFile) -> Result<Vec<u32>, DataError> {
    let count = dimension_count(file.magic()).unwrap_or_default();
    let header = file.read_header(mem::size_of::<u32>() * (1 + count))?;
    let dimensions = header.get(4..).and_then(|words| dimensions(words, count));
    dimensions.ok_or_else(|| unknown_format(file))
}
