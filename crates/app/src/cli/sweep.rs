//! `app sweep`: trains many networks, combinations of settings with several seeds and folds, and compares them.

mod delete;
mod extract;
mod list;
pub(crate) mod live;
mod pictures;
mod plot;
mod range_test;
mod report;
mod show;
mod table;
mod train;
pub(crate) mod training;

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::cli::arguments::DeviceArgs;
use crate::cli::setting_flags::SettingFlags;
use crate::cli::sweep::delete::DeleteArgs;
use crate::cli::sweep::extract::{BestArgs, ExtractArgs};
use crate::cli::sweep::list::ListArgs;
use crate::cli::sweep::plot::PlotArgs;
use crate::cli::sweep::range_test::RangeTestArgs;
use crate::cli::sweep::report::ReportArgs;
use crate::cli::sweep::show::ShowArgs;
use crate::config::run_config::RunConfig;
use crate::config::setting_names::unknown_setting;
use crate::support::error::Result;
use crate::support::parse::{value, within};
use crate::sweep::number_list::{NUMBER_LIST, NumberList};
use crate::sweep::values::{VALUES, Values};
use crate::sweep::values_fault::ValuesFault;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct SweepArgs {
    #[command(subcommand)]
    command: Option<SweepCommand>,
    /// Settings: lab, ten, robust, sweep or a TOML file
    ///
    /// It may have a table [sweep] with vary, seeds, folds, samples and halving, as the flags of these names.
    #[arg(long, value_name = "NAME|FILE")]
    config: Option<PathBuf>,
    /// Values of a setting, such as `batch_size=16,32`
    ///
    /// A list, or a range such as 1e-4..1e-2: a grid takes five values of it, or as many as 1e-4..1e-2/9 says, with equal
    /// ratios, of whole numbers with equal differences. 'log-uniform(16,512)' and 'uniform(0.1,0.5)' are ranges that say
    /// by which of the two. Can be repeated. Pairs are written `'hidden_units=[[25,15],[100,50]]'`.
    #[arg(long, value_name = "KEY=VALUES", value_parser = varied, help_heading = "Sweep")]
    vary: Vec<Varied>,
    /// Seeds of each combination, such as 0..31
    ///
    /// A range has both ends: 0..31 are 32 seeds. 4 is one seed, and not four; 1,5,7 are three.
    #[arg(long, value_name = "SEEDS", value_parser = value::<NumberList>(NUMBER_LIST), help_heading = "Sweep")]
    seeds: Option<NumberList>,
    /// Cross-validate each combination
    ///
    /// Each of K folds is held out once.
    #[arg(long, value_name = "K", value_parser = within(2..=1000, 5), help_heading = "Sweep")]
    folds: Option<u16>,
    /// Draw N combinations at random, not all
    ///
    /// From each list and each range, by --seed: from 1e-4..1e-2 and from log-uniform(1e-4,1e-2) with equal
    /// probabilities for equal ratios. --random N is the same.
    #[arg(long, alias = "random", value_name = "N", value_parser = within(1..=65535, 20), help_heading = "Sweep")]
    samples: Option<u16>,
    /// Successive halving: keep the best of each N
    ///
    /// All combinations are trained for a part of the epochs, the best of each N of them for N times as many, and so
    /// on (Jamieson and Talwalkar, arXiv:1502.07943).
    #[arg(long, value_name = "N", value_parser = within(2..=10, 3), help_heading = "Sweep")]
    halving: Option<u16>,
    /// Directory to create [default: sweeps/DATE-AND-TIME]
    #[arg(long, value_name = "DIR")]
    sweep_dir: Option<PathBuf>,
    /// Resume a sweep [default: the newest unfinished one]
    ///
    /// No trained point is trained again, and one that takes long is resumed from its last saved epoch: it is saved
    /// every few seconds.
    #[arg(long, value_name = "SWEEP", num_args = 0..=1, conflicts_with_all = ["sweep_dir", "config", "vary", "seeds", "folds", "samples", "halving", "dry_run"])]
    #[expect(
        clippy::option_option,
        reason = "clap's type for a flag with an optional value"
    )]
    resume: Option<Option<PathBuf>>,
    /// Print the combinations, and train nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    range_test: RangeTestArgs,
    #[command(flatten)]
    settings: SettingFlags,
}

#[derive(Debug, Subcommand)]
enum SweepCommand {
    /// Compare the combinations of a sweep: mean, spread and ranking
    Show(ShowArgs),
    /// Pictures of a sweep: by setting, spread over seeds, time
    ///
    /// Which ones there are depends on the sweep: parallel coordinates and the heat map need two settings that vary.
    Plot(PlotArgs),
    /// Write an HTML report about a sweep, with its pictures
    Report(ReportArgs),
    /// List the best networks of a sweep
    Best(BestArgs),
    /// Make a run of a point: trains it again, with the same weights
    Extract(ExtractArgs),
    /// List sweeps with their state and their best combination
    List(ListArgs),
    /// Delete sweeps, except files that this program did not write
    ///
    /// A sweep that is being trained is not deleted. What is not the sweep's stays, and its folder
    /// with it.
    Delete(DeleteArgs),
}

/// A setting with its values.
#[derive(Debug, Clone)]
struct Varied {
    key: String,
    values: Values,
}

/// The error for a flag that cannot be used.
#[derive(Debug, thiserror::Error)]
enum NotVaried {
    #[error("expected KEY=VALUES with {VALUES}")]
    Form,
    #[error("{key}: {reason}")]
    UnknownKey { key: String, reason: String },
    #[error("{key}: {fault}")]
    Values { key: String, fault: ValuesFault },
}

fn varied(text: &str) -> std::result::Result<Varied, NotVaried> {
    let (key, values) = text.split_once('=').ok_or(NotVaried::Form)?;
    let values: Values = values.parse().map_err(|()| NotVaried::Form)?;
    let key = key.trim().replace(['-', '.'], "_");
    if let Some(reason) = unknown_setting(&key) {
        return Err(NotVaried::UnknownKey { key, reason });
    }
    match values.check() {
        Ok(()) => Ok(Varied { key, values }),
        Err(fault) => Err(NotVaried::Values { key, fault }),
    }
}

/// The settings of the flags and the configuration file, without what varies.
fn config(args: &SweepArgs) -> Result<RunConfig> {
    let base = match &args.config {
        Some(path) => RunConfig::default().with_sweep_file(path)?.0,
        None => RunConfig::default(),
    };
    args.settings.over(&base, None)
}

pub(crate) fn sweep(
    args: &SweepArgs,
    device: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    match &args.command {
        None => {
            if let Some(rates) = args.range_test.range_test {
                range_test::note_unused(&args.settings);
                return range_test::run(&args.range_test, rates, &config(args)?, device, out);
            }
            args.range_test.check_unused()?;
            train::train(args, device, out)
        }
        Some(SweepCommand::Show(args)) => show::show(args, out),
        Some(SweepCommand::Plot(args)) => plot::plot(args, out),
        Some(SweepCommand::Report(args)) => report::report(args, out),
        Some(SweepCommand::Best(args)) => extract::best(args, out),
        Some(SweepCommand::Extract(args)) => extract::extract(args, device, out),
        Some(SweepCommand::List(args)) => list::list(args, out),
        Some(SweepCommand::Delete(args)) => delete::delete(args, out),
    }
}
