//! Some rows of a data set, where the others are skipped.

mod common;

use std::path::PathBuf;

use common::{fixture, folder, gzip, idx, idx_images, idx_labels, npy, read};
use data::{Cache, DataError, Digits, PIXELS, PixelOrder};
use fs_err as fs;

/// More images than several reads take.
const ROWS: usize = 3000;

fn read_rows(paths: &[PathBuf], rows: &[usize]) -> Result<Digits, DataError> {
    data::read_rows(paths, PixelOrder::Column, &Cache::unlimited(), rows)
}

/// The value that fills the image of a row, and its label.
fn value(row: usize) -> u8 {
    u8::try_from(row % 251).expect("less than 256")
}

fn label(row: usize) -> u8 {
    u8::try_from(row % 10).expect("less than 256")
}

fn labels() -> Vec<u8> {
    idx_labels(&(0..ROWS).map(label).collect::<Vec<u8>>())
}

/// IDX images of 28 x 28 pixels.
fn idx_file() -> Vec<u8> {
    let pixels: Vec<u8> = (0..ROWS).flat_map(|row| [value(row); 28 * 28]).collect();
    let rows = u32::try_from(ROWS).expect("a small test file");
    idx([8, 3], &[rows, 28, 28], &pixels)
}

/// The images as `f32`, of which some pixels of row 1500 are infinite.
fn npy_file() -> Vec<u8> {
    let pixel = |row| {
        if row == 1500 {
            f32::INFINITY
        } else {
            f32::from(value(row)) / 255.0
        }
    };
    let pixels = (0..ROWS).flat_map(|row| [pixel(row); PIXELS]);
    let bytes: Vec<u8> = pixels.flat_map(f32::to_le_bytes).collect();
    npy("<f4", &format!("({ROWS}, 400)"), &bytes)
}

fn write(images: &[u8]) -> (tempfile::TempDir, [PathBuf; 2]) {
    let folder = folder(&[("images", images), ("labels", &labels())]);
    let paths = ["images", "labels"].map(|name| folder.path().join(name));
    (folder, paths)
}

#[test]
fn rows_of_every_kind_of_file_come_in_the_order_asked_for() {
    for (name, images) in [
        ("IDX", idx_file()),
        ("IDX, gzipped", gzip(&idx_file())),
        ("npy", npy_file()),
        ("npy, gzipped", gzip(&npy_file())),
    ] {
        let (_folder, paths) = write(&images);
        for rows in [
            vec![0],
            vec![ROWS - 1],
            vec![2000, 7, 2999, 7, 0, 1999],
            (500..700).rev().collect(),
            vec![],
        ] {
            let found = read_rows(&paths, &rows).unwrap();
            assert_eq!(found.len(), rows.len(), "{name}");
            for (index, &row) in rows.iter().enumerate() {
                assert_eq!((found.row(index), found.label(index)), (row, label(row)));
                let expected = f32::from(value(row)) / 255.0;
                let image = found.image(index).unwrap();
                let close = image.iter().all(|pixel| (pixel - expected).abs() < 1e-6);
                assert!(close, "{name}, row {row}: {}", image[0]);
            }
        }
    }
}

#[test]
fn a_row_that_is_not_there_is_refused_with_the_rows_that_are() {
    let files = [
        ("images", &*idx_images(&[5, 6])),
        ("labels", &*idx_labels(&[3, 7])),
    ];
    let folder = folder(&files);
    let paths = ["images", "labels"].map(|name| folder.path().join(name));
    let message = read_rows(&paths, &[1, 2, 9]).unwrap_err().to_string();
    assert_eq!(message, "row 2: the data set has rows 0 to 1");
}

#[test]
fn rows_of_other_npy_types_and_of_fortran_order_are_those_of_the_whole_data_set() {
    for name in [
        "x_u1",
        "x_f8_big_endian",
        "x_f8_fortran",
        "x_f4_20x20_fortran",
    ] {
        let paths = [fixture(&format!("{name}.npy")), fixture("y_u1.npy")];
        let all = read(&paths).unwrap();
        for row in 0..2 {
            let found = read_rows(&paths, &[row]).unwrap();
            assert_eq!(found.labels(), [all.label(row)], "{name}");
            assert_eq!(found.image(0).unwrap(), all.image(row).unwrap(), "{name}");
        }
    }
}

#[test]
fn pixels_are_checked_only_where_they_are_wanted() {
    let (_folder, paths) = write(&npy_file());
    read_rows(&paths, &[1499, 1501]).unwrap();
    let message = read_rows(&paths, &[1500]).unwrap_err().to_string();
    assert!(message.contains("row 1500, pixel 0"), "{message}");
}

#[test]
fn a_file_that_is_too_short_or_too_long_is_refused_although_its_end_is_skipped() {
    for images in [idx_file(), npy_file()] {
        for (changed, part) in [
            (&images[..images.len() - 1], "cut short"),
            (&images[..images.len() / 2], "cut short"),
            (&[&images[..], b"?"].concat(), "found more"),
        ] {
            for packed in [changed.to_vec(), gzip(changed)] {
                let (_folder, paths) = write(&packed);
                let message = read_rows(&paths, &[0]).unwrap_err().to_string();
                assert!(message.contains(part), "{message}");
            }
        }
    }
    let packed = gzip(&idx_file());
    let (_folder, paths) = write(&packed[..packed.len() - 5]);
    let message = read_rows(&paths, &[0]).unwrap_err().to_string();
    assert!(message.contains("gzip"), "{message}");
}

/// 20 images of 20 x 20 bytes, whose pixels are `ink` every third, but for row 0, where it is `faint`.
fn with_a_faint_row(ink: u8, faint: u8) -> Vec<u8> {
    let pixel = |at| match at {
        at if at % 3 > 0 => 0,
        at if at < PIXELS => faint,
        _ => ink,
    };
    (0..20 * PIXELS).map(pixel).collect()
}

#[test]
fn a_faint_or_empty_row_is_read_as_the_whole_file_is_and_without_a_warning() {
    let floats = |ink, faint| {
        let pixels = with_a_faint_row(ink, faint);
        let values = pixels
            .iter()
            .flat_map(|&pixel| f32::from(pixel).to_le_bytes());
        npy("<f4", "(20, 400)", &values.collect::<Vec<_>>())
    };
    let bytes = |ink, faint| idx([8, 3], &[20, 20, 20], &with_a_faint_row(ink, faint));
    // Of each file: the images, and whether row 0 says that they are rescaled.
    for (images, says) in [
        (bytes(255, 1), false),
        (bytes(255, 9), false),
        (bytes(255, 0), false),
        (bytes(1, 0), false),
        (bytes(1, 1), true),
        (floats(1, 0), false),
        (floats(255, 120), true),
        (floats(255, 0), false),
    ] {
        let labels: Vec<u8> = (0..20).map(|row| row % 10).collect();
        let folder = folder(&[("images", &images), ("labels", &idx_labels(&labels))]);
        let paths = ["images", "labels"].map(|name| folder.path().join(name));
        let all = read(&paths).unwrap();
        let found = read_rows(&paths, &[0]).unwrap();
        assert_eq!(found.image(0).unwrap(), all.image(0).unwrap());
        assert_eq!(found.scale_notice(), all.scale_notice().filter(|_| says));
        // A row with ink is as clear as the whole file.
        let found = read_rows(&paths, &[7]).unwrap();
        assert_eq!(found.image(0).unwrap(), all.image(7).unwrap());
        assert_eq!(found.scale_notice(), all.scale_notice());
    }
}

/// A file of 800 MB, of which the disk only holds the header.
#[cfg(target_os = "linux")]
#[test]
fn one_row_of_a_large_plain_file_is_read_without_the_others() {
    let rows = 1_000_000_u32;
    let header = idx([8, 3], &[rows, 28, 28], &[]);
    let labels = idx([8, 1], &[rows], &vec![1; rows as usize]);
    let folder = folder(&[("images", &header), ("labels", &labels)]);
    let paths = ["images", "labels"].map(|name| folder.path().join(name));
    let file = fs::OpenOptions::new().write(true).open(&paths[0]).unwrap();
    file.set_len(16 + u64::from(rows) * 28 * 28).unwrap();
    let before = bytes_read();
    let found = read_rows(&paths, &[999_999, 3]).unwrap();
    assert_eq!(found.images().unwrap().as_ref(), [0.0; 2 * PIXELS]);
    let read = bytes_read() - before;
    // Other tests of this process read a few megabytes each.
    assert!(read < 200_000_000, "{read} bytes");
}

/// The bytes that this process has read so far.
#[cfg(target_os = "linux")]
fn bytes_read() -> u64 {
    let text = fs::read_to_string("/proc/self/io").expect("the kernel's counters");
    let read = text.lines().find_map(|line| line.strip_prefix("rchar: "));
    read.and_then(|read| read.parse().ok()).expect("a number")
}
