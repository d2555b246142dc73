//! Lines for users, on standard error, as many as `--quiet` and `--verbose` ask for.
//!
//! All of them ignore errors, such as a closed pipe.

use std::fmt::Display;
use std::io::Write;
use std::sync::OnceLock;

use clap::Args;
use console::Term;

use crate::support::notice::Notice;

/// How much is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verbosity {
    /// Warnings and errors.
    Quiet,
    /// Notices and progress, too.
    Normal,
    /// Details, too.
    Verbose,
}

/// The flags of every command for it.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct VerbosityArgs {
    /// Print results, warnings and errors only, without notices and progress
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Print more: device, checkpoint and data set, and in a training every epoch
    #[arg(long, short, global = true)]
    verbose: bool,
}

impl VerbosityArgs {
    /// Sets the verbosity of this process; only the first call has an effect.
    pub(crate) fn apply(self) {
        let _ = VERBOSITY.set(match self {
            Self { quiet: true, .. } => Verbosity::Quiet,
            Self { verbose: true, .. } => Verbosity::Verbose,
            _ => Verbosity::Normal,
        });
    }
}

static VERBOSITY: OnceLock<Verbosity> = OnceLock::new();

/// The verbosity that the flags ask for.
pub(crate) fn verbosity() -> Verbosity {
    VERBOSITY.get().copied().unwrap_or(Verbosity::Normal)
}

/// Prints a warning or an error.
pub(crate) fn print(line: impl Display) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Prints a line, except with `--quiet`.
pub(crate) fn note(line: impl Display) {
    if verbosity() >= Verbosity::Normal {
        print(line);
    }
}

/// Prints a line with `--verbose`.
pub(crate) fn detail(line: impl Display) {
    if verbosity() >= Verbosity::Verbose {
        print(line);
    }
}

/// Prints a notice, with `--quiet` only a warning.
pub(crate) fn notice(notice: Notice) {
    if notice.is_warning() {
        print(notice);
    } else {
        note(notice);
    }
}

/// The same for a command that only uses a network: that there is no GPU is a detail.
pub(crate) fn notice_of_use(of: Notice) {
    match of {
        Notice::NoGpu { .. } => detail(of),
        of => notice(of),
    }
}

/// Prints a notice in the place of a status line, which may be on the terminal.
pub(crate) fn notice_over_status(of: &Notice) {
    let terminal = Term::buffered_stderr();
    if terminal.features().is_attended() {
        let _ = terminal.clear_line();
    }
    if verbosity() >= Verbosity::Normal {
        let _ = terminal.write_line(&of.to_string());
        let _ = terminal.flush();
    }
}
