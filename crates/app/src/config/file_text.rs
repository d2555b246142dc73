//! The text of a configuration file: its settings, each with its line, for errors that name it.

use std::collections::BTreeMap;
use std::path::Path;

use toml::{Spanned, Value};

use crate::config::setting_table::{TABLE, key_in_table, name_in_table};
use crate::support::error::{Error, Result};

/// The maximum number of characters of a line that an error shows.
const SHOWN: usize = 160;

/// A setting of a file, with its line.
pub(super) struct Given {
    pub(super) name: String,
    pub(super) value: Value,
    /// Its number and text.
    pub(super) line: String,
}

/// The settings of a file, with those of the table `[augment]`.
pub(super) fn given(
    keys: BTreeMap<String, Spanned<Value>>,
    text: &str,
    path: &Path,
) -> Result<Vec<Given>> {
    let mut found = Vec::new();
    for (key, value) in keys {
        let (start, line) = (value.span().start, line_at(text, value.span().start));
        let refused = |reason: String| Error::Toml {
            path: path.to_owned(),
            excerpt: format!("{line}: {reason}"),
        };
        if let Some(in_table) = key_in_table(&key) {
            return Err(refused(format!(
                "no such setting; {in_table} in the table [{TABLE}] is meant"
            )));
        }
        match value.into_inner() {
            Value::Table(of_table) if key == TABLE => {
                found.extend(of_table.into_iter().map(|(key, value)| Given {
                    line: line_at(text, start_of_key(text, start, &key)),
                    name: name_in_table(&key),
                    value,
                }));
            }
            _ if key == TABLE => return Err(refused(format!("expected a table, [{TABLE}]"))),
            value => found.push(Given {
                name: key,
                value,
                line,
            }),
        }
    }
    Ok(found)
}

/// Where a key of a table that starts at `start` is: of a table on one line, where that is.
fn start_of_key(text: &str, start: usize, key: &str) -> usize {
    let from = text[..start]
        .rfind('\n')
        .map_or(0, |line_break| line_break + 1);
    let mut lines = text[from..].split_inclusive('\n').scan(from, |end, line| {
        *end += line.len();
        Some((*end - line.len(), line.trim_start()))
    });
    let found = lines.find(|(_, line)| {
        let line = line
            .strip_prefix(TABLE)
            .map_or(*line, |rest| rest.trim_start_matches([' ', '.']));
        let rest = line.strip_prefix(key);
        rest.is_some_and(|rest| rest.trim_start().starts_with('='))
    });
    found.map_or(start, |(at, _)| at)
}

/// Reads a file of UTF-8 text.
pub(super) fn read_text(path: &Path) -> Result<String> {
    let bytes = fs_err::read(path).map_err(Error::Unreadable)?;
    String::from_utf8(bytes).map_err(|error| Error::NotUtf8 {
        path: path.to_owned(),
        at: error.utf8_error().valid_up_to(),
    })
}

/// The error for a text that is no TOML, or not that of a configuration.
pub(super) fn toml_error(path: &Path, error: &toml::de::Error) -> Error {
    // The message contains the line, which can be very long if the file is not text.
    let message = error.to_string();
    let lines = message
        .lines()
        .map(|line| line.chars().take(SHOWN).collect());
    Error::Toml {
        path: path.to_owned(),
        excerpt: lines.collect::<Vec<String>>().join("\n"),
    }
}

/// The line at a byte offset, with its number.
fn line_at(text: &str, byte: usize) -> String {
    let before = &text[..byte];
    let start = before.rfind('\n').map_or(0, |line_break| line_break + 1);
    let line = text[start..].lines().next().unwrap_or_default();
    let line: String = line.trim().chars().take(SHOWN).collect();
    format!("line {}: {line}", 1 + before.matches('\n').count())
}
