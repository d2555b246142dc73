//! The lines of a text file, and their fields, which are separated by commas.
//!
//! Fields are numbers or names, so that no field has a comma or a line break, with or without quotation marks. That bounds
//! the memory for one line, which a quotation mark that is never closed would not.

use crate::error::{CsvError, DataError};
use crate::formats::data_file::DataFile;

/// Bytes per read.
const READ_SIZE: usize = 64 * 1024;

/// The longest line in bytes: 785 numbers as `numpy.savetxt` writes them, 25 bytes each, three times.
const MAX_LINE: usize = 60_000;

/// The mark that some programs write before text in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A text file, read line by line.
pub(crate) struct Lines {
    file: DataFile,
    buffer: Vec<u8>,
    /// The start of the next line in the buffer.
    start: usize,
    /// The number of lines so far.
    count: usize,
    is_over: bool,
}

/// A line that is not blank.
pub(crate) struct Line<'a> {
    /// Its number, from 1.
    pub(crate) number: usize,
    /// Its text without the line break.
    pub(crate) text: &'a [u8],
}

impl Lines {
    pub(crate) fn new(file: DataFile) -> Self {
        Self {
            file,
            buffer: Vec::new(),
            start: 0,
            count: 0,
            is_over: false,
        }
    }

    /// Returns the next line that is not blank; `None` at the end.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or the line is too long.
    pub(crate) fn next(&mut self) -> Result<Option<Line<'_>>, DataError> {
        loop {
            let Some([start, end]) = self.next_range()? else {
                return Ok(None);
            };
            self.count += 1;
            let is_blank = self.buffer[start..end].trim_ascii().is_empty();
            if !is_blank {
                let number = self.count;
                let text = &self.buffer[start..end];
                let text = match number {
                    1 => text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text),
                    _ => text,
                };
                return Ok(Some(Line { number, text }));
            }
        }
    }

    /// Returns the start and the end of the next line in the buffer.
    fn next_range(&mut self) -> Result<Option<[usize; 2]>, DataError> {
        let mut searched = self.start;
        loop {
            let unsearched = self.buffer[searched..].iter();
            if let Some(length) = unsearched.clone().position(|byte| *byte == b'\n') {
                let range = [self.start, searched + length];
                self.start = range[1] + 1;
                return Ok(Some(range));
            }
            let rest = self.buffer.len() - self.start;
            if self.is_over {
                let range = [self.start, self.buffer.len()];
                self.start = self.buffer.len();
                return Ok((rest > 0).then_some(range));
            }
            if rest > MAX_LINE {
                let (line, limit) = (self.count + 1, MAX_LINE);
                return Err(
                    DataError::Csv(CsvError::LineLength { line, limit }).in_file(self.file.path())
                );
            }
            self.buffer.drain(..self.start);
            self.start = 0;
            searched = self.buffer.len();
            let bytes = self.file.read(READ_SIZE)?;
            self.is_over = bytes.is_empty();
            self.buffer.extend(bytes);
        }
    }
}

impl<'a> Line<'a> {
    /// Returns the fields, without spaces and quotation marks around them.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let fields = self.text.split(|byte| *byte == b',');
        fields.map(|field| {
            let field = field.trim_ascii();
            let quoted = field.strip_prefix(b"\"");
            let inside = quoted.and_then(|field| field.strip_suffix(b"\""));
            inside.map_or(field, <[u8]>::trim_ascii)
        })
    }
}

/// Reads a finite number that `f32` holds too; `None` if a field is none.
pub(crate) fn number(field: &[u8]) -> Option<f64> {
    // Most fields are whole numbers up to 255.
    if let 1..=3 = field.len()
        && field.iter().all(u8::is_ascii_digit)
    {
        let whole = field.iter();
        let whole = whole.fold(0, |whole, digit| 10 * whole + u32::from(digit - b'0'));
        return Some(whole.into());
    }
    let number: f64 = str::from_utf8(field).ok()?.parse().ok()?;
    (number.abs() <= f32::MAX.into()).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_that_python_writes() {
        for (field, expected) in [
            ("0", Some(0.0)),
            ("255", Some(255.0)),
            ("007", Some(7.0)),
            ("1000", Some(1000.0)),
            ("-1", Some(-1.0)),
            ("+1", Some(1.0)),
            ("0.5", Some(0.5)),
            (".5", Some(0.5)),
            ("5.000000000000000000e+00", Some(5.0)),
            ("1E-3", Some(0.001)),
            ("", None),
            (" 1", None),
            ("1 2", None),
            ("0x10", None),
            ("pixel0", None),
            ("nan", None),
            ("inf", None),
            ("1e39", None),
            ("1;5", None),
            ("\u{664}", None),
        ] {
            assert_eq!(number(field.as_bytes()), expected, "{field:?}");
        }
    }

    #[test]
    fn fields_lose_spaces_and_quotation_marks() {
        let line = Line {
            number: 1,
            text: b"\"label\", 1 ,,\" 2\",\"x\r",
        };
        let fields: Vec<&[u8]> = line.fields().collect();
        assert_eq!(fields, [&b"label"[..], b"1", b"", b"2", b"\"x"]);
    }
}
