//! The command line: clap types and their help text, nothing else.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use data::PixelOrder;

use crate::backend::BackendName;
use crate::plot_cli::{PlotCommand, ReportArgs};
use crate::settings::Settings;

/// Train a small neural network on handwritten digits, check it and use it
///
/// Start with `app train`: it learns to tell 0 from 1 on the digits that are compiled in, and
/// says what to try next.
#[derive(Debug, Parser)]
#[command(name = "app", version, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) device: DeviceArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Where the arithmetic is done.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct DeviceArgs {
    /// Backend that computes
    #[arg(long, global = true, value_enum, default_value_t = BackendName::Auto)]
    pub(crate) backend: BackendName,
    /// Which of the backend's devices, numbered as `app devices` lists them [default: its best]
    #[arg(long, global = true, value_name = "N")]
    pub(crate) device: Option<usize>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Train a network and keep it in a run directory
    Train(TrainArgs),
    /// Measure how well a run's network answers
    Evaluate(EvaluateArgs),
    /// Ask a run's network which digit an image shows
    Predict(PredictArgs),
    /// Draw pictures, PNG and SVG: digits, mistakes, history, evaluation, weights
    #[command(subcommand)]
    Plot(PlotCommand),
    /// Write all there is to say of a run into one HTML file, pictures included
    Report(ReportArgs),
    /// Say what a data set holds
    Data(DescribeArgs),
    /// List the runs, or compare two of them
    Runs(RunsArgs),
    /// Train on parts of the data in turn and measure on the rest: how much luck is in a figure
    Crossval(CrossvalArgs),
    /// Print the network's layers and parameter counts
    Summary(SummaryArgs),
    /// Print the network's weights
    Weights(WeightsArgs),
    /// List backends and devices, and whether each computes right
    Devices,
    /// Measure how fast this machine trains and predicts on the chosen backend
    Benchmark(BenchmarkArgs),
    /// Compare one training step on the chosen device with the CPU
    #[command(hide = true)]
    SelfCheck,
}

#[derive(Debug, Args)]
#[command(after_long_help = concat!("The defaults:\n\n", include_str!("../../../configs/default.toml")))]
pub(crate) struct TrainArgs {
    /// TOML file of settings; keys it leaves out have the defaults of configs/default.toml
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Directory to keep the run in [default: one named by the time, in runs/]
    #[arg(long, value_name = "DIR")]
    pub(crate) run_dir: Option<PathBuf>,
    /// Go on with a run from its last checkpoint [default: the newest unfinished one]; with more
    /// --epochs, with a finished one too
    #[arg(long, value_name = "RUN", num_args = 0..=1, conflicts_with_all = ["run_dir", "fast_dev_run"])]
    #[expect(
        clippy::option_option,
        reason = "how clap spells a flag with a value that may be left out"
    )]
    pub(crate) resume: Option<Option<PathBuf>>,
    /// Print the resolved configuration and stop
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Try everything out on one batch, and keep nothing
    #[arg(long, conflicts_with = "run_dir")]
    pub(crate) fast_dev_run: bool,
    /// Stop after this time, as `90s` or `1h 30m`, finished or not; --resume goes on
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(crate) max_time: Option<Duration>,
    /// Show Burn's dashboard instead of the progress bar (q asks whether to stop)
    #[cfg(feature = "tui")]
    #[arg(long)]
    pub(crate) tui: bool,
    // Last, because its heading holds for all that follows.
    #[command(flatten)]
    pub(crate) settings: Settings,
}

/// A network of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CheckpointName {
    Best,
    Last,
    Epoch(usize),
}

impl std::str::FromStr for CheckpointName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "best" => Ok(Self::Best),
            "last" => Ok(Self::Last),
            number => match number.parse() {
                Ok(epoch @ 1..) => Ok(Self::Epoch(epoch)),
                _ => Err("expected `best`, `last` or an epoch's number, from 1".to_owned()),
            },
        }
    }
}

/// Where digits are read from.
#[derive(Debug, Clone, Args)]
pub(crate) struct SourceArgs {
    /// Digits: a folder or pair of IDX files (MNIST's, gzipped or not), of X.npy and y.npy, or a
    /// folder of pictures with a subfolder for each digit; told apart by content [default: the
    /// 5,000 digits compiled in]
    #[arg(long, value_name = "PATH", num_args = 1..=2)]
    pub(crate) data: Option<Vec<PathBuf>>,
    /// How .npy images are unrolled: the course's column by column, or row by row
    #[arg(long, value_enum)]
    pub(crate) pixel_order: Option<PixelOrderName>,
}

/// How the 400 pixels of an image in a .npy file are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PixelOrderName {
    Column,
    Row,
}

impl From<PixelOrderName> for PixelOrder {
    fn from(name: PixelOrderName) -> Self {
        match name {
            PixelOrderName::Column => Self::Column,
            PixelOrderName::Row => Self::Row,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct EvaluateArgs {
    /// Run directory [default: the newest in runs/]
    pub(crate) run: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) answers: AnswerArgs,
    /// Print JSON, an object a line
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct PredictArgs {
    /// Run directory [default: the newest in runs/], then picture files, PNG or JPEG
    #[arg(value_name = "[RUN] PICTURE")]
    pub(crate) paths: Vec<PathBuf>,
    /// Rows of the data set, from 0, as `0,500`
    #[arg(long, value_delimiter = ',', value_name = "ROWS")]
    pub(crate) index: Vec<usize>,
    #[command(flatten)]
    pub(crate) answers: AnswerArgs,
    /// Draw the images in the terminal
    #[arg(long, conflicts_with = "json")]
    pub(crate) show: bool,
    /// Print JSON, an object a line
    #[arg(long)]
    pub(crate) json: bool,
}

/// Whose answers are wanted, and to what.
#[derive(Debug, Args)]
pub(crate) struct AnswerArgs {
    /// Network of the run: `best` (lowest validation loss, or training loss where nothing was
    /// held out), `last`, or an epoch's number
    #[arg(long, value_name = "best|last|N", default_value = "last")]
    pub(crate) checkpoint: CheckpointName,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    /// Probability from which the answer is the positive digit
    #[arg(long, default_value_t = model::DEFAULT_THRESHOLD, value_parser = probability)]
    pub(crate) threshold: f64,
}

#[derive(Debug, Args)]
pub(crate) struct DescribeArgs {
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    /// Print the 400 pixels of these rows too, from 0, as `0,500`; with --show, draw them instead
    #[arg(long, value_delimiter = ',', value_name = "ROWS")]
    pub(crate) index: Vec<usize>,
    /// Draw images in the terminal: the first of each digit, or those of --index
    #[arg(long)]
    pub(crate) show: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SummaryArgs {
    /// Run directory [default: the network of configs/default.toml]
    pub(crate) run: Option<PathBuf>,
}

/// A run's network.
#[derive(Debug, Args)]
pub(crate) struct NetworkArgs {
    /// Run directory [default: the newest in runs/]
    pub(crate) run: Option<PathBuf>,
    /// Network of the run: `best`, `last` or an epoch's number
    #[arg(long, value_name = "best|last|N", default_value = "last")]
    pub(crate) checkpoint: CheckpointName,
}

#[derive(Debug, Args)]
pub(crate) struct WeightsArgs {
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
    /// Print the values of this one, as `layer1.weight`, a line for each input
    #[arg(long, value_name = "LAYER.PART")]
    pub(crate) values: Option<String>,
    /// Print all values as JSON, which `app train --init` reads
    #[arg(long, conflicts_with = "values")]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct RunsArgs {
    /// Directory of runs
    #[arg(default_value = crate::run_dir::RUNS)]
    pub(crate) folder: PathBuf,
    /// Print JSON, an object a line
    #[arg(long)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Option<RunsCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RunsCommand {
    /// Show in which settings two runs differ, and their figures side by side
    Compare {
        /// Run directory
        a: PathBuf,
        /// Run directory
        b: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(crate) struct CrossvalArgs {
    /// Parts that the data are cut into, each with its share of both digits
    #[arg(long, default_value_t = 5, value_name = "K", value_parser = clap::value_parser!(u16).range(2..=1000))]
    pub(crate) folds: u16,
    /// TOML file of settings; keys it leaves out have the defaults of configs/default.toml
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Directory to keep the runs in, one for each part; given again, it goes on where it was
    /// interrupted [default: one named by the time, in runs/]
    #[arg(long, value_name = "DIR")]
    pub(crate) run_dir: Option<PathBuf>,
    /// Print JSON, an object a line
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

#[derive(Debug, Args)]
pub(crate) struct BenchmarkArgs {
    /// Run directory [default: initial weights and settings of configs/default.toml]
    pub(crate) run: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

fn duration(text: &str) -> Result<Duration, String> {
    let parsed: Option<jiff::SignedDuration> = text.parse().ok();
    parsed
        .and_then(|time| Duration::try_from(time).ok())
        .ok_or_else(|| "expected a time, as `90s`, `10m` or `1h 30m`".to_owned())
}

fn probability(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(number) if (0.0..=1.0).contains(&number) => Ok(number),
        _ => Err("expected a probability, from 0 to 1".to_owned()),
    }
}
