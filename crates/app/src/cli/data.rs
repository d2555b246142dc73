//! `app data`: describes a data set, or downloads one.

mod arrays;
mod describe;
mod description;
mod fetch;

use std::io::Write;

use clap::{Args, Subcommand};

use crate::cli::data::describe::DescribeArgs;
use crate::cli::data::fetch::FetchArgs;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct DataArgs {
    #[command(flatten)]
    describe: DescribeArgs,
    #[command(subcommand)]
    command: Option<DataCommand>,
}

#[derive(Debug, Subcommand)]
enum DataCommand {
    /// Download a data set, which is then used by its name: --data mnist
    ///
    /// The files are verified by their SHA-256 and kept in the user's cache. A download that was
    /// interrupted is continued; what is there already is only verified.
    Fetch(FetchArgs),
}

pub(crate) fn data(args: &DataArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    match &args.command {
        Some(DataCommand::Fetch(args)) => fetch::fetch(args, out),
        None => describe::describe(&args.describe, out),
    }
}
