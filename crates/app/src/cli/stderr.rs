//! Lines for users, on standard error.

use std::io::Write;

/// Prints a line on standard error, and ignores errors, such as a closed pipe.
pub(crate) fn print(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
