//! Pictures as bytes of PNG and JPEG files.

use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::metadata::Orientation;
use image::{DynamicImage, ImageBuffer, Luma};

use super::picture::{Picture, luma};

/// How a picture is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum File {
    Png,
    /// Grey, 16 bits.
    Png16,
    /// 16 colours, 4 bits.
    Palette,
    /// Of a quality, 1 to 100.
    Jpeg(u8),
    /// JPEG whose pixels have to be turned or mirrored by this Exif orientation, 2 to 8.
    Turned(u8),
}

impl File {
    pub(crate) fn ending(self) -> &'static str {
        match self {
            Self::Png | Self::Png16 | Self::Palette => "png",
            Self::Jpeg(_) | Self::Turned(_) => "jpg",
        }
    }

    pub(crate) fn write(self, picture: &Picture) -> Vec<u8> {
        match self {
            Self::Png => png(&eight_bits(picture)),
            Self::Png16 => {
                let values = picture
                    .pixels
                    .iter()
                    .map(|colour| (luma(*colour) * 65535.0).round() as u16)
                    .collect();
                let (width, height) = sides(picture);
                let buffer = ImageBuffer::<Luma<u16>, _>::from_raw(width, height, values)
                    .expect("a pixel each");
                png(&DynamicImage::ImageLuma16(buffer))
            }
            Self::Palette => palette(picture),
            Self::Jpeg(quality) => jpeg(&eight_bits(picture), quality),
            Self::Turned(exif) => turned(picture, exif),
        }
    }
}

fn sides(picture: &Picture) -> (u32, u32) {
    (picture.size.width as u32, picture.size.height as u32)
}

pub(crate) fn byte(value: f32) -> u8 {
    (value.clamp(0.0, 1.0) * 255.0).round() as u8
}

/// Grey where no pixel has a colour.
fn eight_bits(picture: &Picture) -> DynamicImage {
    let (width, height) = sides(picture);
    if let Some(alpha) = &picture.alpha {
        let both = picture.pixels.iter().zip(alpha);
        let bytes = both
            .flat_map(|(colour, alpha)| [colour[0], colour[1], colour[2], *alpha].map(byte))
            .collect();
        return DynamicImage::ImageRgba8(
            ImageBuffer::from_raw(width, height, bytes).expect("a pixel each"),
        );
    }
    let bytes: Vec<[u8; 3]> = picture
        .pixels
        .iter()
        .map(|colour| colour.map(byte))
        .collect();
    if bytes
        .iter()
        .all(|[red, green, blue]| red == green && green == blue)
    {
        let bytes = bytes.into_iter().map(|[grey, _, _]| grey).collect();
        return DynamicImage::ImageLuma8(
            ImageBuffer::from_raw(width, height, bytes).expect("a pixel each"),
        );
    }
    DynamicImage::ImageRgb8(
        ImageBuffer::from_raw(width, height, bytes.concat()).expect("a pixel each"),
    )
}

fn png(image: &DynamicImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder =
        PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::Adaptive);
    image
        .write_with_encoder(encoder)
        .expect("memory is writable");
    bytes
}

fn jpeg(image: &DynamicImage, quality: u8) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image
        .write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, quality))
        .expect("memory is writable");
    bytes.into_inner()
}

/// Turns the pixels so that the orientation brings them back, and puts it behind the first marker.
fn turned(picture: &Picture, exif: u8) -> Vec<u8> {
    let inverse = match exif {
        6 => 8,
        8 => 6,
        own_inverse => own_inverse,
    };
    let mut image = eight_bits(picture);
    image.apply_orientation(Orientation::from_exif(inverse).expect("2 to 8"));
    let mut bytes = jpeg(&image, 95);
    // TIFF's header, and a directory of one entry: tag 0x0112, a short, one value.
    let mut segment = vec![0xFF, 0xE1, 0, 34];
    segment.extend(b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0");
    segment.extend([exif, 0, 0, 0, 0, 0, 0, 0]);
    bytes.splice(2..2, segment);
    bytes
}

/// A PNG of 16 colours from the first pixel's to the colour farthest from it, as programs for drawing write.
fn palette(picture: &Picture) -> Vec<u8> {
    let from = picture.pixels[0];
    let distance = |colour: &[f32; 3]| {
        (0..3)
            .map(|channel| (colour[channel] - from[channel]).abs())
            .sum::<f32>()
    };
    let to = *picture
        .pixels
        .iter()
        .max_by(|one, other| distance(one).total_cmp(&distance(other)))
        .expect("a picture has pixels");
    let whole = distance(&to).max(1e-6);
    let colours =
        (0..16).flat_map(|index| super::picture::blend(from, to, index as f32 / 15.0).map(byte));
    let mut rows = Vec::new();
    for row in picture.pixels.chunks(picture.size.width) {
        rows.push(0);
        let indices: Vec<u8> = row
            .iter()
            .map(|colour| (distance(colour) / whole * 15.0).round() as u8)
            .collect();
        rows.extend(
            indices
                .chunks(2)
                .map(|pair| pair[0] << 4 | pair.get(1).unwrap_or(&0)),
        );
    }
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
    packed.write_all(&rows).expect("memory is writable");
    let (width, height) = sides(picture);
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    header.extend([4, 3, 0, 0, 0]);
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut bytes, *b"IHDR", &header);
    chunk(&mut bytes, *b"PLTE", &colours.collect::<Vec<u8>>());
    chunk(
        &mut bytes,
        *b"IDAT",
        &packed.finish().expect("memory is writable"),
    );
    chunk(&mut bytes, *b"IEND", &[]);
    bytes
}

fn chunk(bytes: &mut Vec<u8>, name: [u8; 4], content: &[u8]) {
    bytes.extend((content.len() as u32).to_be_bytes());
    let start = bytes.len();
    bytes.extend(name);
    bytes.extend(content);
    let check = crc32fast::hash(&bytes[start..]);
    bytes.extend(check.to_be_bytes());
}
