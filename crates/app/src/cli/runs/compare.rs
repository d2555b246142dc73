//! `app runs compare`: the settings in which two runs differ, and their metrics side by side.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use model::format_metric;
use plots::grouped;
use unicode_width::UnicodeWidthStr;

use crate::cli::runs::columns::padded;
use crate::run::directory::RunDirectory;
use crate::run::history::EpochMetrics;
use crate::run::summary::RunSummary;
use crate::support::cause::Difference;
use crate::support::number_format::format_seconds;
use crate::support::shell::quoted;

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
