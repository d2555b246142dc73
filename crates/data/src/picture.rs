//! One picture of a digit, as a camera, a scanner or a drawing program saves it.

use std::io::BufReader;
use std::path::Path;

use fs_err as fs;
use image::error::{ImageError, ImageFormatHint, UnsupportedError};
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use crate::DataError;
use crate::resize::Resize;

/// The longest side of a picture: room for a telephone's 12 megapixels, 4032 x 3024, while a file made to be costly takes
/// less than a second and a quarter of a gigabyte.
const LONGEST_SIDE: usize = 4096;

/// Reads a PNG or JPEG picture, recognised by content, and returns 400 pixels, column by column.
///
/// 0 is the ground and 1 the ink, as in MNIST, whose digits are bright on dark: a picture whose outermost pixels are
/// brighter than 0.5 in the mean is dark ink on a bright ground, and is inverted. Colours become grey by their
/// luminance, transparent parts are seen on white, and a picture that is not square is padded with its ground.
/// A photograph is turned upright as its camera asks for.
///
/// # Errors
///
/// When the file cannot be read, is not a PNG or JPEG picture, is damaged, or has a side of more than 4096 pixels.
pub fn read_picture(path: &Path) -> Result<Vec<f32>, DataError> {
    let meta = fs::metadata(path)?;
    if !meta.is_file() {
        return Err(DataError::NotAFile { path: path.into() });
    }
    if meta.len() == 0 {
        return Err(DataError::EmptyFile { path: path.into() });
    }
    let picture = decode(path)?;
    let width = picture.width() as usize;
    let mut pixels = brightness(picture);
    let height = pixels.len() / width;

    let mut ground = mean_border(&pixels, width);
    if ground > 0.5 {
        ground = 1.0 - ground;
        for pixel in &mut pixels {
            *pixel = 1.0 - *pixel;
        }
    }
    let side = height.max(width);
    let square = if height == width {
        pixels
    } else {
        centred(&pixels, width, side, ground)
    };
    let resized = Resize::new(side, side).apply(&square);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the network computes in f32"
    )]
    Ok(resized.iter().map(|&pixel| pixel as f32).collect())
}

/// Decodes a picture, after a look at the size that it announces.
fn decode(path: &Path) -> Result<DynamicImage, DataError> {
    let no_picture = |source| DataError::Picture {
        path: path.into(),
        source,
    };
    let file = BufReader::new(fs::File::open(path)?);
    let mut reader = ImageReader::new(file).with_guessed_format()?;
    if !matches!(reader.format(), Some(ImageFormat::Png | ImageFormat::Jpeg)) {
        return Err(no_picture(ImageError::Unsupported(UnsupportedError::from(
            ImageFormatHint::Unknown,
        ))));
    }
    let mut limits = Limits::default();
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(no_picture)?;
    let (width, height) = decoder.dimensions();
    let (width, height) = (width as usize, height as usize);
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
        return Err(error.in_file(path));
    }
    limits.reserve(decoder.total_bytes()).map_err(no_picture)?;
    let orientation = decoder.orientation().map_err(no_picture)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(no_picture)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// Returns how bright each pixel is on a white page, 0 to 1, row by row.
fn brightness(picture: DynamicImage) -> Vec<f32> {
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

/// Puts a picture in the middle of a square of its ground.
fn centred(pixels: &[f32], width: usize, side: usize, ground: f32) -> Vec<f32> {
    let mut square = vec![ground; side * side];
    let top = (side - pixels.len() / width) / 2;
    let left = (side - width) / 2;
    for (source, target) in pixels
        .chunks_exact(width)
        .zip(square.chunks_exact_mut(side).skip(top))
    {
        target[left..left + width].copy_from_slice(source);
    }
    square
}

#[cfg(test)]
mod tests {
    use image::{GrayAlphaImage, GrayImage, Luma, LumaA, Rgb, RgbImage};

    use super::*;
    use crate::SIDE;

    fn saved(picture: impl Into<DynamicImage>, name: &str) -> Result<Vec<f32>, DataError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        picture.into().save(&path).unwrap();
        read_picture(&path)
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
    fn a_dark_picture_is_read_as_it_is_column_by_column() {
        let pixels = saved(dot(), "dot.png").unwrap();
        for (index, &pixel) in pixels.iter().enumerate() {
            assert_close(pixel, if index == 3 * SIDE + 7 { 0.2 } else { 0.0 });
        }
    }

    #[test]
    fn dark_ink_on_a_bright_ground_is_inverted() {
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
    fn a_narrow_picture_is_padded_with_its_ground() {
        // 20 high, 10 wide, ground 51 / 255 = 0.2: the square is 0.2 all over, its middle holds the picture.
        let mut picture = GrayImage::from_pixel(10, 20, Luma([51]));
        picture.put_pixel(4, 7, Luma([255]));
        let pixels = saved(picture, "narrow.png").unwrap();
        assert_close(pixels[9 * SIDE + 7], 1.0);
        assert_close(pixels[0], 0.2);
        assert_close(pixels[19 * SIDE + 19], 0.2);
    }

    #[test]
    fn a_colour_jpeg_under_another_name_is_recognised_and_resized() {
        let picture = RgbImage::from_pixel(28, 28, Rgb([51, 51, 51]));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("picture.dat");
        DynamicImage::from(picture)
            .save_with_format(&path, ImageFormat::Jpeg)
            .unwrap();
        let pixels = read_picture(&path).unwrap();
        assert_eq!(pixels.len(), 400);
        assert!(pixels.iter().all(|pixel| (pixel - 0.2).abs() < 0.01));
    }

    #[test]
    fn rejects_what_is_no_picture() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("picture.png");
        fs::write(&path, "GIF89a, but not one that is read").unwrap();
        let error = read_picture(&path).unwrap_err();
        assert!(matches!(error, DataError::Picture { .. }), "{error}");
        assert!(error.to_string().contains("picture.png"), "{error}");
        fs::write(&path, "").unwrap();
        let error = read_picture(&path).unwrap_err();
        assert!(matches!(error, DataError::EmptyFile { .. }), "{error}");
        let error = read_picture(folder.path()).unwrap_err();
        assert!(matches!(error, DataError::NotAFile { .. }), "{error}");
    }

    #[test]
    fn rejects_a_picture_cut_short_at_any_byte() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dot.png");
        dot().save(&path).unwrap();
        let whole = fs::read(&path).unwrap();
        // The last chunk, IEND, holds 12 bytes and nothing of the picture.
        for length in 1..whole.len() - 12 {
            fs::write(&path, &whole[..length]).unwrap();
            let error = read_picture(&path).unwrap_err();
            assert!(matches!(error, DataError::Picture { .. }), "{error}");
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
                if let Ok(pixels) = read_picture(&path) {
                    assert_eq!(pixels.len(), 400);
                }
            }
        }
    }

    #[test]
    fn rejects_a_picture_that_announces_more_than_4096_pixels_a_side() {
        let dark = saved(GrayImage::new(4096, 1), "wide.png").unwrap();
        assert_eq!(dark, [0.0; 400]);
        let error = saved(GrayImage::new(4097, 1), "wide.png").unwrap_err();
        let message = error.to_string();
        let expected = "expected an image of 1 to 4096 pixels a side, found 1 x 4097";
        assert!(message.contains(expected), "{message}");
    }
}
