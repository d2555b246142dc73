//! Which column of a CSV file has the labels, and whether the first line has names.

use std::path::Path;

use crate::error::{CsvError, DataError};
use crate::formats::csv_lines::{Line, Lines, number};
use crate::formats::data_file::DataFile;
use crate::pixels::SIDE;

/// The sides of the images that are recognized.
const SIDES: [usize; 2] = [28, SIDE];

/// Names of the column of labels.
const LABEL_NAMES: [&str; 6] = ["label", "labels", "class", "target", "digit", "y"];

/// Text with fewer columns is no table of images.
const FEWEST_COLUMNS: usize = 50;

/// What the columns of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Layout {
    /// Pixels along one side of an image.
    pub(crate) side: usize,
    /// The column of the labels, from 0.
    pub(crate) label: usize,
    pub(crate) first_line: FirstLine,
}

/// What the first line of a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FirstLine {
    Names,
    Row,
}

/// The values of the first and of the last column, as far as they are digits.
type Ends = [Option<u8>; 2];

impl Layout {
    /// The number of columns.
    pub(crate) fn columns(&self) -> usize {
        self.side * self.side + 1
    }

    /// Finds the layout of a file. Where no name says which column has the labels, it is the first or the last one.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or its first line has no label and pixels.
    pub(crate) fn find(path: &Path) -> Result<Self, DataError> {
        let mut lines = Lines::new(DataFile::open(path)?);
        let Some(first) = lines.next()? else {
            return Err(DataError::NoRows.in_file(path));
        };
        let side = side(&first).map_err(|error| error.in_file(path))?;
        let labels = label_names(&first);
        let is_header = !labels.is_empty() || is_header(&first);
        let first_row = (!is_header).then(|| ends(&first));
        let label = match labels[..] {
            [label] => label,
            _ if is_last(first_row, &mut lines)? => side * side,
            _ => 0,
        };
        let first_line = if is_header {
            FirstLine::Names
        } else {
            FirstLine::Row
        };
        Ok(Self {
            side,
            label,
            first_line,
        })
    }
}

/// Says whether a text file is a table of images, by its first line.
///
/// # Errors
///
/// When it is such a table, but without labels, or of images of other sizes.
pub(crate) fn recognize(file: DataFile) -> Result<bool, DataError> {
    let path = file.path().to_owned();
    // A line that is too long is that of another text.
    match Lines::new(file).next() {
        Ok(Some(first)) if first.fields().count() >= FEWEST_COLUMNS => side(&first)
            .map(|_| true)
            .map_err(|error| error.in_file(path)),
        _ => Ok(false),
    }
}

/// Returns the side of the images, by the number of columns.
fn side(first: &Line<'_>) -> Result<usize, DataError> {
    let found = first.fields().count();
    let has = |columns: usize| SIDES.into_iter().find(|side| side * side == columns);
    match (has(found.saturating_sub(1)), has(found)) {
        (Some(side), _) => Ok(side),
        (None, Some(_)) => Err(DataError::Csv(CsvError::Unlabelled { found })),
        (None, None) => Err(DataError::Csv(CsvError::Columns { found })),
    }
}

/// Returns the columns that are named as labels are.
fn label_names(first: &Line<'_>) -> Vec<usize> {
    let is_label = |field: &[u8]| {
        // `numpy.savetxt` writes names after a #.
        let name = field.strip_prefix(b"#").unwrap_or(field).trim_ascii();
        let mut names = LABEL_NAMES.iter();
        names.any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
    };
    let fields = first.fields().enumerate();
    let named = fields.filter(|(_, field)| is_label(field));
    named.map(|(column, _)| column).collect()
}

/// Says whether the first line has names: most fields are no numbers, or they are the numbers of the columns, as pandas
/// writes them.
fn is_header(first: &Line<'_>) -> bool {
    let mut fields = first.fields();
    let are_counted = (0_u32..)
        .zip(fields.by_ref())
        .all(|(column, field)| number(field) == Some(column.into()));
    let names = first.fields().filter(|field| number(field).is_none());
    are_counted || names.count() > first.fields().count() / 2
}

/// Says whether the labels are in the last column, not in the first. A corner of an image is background, so that the
/// labels are the column that changes first; or else the only one of digits.
fn is_last(first_row: Option<Ends>, lines: &mut Lines) -> Result<bool, DataError> {
    let mut earlier = first_row;
    let mut row = first_row;
    loop {
        if let (Some(earlier), Some(row)) = (earlier, row) {
            match row {
                [_, None] => return Ok(false),
                [None, Some(_)] => return Ok(true),
                [first, _] if first != earlier[0] => return Ok(false),
                [_, last] if last != earlier[1] => return Ok(true),
                _ => {}
            }
        }
        let Some(line) = lines.next()? else {
            return Ok(false);
        };
        row = Some(ends(&line));
        earlier = earlier.or(row);
    }
}

fn ends(line: &Line<'_>) -> Ends {
    let mut fields = line.fields();
    let first = fields.next();
    [first, fields.last()].map(|field| digit(field?))
}

/// Reads a digit, 0 to 9, as a whole number or a float.
#[expect(clippy::float_cmp, reason = "a label is exactly a whole number")]
pub(crate) fn digit(field: &[u8]) -> Option<u8> {
    let found = number(field)?;
    (0..=9).find(|&digit| f64::from(digit) == found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The layout of a file of 20 x 20 pixels: rows of the value in the first column, the one in the last column, and of
    /// all others.
    fn layout(header: Option<&str>, rows: &[[&str; 3]]) -> Layout {
        let row = |[first, last, other]: &[&str; 3]| {
            [&[*first], &[*other; 399][..], &[*last]].concat().join(",")
        };
        let mut lines: Vec<String> = header.map(str::to_owned).into_iter().collect();
        lines.extend(rows.iter().map(row));
        let file = tempfile::NamedTempFile::new().unwrap();
        fs_err::write(file.path(), lines.join("\n")).unwrap();
        Layout::find(file.path()).unwrap()
    }

    fn names(first: &str, last: &str) -> String {
        let pixels: Vec<String> = (0..399).map(|pixel| format!("pixel{pixel}")).collect();
        format!("{first},{},{last}", pixels.join(","))
    }

    #[test]
    fn a_name_says_which_column_has_the_labels_whatever_the_others_hold() {
        let row = [["0", "0", "7"]];
        for (first, last, label) in [
            ("label", "pixel399", 0),
            ("\"Label\"", "x", 0),
            ("# label", "x", 0),
            ("pixel0", "class", 400),
            ("1x1", "\"target\"", 400),
            ("label", "0", 0),
        ] {
            let found = layout(Some(&names(first, last)), &row);
            assert_eq!(
                (found.label, found.first_line),
                (label, FirstLine::Names),
                "{first}"
            );
        }
        // As pandas writes a table whose columns have no names but one.
        let counted: Vec<String> = (0..400).map(|column| column.to_string()).collect();
        let found = layout(Some(&format!("{},class", counted.join(","))), &row);
        assert_eq!((found.label, found.first_line), (400, FirstLine::Names));
    }

    #[test]
    fn without_a_name_it_is_the_column_that_changes_first_or_the_only_one_of_digits() {
        for (rows, label) in [
            (&[["5", "0", "0"], ["0", "0", "0"]][..], 0),
            (&[["0", "5", "0"], ["0", "5", "9"], ["0", "4", "0"]], 400),
            (&[["7", "0.5", "0"]], 0),
            (&[["0.5", "7", "0"]], 400),
            (&[["255", "7", "0"]], 400),
            (&[["5.0e+00", "-0.01", "0"]], 0),
            (&[["0", "0", "0"], ["0", "0", "0"]], 0),
            // The first row that is no digit shows that a column is none.
            (&[["0", "3", "0"], ["12", "3", "0"]], 400),
        ] {
            let found = layout(None, rows);
            assert_eq!(
                (found.label, found.first_line),
                (label, FirstLine::Row),
                "{rows:?}"
            );
            let named = layout(Some(&names("a", "b")), rows);
            assert_eq!(
                (named.label, named.first_line),
                (label, FirstLine::Names),
                "{rows:?}"
            );
        }
    }

    #[test]
    fn the_numbers_of_the_columns_are_no_image() {
        let counted: Vec<String> = (0..401).map(|column| column.to_string()).collect();
        let found = layout(Some(&counted.join(",")), &[["3", "0", "0"]]);
        assert_eq!((found.label, found.first_line), (0, FirstLine::Names));
    }
}
