//! What is said of a cross-validation that ended early: the one command that resumes it.

use std::path::Path;

use crate::support::error::Error;
use crate::support::shell::{quoted, word};

/// The command of this process, with the directory of its runs.
pub(crate) fn resume_command(run_dir: Option<&Path>, folder: &Path) -> String {
    let given = std::env::args_os().skip(1);
    let mut words: Vec<String> = given.map(|argument| word(&argument)).collect();
    if run_dir.is_none() {
        words.extend(["--run-dir".to_owned(), quoted(folder)]);
    }
    format!("app {}", words.join(" "))
}

/// Replaces what an error says about resuming the run of a single fold.
pub(crate) fn stopped(
    error: anyhow::Error,
    [fold, folds]: [usize; 2],
    command: &str,
) -> anyhow::Error {
    let place = format!("fold {fold} of {folds}");
    let command = command.to_owned();
    match error.downcast::<Error>() {
        Ok(Error::Interrupted {
            finished,
            epochs,
            exit_code,
            ..
        }) => Error::CrossvalInterrupted {
            fold,
            folds,
            finished,
            epochs,
            command,
            exit_code,
        }
        .into(),
        Ok(Error::TrainingStopped { source, .. }) => anyhow::Error::from(*source).context(format!(
            "{place}: training stopped; once the cause is fixed, resume with: {command}"
        )),
        Ok(error) => anyhow::Error::from(error).context(place),
        Err(error) => error.context(place),
    }
}
