//! `app runs`: lists the runs with their state and best metric, compares two of them, or deletes some.

mod compare;
mod delete;
mod list;
mod listed;
mod order;

use std::io::Write;

use clap::{Args, Subcommand};

use crate::cli::runs::compare::CompareArgs;
use crate::cli::runs::delete::DeleteArgs;
use crate::cli::runs::list::ListArgs;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct RunsArgs {
    #[command(flatten)]
    list: ListArgs,
    #[command(subcommand)]
    command: Option<RunsCommand>,
}

#[derive(Debug, Subcommand)]
enum RunsCommand {
    /// Compare two runs: settings that differ, and metrics side by side
    Compare(CompareArgs),
    /// Delete runs, except files that this program did not write
    ///
    /// A run that is being trained is not deleted. What is not the run's stays, and its folder with
    /// it.
    Delete(DeleteArgs),
}

pub(crate) fn runs(args: &RunsArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    match &args.command {
        Some(RunsCommand::Compare(args)) => compare::compare(args, out),
        Some(RunsCommand::Delete(args)) => delete::delete(args, out),
        None => list::list(&args.list, out),
    }
}
