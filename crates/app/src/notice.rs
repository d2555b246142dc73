//! Lines for people, on stderr.

use std::io::Write;

/// Writes a line to stderr; if nobody reads there, that is no reason to stop.
pub(crate) fn notice(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
