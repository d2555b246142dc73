//! `app sweep delete`: deletes sweeps after asking.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::deletion::{DeletionArgs, Kind};
use crate::support::plural::counted;
use crate::sweep::contents::deletable_sweep;
use crate::sweep::directory::SweepDirectory;

#[derive(Debug, Args)]
pub(super) struct DeleteArgs {
    /// Directories of sweeps
    #[arg(value_name = "SWEEP", required = true)]
    sweeps: Vec<PathBuf>,
    #[command(flatten)]
    how: DeletionArgs,
}

const SWEEPS: Kind = Kind {
    noun: "sweep",
    open: deletable_sweep,
    extent: points,
};

pub(super) fn delete(args: &DeleteArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    SWEEPS.delete(&args.sweeps, args.how, out)
}

/// `160 points`
fn points(sweep: &Path) -> Option<String> {
    let sweep = SweepDirectory::open(Some(sweep)).ok()?;
    let plan = sweep.plan().ok()?;
    Some(counted(sweep.records(&plan).ok()?.len(), "point"))
}
