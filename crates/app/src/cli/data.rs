//! `app data`: describes a data set, downloads one, or finds likely label errors.

mod arrays;
mod describe;
mod description;
mod fetch;
mod suspects;

use std::io::Write;

use clap::{Args, Subcommand};

use crate::cli::arguments::DeviceArgs;
use crate::cli::data::describe::DescribeArgs;
use crate::cli::data::fetch::FetchArgs;
use crate::cli::data::suspects::SuspectsArgs;

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
    /// Find images whose label is likely wrong
    ///
    /// Networks are trained with the settings of a run, each without some of its images, and judge
    /// those that they were not trained on. An image is a suspect if they give another digit at least
    /// 0.5 and its label less than 0.1; the one with the largest loss comes first.
    Suspects(SuspectsArgs),
}

pub(crate) fn data(
    args: &DataArgs,
    device: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    match &args.command {
        Some(DataCommand::Suspects(args)) => suspects::suspects(args, device, out),
        Some(DataCommand::Fetch(args)) => fetch::fetch(args, out),
        None => describe::describe(&args.describe, out),
    }
}
