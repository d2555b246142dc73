//! Data files that cannot be read, or do not match.

use std::io::Write;

use super::{Case, case, flip};

/// Images and labels, one of them invalid.
fn digits(images: impl AsRef<[u8]>, labels: impl AsRef<[u8]>, names: &[&'static str]) -> Case {
    case(&["train", "--data", "x", "y"], names)
        .with("x", images)
        .with("y", labels)
}

fn idx(kind: [u8; 2], sizes: &[u32], values: &[u8]) -> Vec<u8> {
    let sizes = sizes.iter().flat_map(|size| size.to_be_bytes());
    [[0, 0].as_slice(), &kind, &sizes.collect::<Vec<_>>(), values].concat()
}

fn images(count: u8) -> Vec<u8> {
    let pixels = vec![7; usize::from(count) * 400];
    idx([8, 3], &[u32::from(count), 20, 20], &pixels)
}

fn labels(values: &[u8]) -> Vec<u8> {
    let count = u32::try_from(values.len()).unwrap();
    idx([8, 1], &[count], values)
}

fn npy(version: u8, header: &str, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(header.len()).unwrap().to_le_bytes();
    [
        b"\x93NUMPY",
        [version, 0].as_slice(),
        &length,
        header.as_bytes(),
        data,
    ]
    .concat()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

pub(super) fn data_files() -> Vec<Case> {
    let good = labels(&[0, 1]);
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 400), }\n";
    let zeros = [0; 3200];
    let mut nan = zeros;
    nan[..4].copy_from_slice(&f32::NAN.to_le_bytes());
    let huge = header.replace("(2, 400)", "(99999999999999, 400)");
    let packed = gzip(&images(2));
    vec![
        digits(&images(2)[..500], &good, &["x", "cut short"]),
        digits(&images(2)[..7], &good, &["x", "cut short"]),
        digits(flip(images(2), 3), &good, &["x"]),
        digits(idx([8, 3], &[u32::MAX, 20, 20], &[1]), &good, &["x"]),
        digits(idx([8, 3], &[2, 0, 20], &[]), &good, &["x"]),
        digits([images(2), vec![0]].concat(), &good, &["x", "found more"]),
        digits(images(3), &good, &["3 images in", "2 labels in"]),
        digits(images(2), labels(&[0, 10]), &["y", "row 1", "found 10"]),
        digits(images(2), images(2), &["two files of images"]),
        digits(images(2), labels(&[0, 2]), &["no example of the digit 1"]),
        digits(&packed[..packed.len() / 2], &good, &["x", "gzip"]),
        digits(
            flip(packed.clone(), packed.len() - 6),
            &good,
            &["x", "gzip"],
        ),
        digits(npy(1, header, &zeros[..99]), &good, &["x", "cut short"]),
        digits(npy(9, header, &zeros), &good, &["x", "version"]),
        digits(
            npy(1, &header.replace("<f4", "|O"), &zeros),
            &good,
            &["x", "|O"],
        ),
        digits(npy(1, &huge, &zeros), &good, &["x"]),
        digits(npy(1, header, &nan), &good, &["x", "row 0, pixel 0", "NaN"]),
        digits(npy(1, "{'descr': ", &[]), &good, &["x"]),
        digits("", &good, &["x", "empty file"]),
        digits("hello", &good, &["x", "found a text file"]),
        case(&["train", "--data", "none"], &["none"]),
        case(&["train", "--data", "run"], &["run"]),
        case(&["data", "--data", "x"], &["x", "labels"]).with("x", images(2)),
    ]
}
