//! `app runs delete`: deletes runs after asking.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::deletion::{DeletionArgs, Kind};
use crate::run::contents::deletable_run;
use crate::run::directory::RunDirectory;
use crate::support::plural::counted;

#[derive(Debug, Args)]
pub(super) struct DeleteArgs {
    /// Run directories
    #[arg(value_name = "RUN", required = true)]
    runs: Vec<PathBuf>,
    #[command(flatten)]
    how: DeletionArgs,
}

const RUNS: Kind = Kind {
    noun: "run",
    open: deletable_run,
    extent: epochs,
};

pub(super) fn delete(args: &DeleteArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    RUNS.delete(&args.runs, args.how, out)
}

/// `2 epochs`
fn epochs(run: &Path) -> Option<String> {
    let run = RunDirectory::open(Some(run)).ok()?;
    Some(counted(run.history().ok()?.len(), "epoch"))
}
