//! Data sets that tests write: parts of the embedded digits as `.npy`, and IDX files.

use std::path::PathBuf;

use data::{Digits, PIXELS};

use crate::app::App;

/// A file in NumPy's format, version 1.
pub(crate) fn npy(descr: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    let text = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}");
    // NumPy pads the whole header to a multiple of 64 bytes.
    let text = format!("{text:<117}\n");
    let length = u16::try_from(text.len()).unwrap().to_le_bytes();
    [
        b"\x93NUMPY\x01\x00",
        length.as_slice(),
        text.as_bytes(),
        data,
    ]
    .concat()
}

/// An IDX file of bytes, like those of MNIST.
pub(crate) fn idx(sizes: &[u32], values: &[u8]) -> Vec<u8> {
    let axes = u8::try_from(sizes.len()).unwrap();
    let sizes = sizes.iter().flat_map(|size| size.to_be_bytes());
    [
        [0, 0, 8, axes].as_slice(),
        &sizes.collect::<Vec<_>>(),
        values,
    ]
    .concat()
}

/// Images and labels in IDX files of these names, 20 x 20 pixels each.
pub(crate) fn write_idx(app: &App, names: [&str; 2], images: &[u8], labels: &[u8]) {
    let count = u32::try_from(labels.len()).unwrap();
    let [x, y] = names.map(|name| app.path().join(name));
    fs_err::write(x, idx(&[count, 20, 20], images)).unwrap();
    fs_err::write(y, idx(&[count], labels)).unwrap();
}

/// Rows of the embedded digits, each unrolled column by column.
pub(crate) fn embedded(rows: impl IntoIterator<Item = usize>) -> (Vec<f32>, Vec<u8>) {
    let digits = Digits::embedded();
    let images = digits.images().unwrap();
    let (mut pixels, mut labels) = (Vec::new(), Vec::new());
    for row in rows {
        pixels.extend_from_slice(&images[row * PIXELS..][..PIXELS]);
        labels.push(digits.labels()[row]);
    }
    (pixels, labels)
}

/// The same images unrolled row by row.
pub(crate) fn row_by_row(images: &[f32]) -> Vec<f32> {
    let transposed = |image: &[f32]| {
        let pixels = (0..PIXELS).map(|at| image[at % 20 * 20 + at / 20]);
        pixels.collect::<Vec<_>>()
    };
    images.chunks(PIXELS).flat_map(transposed).collect()
}

pub(crate) fn images_npy(images: &[f32]) -> Vec<u8> {
    let bytes: Vec<u8> = images
        .iter()
        .flat_map(|pixel| pixel.to_le_bytes())
        .collect();
    let shape = format!("({}, {PIXELS})", images.len() / PIXELS);
    npy("<f4", &shape, &bytes)
}

pub(crate) fn labels_npy(labels: &[u8]) -> Vec<u8> {
    npy("|u1", &format!("({},)", labels.len()), labels)
}

/// An array of doubles in a MATLAB file, given column by column.
fn mat_array(name: u8, shape: [usize; 2], numbers: impl Iterator<Item = f64>) -> Vec<u8> {
    let numbers: Vec<u8> = numbers.flat_map(f64::to_le_bytes).collect();
    let [rows, columns, length] =
        [shape[0], shape[1], numbers.len()].map(|count| u32::try_from(count).unwrap());
    // Flags with the class of doubles, dimensions, a name of one byte and the length of the numbers: 48 bytes.
    let tags = [14, 48 + length, 6, 8, 6, 0, 5, 8, rows, columns, 0x1_0001];
    let tags = tags.into_iter().chain([name.into(), 9, length]);
    let tags: Vec<u8> = tags.flat_map(u32::to_le_bytes).collect();
    [tags, numbers].concat()
}

/// A MATLAB file like the course's: a label of 10 is a zero.
pub(crate) fn mat(images: &[f32], labels: &[u8]) -> Vec<u8> {
    let count = labels.len();
    let pixels = (0..images.len()).map(|at| images[at % count * PIXELS + at / count]);
    let labels = labels
        .iter()
        .map(|&label| if label == 0 { 10.0 } else { label.into() });
    [
        format!("{:<124}", "MATLAB 5.0 MAT-file").into_bytes(),
        b"\0\x01IM".to_vec(),
        mat_array(b'X', [count, PIXELS], pixels.map(f64::from)),
        mat_array(b'y', [count, 1], labels),
    ]
    .concat()
}

/// Writes a file in an app's directory and returns its path.
pub(crate) fn write(app: &App, name: &str, bytes: &[u8]) -> PathBuf {
    let path = app.path().join(name);
    fs_err::write(&path, bytes).unwrap();
    path
}
