//! A picture file, the digits that were found in it, and whether they may be predicted.

use std::path::Path;

use data::{Area, ImageKind, Picture, PictureReading, Prepared, prepare};

use crate::config::choices::PicturesName;
use crate::config::run_config::RunConfig;
use crate::reading::found::{Expected, FoundDigit, judged};
use crate::reading::refusal::Refusal;
use crate::support::error::Result;
use crate::support::missing::check_exists;

/// What was found in a picture.
#[derive(Debug)]
pub(crate) struct ReadPicture {
    pub(crate) picture: Picture,
    pub(crate) prepared: Prepared,
    /// From left to right; one if [`Expected::One`] is found.
    pub(crate) digits: Vec<FoundDigit>,
    /// Why the picture as a whole is not predicted; `None` if a digit is.
    pub(crate) refusal: Option<Refusal>,
}

impl ReadPicture {
    /// Where a digit is in the file: left, top, right and bottom, in pixels.
    pub(crate) fn box_in_file(&self, area: &Area) -> [usize; 4] {
        let (within, factor) = (&self.prepared.within, self.picture.reduction());
        [
            (area.left + within.left) * factor,
            (area.top + within.top) * factor,
            (area.right + within.left) * factor,
            (area.bottom + within.top) * factor,
        ]
    }
}

impl ReadPicture {
    /// The whole picture as 20 x 20 pixels, row by row, from black to white.
    pub(crate) fn thumbnail(&self) -> Vec<f32> {
        let [width, height] = self.picture.size();
        let pixels = (0..width * height).map(|at| {
            let [red, green, blue] = self.picture.on_white(at % width, at / width);
            0.2126 * red + 0.7152 * green + 0.0722 * blue
        });
        thumbnail(&pixels.collect::<Vec<f32>>(), width)
    }

    /// The ink as 20 x 20 pixels, row by row.
    pub(crate) fn ink_thumbnail(&self) -> Vec<f32> {
        thumbnail(&self.prepared.ink, self.prepared.within.width())
    }
}

/// Fits pixels into 20 x 20, with black beside a picture that is not square.
fn thumbnail(pixels: &[f32], width: usize) -> Vec<f32> {
    let height = pixels.len() / width.max(1);
    let side = width.max(height);
    let [left, top] = [(side - width) / 2, (side - height) / 2];
    let mut square = vec![0.0; side * side];
    for (y, row) in pixels.chunks_exact(width.max(1)).enumerate() {
        for (x, pixel) in row.iter().enumerate() {
            square[(y + top) * side + x + left] = f64::from(*pixel);
        }
    }
    let resized = data::resize(&square, side, side).unwrap_or_default();
    #[expect(clippy::cast_possible_truncation, reason = "shown with a few levels")]
    let resized: Vec<f32> = resized.iter().map(|pixel| *pixel as f32).collect();
    data::row_major(&resized)
}

/// Reads a picture for a network that tells `digits` apart.
///
/// # Errors
///
/// [`Error::Missing`](crate::Error::Missing) if there is none, [`Error::Data`](crate::Error::Data) if it cannot be read.
pub(crate) fn read(path: &Path, digits: &[u8], expected: Expected) -> Result<ReadPicture> {
    check_exists(path, "picture")?;
    Ok(found_in(data::read_picture(path)?, digits, expected))
}

/// Finds the digits in a picture, for a network that tells `digits` apart.
pub(crate) fn found_in(picture: Picture, digits: &[u8], expected: Expected) -> ReadPicture {
    let prepared = prepare(&picture);
    let (digits, refusal) = judged(prepared.digits.clone(), digits, expected);
    ReadPicture {
        picture,
        prepared,
        digits,
        refusal,
    }
}

/// How pictures are read for a network: as its training pictures were, if it was trained on whole ones.
pub(crate) fn reading_for(config: &RunConfig) -> PictureReading {
    let of_pictures =
        || data::image_kind(&config.data).is_ok_and(|kind| kind == ImageKind::Pictures);
    if config.pictures == PicturesName::Resized && !config.data.is_empty() && of_pictures() {
        return PictureReading::Resized;
    }
    PictureReading::Prepared
}

/// The 400 pixels of a picture that is to be read as a training picture is.
///
/// # Errors
///
/// As [`read`].
pub(crate) fn read_pixels(path: &Path, reading: PictureReading) -> Result<Vec<f32>> {
    check_exists(path, "picture")?;
    Ok(data::read_picture_pixels(path, reading)?)
}
