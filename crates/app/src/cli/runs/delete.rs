//! `app runs delete`: deletes runs after asking.

use std::io::{BufRead, IsTerminal, Write};
use std::path::PathBuf;

use clap::Args;

use crate::cli::stderr;
use crate::cli::usage_error::UsageError;
use crate::run::contents::DeletableRun;
use crate::support::error::Result;
use crate::support::plural::counted;
use crate::support::shell::quoted;

/// The most remaining files that are named.
const MOST_NAMED: usize = 5;

#[derive(Debug, Args)]
pub(super) struct DeleteArgs {
    /// Run directories
    #[arg(value_name = "RUN", required = true)]
    runs: Vec<PathBuf>,
    /// Delete without asking
    #[arg(long)]
    yes: bool,
    /// Print what would be deleted, and delete nothing
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
}

pub(super) fn delete(args: &DeleteArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    // All are checked and locked before the first is deleted.
    let runs = open(&args.runs)?;
    if args.dry_run {
        for run in runs {
            writeln!(out, "would delete {}", described(&run))?;
        }
        return Ok(());
    }
    if !args.yes && !confirmed(&runs)? {
        stderr::print("nothing is deleted");
        return Ok(());
    }
    for run in runs {
        let name = quoted(run.run().path());
        let left = run.delete()?;
        match left.as_slice() {
            [] => writeln!(out, "deleted {name}")?,
            left => writeln!(
                out,
                "deleted {name}; kept {}, which this program did not write",
                named(left)
            )?,
        }
    }
    Ok(())
}

/// Opens the runs, each once, however often it was named.
fn open(paths: &[PathBuf]) -> Result<Vec<DeletableRun>> {
    let mut runs: Vec<DeletableRun> = Vec::new();
    for path in paths {
        let folder = fs_err::canonicalize(path).ok();
        let is_known = |run: &DeletableRun| Some(run.folder()) == folder.as_deref();
        if !runs.iter().any(is_known) {
            runs.push(DeletableRun::open(path)?);
        }
    }
    Ok(runs)
}

/// Asks on the terminal.
fn confirmed(runs: &[DeletableRun]) -> anyhow::Result<bool> {
    if !std::io::stdin().is_terminal() {
        let names = runs.iter().map(|run| quoted(run.run().path()));
        let runs = names.collect();
        return Err(UsageError::UnconfirmedDeletion { runs }.into());
    }
    for run in runs {
        stderr::print(described(run));
    }
    let mut stderr = std::io::stderr();
    write!(stderr, "delete {}? [y/N] ", counted(runs.len(), "run"))?;
    stderr.flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    let answer = answer.trim();
    Ok(["y", "yes"]
        .iter()
        .any(|yes| answer.eq_ignore_ascii_case(yes)))
}

/// A run's name and size, such as `runs/a: 2 epochs, 14 files`.
fn described(run: &DeletableRun) -> String {
    let (name, files) = (quoted(run.run().path()), counted(run.count(), "file"));
    match run.run().history() {
        Ok(epochs) => format!("{name}: {}, {files}", counted(epochs.len(), "epoch")),
        // It can be deleted, damaged as it is.
        Err(_) => format!("{name}: {files}"),
    }
}

/// Some of the files that are left.
fn named(left: &[PathBuf]) -> String {
    let names = left.iter().take(MOST_NAMED).map(|path| quoted(path));
    let names = names.collect::<Vec<_>>().join(", ");
    match left.len().saturating_sub(MOST_NAMED) {
        0 => names,
        more => format!("{names} and {more} more"),
    }
}
