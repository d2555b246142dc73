//! CSV as Kaggle has it: in each line a label and the pixels of an image, 28 x 28 or 20 x 20.
//!
//! The label is in the first or the last column, or in one that is named `label` or `class`. The pixels are those of a
//! `.npy` array `[n, 784]`, row by row, or `[n, 400]`, in the order that [`PixelOrder`](crate::PixelOrder) says: whole
//! numbers, or floats if one of them is written with a point or an exponent. Each line is read alone.

use std::path::Path;

use crate::error::{CsvError, DataError};
use crate::formats::csv_layout::{FirstLine, Layout, digit};
use crate::formats::csv_lines::{Line, Lines, number};
use crate::formats::data_file::DataFile;
use crate::formats::npy_number::NumberType;
use crate::formats::pixel_decoder::{
    ImageOptions, PixelDecoder, SquareResize, course_image, with_stored_value,
};
use crate::formats::scale::StoredPixels;
use crate::pixels::SIDE;
use crate::storage::StoreWriter;

/// The most characters of a field that an error repeats.
const MAX_SHOWN: usize = 40;

/// Reads the labels of a file that was recognized, `[n]`.
pub(crate) fn read_labels(path: &Path) -> Result<Vec<u8>, DataError> {
    let layout = Layout::find(path)?;
    let mut labels = Vec::new();
    each_row(path, layout, |line, fields| {
        let field = fields[layout.label];
        labels.push(digit(field).ok_or_else(|| {
            DataError::Csv(CsvError::Label {
                line,
                found: shown(field),
            })
        })?);
        Ok(())
    })?;
    if labels.is_empty() {
        return Err(DataError::NoRows.in_file(path));
    }
    Ok(labels)
}

/// Reads the images of a file that was recognized into `images`, column-major.
pub(crate) fn read_images(
    path: &Path,
    options: ImageOptions,
    images: &mut StoreWriter<'_>,
) -> Result<StoredPixels, DataError> {
    let layout = Layout::find(path)?;
    let number = number_type(path, layout)?;
    let full_ink = options.full_ink.unwrap_or(number.full_ink());
    let mut decoder = PixelDecoder::new(NumberType::FLOAT, Some(full_ink));
    let mut resize = (layout.side != SIDE).then(|| SquareResize::new([layout.side, layout.side]));
    let mut bytes = Vec::new();
    each_row(path, layout, |line, fields| {
        if images.skip_unwanted() {
            return Ok(());
        }
        bytes.clear();
        for (column, field) in fields.iter().enumerate() {
            if column != layout.label {
                bytes.extend(pixel(line, column, field)?.to_le_bytes());
            }
        }
        let image = decoder.decode(&bytes);
        let pushed = match &mut resize {
            None => images.push(&course_image(image, options.pixel_order)),
            Some(resize) => images.push(&resize.apply(image)),
        };
        pushed.map_err(|error| with_stored_value(error, image))
    })?;
    let counts = decoder.finish().counts;
    Ok(StoredPixels { number, counts })
}

fn pixel(line: usize, column: usize, field: &[u8]) -> Result<f64, DataError> {
    number(field).ok_or_else(|| {
        DataError::Csv(CsvError::Number {
            line,
            column: column + 1,
            found: shown(field),
        })
    })
}

/// Calls `each` with the number and the fields of each line that has a label and an image.
fn each_row(
    path: &Path,
    layout: Layout,
    mut each: impl FnMut(usize, &[&[u8]]) -> Result<(), DataError>,
) -> Result<(), DataError> {
    let expected = layout.columns();
    each_line(path, layout, |line| {
        let fields: Vec<&[u8]> = line.fields().collect();
        if fields.len() != expected {
            return Err(DataError::Csv(CsvError::Line {
                line: line.number,
                expected,
                found: fields.len(),
            }));
        }
        each(line.number, &fields)
    })
}

/// Calls `each` with each line after that of the names.
fn each_line(
    path: &Path,
    layout: Layout,
    mut each: impl FnMut(&Line<'_>) -> Result<(), DataError>,
) -> Result<(), DataError> {
    let mut lines = Lines::new(DataFile::open(path)?);
    if layout.first_line == FirstLine::Names {
        lines.next()?;
    }
    while let Some(line) = lines.next()? {
        each(&line).map_err(|error| error.in_file(path))?;
    }
    Ok(())
}

/// Returns the type that the numbers are written in.
fn number_type(path: &Path, layout: Layout) -> Result<NumberType, DataError> {
    let mut has_floats = false;
    each_line(path, layout, |line| {
        let is_of_a_float = |byte: &u8| matches!(byte, b'.' | b'e' | b'E');
        has_floats = has_floats || line.text.iter().any(is_of_a_float);
        Ok(())
    })?;
    Ok(if has_floats {
        NumberType::FLOAT
    } else {
        NumberType::WHOLE
    })
}

fn shown(field: &[u8]) -> String {
    let text = String::from_utf8_lossy(field);
    text.chars().take(MAX_SHOWN).collect()
}
