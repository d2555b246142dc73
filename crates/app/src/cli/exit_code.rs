//! The exit codes: what each means, and the one of an error.

use std::process::ExitCode;

use crate::cli::usage_error::UsageError;
use crate::support::error::Error;
use crate::support::error_kind::{ErrorKind, kind_of_data, kind_of_model};

/// Each exit code and what it means, for the help and the manual pages. They do not change between versions.
pub(crate) const EXIT_CODES: [(u8, &str); 6] = [
    (0, "done"),
    (
        1,
        "failed: a full disk, a loss of NaN, an unreadable picture among others",
    ),
    (2, "wrong usage or bad input"),
    (129, "a training was stopped: its terminal was closed"),
    (130, "a training was stopped by Ctrl-C"),
    (143, "a training was stopped by SIGTERM"),
];

/// Chooses the exit code of an error, one of [`EXIT_CODES`].
pub(crate) fn of(error: &anyhow::Error) -> ExitCode {
    for cause in error.chain() {
        if cause.is::<UsageError>() {
            return ExitCode::from(2);
        }
        if let Some(error) = cause.downcast_ref::<Error>() {
            return of_kind(error.kind());
        }
        if let Some(error) = cause.downcast_ref() {
            return of_kind(kind_of_data(error));
        }
        if let Some(error) = cause.downcast_ref() {
            return of_kind(kind_of_model(error));
        }
    }
    ExitCode::FAILURE
}

fn of_kind(kind: ErrorKind) -> ExitCode {
    match kind {
        ErrorKind::Failed => ExitCode::FAILURE,
        ErrorKind::BadInput => ExitCode::from(2),
        ErrorKind::Interrupted { exit_code } => ExitCode::from(exit_code),
    }
}

/// Says whether the error is a closed pipe, as with `head`, which is not a failure.
pub(crate) fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause.downcast_ref::<std::io::Error>();
        let json = cause.downcast_ref::<serde_json::Error>();
        let kind = io
            .map(std::io::Error::kind)
            .or(json.and_then(serde_json::Error::io_error_kind));
        kind == Some(std::io::ErrorKind::BrokenPipe)
    })
}
