//! Runs after the other tests of `app`, because of its name, and lists the skipped ones with the
//! reason. It has no test harness, which would capture its output.
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
