//! CSV as Kaggle has it: the images and labels of IDX files, in lines of text.

use std::path::PathBuf;

use data::{Cache, Classes, Digits, ImageKind, PixelOrder, ScaleNotice};
use fs_err as fs;

use crate::common::{folder, gzip, idx, idx_labels, npy, read};

const LABELS: [u8; 3] = [7, 0, 4];

/// An image whose corners are background, and the value of a pixel as text.
fn image(row: usize, side: usize) -> Vec<u8> {
    let value = |at: usize| match (at % side, at / side) {
        (0, _) | (_, 0) => 0,
        (x, y) if x + 1 == side || y + 1 == side => 0,
        _ => (at * at + 31 * row) % 256,
    };
    (0..side * side)
        .map(|at| u8::try_from(value(at)).unwrap())
        .collect()
}

fn images(side: usize) -> Vec<Vec<u8>> {
    (0..LABELS.len()).map(|row| image(row, side)).collect()
}

/// Lines with the label in front.
fn rows(side: usize, text: impl Fn(u8) -> String) -> Vec<String> {
    let rows = LABELS.iter().zip(images(side));
    let row = |(label, image): (&u8, Vec<u8>)| {
        let pixels: Vec<String> = image.into_iter().map(&text).collect();
        format!("{label},{}", pixels.join(","))
    };
    rows.map(row).collect()
}

/// Kaggle's lines.
fn kaggle() -> Vec<String> {
    let names: Vec<String> = (0..784).map(|pixel| format!("pixel{pixel}")).collect();
    let mut lines = vec![format!("label,{}", names.join(","))];
    lines.extend(rows(28, |pixel| pixel.to_string()));
    lines
}

/// Moves the first field to the end.
fn label_last(line: &str) -> String {
    let (label, pixels) = line.split_once(',').unwrap();
    format!("{pixels},{label}")
}

fn file(lines: &[String]) -> Vec<u8> {
    (lines.join("\n") + "\n").into_bytes()
}

fn read_file(bytes: &[u8]) -> Digits {
    let folder = folder(&[("train.csv", bytes)]);
    read(&[folder.path().join("train.csv")]).unwrap()
}

fn bits(digits: &Digits) -> Vec<u32> {
    let images = digits.images().unwrap();
    images.iter().map(|pixel| pixel.to_bits()).collect()
}

fn of_idx() -> Digits {
    let folder = folder(&[
        ("images", &idx([8, 3], &[3, 28, 28], &images(28).concat())),
        ("labels", &idx_labels(&LABELS)),
    ]);
    read(&[folder.path().into()]).unwrap()
}

#[test]
fn kaggle_s_file_has_the_pixels_of_idx_files_to_the_last_bit() {
    let expected = of_idx();
    let lines = kaggle();
    let quoted: Vec<String> = lines
        .iter()
        .map(|line| format!("\"{}\"", line.replace(',', "\", \"")))
        .collect();
    let last: Vec<String> = lines.iter().map(|line| label_last(line)).collect();
    let renamed = |from: &str, to: &str| {
        let mut lines = last.clone();
        lines[0] = lines[0].replace(from, to);
        file(&lines)
    };
    for (name, bytes) in [
        ("as it is", file(&lines)),
        ("without names", file(&lines[1..])),
        ("label last", file(&last)),
        ("label last, without names", file(&last[1..])),
        ("class", renamed("label", "Class")),
        ("names that say nothing", renamed("label", "v785")),
        ("quoted", file(&quoted)),
        ("of Windows", lines.join("\r\n").into_bytes()),
        ("with a mark", [b"\xef\xbb\xbf", &file(&lines)[..]].concat()),
        ("blank lines", [&file(&lines)[..], b"\n \n"].concat()),
        ("packed", gzip(&file(&lines))),
        ("packed twice", gzip(&gzip(&file(&lines)))),
    ] {
        let found = read_file(&bytes);
        assert_eq!(found.labels(), LABELS, "{name}");
        assert_eq!(bits(&found), bits(&expected), "{name}");
        assert_eq!(found.scale_notice(), None, "{name}");
    }
}

#[test]
fn floats_are_scaled_as_those_of_arrays_are() {
    let expected = of_idx();
    let units = rows(28, |pixel| (f64::from(pixel) / 255.0).to_string());
    let found = read_file(&file(&units));
    assert_eq!(
        (bits(&found), found.scale_notice()),
        (bits(&expected), None)
    );
    // As pandas writes a column of floats, and `numpy.savetxt` everything.
    for text in [
        |pixel: u8| format!("{pixel}.0"),
        |pixel: u8| format!("{:.18e}", f64::from(pixel)),
    ] {
        let found = read_file(&file(&rows(28, text)));
        assert_eq!(bits(&found), bits(&expected));
        let notice = found.scale_notice();
        assert!(
            matches!(notice, Some(ScaleNotice::Rescaled { .. })),
            "{notice:?}"
        );
    }
    // Black and white.
    let found = read_file(&file(&rows(28, |pixel| (pixel / 128).to_string())));
    let Some(ScaleNotice::Rescaled { range, .. }) = found.scale_notice() else {
        panic!("{:?}", found.scale_notice());
    };
    assert!(range[0].abs() < 1e-9 && (range[1] - 1.0).abs() < 1e-9);
}

#[test]
fn images_of_20_x_20_have_the_order_of_an_array() {
    let csv = folder(&[("a.csv", &file(&rows(20, |pixel| pixel.to_string())))]);
    let arrays = folder(&[
        ("X.npy", &npy("|u1", "(3, 400)", &images(20).concat())),
        ("y.npy", &idx_labels(&LABELS)),
    ]);
    let path: [PathBuf; 1] = [csv.path().join("a.csv")];
    for order in [PixelOrder::Column, PixelOrder::Row] {
        let read = |path| data::read(&[path], order, &Cache::unlimited()).unwrap();
        let (found, expected) = (read(path[0].clone()), read(arrays.path().into()));
        assert_eq!(bits(&found), bits(&expected), "{order:?}");
    }
    assert_eq!(data::image_kind(&path).unwrap(), ImageKind::Unrolled);
    let large = folder(&[("a.csv", &file(&kaggle()))]);
    let kind = data::image_kind(&[large.path().into()]).unwrap();
    assert_eq!(kind, ImageKind::ResizedNpy);
}

#[test]
fn a_folder_of_kaggle_has_one_file_to_read_and_two_files_are_two_parts() {
    let lines = kaggle();
    let unlabelled: Vec<String> = lines
        .iter()
        .map(|line| line.split_once(',').unwrap().1.to_owned())
        .collect();
    let unlabelled = file(&unlabelled);
    let folder_of_kaggle = folder(&[
        ("sample_submission.csv", b"ImageId,Label\n1,0\n"),
        ("test.csv", &unlabelled),
        ("train.csv", &file(&lines)),
    ]);
    let paths = [folder_of_kaggle.path().to_owned()];
    assert_eq!(read(&paths).unwrap().labels(), LABELS);
    assert_eq!(data::test_part(&paths).unwrap(), None);
    let message = read(&[paths[0].join("test.csv")]).unwrap_err().to_string();
    assert!(
        message.contains("test.csv: expected a column of labels")
            && message.contains("784 columns of pixels alone"),
        "{message}"
    );
    let parts = folder(&[
        ("mnist_train.csv", &file(&lines)),
        ("mnist_test.csv", &file(&lines[..2])),
    ]);
    let paths = [parts.path().to_owned()];
    assert_eq!(read(&paths).unwrap().labels(), LABELS);
    let test = data::test_part(&paths).unwrap().unwrap();
    assert_eq!(read(&test).unwrap().labels(), &LABELS[..1]);
}

#[test]
fn some_rows_and_some_digits_are_read_alone() {
    let all = read_file(&file(&kaggle()));
    let files = folder(&[("train.csv", &file(&kaggle()))]);
    let paths = [files.path().join("train.csv")];
    let order = PixelOrder::Column;
    let rows = data::read_rows(&paths, order, &Cache::unlimited(), &[2, 0]).unwrap();
    assert_eq!(bits(&rows), bits(&all.select(&[2, 0])));
    let classes = Classes::new(&[0, 4]).unwrap();
    let found = data::read_classes(&paths, order, &Cache::unlimited(), classes).unwrap();
    assert_eq!(bits(found.digits()), bits(&all.select(&[1, 2])));
    let cache = Cache {
        rows_in_memory: 1,
        folder: files.path().to_owned(),
    };
    let streamed = data::read(&paths, order, &cache).unwrap();
    assert_eq!(bits(&streamed), bits(&all));
}

#[track_caller]
fn assert_refused(bytes: &[u8], parts: &[&str]) {
    let files = folder(&[("a.csv", bytes)]);
    let message = read(&[files.path().join("a.csv")]).unwrap_err();
    let message = message.to_string();
    for part in ["a.csv: "].iter().chain(parts) {
        assert!(message.contains(part), "{part:?} is not in {message:?}");
    }
}

#[test]
fn what_is_wrong_is_named_with_its_line() {
    let changed = |line: usize, from: &str, to: &str| {
        let mut lines = kaggle();
        lines[line] = lines[line].replacen(from, to, 1);
        file(&lines)
    };
    // The lines begin with 7,0,0 and 0,0,0 and 4,0,0.
    for (bytes, parts) in [
        (
            changed(2, "0,", "10,"),
            &["line 3: expected a label", "\"10\""][..],
        ),
        (
            changed(2, "0,", "x,"),
            &["line 3: expected a label", "\"x\""],
        ),
        (
            changed(3, "4,0,", "4,,"),
            &["line 4, column 2: expected a number, found \"\""],
        ),
        (
            changed(3, "4,0,", "4,nan,"),
            &["line 4, column 2", "\"nan\""],
        ),
        (
            changed(3, "4,0,", "4,1e39,"),
            &["line 4, column 2", "\"1e39\""],
        ),
        (
            changed(1, "7,0,", "7,"),
            &["line 2: expected 785 columns, found 784"],
        ),
        (
            changed(3, "4,0,", "4,0,0,"),
            &["line 4: expected 785 columns, found 786"],
        ),
        (changed(2, "0,0,", "0,300,"), &["found 0 to 300"]),
        (file(&kaggle()[..1]), &["at least one row"]),
    ] {
        assert_refused(&bytes, parts);
    }
    // The first line is no header because of one field.
    assert_refused(
        &changed(1, "7,0,", "7,x,").split_off(kaggle()[0].len() + 1),
        &["line 1, column 2", "\"x\""],
    );
    let long = [&file(&kaggle()[..2])[..], &vec![b'0'; 200_000]].concat();
    assert_refused(&long, &["line 3: ", "at most 60000 bytes"]);
}

#[test]
fn other_tables_are_told_what_is_expected() {
    let with_index: Vec<String> = kaggle().iter().map(|line| format!("0,{line}")).collect();
    assert_refused(&file(&with_index), &["found 786", "to_csv(index=False)"]);
    let digits = vec!["0"; 65].join(",");
    assert_refused(
        &file(&[digits]),
        &["expected 785 or 401 columns", "found 65"],
    );
    let semicolons: Vec<String> = kaggle().iter().map(|line| line.replace(',', ";")).collect();
    assert_refused(&file(&semicolons), &["a text file", "separated by commas"]);
    assert_refused(b"a,b\n1,2\n", &["a text file"]);
    // Text without a line break, of any length.
    assert_refused(&vec![b'a'; 1_000_000], &["a text file"]);
    assert_refused(&gzip(&vec![b'a'; 10_000_000]), &["a text file"]);
}

#[test]
fn a_file_cut_short_is_refused_unless_a_line_ends_there() {
    let whole = file(&kaggle());
    let names = kaggle()[0].len();
    let files = folder(&[]);
    let path = files.path().join("incomplete.csv");
    for length in (0..whole.len()).step_by(7) {
        fs::write(&path, &whole[..length]).unwrap();
        match read(std::slice::from_ref(&path)) {
            // The last number may be shorter, too.
            Ok(found) => {
                let rest = whole[length..].iter();
                let in_line = rest.take_while(|byte| **byte != b'\n').count();
                assert!(length > names && in_line <= 3, "{length}");
                assert!(found.len() <= LABELS.len());
            }
            Err(error) => {
                let message = error.to_string();
                assert!(message.contains("incomplete.csv: "), "{message}");
            }
        }
    }
}
