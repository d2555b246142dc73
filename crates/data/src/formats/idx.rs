//! IDX, the format of MNIST: one file of images and one of labels, both usually as unsigned bytes.
//!
//! A file has a magic number, which holds the type of the numbers and how many dimensions there are, the dimensions as
//! big-endian 32-bit numbers, then the data; images are row-major, from the top. The format is described on MNIST's own
//! page, "The MNIST database of handwritten digits" (LeCun, Cortes, Burges), section "File formats".

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
    match magic.get(3)? {
        3 => Some(FileKind::Images),
        1 => Some(FileKind::Labels),
        _ => None,
    }
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
    let [count, height, width] = read_dimensions(&mut file)?;
    let size = [height as usize, width as usize];
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
    let [count] = read_dimensions(&mut file)?;
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
    number_type(file.magic()).ok_or_else(|| DataError::UnknownFormat {
        path: file.path().into(),
        found: file.magic().to_vec(),
    })
}

/// Skips the magic number, which is already checked, and reads the dimensions.
fn read_dimensions<const N: usize>(file: &mut DataFile) -> Result<[u32; N], DataError> {
    let header = file.read_header(mem::size_of::<u32>() * (1 + N))?;
    let (words, _) = header.as_chunks();
    Ok(std::array::from_fn(|dimension| {
        u32::from_be_bytes(words[1 + dimension])
    }))
}
