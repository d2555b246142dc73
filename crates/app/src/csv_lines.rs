//! Files of lines that grow as a run goes.

use std::path::Path;

use anyhow::Context;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::failure::BadInput;
use crate::whole_files::write_whole;

/// Reads the lines of a file, none if it is not there; a last line that was cut short is none.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> anyhow::Result<Vec<T>> {
    if !path.is_file() {
        return Ok(Vec::new());
    }
    let mut bytes = fs_err::read(path)?;
    let whole = bytes.iter().rposition(|byte| *byte == b'\n');
    bytes.truncate(whole.map_or(0, |last| last + 1));
    let rows: Result<_, _> = csv::Reader::from_reader(bytes.as_slice())
        .deserialize()
        .collect();
    rows.map_err(|error| BadInput(format!("{}: {error}", path.display())).into())
}

/// Writes a file anew, whole.
pub(crate) fn write<T: Serialize>(path: &Path, lines: &[T]) -> anyhow::Result<()> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    for line in lines {
        csv.serialize(line)?;
    }
    let bytes = csv.into_inner().context("cannot write CSV to memory")?;
    write_whole(path, &bytes)
}
