//! JPEG pictures that are not whole: refused by name, wherever they are cut and also with a hole, because the decoder fills
//! in grey.
//!
//! The pictures were made with Pillow 13.0.0 (libjpeg-turbo):
//!
//! ```python
//! def one(mode, size):
//!     image = Image.new("L", (4 * size[0], 4 * size[1]), 235)
//!     w, h = image.size
//!     lines = [(0.38 * w, 0.3 * h), (0.52 * w, 0.15 * h), (0.5 * w, 0.85 * h)]
//!     ImageDraw.Draw(image).line(lines, fill=30, width=w // 9)
//!     image = image.resize(size, Image.LANCZOS)
//!     if mode == "RGB":
//!         tint = Image.new("RGB", size, (255, 225, 190))
//!         image = Image.composite(tint, Image.new("RGB", size, (30, 20, 90)), image)
//!     return image
//! one("L", (28, 28)).save("one_baseline.jpg", quality=85, optimize=True)
//! one("RGB", (40, 36)).save("one_restart.jpg", quality=60, subsampling="4:2:0", restart_marker_blocks=2, optimize=True)
//! one("RGB", (40, 36)).save("one_progressive.jpg", quality=60, subsampling="4:2:2", progressive=True)
//! one("L", (40, 36)).save("one_progressive_restart.jpg", quality=60, progressive=True, restart_marker_rows=1)
//! ```

use std::path::{Path, PathBuf};

use data::{DataError, PictureReading, read_picture_pixels};
use fs_err as fs;

/// The whole picture, as the fixtures' expected pixels are.
fn pixels_of(path: &Path) -> Result<Vec<f32>, DataError> {
    read_picture_pixels(path, PictureReading::Resized)
}

use crate::common::{fixture, folder, read};

const PICTURES: [&str; 4] = [
    "one_baseline.jpg",
    "one_restart.jpg",
    "one_progressive.jpg",
    "one_progressive_restart.jpg",
];

fn bytes_of(name: &str) -> Vec<u8> {
    fs::read(fixture(name)).unwrap()
}

/// The position of the first byte of the picture's last scan.
fn last_scan(bytes: &[u8]) -> usize {
    bytes
        .windows(2)
        .rposition(|pair| pair == [0xff, 0xda])
        .unwrap()
}

#[track_caller]
fn assert_refused(path: &Path, bytes: &[u8], what: &str) {
    fs::write(path, bytes).unwrap();
    match pixels_of(path) {
        Ok(_) => panic!("{what}: read"),
        Err(error) => assert!(error.to_string().contains("one.jpg: "), "{what}: {error}"),
    }
}

fn some_file() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one.jpg");
    (folder, path)
}

#[test]
fn whole_pictures_show_a_stroke_of_ink_on_paper() {
    for name in PICTURES {
        let pixels = pixels_of(&fixture(name)).unwrap();
        // Column 10, row 10 is in the middle of the stroke, column 2 is paper; 0.85 of the brightness is between them.
        let (ink, paper) = (pixels[10 * 20 + 10], pixels[2 * 20 + 10]);
        assert!(ink > 0.6 && paper < 0.25, "{name}: {ink} {paper}");
    }
}

#[test]
fn a_picture_cut_at_any_byte_is_refused_by_name() {
    let (_folder, path) = some_file();
    for name in PICTURES {
        let whole = bytes_of(name);
        for length in 1..whole.len() {
            assert_refused(&path, &whole[..length], &format!("{name} cut at {length}"));
        }
    }
}

#[test]
fn a_picture_cut_inside_its_last_scan_is_called_cut_short() {
    let (_folder, path) = some_file();
    for name in PICTURES {
        let whole = bytes_of(name);
        for length in [last_scan(&whole) + 20, whole.len() - 2] {
            fs::write(&path, &whole[..length]).unwrap();
            let error = pixels_of(&path).unwrap_err();
            assert!(
                matches!(error, DataError::PictureCutShort { .. }),
                "{name} cut at {length}: {error}"
            );
        }
    }
}

#[test]
fn a_cut_picture_with_an_end_marker_attached_is_refused() {
    let (_folder, path) = some_file();
    for name in PICTURES {
        let whole = bytes_of(name);
        let first_scan = whole.windows(2).position(|pair| pair == [0xff, 0xda]);
        for length in first_scan.unwrap() + 10..whole.len() - 3 {
            // A progressive picture without its last scans is a coarser picture, and complete.
            let is_marker = |at: usize| matches!(whole[at..], [0xff, 0xc4 | 0xda, ..]);
            let is_between_scans = is_marker(length) || is_marker(length - 1);
            if !(is_between_scans && name.contains("progressive")) {
                let bytes = [&whole[..length], &[0xff, 0xd9]].concat();
                assert_refused(&path, &bytes, &format!("{name} ended at {length}"));
            }
        }
    }
}

#[test]
fn a_picture_with_a_hole_is_refused() {
    let (_folder, path) = some_file();
    for name in PICTURES {
        let whole = bytes_of(name);
        let start = last_scan(&whole) + 10;
        let hole = (whole.len() - start) / 3;
        let bytes = [&whole[..start + hole], &whole[start + 2 * hole..]].concat();
        assert_refused(&path, &bytes, &format!("{name} with a gap"));
        let mut bytes = whole;
        bytes[start + hole..start + 2 * hole].fill(0);
        assert_refused(&path, &bytes, &format!("{name} with zeros"));
    }
}

#[test]
fn what_follows_the_end_of_a_picture_does_not_matter() {
    let (_folder, path) = some_file();
    for name in PICTURES {
        let whole = bytes_of(name);
        // Phones attach a second picture.
        for more in [&whole[..whole.len() / 2], &[0; 4096]] {
            fs::write(&path, [&whole, more].concat()).unwrap();
            assert_eq!(
                pixels_of(&path).unwrap(),
                pixels_of(&fixture(name)).unwrap()
            );
        }
    }
}

#[test]
fn a_cut_picture_among_training_pictures_is_named() {
    let whole = bytes_of(PICTURES[0]);
    let cut = &whole[..whole.len() * 3 / 4];
    let folder = folder(&[("0/a.jpg", &whole), ("1/b.jpg", &whole), ("1/one.jpg", cut)]);
    let message = read(&[folder.path().into()]).unwrap_err().to_string();
    assert!(message.contains("1/one.jpg: "), "{message}");
    assert!(message.contains("cut short"), "{message}");
}
