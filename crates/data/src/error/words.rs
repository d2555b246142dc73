//! Parts of the messages: counts with their nouns, and lists.

use std::fmt::Display;
use std::path::PathBuf;

/// Writes a count with its noun, whose plural ends in s.
pub(super) fn counted(count: impl Display, noun: &str) -> String {
    let count = count.to_string();
    let ending = if count == "1" { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

pub(super) fn row_numbers(rows: usize) -> String {
    match rows {
        0 => "no rows".to_owned(),
        1 => "only row 0".to_owned(),
        _ => format!("rows 0 to {}", rows - 1),
    }
}

pub(super) fn digits_present(present: &[u8]) -> String {
    match present {
        [] => "no digits".to_owned(),
        [digit] => format!("only the digit {digit}"),
        _ => format!("the digits {present:?}"),
    }
}

/// Lists digits as in "8, 0 and 2".
pub(super) fn enumerated(digits: &[u8]) -> String {
    let names: Vec<String> = digits.iter().map(ToString::to_string).collect();
    match names.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => names.concat(),
    }
}

pub(super) fn all_examples(examples: usize) -> String {
    match examples {
        1 => "the only example".to_owned(),
        _ => format!("all {examples} examples"),
    }
}

pub(super) fn listed(paths: &[PathBuf]) -> String {
    let names: Vec<_> = paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    names.join(", ")
}

/// The most names that a message lists.
const MAX_NAMES: usize = 10;

pub(super) fn array_names(arrays: &[String]) -> String {
    match arrays {
        [] => "no array".to_owned(),
        _ => names(arrays),
    }
}

pub(super) fn names(names: &[String]) -> String {
    let shown = names.iter().take(MAX_NAMES);
    let shown: Vec<_> = shown.map(|name| name.escape_debug().to_string()).collect();
    match names.len().saturating_sub(MAX_NAMES) {
        0 if shown.is_empty() => "no variable".to_owned(),
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// The most errors that a message lists.
const MAX_LISTED: usize = 3;

pub(super) fn joined(errors: &[impl Display]) -> String {
    let mut listed: Vec<String> = errors
        .iter()
        .take(MAX_LISTED)
        .map(ToString::to_string)
        .collect();
    match errors.len().saturating_sub(MAX_LISTED) {
        0 => {}
        1 => listed.push("and another file".to_owned()),
        more => listed.push(format!("and {more} other files")),
    }
    listed.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::DataError;

    #[test]
    fn one_of_a_thing_is_in_the_singular() {
        let (path, labels_path) = (PathBuf::from("X"), PathBuf::from("y"));
        for (error, expected) in [
            (
                DataError::RowCount {
                    images_path: path.clone(),
                    images: 1,
                    labels_path,
                    labels: 2,
                },
                "found 1 image in X but 2 labels in y; do the two files belong together?",
            ),
            (
                DataError::TooFewForFolds {
                    folds: 3,
                    digit: 7,
                    examples: 1,
                },
                "found 1 example of the digit 7, expected at least 3, one per fold; use fewer folds or more data",
            ),
            (
                DataError::NoTrainingExamples {
                    validation_split: 0.5,
                    digit: 7,
                    examples: 1,
                },
                "a validation split of 0.5 holds out the only example of the digit 7 and leaves none to train on; use a \
                 smaller split or more data",
            ),
            (
                DataError::MissingDigit {
                    digit: 7,
                    present: vec![2],
                },
                "found no example of the digit 7; the data contains only the digit 2",
            ),
            (
                DataError::TrailingBytes { path, expected: 1 },
                "X: expected the file to end after the 1 byte that its header announces, found more",
            ),
            (
                DataError::NoSuchRow { row: 3, rows: 1 },
                "row 3: the data set has only row 0",
            ),
        ] {
            assert_eq!(error.to_string(), expected);
        }
    }
}
