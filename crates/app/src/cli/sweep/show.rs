//! `app sweep show`: the combinations of a sweep, ranked.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::cli::sweep::table::print_ranking;
use crate::support::error::Error;
use crate::support::plural::counted;
use crate::support::shell::quoted;
use crate::sweep::directory::SweepDirectory;
use crate::sweep::plan::{SweepPlan, shown};
use crate::sweep::point::PointRecord;
use crate::sweep::results::{SweepMetric, monitored};

#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// Sweep [default: the newest in sweeps/]
    sweep: Option<PathBuf>,
    /// Metric to compare by [default: the settings' monitor]
    #[arg(long, value_name = "METRIC", value_enum)]
    metric: Option<SweepMetric>,
    /// Combinations to print
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    top: u32,
    /// Print a line of CSV for each point
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// Print JSON Lines, an object for each point
    #[arg(long)]
    json: bool,
}

/// A point; the keys of `--json`.
#[derive(Debug, Serialize)]
struct Shown<'a> {
    /// The settings that vary.
    settings: &'a toml::Table,
    #[serde(flatten)]
    record: PointRecord,
}

/// The columns of metrics.
const METRICS: [SweepMetric; 6] = [
    SweepMetric::Loss,
    SweepMetric::Accuracy,
    SweepMetric::ValLoss,
    SweepMetric::ValAccuracy,
    SweepMetric::TestLoss,
    SweepMetric::TestAccuracy,
];

pub(super) fn show(args: &ShowArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let sweep = SweepDirectory::open(args.sweep.as_deref())?;
    let plan = sweep.plan()?;
    let records = sweep.records()?;
    if args.json {
        for record in records.values() {
            let settings = &plan.combinations[record.combination - 1].settings;
            // What a paused training needs beside its numbers is of use to the program alone.
            let record = PointRecord {
                paused: None,
                ..record.clone()
            };
            serde_json::to_writer(&mut *out, &Shown { settings, record })?;
            writeln!(out)?;
        }
        return Ok(());
    }
    if args.csv {
        return print_csv(&plan, records.values(), out);
    }
    if records.is_empty() {
        return Err(Error::NothingTrained {
            sweep: sweep.path().to_owned(),
        }
        .into());
    }
    let has_validation = records
        .values()
        .any(|record| SweepMetric::ValLoss.of(record).is_some());
    let (metric, mode) = match args.metric {
        Some(metric) => (metric, metric.mode()),
        None => monitored(&plan, has_validation),
    };
    writeln!(
        out,
        "{}: {} of {}",
        quoted(sweep.path()),
        plots::grouped(records.len()),
        counted(plan.size(), "point")
    )?;
    print_ranking(&plan, &records, (metric, mode), args.top as usize, out)
}

/// Prints a row for each point, with a column for each setting that varies.
fn print_csv<'a>(
    plan: &SweepPlan,
    records: impl Iterator<Item = &'a PointRecord>,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let keys: Vec<&String> = plan.table.vary.keys().collect();
    let mut csv = csv::Writer::from_writer(out);
    let mut heading = vec!["point".to_owned(), "combination".to_owned()];
    heading.extend(keys.iter().map(|key| (*key).clone()));
    heading.extend(["seed", "fold", "state", "epochs", "stopped_early"].map(str::to_owned));
    heading.extend(METRICS.map(|metric| metric.to_string()));
    heading.push("seconds".to_owned());
    csv.write_record(&heading)?;
    for record in records {
        let settings = &plan.combinations[record.combination - 1].settings;
        let mut row = vec![record.point.to_string(), record.combination.to_string()];
        row.extend(
            keys.iter()
                .map(|key| settings.get(*key).map_or(String::new(), shown)),
        );
        row.push(record.seed.to_string());
        row.push(record.fold.map_or(String::new(), |fold| fold.to_string()));
        row.push(record.state.to_string());
        row.push(record.epochs.to_string());
        row.push(record.stopped_early.to_string());
        let values = METRICS.map(|metric| metric.of(record));
        row.extend(values.map(|value| value.map_or(String::new(), |value| value.to_string())));
        row.push(record.seconds.to_string());
        csv.write_record(&row)?;
    }
    csv.flush()?;
    Ok(())
}
