//! Each picture is what the name of its kind says, and a function of the seed and its name.

use std::collections::{HashMap, HashSet};
use std::io::Cursor;
use std::sync::LazyLock;

use image::{DynamicImage, GenericImageView, ImageDecoder, ImageFormat, ImageReader, Rgba};

use crate::generator::{KINDS, Made, NONE, ROWS, Sources};

static SOURCES: LazyLock<Sources> = LazyLock::new(|| Sources::open(None, 30));

fn make(name: &str, seed: u64, digit: usize, index: usize) -> Made {
    let kind = KINDS.iter().find(|kind| kind.name == name).unwrap();
    kind.make(&SOURCES, seed, digit, index)
}

/// Two pictures of each of five digits of a kind.
fn some(name: &str) -> Vec<Made> {
    let indices = (0..10).map(|index| (index % 5 * 2, index / 5));
    indices
        .map(|(digit, index)| make(name, 1, digit, index))
        .collect()
}

fn decoded(made: &Made) -> DynamicImage {
    image::load_from_memory(&made.bytes()).unwrap()
}

/// Colours by how many pixels have them, the most frequent first.
fn colours(image: &DynamicImage) -> Vec<[u8; 4]> {
    let mut counts: HashMap<[u8; 4], usize> = HashMap::new();
    for (_, _, Rgba(colour)) in image.pixels() {
        *counts.entry(colour).or_default() += 1;
    }
    let mut colours: Vec<_> = counts.into_iter().collect();
    colours.sort_by_key(|(colour, count)| (std::cmp::Reverse(*count), *colour));
    colours.into_iter().map(|(colour, _)| colour).collect()
}

fn luma([red, green, blue, _]: [u8; 4]) -> f64 {
    0.2126 * f64::from(red) + 0.7152 * f64::from(green) + 0.0722 * f64::from(blue)
}

/// The pixels that differ from the top left one by at least `least`, as left, top, right, bottom (past the end).
fn box_of_ink(image: &DynamicImage, least: f64) -> (u32, u32, u32, u32) {
    let ground = luma(image.get_pixel(0, 0).0);
    let (mut left, mut top, mut right, mut bottom) = (u32::MAX, u32::MAX, 0, 0);
    for (x, y, Rgba(colour)) in image.pixels() {
        if (luma(colour) - ground).abs() >= least {
            (left, top) = (left.min(x), top.min(y));
            (right, bottom) = (right.max(x + 1), bottom.max(y + 1));
        }
    }
    (left, top, right, bottom)
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_one_others() {
    for kind in ["hands", "photo", "mixed", "exif-turned", "palette"] {
        let bytes = |seed| make(kind, seed, 3, 4).bytes();
        assert_eq!(bytes(1), bytes(1), "{kind}");
        assert_ne!(bytes(1), bytes(2), "{kind}");
    }
    for kind in NONE {
        // Some pages are white whatever the seed.
        let pages = |seed| {
            (0..3)
                .map(|index| kind.make(&SOURCES, seed, index).bytes())
                .collect::<Vec<_>>()
        };
        assert_eq!(pages(1), pages(1), "{}", kind.name);
        assert_ne!(pages(1), pages(2), "{}", kind.name);
    }
    assert_eq!(
        ROWS[0].make(&SOURCES, 1, 0).bytes(),
        ROWS[0].make(&SOURCES, 1, 0).bytes()
    );
}

#[test]
fn there_are_enough_kinds_pictures_and_hands() {
    let names: HashSet<&str> = KINDS.iter().map(|kind| kind.name).collect();
    assert_eq!(names.len(), KINDS.len());
    assert!(KINDS.len() * 10 * 20 >= 2_000);
    assert!(NONE.iter().filter(|kind| kind.counts).count() * 100 >= 1_000);
    assert!(SOURCES.hands.len() >= 12);
    assert!(SOURCES.fonts.len() >= 2, "those in assets/fonts");
}

#[test]
fn every_kind_has_a_picture_that_can_be_decoded_and_is_not_plain() {
    for (index, kind) in KINDS.iter().enumerate() {
        let made = kind.make(&SOURCES, 1, index % 10, 0);
        let format = ImageFormat::from_path(made.file_name()).unwrap();
        assert_eq!(
            image::guess_format(&made.bytes()).unwrap(),
            format,
            "{}",
            kind.name
        );
        assert!(colours(&decoded(&made)).len() >= 2, "{}", kind.name);
    }
    for kind in NONE {
        decoded(&kind.make(&SOURCES, 1, 0));
    }
}

#[test]
fn hands_and_fonts_stand_in_the_framing_of_mnist() {
    for made in some("hands").into_iter().chain(some("fonts")) {
        let image = decoded(&made);
        assert_eq!(image.dimensions(), (28, 28));
        let (left, top, right, bottom) = box_of_ink(&image, 128.0);
        let longer = (right - left).max(bottom - top);
        assert!(
            (18..=21).contains(&longer),
            "{}: {longer} pixels",
            made.name
        );
        let (mut mass, mut across, mut down) = (0.0, 0.0, 0.0);
        for (x, y, Rgba(colour)) in image.pixels() {
            mass += luma(colour);
            across += luma(colour) * (f64::from(x) + 0.5);
            down += luma(colour) * (f64::from(y) + 0.5);
        }
        assert!(
            (across / mass - 14.0).abs() < 0.6 && (down / mass - 14.0).abs() < 0.6,
            "{}",
            made.name
        );
    }
}

#[test]
fn colours_of_equal_luminance_differ_by_at_most_one_255th() {
    for made in some("red-on-green")
        .into_iter()
        .chain(some("equal-luminance"))
    {
        let colours = colours(&decoded(&made));
        let (ground, ink) = (colours[0], colours[1]);
        assert!(
            (luma(ground) - luma(ink)).abs() <= 1.0,
            "{}: {ground:?} {ink:?}",
            made.name
        );
        let apart = (0..3)
            .map(|channel| ground[channel].abs_diff(ink[channel]))
            .max()
            .unwrap();
        assert!(apart >= 60, "{}: {ground:?} {ink:?}", made.name);
    }
}

#[test]
fn a_frame_covers_the_outermost_pixels() {
    for made in some("frame") {
        let image = decoded(&made);
        let (width, height) = image.dimensions();
        let corner = image.get_pixel(0, 0);
        for (x, y, pixel) in image.pixels() {
            if x == 0 || y == 0 || x == width - 1 || y == height - 1 {
                assert_eq!(pixel, corner, "{}", made.name);
            }
        }
        let within = (f64::from(width) / 100.0).round().max(1.0) as u32;
        assert_ne!(image.get_pixel(within, within), corner, "{}", made.name);
    }
}

#[test]
fn transparent_pictures_have_their_ink_in_the_alpha_alone() {
    for (name, value) in [("white-transparent", 255), ("black-transparent", 0)] {
        for made in some(name) {
            let image = decoded(&made);
            assert_eq!(image.get_pixel(0, 0).0[3], 0);
            assert!(
                image
                    .pixels()
                    .all(|(_, _, Rgba(colour))| colour[..3] == [value; 3]),
                "{name}"
            );
            assert!(
                image.pixels().any(|(_, _, Rgba(colour))| colour[3] == 255),
                "{name}"
            );
        }
    }
}

/// A PNG's header has the bits at byte 24 and the type of colour behind it: 0 grey, 3 palette.
#[test]
fn png_files_have_16_bits_or_a_palette() {
    assert_eq!(some("16-bit")[0].bytes()[24..26], [16, 0]);
    assert_eq!(some("palette")[0].bytes()[24..26], [4, 3]);
}

#[test]
fn an_exif_orientation_turns_the_picture_back() {
    let mut orientations = HashSet::new();
    for made in some("exif-turned") {
        let bytes = made.bytes();
        let mut decoder = ImageReader::new(Cursor::new(&bytes))
            .with_guessed_format()
            .unwrap()
            .into_decoder()
            .unwrap();
        let orientation = decoder.orientation().unwrap();
        orientations.insert(orientation.to_exif());
        let mut image = decoded(&made);
        image.apply_orientation(orientation);
        let upright = &made.picture;
        for (x, y, Rgba(colour)) in image.pixels() {
            let expected = upright.pixels[y as usize * upright.size.width + x as usize][0];
            assert!(
                (f32::from(colour[0]) / 255.0 - expected).abs() < 0.2,
                "{} at {x}, {y}",
                made.name
            );
        }
    }
    assert!(
        orientations.len() > 2 && !orientations.contains(&1),
        "{orientations:?}"
    );
}

#[test]
fn digits_at_the_edge_touch_it() {
    for name in ["edge", "clipped"] {
        for made in some(name) {
            let image = decoded(&made);
            let (width, height) = image.dimensions();
            let ground = luma(colours(&image)[0]);
            let border = |x, y| x == 0 || y == 0 || x == width - 1 || y == height - 1;
            let mut pixels = image.pixels();
            let touches = pixels
                .any(|(x, y, Rgba(colour))| border(x, y) && (luma(colour) - ground).abs() > 40.0);
            assert!(touches, "{name}/{}", made.name);
        }
    }
}

#[test]
fn small_digits_have_the_size_that_the_name_says() {
    for (name, share) in [("canvas-15", 0.15), ("canvas-40", 0.4)] {
        for made in some(name) {
            let image = decoded(&made);
            let (left, top, right, bottom) = box_of_ink(&image, 40.0);
            let size = f64::from((right - left).max(bottom - top))
                / f64::from(image.width().min(image.height()));
            assert!((size - share).abs() < 0.03, "{name}/{}: {size}", made.name);
        }
    }
}

#[test]
fn dark_and_faint_pictures_are_dark_and_faint() {
    for made in some("dark-room") {
        assert!(
            decoded(&made)
                .to_luma8()
                .pixels()
                .all(|pixel| pixel.0[0] < 64),
            "{}",
            made.name
        );
    }
    for made in some("low-contrast") {
        let values: Vec<u8> = decoded(&made).to_luma8().into_raw();
        let spread = values.iter().max().unwrap() - values.iter().min().unwrap();
        assert!((9..=26).contains(&spread), "{}: {spread}", made.name);
    }
}

#[test]
fn the_name_of_a_row_ends_with_what_it_says() {
    for kind in ROWS {
        let made = kind.make(&SOURCES, 1, 0);
        let (_, reading) = made.name.rsplit_once('-').unwrap();
        assert!((2..=7).contains(&reading.len()), "{}", made.name);
        assert!(
            reading.bytes().all(|digit| digit.is_ascii_digit()),
            "{}",
            made.name
        );
        decoded(&made);
    }
}

/// The ink of a touching pair is in one piece, of digits that are in one piece themselves.
#[test]
fn a_touching_pair_leaves_no_free_column() {
    let kind = ROWS
        .iter()
        .find(|kind| kind.name == "touching-pair")
        .unwrap();
    for index in 0..10 {
        let made = kind.make(&SOURCES, 1, index);
        let image = decoded(&made).to_luma8();
        let inked: Vec<bool> = (0..image.width())
            .map(|x| (0..image.height()).any(|y| image.get_pixel(x, y).0[0] < 160))
            .collect();
        let first = inked.iter().position(|inked| *inked).unwrap();
        let last = inked.iter().rposition(|inked| *inked).unwrap();
        assert!(
            inked[first..=last].iter().all(|inked| *inked),
            "{}",
            made.name
        );
    }
}
