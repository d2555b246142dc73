//! The command line, with one file per command, which also contains its arguments.

pub(crate) mod arguments;
pub(crate) mod benchmark;
pub(crate) mod crossval;
pub(crate) mod data;
pub(crate) mod devices;
pub(crate) mod evaluate;
pub(crate) mod exit_code;
pub(crate) mod plot;
pub(crate) mod predict;
pub(crate) mod report;
pub(crate) mod runs;
pub(crate) mod self_check;
pub(crate) mod setting_flags;
pub(crate) mod stderr;
pub(crate) mod summary;
pub(crate) mod train;
pub(crate) mod usage_error;
pub(crate) mod weights;

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::cli::arguments::DeviceArgs;
use crate::cli::stderr::VerbosityArgs;

/// Train, evaluate and use a small neural network on handwritten digits
///
/// Start with `app train`: it trains a network to distinguish 0 and 1 on the embedded digits, and
/// suggests the next command.
#[derive(Debug, Parser)]
#[command(name = "app", version, arg_required_else_help = true)]
struct Cli {
    #[command(flatten)]
    device: DeviceArgs,
    #[command(flatten)]
    verbosity: VerbosityArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Train a network and store it in a run directory
    Train(train::TrainArgs),
    /// Evaluate how well a run's network classifies images
    Evaluate(evaluate::EvaluateArgs),
    /// Classify images with a run's network
    Predict(predict::PredictArgs),
    /// Draw pictures, PNG and SVG: digits, mistakes, history, evaluation, weights
    #[command(subcommand)]
    Plot(plot::PlotCommand),
    /// Write everything about a run into one HTML file, including pictures
    Report(report::ReportArgs),
    /// Describe a data set
    Data(data::DataArgs),
    /// List the runs, or compare two of them
    Runs(runs::RunsArgs),
    /// Cross-validate: for each fold, train on the other folds and evaluate on this one
    Crossval(crossval::CrossvalArgs),
    /// Print the network's layers and parameter counts
    Summary(summary::SummaryArgs),
    /// Print the network's weights
    Weights(weights::WeightsArgs),
    /// List backends and devices, and check that each computes correctly
    Devices,
    /// Measure how fast this machine trains and predicts on the chosen backend
    Benchmark(benchmark::BenchmarkArgs),
    /// Compare one training step on the chosen device with the CPU
    #[command(hide = true)]
    SelfCheck,
}

/// Runs the program: parses the command line, runs the command, and chooses the exit code: 0 done,
/// 1 failed, 2 wrong usage or bad input, 129, 130 or 143 interrupted by a signal.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    cli.verbosity.apply();
    // Not locked, because the dashboard writes from its own thread.
    let mut stdout = std::io::stdout();
    let outcome = run(cli, &mut stdout).and_then(|()| Ok(stdout.flush()?));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if exit_code::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            stderr::print(format_args!("error: {error:#}"));
            exit_code::of(&error)
        }
    }
}

fn run(cli: Cli, out: &mut dyn Write) -> anyhow::Result<()> {
    let device = cli.device;
    match cli.command {
        Command::Train(args) => train::train(&args, &device, out),
        Command::Evaluate(args) => evaluate::evaluate(&args, &device, out),
        Command::Predict(args) => predict::predict(&args, &device, out),
        Command::Plot(command) => plot::plot(&command, &device, out),
        Command::Report(args) => report::report(&args, &device, out),
        Command::Data(args) => data::describe(&args, out),
        Command::Runs(args) => runs::runs(&args, out),
        Command::Crossval(args) => crossval::crossval(&args, &device, out),
        Command::Summary(args) => summary::summary(&args, out),
        Command::Weights(args) => weights::weights(&args, out),
        Command::Devices => devices::devices(out),
        Command::Benchmark(args) => benchmark::benchmark(&args, &device, out),
        Command::SelfCheck => self_check::self_check(&device, out),
    }
}
