//! Writes images and labels as the course has them: `X.npy` and `y.npy`.
//!
//! NumPy and this crate read them; the format is NumPy Enhancement Proposal 1.

use std::io::{self, Write};

use crate::error::DataError;
use crate::pixels::PIXELS;
use crate::storage::Digits;

/// The magic number, and version 1.0.
const START: [u8; 8] = *b"\x93NUMPY\x01\x00";

/// The numbers start at a multiple of this many bytes.
const ALIGNMENT: usize = 64;

/// Writes the images as an array of 32-bit floats, `[n, 400]`, column by column.
///
/// # Errors
///
/// [`DataError::Io`] when images cannot be read from disk, or the array cannot be written.
pub fn write_images_npy(digits: &Digits, mut file: impl Write) -> Result<(), DataError> {
    file.write_all(&npy_header("<f4", &[digits.len(), PIXELS]))?;
    digits.stream(digits.sequential_chunks(), |chunk| {
        let pixels = chunk.images();
        let bytes: Vec<u8> = pixels
            .iter()
            .flat_map(|pixel| pixel.to_le_bytes())
            .collect();
        Ok::<_, DataError>(file.write_all(&bytes)?)
    })
}

/// Writes the labels as an array of bytes, `[n, 1]`.
///
/// # Errors
///
/// Those of writing.
pub fn write_labels_npy(digits: &Digits, mut file: impl Write) -> io::Result<()> {
    file.write_all(&npy_header("|u1", &[digits.len(), 1]))?;
    file.write_all(digits.labels())
}

/// The header of a `.npy` file of an array in C order, which its numbers follow; `descr` is their type in NumPy's notation,
/// such as `<f4`.
#[must_use]
pub fn npy_header(descr: &str, shape: &[usize]) -> Vec<u8> {
    let mut lengths = shape
        .iter()
        .map(usize::to_string)
        .collect::<Vec<_>>()
        .join(", ");
    // Python's tuple of one.
    if shape.len() == 1 {
        lengths.push(',');
    }
    let text = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({lengths}), }}");
    // A length of two bytes before the text, and a line feed after it.
    let end = (START.len() + 2 + text.len() + 1).next_multiple_of(ALIGNMENT);
    let length = end - START.len() - 2;
    let mut header = START.to_vec();
    // An array of a few dimensions has no text of 65,536 bytes.
    header.extend(u16::try_from(length).unwrap_or(u16::MAX).to_le_bytes());
    header.extend(text.as_bytes());
    header.resize(end - 1, b' ');
    header.push(b'\n');
    header
}
