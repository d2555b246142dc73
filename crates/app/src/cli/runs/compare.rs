//! `app runs compare`: the settings in which two runs differ, and their metrics side by side.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use model::format_metric;
use plots::grouped;
use unicode_width::UnicodeWidthStr;

use crate::run::directory::RunDirectory;
use crate::run::history::EpochMetrics;
use crate::run::summary::RunSummary;
use crate::support::cause::Difference;
use crate::support::number_format::format_seconds;
use crate::support::shell::quoted;
use crate::terminal::table::{Column, columns_of_stdout, fitted};

#[derive(Debug, Args)]
pub(super) struct CompareArgs {
    /// Run directory
    a: PathBuf,
    /// Run directory
    b: PathBuf,
}

pub(super) fn compare(args: &CompareArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let read = |path: &Path| RunSummary::read(RunDirectory::open(Some(path))?);
    print(&read(&args.a)?, &read(&args.b)?, out)
}

fn print(a: &RunSummary, b: &RunSummary, out: &mut dyn Write) -> anyhow::Result<()> {
    let name = |run: &RunSummary| quoted(run.run.path());
    let mut rows = Vec::new();
    let differences = a.config.settings.differences(&b.config.settings)?;
    if differences.is_empty() {
        rows.push(["settings", "the same", "the same"].map(str::to_owned));
    }
    for Difference { key, values } in differences {
        let [a, b] = values;
        rows.push([key, a, b]);
    }
    rows.extend(compared_metrics(a, b));
    print_fitting(&name(a), &name(b), &rows, out)
}

/// Prints a table, or, on a terminal that is too narrow for it, a line for each run under the name of each row.
fn print_fitting(
    a: &str,
    b: &str,
    rows: &[[String; 3]],
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let cells = |at: usize| rows.iter().map(move |row| row[at].clone());
    let columns = [("", 0), (a, 1), (b, 2)].map(|(heading, at)| Column::new(heading, cells(at)));
    let table = fitted(&columns, None).lines;
    let is_too_wide = |room| table.iter().any(|line| line.width() > room);
    if !columns_of_stdout().is_some_and(is_too_wide) {
        for line in table {
            writeln!(out, "{line}")?;
        }
        return Ok(());
    }
    for [name, of_a, of_b] in rows {
        writeln!(out, "{name}\n  {a}  {of_a}\n  {b}  {of_b}")?;
    }
    Ok(())
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
