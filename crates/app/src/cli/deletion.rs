//! The deletion of runs and sweeps, after asking.

use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::stderr;
use crate::cli::usage_error::UsageError;
use crate::run::deletable::Deletable;
use crate::support::error::Result;
use crate::support::plural::counted;
use crate::support::shell::quoted;

/// The most remaining files that are named.
const MOST_NAMED: usize = 5;

/// How to delete.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct DeletionArgs {
    /// Delete without asking
    #[arg(long)]
    yes: bool,
    /// Print what would be deleted, and delete nothing
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
}

/// What can be deleted: runs or sweeps.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    /// "run" or "sweep".
    pub(crate) noun: &'static str,
    /// Opens one.
    pub(crate) open: fn(&Path) -> Result<Deletable>,
    /// What is in it, such as "2 epochs"; none if it cannot be read.
    pub(crate) extent: fn(&Path) -> Option<String>,
}

impl Kind {
    /// Deletes those at `paths`. All are checked and locked before the first is deleted.
    pub(crate) fn delete(
        self,
        paths: &[PathBuf],
        args: DeletionArgs,
        out: &mut dyn Write,
    ) -> anyhow::Result<()> {
        let found = self.opened(paths)?;
        if args.dry_run {
            for one in &found {
                writeln!(out, "would delete {}", self.described(one))?;
            }
            return Ok(());
        }
        if !args.yes && !self.confirmed(&found)? {
            stderr::print("nothing is deleted");
            return Ok(());
        }
        for one in found {
            let name = quoted(one.path());
            let left = one.delete()?;
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

    /// Opens each once, however often it was named.
    fn opened(self, paths: &[PathBuf]) -> Result<Vec<Deletable>> {
        let mut found: Vec<Deletable> = Vec::new();
        for path in paths {
            let folder = fs_err::canonicalize(path).ok();
            let is_known = |one: &Deletable| Some(one.folder()) == folder.as_deref();
            if !found.iter().any(is_known) {
                found.push((self.open)(path)?);
            }
        }
        Ok(found)
    }

    /// Asks on the terminal.
    fn confirmed(self, found: &[Deletable]) -> anyhow::Result<bool> {
        if !std::io::stdin().is_terminal() {
            let names = found.iter().map(|one| quoted(one.path())).collect();
            return Err(UsageError::UnconfirmedDeletion { names }.into());
        }
        for one in found {
            stderr::print(self.described(one));
        }
        let mut stderr = std::io::stderr();
        write!(stderr, "delete {}? [y/N] ", counted(found.len(), self.noun))?;
        stderr.flush()?;
        let mut answer = String::new();
        std::io::stdin().lock().read_line(&mut answer)?;
        let answer = answer.trim();
        Ok(["y", "yes"]
            .iter()
            .any(|yes| answer.eq_ignore_ascii_case(yes)))
    }

    /// Name and size, such as `runs/a: 2 epochs, 14 files`.
    fn described(self, one: &Deletable) -> String {
        let (name, files) = (quoted(one.path()), counted(one.count(), "file"));
        match (self.extent)(one.path()) {
            Some(extent) => format!("{name}: {extent}, {files}"),
            // It can be deleted, damaged as it is.
            None => format!("{name}: {files}"),
        }
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
