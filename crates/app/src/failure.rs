//! How a failed command ends: its exit code, and the two errors that only the program knows.

use std::process::ExitCode;

use data::DataError;
use model::ModelError;

/// A flag, key or file that cannot be used as given; the message says what would do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct BadInput(pub(crate) String);

/// Training that was stopped by the user; the message says how to go on.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Interrupted {
    pub(crate) message: String,
    /// 128 and the number of the signal, as shells have it.
    pub(crate) exit_code: u8,
}

/// The exit code of a run that Ctrl-C ended.
pub(crate) const INTERRUPTED: u8 = 130;

/// Chooses the exit code: 1 failed, 2 bad input, 130 or 143 interrupted.
pub(crate) fn exit_code(error: &anyhow::Error) -> ExitCode {
    for cause in error.chain() {
        if let Some(Interrupted { exit_code, .. }) = cause.downcast_ref() {
            return ExitCode::from(*exit_code);
        }
        let foreign_model = matches!(
            cause.downcast_ref::<ModelError>(),
            Some(
                ModelError::Read { .. }
                    | ModelError::Shape { .. }
                    | ModelError::Io { .. }
                    | ModelError::Json { .. }
                    | ModelError::WeightShape { .. }
                    | ModelError::WeightType { .. }
                    | ModelError::NonFiniteWeight { .. }
            )
        );
        let foreign_data = match cause.downcast_ref::<DataError>() {
            Some(DataError::CacheWrite { .. }) => return ExitCode::FAILURE,
            other => other.is_some(),
        };
        if cause.is::<BadInput>() || foreign_data || foreign_model {
            return ExitCode::from(2);
        }
    }
    ExitCode::FAILURE
}

/// Says whether the reader of our output went away, as `head` does; that is no failure.
pub(crate) fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<std::io::Error>()
            .is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
    })
}
