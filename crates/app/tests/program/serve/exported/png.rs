//! PNG files of all colour types and depths, and files that are no picture, or a damaged one.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::Files;

const SIDES: [usize; 2] = [90, 70];

/// The name and the data of a chunk.
type Chunk<'a> = ([u8; 4], &'a [u8]);

/// How samples are stored.
struct Layout {
    kind: u8,
    depth: usize,
    samples: usize,
    is_interlaced: bool,
}

const fn layout(kind: u8, depth: usize, samples: usize) -> Layout {
    Layout {
        kind,
        depth,
        samples,
        is_interlaced: false,
    }
}

/// A ring of ink, 0, on ground, 1, with a grey edge.
fn brightness(x: usize, y: usize) -> f64 {
    let (dx, dy) = (x as f64 - 43.0, y as f64 - 35.0);
    let from_middle = (dx / 16.0).hypot(dy / 24.0);
    ((from_middle - 0.9).abs() * 20.0 - 2.0).clamp(0.0, 1.0)
}

/// Ink, 0, in the shape of a bold zero with a slash through it.
fn slashed_zero(x: usize, y: usize) -> f64 {
    let (dx, dy) = (x as f64 - 43.0, y as f64 - 35.0);
    let from_middle = (dx / 21.0).hypot(dy / 30.0);
    let is_slash = (dx / 21.0 + dy / 30.0).abs() < 0.25;
    let is_ink = from_middle <= 1.0 && (from_middle > 0.52 || is_slash);
    f64::from(u8::from(!is_ink))
}

/// Ink, 0, in the shapes of a one, a hyphen and another one.
fn hyphen_between_ones(x: usize, y: usize) -> f64 {
    let is_one =
        [10, 74].iter().any(|left| (*left..left + 6).contains(&x)) && (10..60).contains(&y);
    let is_hyphen = (31..59).contains(&x) && (30..40).contains(&y);
    f64::from(u8::from(!(is_one || is_hyphen)))
}

fn chunk(file: &mut Vec<u8>, name: [u8; 4], data: &[u8]) {
    let checked = [name.as_slice(), data].concat();
    file.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
    file.extend(&checked);
    file.extend(crc32fast::hash(&checked).to_be_bytes());
}

/// A file of these samples, from 0 to 1; `chunks` stand before the pixels.
fn png(layout: &Layout, chunks: &[Chunk], sample: impl Fn(usize, usize, usize) -> f64) -> Vec<u8> {
    let [width, height] = SIDES;
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = Vec::new();
    header.extend(u32::try_from(width).unwrap().to_be_bytes());
    header.extend(u32::try_from(height).unwrap().to_be_bytes());
    header.extend([
        u8::try_from(layout.depth).unwrap(),
        layout.kind,
        0,
        0,
        layout.is_interlaced.into(),
    ]);
    chunk(&mut file, *b"IHDR", &header);
    for (name, data) in chunks {
        chunk(&mut file, *name, data);
    }
    let mut pixels = ZlibEncoder::new(Vec::new(), Compression::default());
    for row in rows(layout, &sample) {
        pixels.write_all(&row).unwrap();
    }
    let pixels = pixels.finish().unwrap();
    // In parts, as some programs write them.
    for part in pixels.chunks(300) {
        chunk(&mut file, *b"IDAT", part);
    }
    chunk(&mut file, *b"IEND", &[]);
    file
}

/// The rows of all passes, without filters.
fn rows(layout: &Layout, sample: &impl Fn(usize, usize, usize) -> f64) -> Vec<Vec<u8>> {
    // First column and row, and the steps between columns and rows: section 8 of the specification.
    const INTERLACED: [[usize; 4]; 7] = [
        [0, 0, 8, 8],
        [4, 0, 8, 8],
        [0, 4, 4, 8],
        [2, 0, 4, 4],
        [0, 2, 2, 4],
        [1, 0, 2, 2],
        [0, 1, 1, 2],
    ];
    let passes = if layout.is_interlaced {
        INTERLACED.as_slice()
    } else {
        &[[0, 0, 1, 1]]
    };
    let [width, height] = SIDES;
    let mut rows = Vec::new();
    for [left, top, across, down] in passes {
        for y in (*top..height).step_by(*down) {
            let columns = (*left..width).step_by(*across);
            let samples =
                columns.flat_map(|x| (0..layout.samples).map(move |channel| (x, channel)));
            let values = samples.map(|(x, channel)| sample(x, y, channel));
            rows.push(row(layout.depth, values));
        }
    }
    rows
}

fn row(depth: usize, values: impl Iterator<Item = f64>) -> Vec<u8> {
    let most = f64::from((1_u32 << depth) - 1);
    let mut bits = Vec::new();
    for value in values {
        let level = (value * most).round() as u32;
        bits.extend((0..depth).rev().map(|bit| (level >> bit) & 1));
    }
    let bytes = bits.chunks(8).map(|bits| {
        let bits = bits.iter().enumerate();
        bits.fold(0, |byte, (at, bit)| byte | (*bit as u8) << (7 - at))
    });
    // No filter.
    std::iter::once(0).chain(bytes).collect()
}

/// Pictures of each colour type and depth, with and without transparency, interlaced, and turned by Exif.
pub(super) fn pictures() -> Files {
    let mut files = Files::new();
    let grey = |x, y, _| brightness(x, y);
    for depth in [1, 2, 4, 8, 16] {
        let layout = layout(0, depth, 1);
        files.insert(format!("grey of {depth} bits"), png(&layout, &[], grey));
        // White is transparent: the level of all bits 1.
        let white = ((1_u32 << depth) - 1).to_be_bytes();
        let transparent: &[Chunk] = &[(*b"tRNS", &white[2..])];
        let name = format!("grey of {depth} bits, white transparent");
        files.insert(name, png(&layout, transparent, grey));
        let interlaced = Layout {
            is_interlaced: true,
            ..layout
        };
        files.insert(
            format!("grey of {depth} bits, interlaced"),
            png(&interlaced, &[], grey),
        );
    }
    let depth_8 = layout(0, 8, 1);
    let zero = png(&depth_8, &[], |x, y, _| slashed_zero(x, y));
    files.insert("a zero with a slash".to_owned(), zero);
    let hyphen = png(&depth_8, &[], |x, y, _| hyphen_between_ones(x, y));
    files.insert("a hyphen between ones".to_owned(), hyphen);
    // Blue ink on yellow, half transparent to the right.
    let colour = |x, y, channel| match channel {
        0 | 1 => brightness(x, y),
        2 => 0.6 - 0.5 * brightness(x, y),
        _ => 1.0 - x as f64 / 180.0,
    };
    for (kind, samples) in [(2, 3), (6, 4)] {
        for depth in [8, 16] {
            for is_interlaced in [false, true] {
                let layout = Layout {
                    is_interlaced,
                    ..layout(kind, depth, samples)
                };
                let order = if is_interlaced { ", interlaced" } else { "" };
                let name = format!("{samples} channels of {depth} bits{order}");
                files.insert(name, png(&layout, &[], colour));
            }
        }
    }
    let ink = |x, y, channel| match channel {
        0 => 0.2,
        _ => 1.0 - brightness(x, y),
    };
    for depth in [8, 16] {
        let name = format!("grey and opacity of {depth} bits");
        files.insert(name, png(&layout(4, depth, 2), &[], ink));
    }
    let palette: Vec<u8> = (0..16)
        .flat_map(|at| [at * 17, at * 11, 200 - at * 5])
        .collect();
    let opacities: Vec<u8> = (0..12).map(|at| 255 - at * 20).collect();
    for depth in [1, 2, 4, 8] {
        let layout = layout(3, depth, 1);
        let most = f64::from((1_u32 << depth) - 1);
        let colours = most.min(15.0) / most;
        let index = |x, y, _| brightness(x, y) * colours;
        let length = 3 << depth.min(4);
        let plain: &[Chunk] = &[(*b"PLTE", &palette[..length])];
        files.insert(
            format!("palette of {depth} bits"),
            png(&layout, plain, index),
        );
        let few = &opacities[..12.min(1 << depth)];
        let transparent: &[Chunk] = &[(*b"PLTE", &palette[..length]), (*b"tRNS", few)];
        let name = format!("palette of {depth} bits, transparent");
        files.insert(name, png(&layout, transparent, index));
    }
    for orientation in 1..=8 {
        let entry = [1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
        let exif = [b"MM\0\x2a\0\0\0\x08\0\x01".as_slice(), &entry].concat();
        let turned: &[Chunk] = &[(*b"eXIf", &exif)];
        let name = format!("turned by Exif {orientation}");
        files.insert(name, png(&layout(0, 8, 1), turned, grey));
    }
    files
}

/// What people open by mistake, and pictures that are not whole.
pub(super) fn odd_files() -> Files {
    let whole = png(&layout(0, 8, 1), &[], |x, y, _| brightness(x, y));
    let mut damaged = whole.clone();
    damaged[200] ^= 0x55;
    let mut announced = whole.clone();
    // 10,000 x 10,000 pixels, and the checksum of that header.
    announced[16..24].copy_from_slice(&[0, 0, 0x27, 0x10, 0, 0, 0x27, 0x10]);
    let checksum = crc32fast::hash(&announced[12..29]);
    announced[29..33].copy_from_slice(&checksum.to_be_bytes());
    let mut jpeg = std::io::Cursor::new(Vec::new());
    image::GrayImage::from_fn(64, 64, |x, y| image::Luma([(x * y % 251) as u8]))
        .write_to(&mut jpeg, image::ImageFormat::Jpeg)
        .unwrap();
    let jpeg = jpeg.into_inner();
    let files: [(&str, &[u8]); 10] = [
        ("nothing", b""),
        ("text", b"not a picture at all"),
        ("page", b"<!DOCTYPE html><title>404</title>"),
        ("heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
        ("gif", b"GIF89a\x01\0\x01\0\0\0\0;"),
        ("damaged", &damaged),
        ("cut", &whole[..whole.len() - 40]),
        ("cut in its signature", &whole[..5]),
        ("100 megapixels", &announced),
        ("cut JPEG", &jpeg[..jpeg.len() * 2 / 3]),
    ];
    files
        .into_iter()
        .map(|(name, bytes)| (name.to_owned(), bytes.to_vec()))
        .collect()
}
