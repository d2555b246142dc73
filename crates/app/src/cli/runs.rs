//! `app runs`: lists the runs with their state and best metric, or compares two of them.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use clap::{Args, Subcommand};
use indicatif::HumanDuration;
use model::format_metric;
use plots::grouped;
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use crate::cli::stderr;
use crate::config::monitor::MonitoredMetric;
use crate::run::callbacks::BestEpoch;
use crate::run::directory::{RUNS, RunDirectory};
use crate::run::history::EpochMetrics;
use crate::run::summary::{RunState, RunSummary};
use crate::support::cause::Difference;
use crate::support::error::Result;
use crate::support::missing::check_exists;
use crate::support::number_format::format_seconds;
use crate::support::shell::quoted;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct RunsArgs {
    /// Directory of runs, or one run
    #[arg(default_value = RUNS)]
    folder: PathBuf,
    /// Print JSON Lines, one object per line
    ///
    /// `epochs` are finished, of those in `of`; `monitor` is the metric that `best` is the best value
    /// of. `age_seconds` is the time since the run was last written to; `age` is the same number, for
    /// scripts that know it by its former name.
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    command: Option<RunsCommand>,
}

#[derive(Debug, Subcommand)]
enum RunsCommand {
    /// Compare two runs: settings that differ, and metrics side by side
    Compare {
        /// Run directory
        a: PathBuf,
        /// Run directory
        b: PathBuf,
    },
}

/// A row of the list; the keys of `--json`.
#[derive(Debug, Serialize)]
struct Listed {
    run: String,
    /// The same as a word of a shell.
    #[serde(skip)]
    quoted: String,
    state: RunState,
    /// Finished epochs.
    epochs: usize,
    /// Configured epochs.
    of: usize,
    /// The metric that epochs are compared by.
    monitor: MonitoredMetric,
    best: Option<BestEpoch>,
    /// Seconds since the last write to the run.
    age_seconds: u64,
    /// The same, under its former key, which scripts may read.
    age: u64,
}

pub(crate) fn runs(args: &RunsArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    match &args.command {
        Some(RunsCommand::Compare { a, b }) => {
            let read = |path: &Path| RunSummary::read(RunDirectory::open(Some(path))?);
            compare(&read(a)?, &read(b)?, out)
        }
        None => list(args, out),
    }
}

fn list(args: &RunsArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let runs = runs_at(&args.folder)?;
    if runs.is_empty() && !args.json {
        let folder = quoted(&args.folder);
        writeln!(out, "no run in {folder}; create one with `app train`")?;
        return Ok(());
    }
    let mut rows = Vec::new();
    for run in runs {
        // If a run cannot be read, the others are still listed.
        match listed(run) {
            Ok(row) => rows.push(row),
            Err(error) => stderr::print(format_args!("warning: {error:#}")),
        }
    }
    if args.json {
        for row in rows {
            serde_json::to_writer(&mut *out, &row)?;
            writeln!(out)?;
        }
        return Ok(());
    }
    print(&rows, out)
}

/// The runs in a folder, or the folder itself if it is a run.
fn runs_at(folder: &Path) -> Result<Vec<RunDirectory>> {
    let runs = RunDirectory::all(folder)?;
    if !runs.is_empty() {
        return Ok(runs);
    }
    if folder != Path::new(RUNS) {
        check_exists(folder, "run or folder of runs")?;
    }
    Ok(RunDirectory::open(Some(folder)).into_iter().collect())
}

fn listed(run: RunDirectory) -> anyhow::Result<Listed> {
    let written = [run.history_path(), run.config_path()]
        .iter()
        .filter_map(|path| path.metadata().ok()?.modified().ok())
        .max();
    let age = written.and_then(|written| SystemTime::now().duration_since(written).ok());
    let age = age.unwrap_or_default().as_secs();
    let state = RunState::of(&run)?;
    let summary = RunSummary::read(run)?;
    Ok(Listed {
        run: summary.run.path().display().to_string(),
        quoted: quoted(summary.run.path()),
        state,
        epochs: summary.epochs.len(),
        of: summary.config.settings.epochs,
        monitor: summary.config.monitor.metric,
        best: summary.best,
        age_seconds: age,
        age,
    })
}

fn print(rows: &[Listed], out: &mut dyn Write) -> anyhow::Result<()> {
    let widest = rows.iter().map(|row| row.quoted.width()).max();
    let width = widest.unwrap_or(0).max("RUN".len());
    let epochs = |row: &Listed| format!("{}/{}", row.epochs, row.of);
    let widest = rows.iter().map(|row| epochs(row).len()).max();
    let epochs_width = widest.unwrap_or(0).max(9);
    writeln!(
        out,
        "{:width$}  {:<11}  {:>epochs_width$}  {:<32}  AGE",
        "RUN", "STATE", "EPOCHS", "BEST"
    )?;
    for row in rows {
        let best = row.best.map_or("-".to_owned(), |best| {
            let value = format_metric(best.value);
            format!("{} {value} in epoch {}", row.monitor, best.epoch)
        });
        let epochs = epochs(row);
        let age = HumanDuration(Duration::from_secs(row.age_seconds));
        writeln!(
            out,
            "{}  {state:<11}  {epochs:>epochs_width$}  {best:<32}  {age}",
            padded(&row.quoted, width),
            state = row.state
        )?;
    }
    Ok(())
}

fn compare(a: &RunSummary, b: &RunSummary, out: &mut dyn Write) -> anyhow::Result<()> {
    let name = |run: &RunSummary| quoted(run.run.path());
    let mut rows = vec![[String::new(), name(a), name(b)]];
    let differences = a.config.settings.differences(&b.config.settings)?;
    if differences.is_empty() {
        rows.push(["settings", "the same", "the same"].map(str::to_owned));
    }
    for Difference { key, values } in differences {
        let [a, b] = values;
        rows.push([key, a, b]);
    }
    rows.extend(compared_metrics(a, b));
    let widths = |column: usize| rows.iter().map(move |row| row[column].width());
    let width = |column: usize| widths(column).max().unwrap_or(0);
    let (first, second) = (width(0), width(1));
    for [name, a, b] in &rows {
        let (name, a) = (padded(name, first), padded(a, second));
        writeln!(out, "{name}  {a}  {b}")?;
    }
    Ok(())
}

/// A text with blanks up to a width in columns of a terminal.
fn padded(text: &str, width: usize) -> String {
    let blanks = width.saturating_sub(text.width());
    text.to_owned() + &" ".repeat(blanks)
}

/// The metrics of two runs, by name; `-` where a run has none.
fn compared_metrics(a: &RunSummary, b: &RunSummary) -> Vec<[String; 3]> {
    let mut rows = Vec::new();
    let mut add = |name: String, metric: &dyn Fn(&RunSummary) -> Option<String>| {
        let [a, b] = [a, b].map(|run| metric(run).unwrap_or_else(|| "-".to_owned()));
        rows.push([name, a, b]);
    };
    add("finished epochs".to_owned(), &|run| {
        Some(grouped(run.epochs.len()))
    });
    add("time".to_owned(), &|run| {
        Some(format_seconds(run.seconds()))
    });
    add("best epoch".to_owned(), &|run| {
        Some(best_epoch(run)?.epoch.to_string())
    });
    for name in ["loss", "accuracy", "val_loss", "val_accuracy"] {
        add(format!("best {name}"), &|run| {
            metric(best_epoch(run)?, name)
        });
        add(format!("last {name}"), &|run| {
            metric(run.epochs.last()?, name)
        });
    }
    rows
}

fn best_epoch(run: &RunSummary) -> Option<&EpochMetrics> {
    let best = run.best?.epoch;
    run.epochs.iter().find(|epoch| epoch.epoch == best)
}

fn metric(epoch: &EpochMetrics, name: &str) -> Option<String> {
    let metrics = epoch.named().into_iter();
    let (_, value) = metrics.into_iter().find(|(found, _)| *found == name)?;
    Some(format_metric(value))
}
