//! `app plot history`: loss, accuracy and learning rate by epoch.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use plots::LossAxis;

use crate::cli::plot::curves::curves;
use crate::cli::plot::output::{OutputArgs, PlotOutput};
use crate::cli::plot::terminal_history::draw;
use crate::cli::usage_error::UsageError;
use crate::run::directory::RunDirectory;
use crate::support::error::Result;

#[derive(Debug, Args)]
pub(crate) struct PlotHistoryArgs {
    /// Run directories, up to 7 to compare [default: the newest in runs/]
    #[arg(value_name = "RUN")]
    runs: Vec<PathBuf>,
    /// Draw in the terminal, and redraw while a run trains
    #[arg(long, conflicts_with = "output")]
    terminal: bool,
    /// Draw the losses on a logarithmic axis
    #[arg(long)]
    log_loss: bool,
    #[command(flatten)]
    output: OutputArgs,
}

pub(crate) fn history(args: &PlotHistoryArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let runs = open(args)?;
    for run in &runs {
        if run.config()?.is_imported() {
            let run = run.path().to_owned();
            return Err(UsageError::ImportedHistory { run }.into());
        }
    }
    let loss_axis = if args.log_loss {
        LossAxis::Logarithmic
    } else {
        LossAxis::Linear
    };
    if args.terminal {
        return draw(&title(&runs), &runs, loss_axis, out);
    }
    let name = if runs.len() > 1 {
        "history-compared"
    } else {
        "history"
    };
    let output = PlotOutput::new(&args.output, &runs[0], name)?;
    let curves = curves(&runs)?;
    output.write(&plots::history(&title(&runs), &curves, loss_axis), out)
}

fn open(args: &PlotHistoryArgs) -> anyhow::Result<Vec<RunDirectory>> {
    if args.runs.len() > plots::MAX_RUNS {
        return Err(UsageError::TooManyRuns {
            runs: args.runs.len(),
            most: plots::MAX_RUNS,
        }
        .into());
    }
    if args.runs.is_empty() {
        return Ok(vec![RunDirectory::open(None)?]);
    }
    let runs = args.runs.iter();
    Ok(runs
        .map(|run| RunDirectory::open(Some(run)))
        .collect::<Result<_>>()?)
}

fn title(runs: &[RunDirectory]) -> String {
    match runs {
        [run] => format!("History of {}", run.path().display()),
        _ => format!("History of {} runs", runs.len()),
    }
}
