//! A recorded batch order: the shuffle of another program, to be replayed.
//!
//! The file is text with one line per epoch. A line lists row numbers of the data set, counted from 0 and separated by
//! commas, in the order in which the epoch trains on them. The boundaries of batches are not recorded; they follow from
//! the batch size.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use fs_err as fs;

use crate::error::{BatchOrderError, DataError};

/// The most bytes per row number, with comma, line end and some spaces: `u64::MAX` has 20 digits.
const BYTES_PER_ROW: usize = 24;

/// The most characters of an unreadable entry that an error repeats.
const MAX_SHOWN: usize = 24;

/// Reads the order of the training images in each of the first `epochs` epochs.
///
/// `rows[i]` is the row of the i-th training image in the data set; rows must be distinct. The result is `[epochs, n]`:
/// for each epoch the indices `i` in the order of its line. Further lines are checked and ignored. Spaces around a
/// number, Windows line ends and a last line without an end are accepted.
///
/// Memory use grows with the lines that are kept, not with the file.
///
/// # Errors
///
/// [`DataError::Io`], [`DataError::NotAFile`] or [`DataError::EmptyFile`] when there is nothing to read, and
/// [`DataError::BatchOrder`] when the file is not UTF-8, has fewer lines than `epochs`, or a line, even one after the
/// last epoch, does not list each of `rows` exactly once.
pub fn read_batch_order(
    path: &Path,
    rows: &[usize],
    epochs: usize,
) -> Result<Vec<Vec<usize>>, DataError> {
    if !fs::metadata(path)?.is_file() {
        return Err(DataError::NotAFile { path: path.into() });
    }
    let mut reader = BufReader::new(fs::File::open(path)?);
    let positions: HashMap<usize, usize> = rows.iter().copied().zip(0..).collect();
    let mut orders = Vec::new();
    let mut line = 0;
    while let Some(bytes) = next_line(&mut reader, rows.len() * BYTES_PER_ROW)? {
        line += 1;
        let order =
            parse_line(&bytes, line, rows, &positions).map_err(|error| error.in_file(path))?;
        if orders.len() < epochs {
            orders.push(order);
        }
    }
    if line == 0 {
        return Err(DataError::EmptyFile { path: path.into() });
    }
    if line < epochs {
        let (expected, found) = (epochs, line);
        return Err(
            DataError::BatchOrder(BatchOrderError::Epochs { expected, found }).in_file(path),
        );
    }
    Ok(orders)
}

/// Reads one line with its end, at most `limit` + 1 bytes of it; `None` at the end of the file.
fn next_line(reader: &mut impl BufRead, limit: usize) -> Result<Option<Vec<u8>>, DataError> {
    let mut bytes = Vec::new();
    let mut reader = reader.take(limit as u64 + 1);
    reader.read_until(b'\n', &mut bytes)?;
    Ok(Some(bytes).filter(|bytes| !bytes.is_empty()))
}

/// Turns the row numbers of a line into indices of training images.
fn parse_line(
    bytes: &[u8],
    line: usize,
    rows: &[usize],
    positions: &HashMap<usize, usize>,
) -> Result<Vec<usize>, DataError> {
    let limit = rows.len() * BYTES_PER_ROW;
    if bytes.len() > limit {
        let rows = rows.len();
        return Err(DataError::BatchOrder(BatchOrderError::LineLength {
            line,
            rows,
            limit,
        }));
    }
    let text = str::from_utf8(bytes)
        .map_err(|_| DataError::BatchOrder(BatchOrderError::Encoding { line }))?;
    let mut order = Vec::with_capacity(rows.len());
    let mut seen = vec![false; rows.len()];
    for (field, entry) in text.split(',').zip(1..) {
        // This also removes the line end after the last number, `\r` included.
        let field = field.trim();
        let row = field.parse().map_err(|_| {
            DataError::BatchOrder(BatchOrderError::Number {
                line,
                entry,
                found: field.chars().take(MAX_SHOWN).collect(),
            })
        })?;
        let Some(&position) = positions.get(&row) else {
            return Err(DataError::BatchOrder(BatchOrderError::UnknownRow {
                line,
                entry,
                row,
            }));
        };
        if seen[position] {
            return Err(DataError::BatchOrder(BatchOrderError::RepeatedRow {
                line,
                entry,
                row,
            }));
        }
        seen[position] = true;
        order.push(position);
    }
    if let Some(missing) = seen.iter().position(|seen| !seen) {
        return Err(DataError::BatchOrder(BatchOrderError::MissingRow {
            line,
            expected: rows.len(),
            found: order.len(),
            missing: rows[missing],
        }));
    }
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The training images of these tests are the rows 4, 0 and 7 of their data set.
    const ROWS: [usize; 3] = [4, 0, 7];

    /// Writes a file and reads it for two epochs.
    fn read(bytes: impl AsRef<[u8]>) -> Result<Vec<Vec<usize>>, DataError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("order.csv");
        fs::write(&path, bytes).unwrap();
        read_batch_order(&path, &ROWS, 2)
    }

    /// Checks that the file is refused with the message `expected` behind its path.
    #[track_caller]
    fn assert_refused(bytes: impl AsRef<[u8]>, expected: &str) {
        let message = read(bytes).unwrap_err().to_string();
        let (path, found) = message.split_once(": ").unwrap();
        assert!(path.ends_with("order.csv"), "{path}");
        assert_eq!(found, expected);
    }

    #[test]
    fn lists_for_each_epoch_the_indices_of_its_rows() {
        let expected = [[2, 0, 1], [1, 2, 0]];
        assert_eq!(read("7,4,0\n0,7,4\n").unwrap(), expected);
    }

    #[test]
    fn windows_line_ends_spaces_and_a_missing_last_line_end_are_fine() {
        let expected = [[2, 0, 1], [1, 2, 0]];
        assert_eq!(read("7,4,0\r\n0,7,4\r\n").unwrap(), expected);
        assert_eq!(read("7, 4, 0\n0, 7, 4").unwrap(), expected);
    }

    #[test]
    fn lines_beyond_the_last_epoch_are_ignored_but_checked() {
        let expected = [[2, 0, 1], [1, 2, 0]];
        assert_eq!(read("7,4,0\n0,7,4\n4,0,7\n").unwrap(), expected);
        assert_refused(
            "7,4,0\n0,7,4\n4,0,5\n",
            "line 3, entry 3: expected a row of the training set, found row 5, which is not in it",
        );
    }

    #[test]
    fn rejects_a_row_that_is_not_trained_on() {
        assert_refused(
            "7,1,0\n0,7,4\n",
            "line 1, entry 2: expected a row of the training set, found row 1, which is not in it",
        );
    }

    #[test]
    fn rejects_a_row_that_comes_twice() {
        assert_refused(
            "7,4,0\n0,4,7,4\n",
            "line 2, entry 4: expected each row once, found row 4 again",
        );
    }

    #[test]
    fn rejects_a_line_without_one_of_the_rows() {
        assert_refused(
            "7,4,0\n0,4\n",
            "line 2: expected 3 rows, one for each training image, found only 2; row 7 is missing",
        );
    }

    #[test]
    fn rejects_what_is_not_a_row_number() {
        for (line, entry, found) in [
            ("7,4,zero", 3, "zero"),
            ("7,-4,0", 2, "-4"),
            ("7,4.0,0", 2, "4.0"),
            ("7,4,0,", 4, ""),
            ("7 4 0", 1, "7 4 0"),
            ("99999999999999999999,4,0", 1, "99999999999999999999"),
        ] {
            assert_refused(
                format!("{line}\n7,4,0\n"),
                &format!("line 1, entry {entry}: expected a row number, found {found:?}"),
            );
        }
    }

    #[test]
    fn rejects_a_blank_line() {
        for text in ["7,4,0\n\n0,7,4\n", "7,4,0\n\r\n"] {
            assert_refused(text, "line 2, entry 1: expected a row number, found \"\"");
        }
    }

    #[test]
    fn rejects_a_file_with_fewer_lines_than_epochs() {
        assert_refused(
            "7,4,0\n",
            "expected 2 lines, one for each epoch, found only 1",
        );
    }

    #[test]
    fn rejects_bytes_that_are_not_utf_8() {
        assert_refused(b"7,4,0\n7,\xff,0\n", "line 2: expected UTF-8 text");
    }

    #[test]
    fn rejects_an_empty_file_a_folder_and_a_file_that_is_not_there() {
        assert_refused("", "expected data, found an empty file");
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(
            read_batch_order(folder.path(), &ROWS, 1),
            Err(DataError::NotAFile { .. })
        ));
        let message = read_batch_order(&folder.path().join("absent"), &ROWS, 1)
            .unwrap_err()
            .to_string();
        assert!(message.contains("absent"), "{message}");
    }

    #[test]
    fn rejects_a_line_longer_than_its_rows_need() {
        // 72 bytes with the line end just fit; a line that never ends does not.
        let padded = |spaces| format!("7,4,0{}\n0,7,4", " ".repeat(spaces));
        assert_eq!(read(padded(66)).unwrap().len(), 2);
        let expected = "line 1: expected 3 row numbers in at most 72 bytes, found a longer line";
        assert_refused(padded(67), expected);
        assert_refused("7".repeat(1 << 20), expected);
    }

    #[test]
    fn shows_only_the_start_of_a_long_entry() {
        assert_refused(
            format!("{}\n", "x".repeat(70)),
            "line 1, entry 1: expected a row number, found \"xxxxxxxxxxxxxxxxxxxxxxxx\"",
        );
    }
}
