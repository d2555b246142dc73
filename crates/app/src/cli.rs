//! The command line, with one file per command, which also contains its arguments.

pub(crate) mod arguments;
pub(crate) mod benchmark;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod crossval;
pub(crate) mod data;
pub(crate) mod deletion;
pub(crate) mod devices;
pub(crate) mod evaluate;
pub(crate) mod examples;
pub(crate) mod exit_code;
pub(crate) mod export;
pub(crate) mod help;
pub(crate) mod images;
pub(crate) mod import;
pub(crate) mod listing;
pub(crate) mod man;
pub(crate) mod meant_flag;
pub(crate) mod networks;
pub(crate) mod pattern;
pub(crate) mod picture_folder;
pub(crate) mod picture_paths;
pub(crate) mod plot;
pub(crate) mod predict;
mod prepared_picture;
pub(crate) mod report;
pub(crate) mod row_part;
pub(crate) mod run_paths;
pub(crate) mod runs;
pub(crate) mod self_check;
#[cfg(feature = "serve")]
pub(crate) mod serve;
pub(crate) mod setting_flags;
pub(crate) mod source_args;
pub(crate) mod stderr;
pub(crate) mod summary;
pub(crate) mod sweep;
pub(crate) mod train;
pub(crate) mod usage_error;
pub(crate) mod weights;

use std::io::Write;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::cli::arguments::DeviceArgs;
use crate::cli::meant_flag::with_meant_flag;
use crate::cli::stderr::VerbosityArgs;
use crate::support::error::with_causes;

/// Train, evaluate and use a small neural network on handwritten digits
///
/// Start with `app train`: it trains a network to distinguish 0 and 1 on the built-in digits, and
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
    /// Print the metrics of a run's network, such as loss and accuracy
    ///
    /// Of several networks, those of the mean of their probabilities.
    Evaluate(evaluate::EvaluateArgs),
    /// Classify images with a run's network
    ///
    /// With several networks, by the mean of their probabilities.
    Predict(predict::PredictArgs),
    /// Draw pictures: digits, mistakes, history, evaluation, weights
    #[command(subcommand)]
    Plot(plot::PlotCommand),
    /// Write a self-contained HTML report of a run
    Report(report::ReportArgs),
    /// Describe a data set, download one, or find label errors
    Data(data::DataArgs),
    /// List runs, compare two of them, or delete some
    Runs(runs::RunsArgs),
    /// k-fold cross-validation: mean and spread of each metric
    Crossval(crossval::CrossvalArgs),
    /// Train many networks: settings, seeds and folds, and compare them
    Sweep(sweep::SweepArgs),
    /// Serve networks: a page to draw on, and an HTTP API
    ///
    /// For this machine alone, unless --host says otherwise. Ctrl-C stops it.
    #[cfg(feature = "serve")]
    Serve(serve::ServeArgs),
    /// Print the network's layers and parameters, loss and optimizer
    Summary(summary::SummaryArgs),
    /// Print the network's weights
    Weights(weights::WeightsArgs),
    /// Write a network for other programs: Keras, NumPy, ONNX, C
    ///
    /// The file is read again before it is written, and compared with the network on its data set.
    Export(export::ExportArgs),
    /// Make a run of a network from another program's file
    ///
    /// To evaluate, predict and plot with it, or to train it on with `app train --init RUN`.
    Import(import::ImportArgs),
    /// List backends and devices, and check that each computes correctly
    Devices,
    /// Measure how fast this machine trains and predicts
    Benchmark(benchmark::BenchmarkArgs),
    /// Describe the configuration file
    #[command(subcommand)]
    Config(config::ConfigCommand),
    /// Print a script that completes commands in a shell
    Completions(completions::CompletionsArgs),
    /// Print or write manual pages
    Man(man::ManArgs),
    /// Compare one training step on the chosen device with the CPU
    #[command(hide = true)]
    SelfCheck,
}

/// Runs the program: parses the command line, runs the command, and chooses the exit code, one of
/// those that `app --help` lists.
#[must_use]
pub fn main() -> ExitCode {
    let cli = parse();
    cli.verbosity.apply();
    // Not locked, because the dashboard writes from its own thread.
    let mut stdout = std::io::stdout();
    let outcome = run(cli, &mut stdout).and_then(|()| Ok(stdout.flush()?));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if exit_code::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            stderr::print(format_args!("error: {}", with_causes(error.as_ref())));
            exit_code::of(&error)
        }
    }
}

/// Parses the command line; prints the help or a usage error and exits if there is nothing to run.
fn parse() -> Cli {
    let mut command = help::arranged(Cli::command());
    let matches = command.try_get_matches_from_mut(std::env::args_os());
    let matches = matches.unwrap_or_else(|error| with_meant_flag(error).exit());
    Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.format(&mut command).exit())
}

fn run(cli: Cli, out: &mut dyn Write) -> anyhow::Result<()> {
    let device = cli.device;
    match cli.command {
        Command::Train(args) => train::train(&args, &device, out),
        Command::Evaluate(args) => evaluate::evaluate(&args, &device, out),
        Command::Predict(args) => predict::predict(&args, &device, out),
        Command::Plot(command) => plot::plot(&command, &device, out),
        Command::Report(args) => report::report(&args, &device, out),
        Command::Data(args) => data::data(&args, &device, out),
        Command::Runs(args) => runs::runs(&args, out),
        Command::Crossval(args) => crossval::crossval(&args, &device, out),
        Command::Sweep(args) => sweep::sweep(&args, &device, out),
        #[cfg(feature = "serve")]
        Command::Serve(args) => serve::serve(&args, &device, out),
        Command::Summary(args) => summary::summary(&args, out),
        Command::Weights(args) => weights::weights(&args, out),
        Command::Export(args) => export::export(&args, out),
        Command::Import(args) => import::import(&args, out),
        Command::Devices => devices::devices(out),
        Command::Benchmark(args) => benchmark::benchmark(&args, &device, out),
        Command::Config(command) => config::config(&command, out),
        Command::Completions(args) => {
            completions::completions(&args, &help::arranged(Cli::command()), out)
        }
        Command::Man(args) => man::man(&args, help::for_manual(Cli::command()), out),
        Command::SelfCheck => self_check::self_check(&device, out),
    }
}

#[cfg(test)]
mod tests {
    use clap::{Arg, Command};

    use super::*;

    /// Every command that can be run or has a page, with its path.
    fn commands() -> Vec<(Vec<String>, Command)> {
        let mut program = help::arranged(Cli::command());
        program.build();
        let mut found = Vec::new();
        let mut open = vec![(Vec::new(), program)];
        while let Some((path, command)) = open.pop() {
            for inner in command.get_subcommands() {
                let name = inner.get_name().to_owned();
                if name != "help" && !inner.is_hide_set() {
                    open.push(([path.clone(), vec![name]].concat(), inner.clone()));
                }
            }
            found.push((path, command));
        }
        found
    }

    #[test]
    fn the_commands_are_consistent() {
        help::arranged(Cli::command()).debug_assert();
        assert_eq!(commands().len(), 41);
    }

    /// The message for `--flag ten`; none if that is a valid value.
    fn refusal(path: &[String], arg: &Arg, value: &str) -> Option<String> {
        let flag = format!("--{}={value}", arg.get_long()?);
        let words = [&["app".to_owned()], path, &[flag]].concat();
        let found = help::arranged(Cli::command()).try_get_matches_from(words);
        let error = found.err()?;
        let of_value = matches!(
            error.kind(),
            clap::error::ErrorKind::ValueValidation | clap::error::ErrorKind::InvalidValue
        );
        of_value.then(|| error.to_string())
    }

    #[test]
    fn a_value_that_is_refused_is_told_what_is_expected_with_an_example() {
        let mut refused = 0;
        for (path, command) in commands() {
            let flags = command.get_arguments();
            for arg in flags.filter(|arg| arg.get_action().takes_values()) {
                for value in ["ten", "", "1,2,3", "99999999999999999999999"] {
                    let Some(message) = refusal(&path, arg, value) else {
                        continue;
                    };
                    let says = ["such as", "[possible values: ", "a value is required"];
                    assert!(
                        says.iter().any(|part| message.contains(part)),
                        "{path:?} {message}"
                    );
                    refused += 1;
                }
            }
        }
        assert!(refused > 200, "{refused} values refused");
    }

    #[test]
    fn the_short_help_has_one_line_an_option_and_the_global_options_last() {
        for (path, mut command) in commands() {
            let short = command.render_help().to_string();
            let mut options = 0;
            for line in short
                .lines()
                .filter(|line| line.trim_start().starts_with('-'))
            {
                // Two columns of blanks separate the flag from its description.
                let described = line.trim_start().split_once("  ");
                assert!(described.is_some(), "{path:?}: {line}\n{short}");
                assert!(line.chars().count() <= 100, "{path:?}: {line}");
                options += 1;
            }
            assert!(options > 0);
            let long = command.render_long_help().to_string();
            assert_eq!(long.matches("\nGlobal options:\n").count(), 1, "{long}");
            let (_, last) = long.split_once("\nGlobal options:\n").unwrap();
            assert!(last.contains("-h, --help"), "{path:?}: {last}");
            let headings = last
                .lines()
                .filter(|line| line.ends_with(':') && !line.starts_with(' '));
            assert_eq!(headings.count(), 0, "{path:?}: {last}");
        }
    }

    #[test]
    fn the_help_of_a_training_has_headings_in_order_and_the_defaults_in_line() {
        let found = commands();
        let train = found.into_iter().find(|(path, _)| path == &["train"]);
        let (_, mut train) = train.unwrap();
        let short = train.render_help().to_string();
        let mut place = 0;
        for heading in [
            "Data",
            "Augmentation",
            "Network",
            "Optimizer",
            "Schedule",
            "Callbacks",
            "Checkpoints",
        ] {
            let found = short.find(&format!("\n{heading}:\n"));
            let found = found.unwrap_or_else(|| panic!("no {heading}: {short}"));
            assert!(found > place, "{heading}: {short}");
            place = found;
        }
        // The documented defaults.
        for (flag, default) in [
            ("--epochs", "20"),
            ("--digits", "0,1"),
            ("--hidden-units", "25,15"),
            ("--learning-rate", "0.001"),
            ("--epsilon", "1e-7"),
            ("--engine", "auto"),
            ("--tensorboard", "false"),
        ] {
            let line = short
                .lines()
                .find(|line| line.contains(&format!("{flag} ")));
            let default = format!("[default: {default}]");
            assert!(line.unwrap().ends_with(&default), "{line:?}");
        }
        assert!(short.lines().count() < 90, "{short}");
    }

    #[test]
    fn every_page_has_one_to_three_examples_and_fits_a_terminal() {
        for (path, mut command) in commands() {
            let long = command.render_long_help().to_string();
            let lines = long.lines().filter(|line| line.starts_with("  app "));
            assert!((1..=3).contains(&lines.count()), "{path:?}: {long}");
            for line in long.lines() {
                assert!(line.chars().count() <= 80, "{path:?}: {line}");
            }
        }
    }
}
