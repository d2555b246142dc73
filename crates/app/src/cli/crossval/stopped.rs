//! What is said of a cross-validation that ended early: the one command that resumes it.

use std::path::Path;

use crate::support::error::Error;
use crate::support::shell::{quoted, word};

/// The command of this process, with the directory of its sweep.
pub(crate) fn resume_command(sweep_dir: Option<&Path>, folder: &Path) -> String {
    let given = std::env::args_os().skip(1);
    let mut words: Vec<String> = given.map(|argument| word(&argument)).collect();
    if sweep_dir.is_none() {
        words.extend(["--sweep-dir".to_owned(), quoted(folder)]);
    }
    format!("app {}", words.join(" "))
}

/// Replaces what an error says about resuming a sweep.
pub(crate) fn stopped(error: anyhow::Error, command: String) -> anyhow::Error {
    match error.downcast::<Error>() {
        Ok(Error::SweepInterrupted {
            finished,
            points,
            exit_code,
            ..
        }) => Error::CrossvalInterrupted {
            finished,
            folds: points,
            command,
            exit_code,
        }
        .into(),
        Ok(error) => error.into(),
        Err(error) => error,
    }
}
