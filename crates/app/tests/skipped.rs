//! Runs after the other tests of `app`, by its place in the alphabet, and lists those that were
//! skipped, with the reason. Not a test: there is no harness that would capture what it prints.
#![expect(clippy::unwrap_used, reason = "as in tests")]

use std::io::Write;
use std::path::Path;

fn main() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("skipped");
    let mut lines = Vec::new();
    if folder.is_dir() {
        for entry in fs_err::read_dir(&folder).unwrap() {
            let line = fs_err::read_to_string(entry.unwrap().path()).unwrap();
            lines.push(line.trim_end().to_owned());
        }
        fs_err::remove_dir_all(&folder).unwrap();
    }
    lines.sort();
    if lines.is_empty() {
        lines.push("no end-to-end test was skipped".to_owned());
    }
    let mut stderr = std::io::stderr();
    writeln!(stderr, "\n{}\n", lines.join("\n")).unwrap();
}
