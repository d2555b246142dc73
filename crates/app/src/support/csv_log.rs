//! CSV files to which rows are appended.

use std::io::Write;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::support::atomic_write::{sync_folder, write_atomically};
use crate::support::error::{Error, Result};

/// Reads the rows of a file; a missing file has none. An incomplete last line, as after a power
/// failure, is ignored.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>> {
    if !path.is_file() {
        return Ok(Vec::new());
    }
    let mut bytes = fs_err::read(path)?;
    let complete = bytes.iter().rposition(|byte| *byte == b'\n');
    bytes.truncate(complete.map_or(0, |last| last + 1));
    let rows: std::result::Result<_, _> = csv::Reader::from_reader(bytes.as_slice())
        .deserialize()
        .collect();
    rows.map_err(|source| Error::Csv {
        path: path.to_owned(),
        source,
    })
}

/// Replaces a file atomically.
pub(crate) fn write<T: Serialize>(path: &Path, rows: &[T]) -> Result<()> {
    write_atomically(path, &to_csv(path, rows, Header::Included)?)
}

/// Appends rows with a single write, and syncs the file.
pub(crate) fn append<T: Serialize>(path: &Path, rows: &[T]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let is_new = !path.metadata().is_ok_and(|file| file.len() > 0);
    let header = if is_new {
        Header::Included
    } else {
        Header::Omitted
    };
    let lines = to_csv(path, rows, header)?;
    let mut file = fs_err::OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)?;
    file.write_all(&lines)?;
    file.sync_data()?;
    if is_new && let Some(folder) = path.parent() {
        sync_folder(folder)?;
    }
    Ok(())
}

/// Whether a line with the names of the columns comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Header {
    Included,
    Omitted,
}

/// Rows as the text of a file.
pub(crate) fn to_csv<T: Serialize>(path: &Path, rows: &[T], header: Header) -> Result<Vec<u8>> {
    let mut csv = csv::WriterBuilder::new()
        .has_headers(header == Header::Included)
        .from_writer(Vec::new());
    for row in rows {
        csv.serialize(row).map_err(|source| Error::Csv {
            path: path.to_owned(),
            source,
        })?;
    }
    csv.into_inner()
        .map_err(|error| Error::Io(error.into_error()))
}
