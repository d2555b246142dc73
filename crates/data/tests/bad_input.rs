//! Bad files and folders: each gets one error that says what is wrong and where; none panics or fills the memory.

mod common;

use std::path::PathBuf;

use common::{fixture, folder, gzip, idx, idx_images, idx_labels, npy, read};
use data::{Cache, DataError, PixelOrder};
use fs_err as fs;

/// Checks that reading these files, all in one folder, fails, and that the message holds each of `parts`.
#[track_caller]
fn assert_refused(files: &[(&str, &[u8])], paths: &[&str], parts: &[&str]) {
    let folder = folder(files);
    let paths: Vec<PathBuf> = paths.iter().map(|path| folder.path().join(path)).collect();
    let message = read(&paths).expect_err("bad input").to_string();
    for part in parts {
        assert!(message.contains(part), "{part:?} is not in {message:?}");
    }
}

/// Reads `images` and two good labels.
#[track_caller]
fn assert_images_refused(images: &[u8], parts: &[&str]) {
    let files = [("images", images), ("labels", &idx_labels(&[0, 1]))];
    assert_refused(&files, &["images", "labels"], parts);
}

/// Reads `labels` and two good images.
#[track_caller]
fn assert_labels_refused(labels: &[u8], parts: &[&str]) {
    let files = [("images", &*idx_images(&[5, 6])), ("labels", labels)];
    assert_refused(&files, &["images", "labels"], parts);
}

#[test]
fn a_missing_path_is_named() {
    let missing = PathBuf::from("no/such/folder");
    let error = read(&[missing]).unwrap_err();
    assert!(matches!(error, DataError::NoSuchPath { .. }));
    assert!(error.to_string().contains("no/such/folder"), "{error}");
}

#[test]
fn no_path_and_three_paths_are_refused() {
    for found in [0, 3] {
        let paths = vec![fixture("x_f4.npy"); found];
        let error = read(&paths).unwrap_err();
        assert!(matches!(error, DataError::PathCount { .. }), "{error}");
    }
}

#[test]
fn an_empty_file_is_refused_packed_or_not() {
    assert_images_refused(b"", &["images: ", "empty file"]);
    assert_images_refused(&gzip(b""), &["images: ", "empty file"]);
}

#[test]
fn a_folder_in_place_of_a_file_is_refused() {
    assert_refused(
        &[("images/a", b"")],
        &["images", "images"],
        &["images: ", "found a folder"],
    );
}

#[test]
fn an_unknown_format_is_refused_with_its_first_bytes() {
    assert_images_refused(b"\x01hell", &["images: ", "[01, 68, 65, 6c, 6c]"]);
    assert_images_refused(b"404: Not Found", &["images: ", "found a text file"]);
    // IDX, but of an unknown type, and of two dimensions.
    assert_images_refused(&idx([0x0a, 3], &[1, 1, 1], &[0; 4]), &["[00, 00, 0a, 03,"]);
    assert_images_refused(&idx([8, 2], &[1, 4], &[0; 4]), &["[00, 00, 08, 02,"]);
    // Images of three colours, and of five dimensions.
    assert_images_refused(&idx([8, 4], &[2, 4, 4, 3], &[0; 96]), &["[00, 00, 08, 04,"]);
    assert_images_refused(
        &idx([8, 5], &[2, 1, 1, 1, 1], &[0; 2]),
        &["[00, 00, 08, 05,"],
    );
}

#[test]
fn an_error_page_of_a_server_is_named_as_such() {
    let denied =
        b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>AccessDenied</Code></Error>";
    assert_images_refused(denied, &["images: ", "found an XML document"]);
    let missing = b"{\"message\": \"Not Found\"}";
    assert_images_refused(missing, &["images: ", "found a JSON document"]);
    assert_images_refused(&gzip(missing), &["images: ", "found a JSON document"]);
    let labels = idx_labels(&[0, 1]);
    let files: [(&str, &[u8]); 2] = [("images", denied), ("labels", &labels)];
    assert_refused(
        &files,
        &[""],
        &["no file of images", "images: ", "an XML document"],
    );
}

#[test]
fn every_file_cut_short_at_any_byte_is_refused() {
    let images = idx([8, 3], &[2, 2, 3], &[7; 12]);
    let channel = idx([8, 4], &[2, 1, 2, 3], &[7; 12]);
    let labels = idx_labels(&[3, 7]);
    let x = npy("|u1", "(2, 400)", &[7; 800]);
    let y = npy("<f4", "(2,)", &[0, 0, 0x40, 0x40, 0, 0, 0xe0, 0x40]);
    let folder = folder(&[("images", &images), ("labels", &labels)]);
    let [images_path, labels_path] = ["images", "labels"].map(|name| folder.path().join(name));
    let cut_path = folder.path().join("incomplete");
    for (whole, other) in [
        (images, &labels_path),
        (channel, &labels_path),
        (labels, &images_path),
        (x, &labels_path),
        (y, &images_path),
    ] {
        for whole in [gzip(&whole), whole] {
            let paths = [cut_path.clone(), other.clone()];
            fs::write(&cut_path, &whole).unwrap();
            read(&paths).unwrap();
            for length in 0..whole.len() {
                fs::write(&cut_path, &whole[..length]).unwrap();
                let message = read(&paths).unwrap_err().to_string();
                assert!(message.contains("incomplete: "), "{length}: {message}");
            }
        }
    }
}

#[test]
fn no_flipped_bit_makes_a_reader_panic() {
    let images = idx([8, 3], &[2, 2, 3], &[7; 12]);
    let labels = idx_labels(&[3, 7]);
    let x = npy("|u1", "(2, 400)", &[7; 800]);
    let y = npy("<f4", "(2,)", &[0, 0, 0x40, 0x40, 0, 0, 0xe0, 0x40]);
    let folder = folder(&[("images", &images), ("labels", &labels)]);
    let [images_path, labels_path] = ["images", "labels"].map(|name| folder.path().join(name));
    let flipped_path = folder.path().join("flipped");
    for (whole, other) in [
        (images, &labels_path),
        (labels, &images_path),
        (x, &labels_path),
        (y, &images_path),
    ] {
        for whole in [gzip(&whole), whole] {
            for bit in 0..whole.len().min(150) * 8 {
                let mut flipped = whole.clone();
                flipped[bit / 8] ^= 1 << (bit % 8);
                fs::write(&flipped_path, &flipped).unwrap();
                if let Ok(digits) = read(&[flipped_path.clone(), other.clone()]) {
                    assert_eq!(digits.len(), 2);
                }
            }
        }
    }
}

#[test]
fn bytes_after_the_announced_data_are_refused_packed_or_not() {
    let long = idx([8, 3], &[2, 1, 1], &[5, 6, 7]);
    assert_images_refused(&long, &["images: ", "2 bytes", "found more"]);
    assert_images_refused(&gzip(&long), &["images: ", "2 bytes", "found more"]);
    let long = npy("|u1", "(2,)", &[0, 1, 2]);
    assert_labels_refused(&long, &["labels: ", "2 bytes", "found more"]);
}

#[test]
fn a_damaged_gzip_stream_is_refused() {
    let mut packed = gzip(&idx_images(&[5, 6]));
    let checksum = packed.len() - 8;
    packed[checksum] ^= 1;
    assert_images_refused(&packed, &["images: ", "gzip"]);
}

#[test]
fn gigabytes_announced_by_a_short_file_are_refused() {
    let most = u32::MAX;
    assert_images_refused(
        &idx([8, 3], &[most, most, most], &[]),
        &["4096 pixels per side"],
    );
    assert_images_refused(&idx([8, 3], &[2, 4097, 1], &[]), &["found 4097 x 1"]);
    assert_images_refused(&idx([8, 3], &[2, 1, 4097], &[]), &["found 1 x 4097"]);
    assert_images_refused(
        &idx([8, 3], &[most, 28, 28], &[]),
        &["at most 1000000000 rows", "4294967295"],
    );
    assert_images_refused(
        &idx([8, 3], &[1_000_000, 4096, 4096], &[]),
        &["16777216000000 bytes", "only 0"],
    );
    assert_labels_refused(
        &idx([8, 1], &[most], &[]),
        &["at most 1000000000 rows", "4294967295"],
    );
    let limit = 1_000_000_000;
    assert_labels_refused(&idx([8, 1], &[limit], &[]), &["1000000000 bytes", "only 0"]);
    assert_labels_refused(
        &idx([8, 1], &[limit + 1], &[]),
        &["at most 1000000000 rows"],
    );
    let x = npy("<f8", "(18446744073709551615, 400)", &[]);
    assert_images_refused(
        &x,
        &[
            "images: ",
            "at most 1000000000 rows",
            "18446744073709551615",
        ],
    );
    let x = npy("<f8", "(1000000, 400)", &[]);
    assert_images_refused(&x, &["images: ", "3200000000 bytes", "only 0"]);
    let header = b"\x93NUMPY\x02\x00\xff\xff\xff\xff{";
    assert_images_refused(header, &["images: ", "at most 10000 bytes", "4294967295"]);
}

#[test]
fn a_gzip_bomb_is_read_no_further_than_announced() {
    let bomb = gzip(&[idx_images(&[5, 6]), vec![0; 10_000_000]].concat());
    assert_images_refused(&bomb, &["images: ", "2 bytes", "found more"]);
}

#[test]
fn images_without_rows_or_pixels_are_refused() {
    assert_images_refused(
        &idx([8, 3], &[0, 28, 28], &[]),
        &["images: ", "at least one row"],
    );
    assert_images_refused(&idx([8, 3], &[2, 0, 28], &[]), &["images: ", "0 x 28"]);
    assert_images_refused(
        &npy("<f8", "(0, 400)", &[]),
        &["images: ", "at least one row"],
    );
    assert_labels_refused(&idx_labels(&[]), &["labels: ", "at least one row"]);
}

#[test]
fn arrays_of_other_types_and_shapes_are_refused() {
    assert_images_refused(
        &npy("<c8", "(2, 400)", &[]),
        &["images: ", "f4, f8, i1 to i8", "\"<c8\""],
    );
    assert_labels_refused(&npy("<U1", "(2,)", &[]), &["labels: ", "f4, f8", "\"<U1\""]);
    for shape in ["(2, 401)", "(2, 21, 20)", "(2, 2)", "()"] {
        let x = npy("<f8", shape, &[]);
        assert_images_refused(&x, &["images: ", "[n, 400] or [n, 20, 20]"]);
    }
    assert_images_refused(b"\x93NUMPY\x04\x00", &["images: ", "version 1.0", "4.0"]);
    assert_images_refused(
        b"\x93NUMPY\x01\x00\x02\x00[]",
        &["images: ", "'descr'", "\"[]\""],
    );
}

#[test]
fn pixels_that_are_not_finite_are_named_by_row_and_pixel() {
    for bad in [f32::NAN, f32::INFINITY] {
        let mut pixels = [0.5_f32; 800];
        pixels[403] = bad;
        let data: Vec<u8> = pixels
            .iter()
            .flat_map(|pixel| pixel.to_le_bytes())
            .collect();
        assert_images_refused(
            &npy("<f4", "(2, 400)", &data),
            &["images: row 1, pixel 3: "],
        );
    }
}

#[test]
fn labels_that_are_not_digits_are_named_by_row() {
    assert_labels_refused(&idx_labels(&[0, 10]), &["labels: row 1: ", "found 10"]);
    let float = |label: f64| npy("<f8", "(2,)", &[0.0, label].map(f64::to_le_bytes).concat());
    for (label, found) in [
        (-1.0, "-1"),
        (0.5, "0.5"),
        (f64::NAN, "NaN"),
        (1e300, "1000"),
    ] {
        assert_labels_refused(
            &float(label),
            &["labels: row 1: ", &format!("found {found}")],
        );
    }
    let signed = npy("|i1", "(2,)", &[9, 0xff]);
    assert_labels_refused(&signed, &["labels: row 1: ", "found -1"]);
}

#[test]
fn images_and_labels_of_different_counts_are_refused_with_both() {
    assert_images_refused(
        &idx_images(&[5, 6, 7]),
        &["3 images in", "images but 2 labels in", "labels"],
    );
    let labels = idx_labels(&[0, 1, 2]);
    assert_labels_refused(
        &labels,
        &["2 images in", "images but 3 labels in", "labels"],
    );
}

#[test]
fn two_files_of_one_kind_are_refused() {
    let images = idx_images(&[5]);
    assert_refused(
        &[("a", &images), ("b", &images)],
        &["a", "b"],
        &["found two files of images"],
    );
}

#[test]
fn a_file_without_its_partner_asks_for_both() {
    let parts = ["no file of labels", "name both"];
    let images = idx_images(&[5]);
    assert_refused(&[("a", &images)], &["a"], &parts);
    assert_refused(&[("a", &images)], &[""], &parts);
    let labels = idx_labels(&[5]);
    assert_refused(&[("a", &labels)], &["a"], &["no file of images"]);
    assert_refused(&[("a", &labels)], &[""], &["no file of images"]);
    assert_refused(
        &[("t10k-images-idx3-ubyte", &images)],
        &["t10k-images-idx3-ubyte"],
        &parts,
    );
}

#[test]
fn a_folder_with_several_candidates_lists_them() {
    let (images, others, labels) = (idx_images(&[5]), idx_images(&[6]), idx_labels(&[5]));
    let files = [("a", &*images), ("b", &*others), ("c", &*labels)];
    assert_refused(
        &files,
        &[""],
        &[
            "/a, ",
            "/b, ",
            "/c;",
            "name one file of images and one of labels",
        ],
    );
}

#[test]
fn folders_with_nothing_to_read_are_refused() {
    assert_refused(&[(".hidden", b"x")], &[""], &["empty folder"]);
    assert_refused(&[("notes.txt", b"hello")], &[""], &["found neither"]);
    assert_refused(&[("zero/a.png", b"hello")], &[""], &["found neither"]);
    assert_refused(&[("0/.hidden", b"x")], &[""], &["at least one row"]);
}

#[test]
fn a_folder_of_pictures_with_something_else_in_it_is_refused() {
    assert_refused(&[("0/a.png", b"hello")], &[""], &["a.png: ", "PNG or JPEG"]);
    assert_refused(
        &[("0/.hidden", b""), ("ten/a.png", b"")],
        &[""],
        &["ten: ", "named after a digit"],
    );
    let images = idx_images(&[5]);
    assert_refused(
        &[("0/a.png", b""), ("images", &images)],
        &[""],
        &["data files as well as subfolders of pictures"],
    );
}

#[test]
fn a_npy_fixture_with_the_wrong_partner_is_refused() {
    let paths = [fixture("x_f4.npy"), fixture("X0_printed.npy")];
    // 400 numbers in one dimension have the shape of labels; the first is no digit.
    let message = read(&paths).unwrap_err().to_string();
    assert!(message.contains("X0_printed.npy: row "), "{message}");
}

#[test]
fn a_cache_folder_that_cannot_be_written_is_named_and_no_data_file() {
    let images = gzip(&idx_images(&[5, 6]));
    let folder = folder(&[("images", &images), ("labels", &idx_labels(&[0, 1]))]);
    let cache = Cache {
        rows_in_memory: 1,
        folder: "/nowhere/at/all".into(),
    };
    let paths = [folder.path().to_owned()];
    let error = data::read(&paths, PixelOrder::Column, &cache).unwrap_err();
    assert!(matches!(error, DataError::CacheWrite { rows: 1, .. }));
    let message = error.to_string();
    assert!(message.starts_with("/nowhere/at/all: "), "{message}");
}

#[test]
fn a_long_npy_header_is_read_up_to_10000_bytes_and_shown_up_to_100() {
    let header = |length: usize| {
        let mut text = "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }".to_owned();
        text.extend(std::iter::repeat_n(' ', length - text.len()));
        let length = u32::try_from(length).unwrap().to_le_bytes();
        [b"\x93NUMPY\x02\x00", &length[..], text.as_bytes(), &[3, 7]].concat()
    };
    let images = idx_images(&[5, 6]);
    let folder = folder(&[("images", &images), ("y.npy", &header(10_000))]);
    assert_eq!(read(&[folder.path().into()]).unwrap().labels(), [3, 7]);
    assert_labels_refused(&header(10_001), &["at most 10000 bytes", "found 10001"]);

    let text = "x".repeat(200);
    let bad = [b"\x93NUMPY\x01\x00\xc8\x00", text.as_bytes()].concat();
    assert_labels_refused(&bad, &[&format!("found \"{}\"", "x".repeat(100))]);
}

#[test]
fn a_pixel_that_is_too_large_for_32_bits_is_named_with_its_value() {
    let mut pixels = [0.25; 800];
    pixels[403] = 1e200;
    let bytes: Vec<u8> = pixels
        .iter()
        .flat_map(|pixel: &f64| pixel.to_le_bytes())
        .collect();
    let parts = ["images: row 1, pixel 3: ", "up to 3.4e38", "found 1e200"];
    assert_images_refused(&npy("<f8", "(2, 400)", &bytes), &parts);
    // One that is resized, and IDX.
    let side = 784 * 8;
    let bytes = [&[0; 8 * 787][..], &(-1e39_f64).to_be_bytes(), &[0; 8 * 780]].concat();
    assert_eq!(bytes.len(), 2 * side);
    let parts = ["images: row 1, pixel 3: ", "found -1e39"];
    assert_images_refused(&idx([14, 3], &[2, 28, 28], &bytes), &parts);
    assert_images_refused(&npy(">f8", "(2, 28, 28)", &bytes), &parts);
}
