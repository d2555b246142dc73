//! `app sweep report`: everything about a sweep, in one HTML file.

mod content;
mod next_steps;
mod page;
mod points;
mod ranking;
mod summary;
mod varied;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use crate::cli::plot::output::{check_folder, write_file};
use crate::cli::report::page::SettingRow;
use crate::cli::report::settings;
use crate::cli::sweep::pictures::Results;
use crate::cli::sweep::pictures::settings::varied_keys;
use crate::cli::sweep::report::content::Content;
use crate::cli::sweep::report::page::to_html;
use crate::config::monitor::MonitorMode;
use crate::support::error::Error;
use crate::support::sweep_error::SweepError;
use crate::sweep::directory::SweepDirectory;
use crate::sweep::members::best_points;
use crate::sweep::point::PointRecord;
use crate::sweep::results::{SweepMetric, metric_of};

#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// Sweep [default: the newest in sweeps/]
    sweep: Option<PathBuf>,
    /// Metric to compare by [default: the settings' monitor]
    #[arg(long, value_name = "METRIC", value_enum)]
    metric: Option<SweepMetric>,
    /// Output file [default: report.html in the sweep]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn report(args: &ReportArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let sweep = SweepDirectory::open(args.sweep.as_deref())?;
    let path = match &args.output {
        Some(path) => {
            check_folder("--output", path)?;
            path.clone()
        }
        None => sweep.path().join("report.html"),
    };
    let page = page(&sweep, args.metric)?;
    write_file(&path, page.as_bytes(), out)
}

fn page(sweep: &SweepDirectory, metric: Option<SweepMetric>) -> anyhow::Result<String> {
    let plan = sweep.plan()?;
    let records = sweep.records(&plan)?;
    if records.is_empty() {
        let sweep = sweep.path().to_owned();
        return Err(Error::Sweep(SweepError::NothingTrained { sweep }).into());
    }
    let monitor: (SweepMetric, MonitorMode) = metric_of(sweep.path(), &plan, &records, metric)?;
    let name = sweep.path().display().to_string();
    let results = Results::new(name, &plan, &records, monitor);
    let best = match best_points(sweep, &plan, &records, metric) {
        Ok((_, best)) => best,
        Err(Error::Sweep(
            SweepError::NothingTrained { .. } | SweepError::AllPointsFailed { .. },
        )) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let keys = varied_keys(&plan);
    let (pictures, left_out) = if results.has_values() {
        results.all_pictures(&keys)
    } else {
        (Vec::new(), Vec::new())
    };
    let content = Content {
        path: sweep.path(),
        results: &results,
        records: &records,
        keys: &keys,
        best: &best,
        pictures: &pictures,
        left_out: &left_out,
        settings: settings_of_all(&results, &records)?,
    };
    Ok(to_html(&content))
}

/// The settings of all points; those that vary say so.
fn settings_of_all(
    results: &Results<'_>,
    records: &BTreeMap<usize, PointRecord>,
) -> anyhow::Result<Vec<SettingRow>> {
    let has_validation = records.values().any(|record| record.val_loss.is_some());
    let plan = results.plan;
    let mut rows = settings(&plan.base, usize::from(has_validation))?;
    // Each point has a seed of its own.
    rows.retain(|row| row.key != "seed" && !plan.table.vary.contains_key(&row.key));
    Ok(rows)
}
