//! What the lists of runs and of sweeps have in common.

use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use indicatif::HumanDuration;

use crate::support::listing::enumerated;
use crate::terminal::table::{Column, Fitted, columns_of_stdout, fitted};

/// The column of ages in seconds; the first to be left out on a narrow terminal.
pub(crate) fn age_column(ages: impl Iterator<Item = u64> + Clone) -> Column {
    let age = |seconds| HumanDuration(Duration::from_secs(seconds));
    let long = ages.clone().map(move |seconds| age(seconds).to_string());
    let short = ages.map(move |seconds| format!("{:#}", age(seconds)));
    Column::new("AGE", long).or_short(short).optional()
}

/// Prints a table that fits the terminal, and which columns it has no room for, which it returns; `flag` prints all of
/// them.
pub(crate) fn print_table(
    columns: &[Column],
    flag: &str,
    out: &mut dyn Write,
) -> anyhow::Result<Vec<String>> {
    let Fitted { lines, left_out } = fitted(columns, columns_of_stdout());
    for line in lines {
        writeln!(out, "{line}")?;
    }
    if !left_out.is_empty() {
        writeln!(out, "no room for {}; {flag} has all", enumerated(&left_out))?;
    }
    Ok(left_out)
}

/// Seconds since the last write to one of these files; 0 if none is there.
pub(crate) fn age_seconds(files: &[PathBuf]) -> u64 {
    let written = files
        .iter()
        .filter_map(|path| path.metadata().ok()?.modified().ok())
        .max();
    let age = written.and_then(|written| SystemTime::now().duration_since(written).ok());
    age.unwrap_or_default().as_secs()
}
