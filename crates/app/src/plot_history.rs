//! `app plot history`: loss and accuracy by epoch, on paper and in the terminal.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::time::Duration;

use console::Term;
use plots::{EpochMetrics, RunHistory};

use crate::failure::BadInput;
use crate::half_blocks::Shades;
use crate::history::Epoch;
use crate::history_chart::{self, Series};
use crate::plot_cli::PlotHistoryArgs;
use crate::plot_output::PlotOutput;
use crate::run_dir::RunDir;
use crate::runs;

/// How often the terminal's picture is looked at anew while a run trains.
const LOOK_EVERY: Duration = Duration::from_millis(200);

pub(crate) fn history(args: &PlotHistoryArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let runs = open(args)?;
    if args.terminal {
        return in_terminal(&runs, out);
    }
    let name = if runs.len() > 1 {
        "history-compared"
    } else {
        "history"
    };
    let output = PlotOutput::new(&args.output, &runs[0], name)?;
    let curves = curves(&runs)?;
    output.write(&plots::history(&title(&runs), &curves), out)
}

fn open(args: &PlotHistoryArgs) -> anyhow::Result<Vec<RunDir>> {
    if args.runs.len() > plots::MAX_RUNS {
        let message = format!(
            "{} runs: at most {} can be told apart in one picture",
            args.runs.len(),
            plots::MAX_RUNS
        );
        return Err(BadInput(message).into());
    }
    if args.runs.is_empty() {
        return Ok(vec![RunDir::open(None)?]);
    }
    let runs = args.runs.iter();
    runs.map(|run| RunDir::open(Some(run))).collect()
}

pub(crate) fn title(runs: &[RunDir]) -> String {
    match runs {
        [run] => format!("History of {}", run.path().display()),
        _ => format!("History of {} runs", runs.len()),
    }
}

/// Reads what is drawn of each run.
pub(crate) fn curves(runs: &[RunDir]) -> anyhow::Result<Vec<RunHistory>> {
    let mut curves = Vec::new();
    for run in runs {
        curves.push(curve(&runs::read(run.clone())?));
    }
    Ok(curves)
}

pub(crate) fn curve(read: &runs::Read) -> RunHistory {
    RunHistory {
        name: name(read.run.path()),
        epochs: read.epochs.iter().map(figures).collect(),
        best: read.verdict.best.map(|best| best.epoch),
    }
}

fn figures(epoch: &Epoch) -> EpochMetrics {
    EpochMetrics {
        epoch: epoch.epoch,
        loss: epoch.loss,
        accuracy: epoch.accuracy,
        validation_loss: epoch.val_loss,
        validation_accuracy: epoch.val_accuracy,
    }
}

/// A run's own name, without the folder of all runs.
fn name(run: &Path) -> String {
    let name = run.strip_prefix(crate::run_dir::RUNS).unwrap_or(run);
    name.display().to_string()
}

/// Draws once, or, where somebody watches, again after each epoch until no run is training.
fn in_terminal(runs: &[RunDir], out: &mut dyn Write) -> anyhow::Result<()> {
    let terminal = Term::stdout();
    let is_watched = std::io::stdout().is_terminal();
    let mut drawn = None;
    loop {
        // Before the figures are read: what comes after is drawn in the next round.
        let trains = runs.iter().any(RunDir::is_locked);
        let curves = curves(runs)?;
        let (lines, columns) = terminal.size_checked().unwrap_or((24, 80));
        let now = (epochs(&curves), lines, columns);
        if drawn != Some(now) {
            if drawn.is_some() {
                terminal.clear_screen()?;
            }
            // The last line is the prompt's.
            let room = lines.saturating_sub(2);
            write!(out, "{}", charts(&title(runs), &curves, columns, room))?;
            out.flush()?;
            drawn = Some(now);
        }
        if !(is_watched && trains) {
            return Ok(());
        }
        std::thread::sleep(LOOK_EVERY);
    }
}

fn epochs(curves: &[RunHistory]) -> usize {
    curves.iter().map(|curve| curve.epochs.len()).sum()
}

/// Loss above accuracy.
fn charts(title: &str, curves: &[RunHistory], columns: u16, lines: u16) -> String {
    let shades = Shades::of_terminal();
    let chart = |title: &str, name: &str, training: Pick, validation: Pick| {
        let series = series(curves, training, validation);
        history_chart::chart(title, name, &series, columns, lines / 2, shades)
    };
    let loss = chart(
        title,
        "loss",
        |epoch| Some(epoch.loss),
        |epoch| epoch.validation_loss,
    );
    let accuracy = chart(
        "",
        "accuracy",
        |epoch| Some(epoch.accuracy),
        |epoch| epoch.validation_accuracy,
    );
    loss + &accuracy
}

/// Takes one figure of an epoch, if it is there.
type Pick = fn(&EpochMetrics) -> Option<f64>;

/// Training and validation of each run.
fn series(curves: &[RunHistory], training: Pick, validation: Pick) -> Vec<Series> {
    let mut series = Vec::new();
    for curve in curves {
        for (pick, is_validation) in [(training, false), (validation, true)] {
            #[expect(clippy::cast_precision_loss, reason = "epochs stay far below 2^52")]
            let points = curve
                .epochs
                .iter()
                .filter_map(|epoch| Some((epoch.epoch as f64, pick(epoch)?)));
            let kind = if is_validation {
                "validation"
            } else {
                "training"
            };
            let name = if curves.len() > 1 {
                format!("{} {kind}", curve.name)
            } else {
                kind.to_owned()
            };
            series.push(Series {
                name,
                points: points.collect(),
                is_validation,
            });
        }
    }
    series
}
