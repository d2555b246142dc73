//! Decodes PNG and JPEG files into brightness, with limits on their size. The tests are those of `picture`.

use std::io::{BufReader, Read};
use std::path::Path;

use fs_err as fs;
use image::error::{ImageError, ImageFormatHint, UnsupportedError};
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader};

use crate::error::DataError;
use crate::foreign_file::ForeignFile;
use crate::formats::jpeg_bits::Flaw;
use crate::formats::{jpeg, png};
use crate::pixels::check_size;

/// Decodes a picture, after checking the size in its header.
pub(crate) fn decode(path: &Path) -> Result<DynamicImage, DataError> {
    let decode_error = |source| DataError::Picture {
        path: path.into(),
        source,
    };
    let file = BufReader::new(fs::File::open(path)?);
    let reader = ImageReader::new(file).with_guessed_format()?;
    if !matches!(reader.format(), Some(ImageFormat::Png | ImageFormat::Jpeg)) {
        return not_a_picture(path).and_then(Err);
    }
    let format = reader.format();
    if format == Some(ImageFormat::Png) {
        // The decoder does not miss the last chunk, and calls a file cut elsewhere damaged.
        png::check(&fs::read(path)?).map_err(|flaw| flaw_error(path, flaw))?;
    }
    let mut decoder = reader.into_decoder().map_err(decode_error)?;
    let (width, height) = decoder.dimensions();
    let (width, height) = (width as usize, height as usize);
    check_size(height, width).map_err(|error| error.in_file(path))?;
    if format == Some(ImageFormat::Jpeg) {
        jpeg::check(&fs::read(path)?).map_err(|flaw| flaw_error(path, flaw))?;
    }
    let orientation = decoder.orientation().map_err(decode_error)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(decode_error)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// Says what is found in the place of a PNG or JPEG picture.
fn not_a_picture(path: &Path) -> Result<DataError, DataError> {
    let mut start = Vec::new();
    fs::File::open(path)?.take(64).read_to_end(&mut start)?;
    let path = path.into();
    if png::is_cut_in_signature(&start) {
        return Ok(DataError::PictureCutShort { path });
    }
    // GIF and BMP are pictures, but not among those that are read.
    if let Some(found) = ForeignFile::of_start(&start)
        && found != ForeignFile::Picture
    {
        return Ok(DataError::ForeignPicture { path, found });
    }
    let source = ImageError::Unsupported(UnsupportedError::from(ImageFormatHint::Unknown));
    Ok(DataError::Picture { path, source })
}

fn flaw_error(path: &Path, flaw: Flaw) -> DataError {
    let path = path.into();
    match flaw {
        Flaw::CutShort => DataError::PictureCutShort { path },
        Flaw::Damaged { at } => DataError::PictureDamaged { path, at },
    }
}

/// Returns the brightness of each pixel on white paper, 0 to 1, row-major.
pub(crate) fn brightness(picture: DynamicImage) -> Vec<f32> {
    let full = f32::from(u16::MAX);
    picture
        .into_luma_alpha16()
        .pixels()
        .map(|pixel| {
            let [luma, alpha] = pixel.0.map(|value| f32::from(value) / full);
            luma * alpha + (1.0 - alpha)
        })
        .collect()
}
