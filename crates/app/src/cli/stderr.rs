//! Lines for people, on standard error.

use std::io::Write;

/// Prints a line on standard error; if nobody reads there, that is no reason to stop.
pub(crate) fn print(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
