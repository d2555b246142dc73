//! Writes variables into a MATLAB file of version 5: matrices of doubles, not compressed.
//!
//! The format is described in "MAT-File Format", a part of MATLAB's documentation, chapter 1.

use crate::error::InteropError;
use crate::format::Format;

/// The bytes of text at the start, padded with spaces.
const TEXT: usize = 116;

/// The bytes after it that say where subsystem data are: nowhere.
const NO_SUBSYSTEM: [u8; 8] = [b' '; 8];

/// Version 1.0 of the format, and a mark that shows the byte order, little-endian.
const VERSION: [u8; 4] = [0, 1, b'I', b'M'];

/// Types of elements.
const INT8: u32 = 1;
const INT32: u32 = 5;
const UINT32: u32 = 6;
const DOUBLE: u32 = 9;
const MATRIX: u32 = 14;

/// The class of a matrix of doubles.
const DOUBLE_CLASS: u32 = 6;

/// A matrix with a name.
pub(crate) struct Variable<'a> {
    pub(crate) name: &'a str,
    /// Rows and columns.
    pub(crate) shape: [usize; 2],
    /// Its numbers, column by column.
    pub(crate) columns: Vec<f64>,
}

/// The start of a file; `about` is cut where there is no more room.
pub(crate) fn header(about: &str) -> Vec<u8> {
    let mut header = format!("MATLAB 5.0 MAT-file, {about}").into_bytes();
    header.resize(TEXT, b' ');
    header.extend(NO_SUBSYSTEM);
    header.extend(VERSION);
    header
}

/// Appends a variable to a file.
///
/// # Errors
///
/// [`InteropError::NotWritten`] if it has 4 GiB or more.
pub(crate) fn append(file: &mut Vec<u8>, variable: &Variable<'_>) -> Result<(), InteropError> {
    let [rows, columns] = variable.shape;
    let (Ok(rows), Ok(columns)) = (i32::try_from(rows), i32::try_from(columns)) else {
        return Err(too_large(variable));
    };
    let flags = [DOUBLE_CLASS.to_le_bytes(), [0; 4]];
    let shape = [rows, columns].map(i32::to_le_bytes);
    let numbers: Vec<u8> = variable
        .columns
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect();
    let mut matrix = Vec::with_capacity(64 + numbers.len());
    let fields = [
        (UINT32, flags.as_flattened()),
        (INT32, shape.as_flattened()),
        (INT8, variable.name.as_bytes()),
        (DOUBLE, &numbers),
    ];
    let appended = fields
        .into_iter()
        .try_for_each(|(kind, bytes)| append_field(&mut matrix, kind, bytes));
    let appended = appended.and_then(|()| append_field(file, MATRIX, &matrix));
    appended.ok_or_else(|| too_large(variable))
}

/// Appends a field: its type, its length, and its bytes, padded to a multiple of 8; `None` if it is too long.
fn append_field(file: &mut Vec<u8>, kind: u32, bytes: &[u8]) -> Option<()> {
    let length = u32::try_from(bytes.len()).ok()?;
    file.extend(kind.to_le_bytes());
    file.extend(length.to_le_bytes());
    file.extend(bytes);
    file.resize(file.len().next_multiple_of(8), 0);
    Some(())
}

fn too_large(variable: &Variable<'_>) -> InteropError {
    let [rows, columns] = variable.shape;
    InteropError::NotWritten {
        format: Format::Mat,
        reason: format!(
            "{} is {rows} x {columns}, and a variable has at most 4 GiB",
            variable.name
        ),
    }
}
