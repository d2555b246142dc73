//! The program: trains the digits network, looks at it and uses it.
//!
//! This is the only crate that talks to people, chooses devices and keeps runs. Each command
//! stands in a file of its own, named after it. It is a library for the fuzz targets alone, which
//! reach its readers of foreign bytes through it.

mod adapter;
mod answers;
mod backend;
mod benchmark;
mod buffer_text;
mod checkpoint;
mod cli;
mod columns;
mod config;
mod crossval;
mod csv_lines;
mod dashboard;
mod dataset;
mod devices;
mod environment;
mod epochs;
mod evaluate;
mod failure;
mod figures;
mod fit;
mod fused_epochs;
#[cfg(fuzzing)]
pub mod fuzz;
mod half_blocks;
mod history;
mod history_chart;
mod init;
mod keeper;
mod monitor;
mod notice;
mod optimizer_record;
mod plot;
mod plot_cli;
mod plot_digits;
mod plot_evaluation;
mod plot_history;
mod plot_network;
mod plot_output;
mod predict;
mod progress;
mod report;
mod report_page;
mod run_dir;
mod runs;
mod self_check;
mod sessions;
mod settings;
mod signals;
mod stopwatch;
mod summary;
mod tensorboard;
mod train;
mod weights;
mod whole_files;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command};

/// Runs the program: reads the command line, and ends with 0 done, 1 failed, 2 wrong usage or bad
/// input, 130 or 143 interrupted.
#[must_use]
pub fn main() -> ExitCode {
    environment::prepare();
    let cli = Cli::parse();
    // Not locked: the dashboard writes from a thread of its own.
    let mut stdout = std::io::stdout();
    let outcome = run(cli, &mut stdout).and_then(|()| Ok(stdout.flush()?));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if failure::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            notice::notice(format_args!("error: {error:#}"));
            failure::exit_code(&error)
        }
    }
}

fn run(cli: Cli, out: &mut dyn Write) -> anyhow::Result<()> {
    let chosen = cli.device;
    match cli.command {
        Command::Train(args) => train::train(&args, &chosen, out),
        Command::Evaluate(args) => evaluate::evaluate(&args, &chosen, out),
        Command::Predict(args) => predict::predict(&args, &chosen, out),
        Command::Plot(command) => plot::plot(&command, &chosen, out),
        Command::Report(args) => report::report(&args, &chosen, out),
        Command::Data(args) => dataset::describe(&args, out),
        Command::Runs(args) => runs::runs(&args, out),
        Command::Crossval(args) => crossval::crossval(&args, &chosen, out),
        Command::Summary(args) => summary::summary(&args, out),
        Command::Weights(args) => weights::weights(&args, out),
        Command::Devices => devices::devices(out),
        Command::Benchmark(args) => benchmark::benchmark(&args, &chosen, out),
        Command::SelfCheck => self_check::report(&chosen, out),
    }
}
