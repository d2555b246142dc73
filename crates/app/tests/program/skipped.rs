//! Tests that need a driver, a browser or a library that not every machine has.
//!
//! A test that cannot run prints a line on the real stderr, which the test harness does not
//! capture, and writes a file with its name; `tests/skipped.rs` lists them at the end. CI installs
//! everything, and sets a variable that makes a skipped test fail.

use std::io::Write;
use std::panic::Location;
use std::path::{Path, PathBuf};

/// One file for each skipped test, with the line that says so.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("skipped")
}

/// The name of the running test, or its position if all tests run on the main thread.
#[track_caller]
fn running_test() -> String {
    match std::thread::current().name() {
        None | Some("main") => Location::caller().to_string(),
        Some(name) => name.to_owned(),
    }
}

/// Returns what a test needs, or records that the running test is skipped.
///
/// # Panics
///
/// If `required`, a variable that CI sets, forbids skipping the test.
#[track_caller]
pub(crate) fn or_skip<T>(needed: Result<T, String>, required: &str) -> Option<T> {
    let name = running_test();
    let note = folder().join(name.replace([':', '/', '\\'], "."));
    match needed {
        Ok(needed) => {
            // It may have been skipped last time.
            let _ = fs_err::remove_file(note);
            Some(needed)
        }
        Err(reason) => {
            assert!(
                std::env::var_os(required).is_none(),
                "{required} is set: {reason}"
            );
            fs_err::create_dir_all(folder()).unwrap();
            let line = format!("skipped: {name} ({reason})\n");
            fs_err::write(note, &line).unwrap();
            // Not `eprintln`, which the harness captures.
            std::io::stderr().write_all(line.as_bytes()).unwrap();
            None
        }
    }
}
