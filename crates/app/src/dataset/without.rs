//! Lists of images that take no part in training and validation.
//!
//! A list is a text file with an image in each line: the number of its row, from 0, or, of a folder of pictures, its file,
//! such as `3/scan.png`. What follows ` #` in a line is a comment, and so is a line that begins with `#`, except for one:
//! `# labels: SHA-256` holds the checksum of the labels of all rows of the data set that the list was made for.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

use data::{ClassifiedDigits, Digits};

use crate::support::error::{Error, Result};
use crate::support::hash::sha256;
use crate::support::missing::check_exists;
use crate::support::plural::counted;
use crate::support::without_fault::WithoutFault;

/// What the path of a list should be.
pub(crate) const LIST: &str = "list of images to leave out";

/// The start of the line with the checksum of the labels.
const LABELS: &str = "# labels: ";

/// The rows of a list in the data set from which `digits` were read.
///
/// # Errors
///
/// [`Error::Missing`], [`Error::Unreadable`] and [`Error::NotUtf8`] if it cannot be read, [`Error::WithoutLine`] for the
/// first line that is no image of the data set, and [`Error::WithoutOtherData`] if it was made for other labels.
pub(crate) fn rows_without(list: &Path, digits: &Digits) -> Result<BTreeSet<usize>> {
    check_exists(list, LIST)?;
    let bytes = fs_err::read(list).map_err(Error::Unreadable)?;
    let text = String::from_utf8(bytes).map_err(|error| Error::NotUtf8 {
        path: list.to_owned(),
        at: error.utf8_error().valid_up_to(),
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut checksums = text.lines().filter_map(|line| line.strip_prefix(LABELS));
    if checksums.any(|checksum| checksum.trim() != labels_checksum(digits)) {
        let path = list.to_owned();
        return Err(Error::WithoutOtherData { path });
    }
    let files = digits.dataset_files().map(by_name);
    let mut rows = BTreeSet::new();
    for (index, line) in text.lines().enumerate() {
        let row = row_of(line, digits, files.as_ref()).map_err(|fault| Error::WithoutLine {
            path: list.to_owned(),
            line: index + 1,
            fault,
        })?;
        rows.extend(row);
    }
    Ok(rows)
}

/// Leaves out the images of a list.
///
/// # Errors
///
/// As [`rows_without`], and [`Error::WithoutAll`] if a digit that had images has none left.
pub(crate) fn leave_out(list: &Path, images: &ClassifiedDigits) -> Result<ClassifiedDigits> {
    let rows = rows_without(list, images.digits())?;
    let kept = (0..images.len()).filter(|index| !rows.contains(&images.row(*index)));
    let kept = images.select(&kept.collect::<Vec<_>>());
    let counts = images.class_counts().into_iter().zip(kept.class_counts());
    let mut digits = images.classes().digits().iter().zip(counts);
    match digits.find(|(_, (before, after))| *before > 0 && *after == 0) {
        None => Ok(kept),
        Some((digit, _)) => Err(Error::WithoutAll {
            path: list.to_owned(),
            digit: *digit,
        }),
    }
}

/// Why a list that was read leaves out no image of the digits that are told apart; none if it does.
pub(crate) fn unused_list(list: &Path, images: &ClassifiedDigits) -> Option<&'static str> {
    let (digits, classes) = (images.digits(), images.classes());
    // Read before, so that an error is that of a file that has just changed.
    let rows = rows_without(list, digits).ok()?;
    let labels = digits.dataset_labels();
    let is_used = |row: &usize| classes.class(labels[*row]).is_some();
    match rows.iter().any(is_used) {
        true => None,
        false if rows.is_empty() => Some("the list names no image"),
        false => Some("the list names only images of other digits"),
    }
}

/// Says whether two runs leave out the same images, by the paths or the content of their lists.
pub(crate) fn is_same_list(first: Option<&PathBuf>, other: Option<&PathBuf>) -> bool {
    match (first, other) {
        (Some(first), Some(other)) => {
            first == other
                || matches!([first, other].map(fs_err::read), [Ok(first), Ok(other)] if first == other)
        }
        (first, other) => first.is_none() && other.is_none(),
    }
}

/// The row of a line; none of a comment.
fn row_of(
    line: &str,
    digits: &Digits,
    files: Option<&BTreeMap<PathBuf, usize>>,
) -> Result<Option<usize>, WithoutFault> {
    // A name may have ` #` in it: the longest that is there is meant.
    let ends = line.rmatch_indices(" #").map(|(end, _)| end);
    let mut names = std::iter::once(line.len())
        .chain(ends)
        .map(|end| &line[..end]);
    if let Some(row) =
        files.and_then(|files| names.find_map(|name| file_of(name.trim(), digits, files)))
    {
        return Ok(Some(row));
    }
    let line = line.split(" #").next().unwrap_or_default().trim();
    if line.is_empty() || line.starts_with('#') {
        return Ok(None);
    }
    let rows = digits.dataset_labels().len();
    let found = line.to_owned();
    match (line.parse::<usize>(), files) {
        (Ok(row), _) if row < rows => Ok(Some(row)),
        (Ok(row), _) => Err(WithoutFault::NoSuchRow { row, rows }),
        (Err(_), None) => Err(WithoutFault::NotARow { found }),
        (Err(_), Some(files)) => Err(WithoutFault::NoSuchFile {
            found,
            example: files
                .keys()
                .next()
                .map_or_else(String::new, |file| file.display().to_string()),
        }),
    }
}

/// The row of a picture, by its file with the folder above it or with more of its path.
fn file_of(line: &str, digits: &Digits, files: &BTreeMap<PathBuf, usize>) -> Option<usize> {
    let path = Path::new(line);
    let row = *files.get(&last_two(path)?)?;
    let file = digits.dataset_files()?.get(row)?;
    file.ends_with(path).then_some(row)
}

/// The rows of pictures by their file with the folder above it.
fn by_name(files: &[PathBuf]) -> BTreeMap<PathBuf, usize> {
    let rows = files.iter().enumerate();
    rows.filter_map(|(row, file)| Some((last_two(file)?, row)))
        .collect()
}

fn last_two(file: &Path) -> Option<PathBuf> {
    let folder = file.parent()?.file_name()?;
    Some(Path::new(folder).join(file.file_name()?))
}

/// The SHA-256 of the labels of all rows of a data set.
fn labels_checksum(digits: &Digits) -> String {
    sha256(digits.dataset_labels())
}

/// The text of a list: a comment on what it is, the data set by name and checksum, and the images in their order, each
/// with a comment.
pub(crate) fn list_text(
    about: &str,
    data: &str,
    digits: &Digits,
    images: &[(usize, String)],
) -> String {
    let mut text = String::new();
    for line in about.lines() {
        let _ = writeln!(text, "# {line}");
    }
    let rows = counted(digits.dataset_labels().len(), "image");
    let data = plots::printable(data);
    let _ = writeln!(text, "# data set: {data}, {rows}");
    // Files have names of their own, whichever others are there.
    if digits.dataset_files().is_none() {
        let _ = writeln!(text, "{LABELS}{}", labels_checksum(digits));
    }
    for (row, comment) in images {
        let _ = writeln!(text, "{} # {comment}", entry(*row, digits));
    }
    text
}

/// A row as it stands in a list: its file, if that has a name that can be read again, or else its number.
fn entry(row: usize, digits: &Digits) -> String {
    let file = digits.dataset_files().and_then(|files| files.get(row));
    let name = file.and_then(|file| last_two(file)?.to_str().map(str::to_owned));
    let can_be_read = |name: &String| !name.contains(char::is_control) && name.trim() == name;
    name.filter(can_be_read).unwrap_or_else(|| row.to_string())
}

#[cfg(test)]
mod tests {
    use data::Classes;

    use super::*;

    /// Four images of 0 and 1.
    fn images() -> ClassifiedDigits {
        let digits = Digits::new(vec![0.0; 4 * data::PIXELS], vec![0, 1, 0, 1]).unwrap();
        digits.classified(Classes::new(&[0, 1]).unwrap()).unwrap()
    }

    fn left(list: &str) -> Result<Vec<usize>> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list.txt");
        fs_err::write(&path, list).unwrap();
        let kept = leave_out(&path, &images())?;
        Ok((0..kept.len()).map(|index| kept.row(index)).collect())
    }

    #[test]
    fn the_rows_of_a_list_are_left_out_and_the_others_keep_their_numbers() {
        assert_eq!(left("").unwrap(), [0, 1, 2, 3]);
        assert_eq!(
            left("\u{feff}# two\r\n 0 # a zero\r\n\r\n3\r\n3").unwrap(),
            [1, 2]
        );
    }

    #[test]
    fn what_is_no_row_of_the_data_set_is_refused_with_its_line() {
        for (list, message) in [
            ("1\n4", "line 2: found row 4, but the data set has 4 rows"),
            (
                "-1",
                "line 1: expected the number of a row, such as 17, found \"-1\"",
            ),
            ("# rows\n1,2", "line 2: expected the number of a row"),
            ("0\n2", "leaves no image of the digit 0"),
        ] {
            let found = left(list).unwrap_err().to_string();
            assert!(found.contains(message), "{list:?}: {found}");
        }
    }

    #[test]
    fn a_written_list_is_read_again_and_refused_for_other_labels() {
        let two = [(2, "label 0".to_owned()), (1, "label 1".to_owned())];
        let text = list_text("two\nof them", "nothing", images().digits(), &two);
        assert_eq!(left(&text).unwrap(), [0, 3]);
        let checksum = "# labels: 56b1dd5bb8f0e7c8d2b2a5b1";
        assert!(text.starts_with("# two\n# of them\n# data set: nothing, 4 images\n# labels: "));
        let found = left(&format!("{checksum}\n1")).unwrap_err().to_string();
        assert!(found.contains("made for another data set"), "{found}");
    }
}
