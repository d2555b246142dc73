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
    /// Print only results, warnings and errors
    ///
    /// Without notices and progress.
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Print more, such as every epoch of a training
    ///
    /// Also the device, the checkpoint and the data set.
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
    let _ = writeln!(std::io::stderr(), "{}", visible(&line.to_string()));
}

/// Replaces characters that would move the cursor or turn the text, such as those in the name of a
/// file, by escapes: `\u{1b}`.
fn visible(text: &str) -> String {
    let mut shown = String::new();
    for character in text.chars() {
        let one = character.to_string();
        if matches!(character, '\n' | '\t') || plots::printable(&one) == one {
            shown.push(character);
        } else {
            shown.extend(character.escape_unicode());
        }
    }
    shown
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_a_message_cannot_control_the_terminal() {
        let message = "a\u{1b}[2J\rb\u{202e}: no such run\n\tłódź";
        let expected = "a\\u{1b}[2J\\u{d}b\\u{202e}: no such run\n\tłódź";
        assert_eq!(visible(message), expected);
    }
}
