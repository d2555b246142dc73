//! IDX, the format in which MNIST is published: images and labels in a file each, as unsigned bytes.
//!
//! A magic number, the dimensions as big-endian 32-bit numbers, then the data: images row after row, from the top.
//! Other element types and numbers of dimensions are not read. The format is described on MNIST's own page, "The MNIST
//! database of handwritten digits" (LeCun, Cortes, Burges), section "File formats".

use std::mem;

use crate::DataError;
use crate::file::DataFile;
use crate::resize::Resize;
use crate::store::StoreWriter;

/// Unsigned bytes, three dimensions.
pub(crate) const IMAGES_MAGIC: [u8; 4] = [0, 0, 8, 3];
/// Unsigned bytes, one dimension.
pub(crate) const LABELS_MAGIC: [u8; 4] = [0, 0, 8, 1];

/// The longest side of an image; a byte each, the largest takes 16 MiB.
const LONGEST_SIDE: usize = 4096;

/// Reads a file of images and writes them to `images` at 20 x 20, column by column, 0 to 1.
pub(crate) fn read_images(
    mut file: DataFile,
    images: &mut StoreWriter<'_>,
) -> Result<(), DataError> {
    let [count, height, width] = read_dimensions(&mut file)?;
    let (height, width) = (height as usize, width as usize);
    if [height, width]
        .iter()
        .any(|side| !(1..=LONGEST_SIDE).contains(side))
    {
        let limit = LONGEST_SIDE;
        let error = DataError::ImageSize {
            height,
            width,
            limit,
        };
        return Err(error.in_file(file.path()));
    }
    let side = height.max(width);
    let mut to_20_by_20 = None;
    file.read_rows(count.into(), height * width, |bytes| {
        if images.skips() {
            return Ok(());
        }
        // The weights and the square take memory, so they wait for the first image to arrive.
        let (resize, square) =
            to_20_by_20.get_or_insert_with(|| (Resize::new(side, side), vec![0.0; side * side]));
        centre_in_square(bytes, width, square, side);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the network computes in f32"
        )]
        images.push(&resize.apply(square).map(|pixel| pixel as f32))
    })
}

/// Reads a file of labels, `[n]`, and checks that each is a digit.
pub(crate) fn read_labels(mut file: DataFile) -> Result<Vec<u8>, DataError> {
    let [count] = read_dimensions(&mut file)?;
    let mut labels = Vec::new();
    file.read_rows(count.into(), 1, |label| {
        labels.extend_from_slice(label);
        Ok(())
    })?;
    Ok(labels)
}

/// Reads the magic number, already recognised, and the dimensions.
fn read_dimensions<const N: usize>(file: &mut DataFile) -> Result<[u32; N], DataError> {
    let header = file.read_header(mem::size_of::<u32>() * (1 + N))?;
    let (words, _) = header.as_chunks();
    Ok(std::array::from_fn(|dimension| {
        u32::from_be_bytes(words[1 + dimension])
    }))
}

/// Copies an image of bytes to the middle of a square of zeros, in units of 1 for full ink.
fn centre_in_square(bytes: &[u8], width: usize, square: &mut [f64], side: usize) {
    let top = (side - bytes.len() / width) / 2;
    let left = (side - width) / 2;
    for (source, target) in bytes
        .chunks_exact(width)
        .zip(square.chunks_exact_mut(side).skip(top))
    {
        for (byte, pixel) in source.iter().zip(&mut target[left..]) {
            *pixel = f64::from(*byte) / 255.0;
        }
    }
}
