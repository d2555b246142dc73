//! IDX, the format of MNIST: one file of images and one of labels, both as unsigned bytes.
//!
//! A file has a magic number, the dimensions as big-endian 32-bit numbers, then the data; images are row-major, from the
//! top. Other element types and numbers of dimensions are not supported. The format is described on MNIST's own page,
//! "The MNIST database of handwritten digits" (LeCun, Cortes, Burges), section "File formats".

use std::mem;

use crate::error::DataError;
use crate::formats::data_file::DataFile;
use crate::pixels::{PIXELS, Resize, check_size, copy_to_centre};
use crate::storage::StoreWriter;

/// Unsigned bytes, three dimensions.
pub(crate) const IMAGES_MAGIC: [u8; 4] = [0, 0, 8, 3];
/// Unsigned bytes, one dimension.
pub(crate) const LABELS_MAGIC: [u8; 4] = [0, 0, 8, 1];

/// Reads a file of images into `images`: resized to 20 x 20, column-major, scaled from 0..=255 to 0..=1.
///
/// An image that is not square is padded with background, which is 0.
pub(crate) fn read_images(
    mut file: DataFile,
    images: &mut StoreWriter<'_>,
) -> Result<(), DataError> {
    let [count, height, width] = read_dimensions(&mut file)?;
    let (height, width) = (height as usize, width as usize);
    check_size(height, width).map_err(|error| error.in_file(file.path()))?;
    let side = height.max(width);
    let mut to_20_by_20 = None;
    let mut image = [0.0; PIXELS];
    file.read_wanted_rows(count.into(), height * width, images, |images, bytes| {
        if images.skip_unwanted() {
            return Ok(());
        }
        // The weights and the square take memory, so they are made when the first image has arrived.
        let (resize, square) =
            to_20_by_20.get_or_insert_with(|| (Resize::new(side, side), vec![0.0; side * side]));
        copy_to_centre(bytes, width, square, side, |byte| f64::from(byte) / 255.0);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the network computes in f32"
        )]
        for (pixel, &resized) in image.iter_mut().zip(&resize.apply(square)) {
            *pixel = resized as f32;
        }
        images.push(&image)
    })
}

/// Reads a file of labels, `[n]`; they are not checked.
pub(crate) fn read_labels(mut file: DataFile) -> Result<Vec<u8>, DataError> {
    let [count] = read_dimensions(&mut file)?;
    let mut labels = Vec::new();
    file.read_rows(count.into(), 1, |label| {
        labels.extend_from_slice(label);
        Ok(())
    })?;
    Ok(labels)
}

/// Skips the magic number, which is already checked, and reads the dimensions.
fn read_dimensions<const N: usize>(file: &mut DataFile) -> Result<[u32; N], DataError> {
    let header = file.read_header(mem::size_of::<u32>() * (1 + N))?;
    let (words, _) = header.as_chunks();
    Ok(std::array::from_fn(|dimension| {
        u32::from_be_bytes(words[1 + dimension])
    }))
}
