//! How large an image may be before it is resized.

use crate::error::DataError;

/// The longest side of an image: enough for a phone's 12 megapixels, 4032 x 3024. The largest image of an IDX file takes
/// 16 MiB; a picture file crafted to be expensive takes at most a second and a quarter of a gigabyte.
const MAX_SIDE: usize = 4096;

/// Returns [`DataError::ImageSize`] unless both sides have 1 to [`MAX_SIDE`] pixels.
pub(crate) fn check_size(height: usize, width: usize) -> Result<(), DataError> {
    let limit = MAX_SIDE;
    if [height, width]
        .iter()
        .all(|side| (1..=limit).contains(side))
    {
        return Ok(());
    }
    Err(DataError::ImageSize {
        height,
        width,
        limit,
    })
}
