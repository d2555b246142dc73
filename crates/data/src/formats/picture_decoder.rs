//! Decodes PNG and JPEG files, with limits on their size. The tests are those of `picture`.

use std::io::Cursor;
use std::path::Path;

use fs_err as fs;
use image::error::{DecodingError, ImageError, ImageFormatHint, UnsupportedError};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader};

use crate::error::DataError;
use crate::foreign_file::ForeignFile;
use crate::formats::jpeg_bits::Flaw;
use crate::formats::{jpeg, png};
use crate::preparation::{Picture, PictureRows, Plane, level};

/// The largest picture, in pixels: twice what phones make. Rows of a PNG are reduced as they come; a JPEG is in memory
/// as a whole, 300 MB of that size.
pub(crate) const MAX_PIXELS: u64 = 100_000_000;

/// What the header of a picture says, whose structure was checked.
struct Checked {
    format: ImageFormat,
    orientation: Orientation,
}

/// Decodes a picture row by row, reduced if it is large.
pub(crate) fn decode(path: &Path) -> Result<Picture, DataError> {
    decode_bytes(path, &fs::read(path)?, MAX_PIXELS)
}

/// The same with the content of a file, of at most `most` pixels.
pub(crate) fn decode_bytes(path: &Path, bytes: &[u8], most: u64) -> Result<Picture, DataError> {
    let Checked {
        format,
        orientation,
    } = check(path, bytes, most)?;
    let decoded = match format {
        ImageFormat::Png => png_rows(bytes),
        _ => image::load_from_memory_with_format(bytes, format).map(|whole| rows_of(&whole)),
    };
    let picture = decoded.map_err(|source| decode_error(path, source))?;
    Ok(upright(picture, orientation))
}

/// Decodes a picture of at most `most` pixels as a whole.
pub(crate) fn decode_whole_bytes(
    path: &Path,
    bytes: &[u8],
    most: u64,
) -> Result<DynamicImage, DataError> {
    let checked = check(path, bytes, most)?;
    let decoded = image::load_from_memory_with_format(bytes, checked.format);
    let mut picture = decoded.map_err(|source| decode_error(path, source))?;
    picture.apply_orientation(checked.orientation);
    Ok(picture)
}

fn decode_error(path: &Path, source: ImageError) -> DataError {
    DataError::Picture {
        path: path.into(),
        source,
    }
}

/// Checks that the content of a file is a whole picture of at most `most` pixels.
fn check(path: &Path, bytes: &[u8], most: u64) -> Result<Checked, DataError> {
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?;
    let Some(format @ (ImageFormat::Png | ImageFormat::Jpeg)) = reader.format() else {
        return Err(not_a_picture(path, bytes));
    };
    if format == ImageFormat::Png {
        // The decoder does not miss the last chunk, and calls a file cut elsewhere damaged.
        png::check(bytes).map_err(|flaw| flaw_error(path, flaw))?;
    }
    let mut decoder = reader
        .into_decoder()
        .map_err(|source| decode_error(path, source))?;
    let (width, height) = decoder.dimensions();
    check_pixels(path, [width, height], most)?;
    if format == ImageFormat::Jpeg {
        jpeg::check(bytes).map_err(|flaw| flaw_error(path, flaw))?;
    }
    let orientation = decoder
        .orientation()
        .map_err(|source| decode_error(path, source))?;
    drop(decoder);
    Ok(Checked {
        format,
        orientation,
    })
}

fn check_pixels(path: &Path, [width, height]: [u32; 2], most: u64) -> Result<(), DataError> {
    let pixels = u64::from(width) * u64::from(height);
    if (1..=most).contains(&pixels) {
        return Ok(());
    }
    Err(DataError::PictureSize {
        path: path.into(),
        width,
        height,
        limit: most / 1_000_000,
    })
}

/// Decodes a PNG row by row; an interlaced one, of which no row is ready before the last pass, as a whole.
fn png_rows(bytes: &[u8]) -> Result<Picture, ImageError> {
    let error = |source: ::png::DecodingError| {
        ImageError::Decoding(DecodingError::new(ImageFormat::Png.into(), source))
    };
    let mut decoder = ::png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(::png::Transformations::EXPAND);
    let mut reader = decoder.read_info().map_err(error)?;
    let (width, height) = reader.info().size();
    let (color, depth) = reader.output_color_type();
    if reader.info().interlaced {
        let whole = image::load_from_memory_with_format(bytes, ImageFormat::Png)?;
        return Ok(rows_of(&whole));
    }
    let mut rows = PictureRows::new(width as usize, height as usize);
    let samples = color.samples();
    while let Some(row) = reader.next_row().map_err(error)? {
        if depth == ::png::BitDepth::Sixteen {
            let values = row.data().as_chunks::<2>().0.chunks_exact(samples);
            rows.add(values.map(|pixel| {
                rgba(pixel, |bytes| {
                    f32::from(u16::from_be_bytes(*bytes)) / 65_535.0
                })
            }));
        } else {
            let values = row.data().chunks_exact(samples);
            rows.add(values.map(|pixel| rgba(pixel, |value| level(*value))));
        }
    }
    Ok(rows.finish())
}

/// Red, green, blue and opacity of a pixel of one to four samples: grey or colour, each with opacity or without.
fn rgba<S>(samples: &[S], value: impl Fn(&S) -> f32) -> [f32; 4] {
    match samples {
        [grey] => [value(grey), value(grey), value(grey), 1.0],
        [grey, opacity] => [value(grey), value(grey), value(grey), value(opacity)],
        [red, green, blue] => [value(red), value(green), value(blue), 1.0],
        [red, green, blue, opacity, ..] => [value(red), value(green), value(blue), value(opacity)],
        [] => [0.0, 0.0, 0.0, 1.0],
    }
}

fn rows_of(whole: &DynamicImage) -> Picture {
    let width = whole.width() as usize;
    let mut rows = PictureRows::new(width, whole.height() as usize);
    let value = |value: &u8| level(*value);
    match whole {
        DynamicImage::ImageRgb8(whole) => {
            for row in whole.as_raw().chunks_exact(3 * width) {
                rows.add(row.chunks_exact(3).map(|pixel| rgba(pixel, value)));
            }
        }
        DynamicImage::ImageLuma8(whole) => {
            for row in whole.as_raw().chunks_exact(width) {
                rows.add(row.chunks_exact(1).map(|pixel| rgba(pixel, value)));
            }
        }
        other => {
            for row in other.to_rgba16().as_raw().chunks_exact(4 * width) {
                let pixels = row.chunks_exact(4);
                rows.add(pixels.map(|pixel| rgba(pixel, |value| f32::from(*value) / 65_535.0)));
            }
        }
    }
    rows.finish()
}

/// Turns a picture as its orientation says, and mirrors it.
fn upright(picture: Picture, orientation: Orientation) -> Picture {
    match orientation {
        Orientation::NoTransforms => picture,
        Orientation::FlipHorizontal => picture.changed(Plane::mirrored),
        Orientation::Rotate180 => picture.changed(Plane::upside_down),
        Orientation::FlipVertical => picture.changed(|plane| plane.upside_down().mirrored()),
        Orientation::Rotate90FlipH => picture.changed(|plane| plane.transposed()),
        Orientation::Rotate90 => picture.changed(|plane| plane.transposed().mirrored()),
        Orientation::Rotate270FlipH => picture.changed(|plane| plane.transposed().upside_down()),
        Orientation::Rotate270 => {
            picture.changed(|plane| plane.transposed().mirrored().upside_down())
        }
    }
}

/// Says what is found in the place of a PNG or JPEG picture.
fn not_a_picture(path: &Path, bytes: &[u8]) -> DataError {
    let start = &bytes[..bytes.len().min(64)];
    let path = path.into();
    if png::is_cut_in_signature(start) {
        return DataError::PictureCutShort { path };
    }
    // GIF and BMP are pictures, but not among those that are read.
    if let Some(found) = ForeignFile::of_start(start)
        && found != ForeignFile::Picture
    {
        return DataError::ForeignPicture { path, found };
    }
    let source = ImageError::Unsupported(UnsupportedError::from(ImageFormatHint::Unknown));
    DataError::Picture { path, source }
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
