//! One picture of a digit, as a camera, a scanner or a drawing program saves it: from a PNG or JPEG file to 400 pixels.

use std::path::Path;

use fs_err as fs;
use image::DynamicImage;

use crate::error::DataError;
use crate::formats::picture_decoder::{
    MAX_PIXELS, brightness, decode, decode_bytes, decode_whole_bytes,
};
use crate::pixels::{PIXELS, Resize, copy_to_centre};
use crate::preparation::{NoInk, Picture, prepare};
use crate::storage::Unclear;

/// How a picture becomes the 400 pixels of a network.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PictureReading {
    /// The ink of the digit is found and framed as MNIST's digits are: [`prepare`].
    #[default]
    Prepared,
    /// The whole picture is resized, as it is.
    ///
    /// If the mean of the outermost pixels is more than 0.5, it shows dark ink on a bright background, and is inverted.
    /// Colours become grey by their luminance, transparent parts are blended with white, and a picture that is not
    /// square is padded with that mean.
    Resized,
}

/// Reads a PNG or JPEG picture, recognized by content, upright as its Exif orientation says.
///
/// Large ones are reduced row by row: of a PNG a few rows are in memory at a time, a JPEG is decoded as a whole.
///
/// # Errors
///
/// [`DataError::Io`] when the file cannot be read, [`DataError::NotAFile`] or [`DataError::EmptyFile`],
/// [`DataError::ForeignPicture`] or [`DataError::Picture`] when it is not a PNG or JPEG picture,
/// [`DataError::PictureCutShort`], [`DataError::PictureDamaged`] or [`DataError::Picture`] when it is damaged,
/// [`DataError::PictureSize`] when it has more than 100 million pixels.
pub fn read_picture(path: &Path) -> Result<Picture, DataError> {
    check_file(path)?;
    decode(path)
}

/// Reads a picture from the content of a file, of at most `most_megapixels` million pixels, which is checked before it is
/// decoded; `name` is what errors call it.
///
/// # Errors
///
/// Those of [`read_picture`], but for those of opening a file.
pub fn read_picture_bytes(
    name: &Path,
    bytes: &[u8],
    most_megapixels: u32,
) -> Result<Picture, DataError> {
    if bytes.is_empty() {
        return Err(DataError::EmptyFile { path: name.into() });
    }
    decode_bytes(name, bytes, u64::from(most_megapixels) * 1_000_000)
}

/// Reads a picture of one digit as 400 pixels, column-major; 0 is background and 1 is ink.
///
/// Of several digits that are [found](prepare) in it, it is the one with most ink; without any, all pixels are 0.
///
/// # Errors
///
/// Those of [`read_picture`].
pub fn read_picture_pixels(path: &Path, reading: PictureReading) -> Result<Vec<f32>, DataError> {
    Ok(read_labelled(path, reading)?.0)
}

/// Reads the pixels of a picture that is to show one digit, and what it shows if it does not.
///
/// # Errors
///
/// Those of [`read_picture`].
pub(crate) fn read_labelled(
    path: &Path,
    reading: PictureReading,
) -> Result<(Vec<f32>, Option<Unclear>), DataError> {
    if reading == PictureReading::Resized {
        return Ok((resized(path)?, None));
    }
    let without_ink = |shows| Ok((vec![0.0; PIXELS], Some(shows)));
    let digits = match prepare(&read_picture(path)?).digits {
        Ok(digits) => digits,
        Err(NoInk::Blank) => return without_ink(Unclear::Blank),
        Err(NoInk::Noise) => return without_ink(Unclear::Noise),
    };
    let shows = (digits.len() > 1).then_some(Unclear::SeveralDigits);
    let ink = |pixels: &[f32]| pixels.iter().sum::<f32>();
    let largest = digits
        .into_iter()
        .max_by(|a, b| ink(&a.pixels).total_cmp(&ink(&b.pixels)));
    match largest {
        Some(digit) => Ok((digit.pixels, shows)),
        None => without_ink(Unclear::Blank),
    }
}

fn check_file(path: &Path) -> Result<(), DataError> {
    let meta = fs::metadata(path)?;
    if !meta.is_file() {
        return Err(DataError::NotAFile { path: path.into() });
    }
    if meta.len() == 0 {
        return Err(DataError::EmptyFile { path: path.into() });
    }
    Ok(())
}

/// Reads a whole picture from the content of a file as [`PictureReading::Resized`] does, with the limit and the name of
/// [`read_picture_bytes`].
///
/// # Errors
///
/// Those of [`read_picture_bytes`].
pub fn read_whole_picture_bytes(
    name: &Path,
    bytes: &[u8],
    most_megapixels: u32,
) -> Result<Vec<f32>, DataError> {
    if bytes.is_empty() {
        return Err(DataError::EmptyFile { path: name.into() });
    }
    let most = u64::from(most_megapixels) * 1_000_000;
    Ok(in_network_size(decode_whole_bytes(name, bytes, most)?))
}

/// The whole picture of a file in 20 x 20 pixels.
fn resized(path: &Path) -> Result<Vec<f32>, DataError> {
    check_file(path)?;
    let picture = decode_whole_bytes(path, &fs::read(path)?, MAX_PIXELS)?;
    Ok(in_network_size(picture))
}

/// A whole picture in 20 x 20 pixels.
fn in_network_size(picture: DynamicImage) -> Vec<f32> {
    let width = picture.width() as usize;
    let mut pixels = brightness(picture);
    let mut background = mean_border(&pixels, width);
    if background > 0.5 {
        background = 1.0 - background;
        for pixel in &mut pixels {
            *pixel = 1.0 - *pixel;
        }
    }
    let height = pixels.len() / width;
    let side = height.max(width);
    if height != width {
        let mut square = vec![background; side * side];
        copy_to_centre(&pixels, width, &mut square, side, |pixel| pixel);
        pixels = square;
    }
    let resized = Resize::new(side, side).apply(&pixels);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the network computes in f32"
    )]
    resized.iter().map(|&pixel| pixel as f32).collect()
}

/// Returns the mean of the outermost pixels.
fn mean_border(pixels: &[f32], width: usize) -> f32 {
    let height = pixels.len() / width;
    let (sum, count) = pixels
        .iter()
        .enumerate()
        .filter(|(index, _)| {
            let (row, column) = (index / width, index % width);
            row == 0 || row + 1 == height || column == 0 || column + 1 == width
        })
        .fold((0.0, 0.0), |(sum, count), (_, pixel)| {
            (sum + f64::from(*pixel), count + 1.0)
        });
    #[expect(clippy::cast_possible_truncation, reason = "a mean of values of f32")]
    let mean = (sum / count) as f32;
    mean
}

#[cfg(test)]
mod tests {
    use image::{GrayAlphaImage, GrayImage, ImageFormat, Luma, LumaA, Rgb, RgbImage};

    use super::*;
    use crate::pixels::SIDE;

    fn saved(picture: impl Into<DynamicImage>, name: &str) -> Result<Vec<f32>, DataError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        picture.into().save(&path).unwrap();
        resized(&path)
    }

    /// 20 x 20, dark, with one grey value of 51 / 255 = 0.2 in column 3 of row 7.
    fn dot() -> GrayImage {
        let mut picture = GrayImage::new(20, 20);
        picture.put_pixel(3, 7, Luma([51]));
        picture
    }

    #[track_caller]
    fn assert_close(found: f32, expected: f32) {
        assert!((found - expected).abs() < 1e-6, "{found} is not {expected}");
    }

    #[test]
    fn a_dark_picture_is_read_unchanged_column_by_column() {
        let pixels = saved(dot(), "dot.png").unwrap();
        for (index, &pixel) in pixels.iter().enumerate() {
            assert_close(pixel, if index == 3 * SIDE + 7 { 0.2 } else { 0.0 });
        }
    }

    #[test]
    fn dark_ink_on_a_bright_background_is_inverted() {
        let mut picture = dot();
        image::imageops::invert(&mut picture);
        let pixels = saved(picture, "dot.png").unwrap();
        assert_close(pixels[3 * SIDE + 7], 0.2);
        assert_close(pixels[0], 0.0);
    }

    #[test]
    fn transparent_parts_are_white_paper() {
        // Black ink, half of it opaque (128 / 255): brightness 127 / 255 on white, inverted 128 / 255.
        let mut picture = GrayAlphaImage::from_pixel(20, 20, LumaA([0, 0]));
        picture.put_pixel(3, 7, LumaA([0, 128]));
        let pixels = saved(picture, "dot.png").unwrap();
        assert_close(pixels[3 * SIDE + 7], 128.0 / 255.0);
        assert_close(pixels[0], 0.0);
    }

    #[test]
    fn a_narrow_picture_is_padded_with_its_background() {
        // 20 high, 10 wide, background 51 / 255 = 0.2: the square is 0.2 all over, its middle holds the picture.
        let mut picture = GrayImage::from_pixel(10, 20, Luma([51]));
        picture.put_pixel(4, 7, Luma([255]));
        let pixels = saved(picture, "narrow.png").unwrap();
        assert_close(pixels[9 * SIDE + 7], 1.0);
        assert_close(pixels[0], 0.2);
        assert_close(pixels[19 * SIDE + 19], 0.2);
    }

    #[test]
    fn an_inverted_picture_is_padded_with_its_inverted_background() {
        // Paper of 204 / 255 = 0.8 becomes a background of 0.2, and black ink becomes 1.
        let mut picture = GrayImage::from_pixel(20, 10, Luma([204]));
        picture.put_pixel(4, 3, Luma([0]));
        let pixels = saved(picture, "wide.png").unwrap();
        assert_close(pixels[4 * SIDE + 8], 1.0);
        for corner in [0, 19, 19 * SIDE, 19 * SIDE + 19] {
            assert_close(pixels[corner], 0.2);
        }
    }

    #[test]
    fn the_outermost_pixels_alone_decide_which_part_is_background() {
        // A border of 102 / 255 = 0.4 around a bright centre: not inverted. And the other way round.
        for (border, centre, expected) in [(102, 255, 1.0), (153, 0, 1.0)] {
            let picture = GrayImage::from_fn(20, 20, |x, y| {
                let is_border = [x, y].iter().any(|at| [0, 19].contains(at));
                Luma([if is_border { border } else { centre }])
            });
            let pixels = saved(picture, "frame.png").unwrap();
            assert_close(pixels[10 * SIDE + 10], expected);
            assert_close(pixels[0], 0.4);
            assert_close(pixels[399], 0.4);
        }
    }

    #[test]
    fn a_border_that_is_exactly_half_bright_is_not_inverted() {
        let picture = GrayImage::from_fn(20, 20, |x, _| Luma([if x < 10 { 255 } else { 0 }]));
        let pixels = saved(picture, "halves.png").unwrap();
        assert_close(pixels[0], 1.0);
        assert_close(pixels[399], 0.0);
    }

    #[test]
    fn all_four_sides_count_as_border() {
        // Two sides are white: 39 of 76 pixels of the border, so that the picture is inverted.
        for [column, row] in [[0, 0], [19, 0], [0, 19], [19, 19]] {
            let picture = GrayImage::from_fn(20, 20, |x, y| {
                Luma([if x == column || y == row { 255 } else { 0 }])
            });
            let pixels = saved(picture, "corner.png").unwrap();
            assert_close(pixels[10 * SIDE + 10], 1.0);
        }
    }

    #[test]
    fn colours_become_grey_by_their_luminance() {
        // ITU-R BT.709, rounded as the decoder does: pure green is 0.7152, pure blue 0.0722 of white.
        for (colour, luminance) in [([0, 255, 0], 0.7152), ([0, 0, 255], 0.0722)] {
            let mut picture = RgbImage::new(20, 20);
            picture.put_pixel(3, 7, Rgb(colour));
            let pixels = saved(picture, "dot.png").unwrap();
            let found = pixels[3 * SIDE + 7];
            assert!((found - luminance).abs() < 1e-4, "{found}");
        }
    }

    #[test]
    fn a_photograph_is_rotated_as_its_exif_orientation_says() {
        // A picture whose upper left quarter is bright, tagged 6: its first row is the right side of the scene.
        let picture = GrayImage::from_fn(64, 64, |x, y| {
            Luma([if x < 32 && y < 32 { 255 } else { 0 }])
        });
        let mut jpeg = std::io::Cursor::new(Vec::new());
        DynamicImage::from(picture)
            .write_to(&mut jpeg, ImageFormat::Jpeg)
            .unwrap();
        let jpeg = jpeg.into_inner();
        // An APP1 segment behind the start-of-image marker: TIFF, big-endian, one entry: tag 0x0112, type SHORT, 6.
        let tiff = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        let segment = [b"\xff\xe1\0\x22Exif\0\0".as_slice(), tiff].concat();
        let tagged = [&jpeg[..2], &segment, &jpeg[2..]].concat();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("photo.jpg");
        fs::write(&path, tagged).unwrap();
        let pixels = resized(&path).unwrap();
        // Rotated by 90 degrees clockwise, the bright quarter is at the upper right.
        let quarter = |row: usize, column: usize| pixels[column * SIDE + row];
        assert!(quarter(4, 15) > 0.9, "{}", quarter(4, 15));
        assert!(quarter(4, 4) < 0.1 && quarter(15, 4) < 0.1 && quarter(15, 15) < 0.1);
    }

    #[test]
    fn a_colour_jpeg_under_another_name_is_recognised_and_resized() {
        let picture = RgbImage::from_pixel(28, 28, Rgb([51, 51, 51]));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("picture.dat");
        DynamicImage::from(picture)
            .save_with_format(&path, ImageFormat::Jpeg)
            .unwrap();
        let pixels = resized(&path).unwrap();
        assert_eq!(pixels.len(), 400);
        assert!(pixels.iter().all(|pixel| (pixel - 0.2).abs() < 0.01));
    }

    #[test]
    fn rejects_what_is_decode_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("picture.png");
        fs::write(&path, "GIF89a, but not one that is read").unwrap();
        let error = resized(&path).unwrap_err();
        assert!(matches!(error, DataError::Picture { .. }), "{error}");
        assert!(error.to_string().contains("picture.png"), "{error}");
        fs::write(&path, "").unwrap();
        let error = resized(&path).unwrap_err();
        assert!(matches!(error, DataError::EmptyFile { .. }), "{error}");
        let error = resized(folder.path()).unwrap_err();
        assert!(matches!(error, DataError::NotAFile { .. }), "{error}");
    }

    #[test]
    fn a_document_in_the_place_of_a_picture_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("3.png");
        for (content, expected) in [
            ("<!DOCTYPE html><title>403</title>", "found an HTML page"),
            ("<?xml version=\"1.0\"?><Error>", "found an XML document"),
            ("{\"message\": \"Not Found\"}", "found a JSON document"),
            (
                "version https://git-lfs.github.com/spec/v1",
                "found a Git LFS pointer",
            ),
        ] {
            fs::write(&path, content).unwrap();
            let message = resized(&path).unwrap_err().to_string();
            let expected = format!("3.png: expected a PNG or JPEG picture, {expected}");
            assert!(message.contains(&expected), "{message}");
        }
    }

    #[test]
    fn no_flipped_bit_makes_the_reader_panic() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("flipped");
        for format in [ImageFormat::Png, ImageFormat::Jpeg] {
            dot().save_with_format(&path, format).unwrap();
            let whole = fs::read(&path).unwrap();
            for bit in 0..whole.len() * 8 {
                let mut flipped = whole.clone();
                flipped[bit / 8] ^= 1 << (bit % 8);
                fs::write(&path, flipped).unwrap();
                if let Ok(pixels) = resized(&path) {
                    assert_eq!(pixels.len(), 400);
                }
            }
        }
    }

    #[test]
    fn a_picture_of_many_pixels_is_read_and_one_that_announces_too_many_is_refused() {
        let dark = saved(GrayImage::new(9000, 1), "wide.png").unwrap();
        assert_eq!(dark, [0.0; 400]);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("large.png");
        GrayImage::new(1, 1).save(&path).unwrap();
        let mut png = fs::read(&path).unwrap();
        // The header, with its checksum, announces 10,001 x 10,000 pixels.
        png[16..20].copy_from_slice(&10_001_u32.to_be_bytes());
        png[20..24].copy_from_slice(&10_000_u32.to_be_bytes());
        let mut checksum = flate2::Crc::new();
        checksum.update(&png[12..29]);
        png[29..33].copy_from_slice(&checksum.sum().to_be_bytes());
        fs::write(&path, png).unwrap();
        let message = read_picture(&path).unwrap_err().to_string();
        let expected = "expected a picture of 1 to 100 million pixels, found 10001 x 10000";
        assert!(message.contains(expected), "{message}");
    }
}
