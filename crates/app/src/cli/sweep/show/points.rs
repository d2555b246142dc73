//! The points of a sweep for other programs.

use std::io::Write;

use serde::Serialize;

use crate::cli::sweep::show::setting_column;
use crate::sweep::combination::shown;
use crate::sweep::plan::SweepPlan;
use crate::sweep::point::PointRecord;
use crate::sweep::results::SweepMetric;

/// A point; the keys of `--points --json`.
#[derive(Debug, Serialize)]
struct Shown<'a> {
    /// The settings that vary.
    settings: &'a toml::Table,
    #[serde(flatten)]
    record: PointRecord,
}

pub(super) fn print_json<'a>(
    plan: &SweepPlan,
    records: impl Iterator<Item = &'a PointRecord>,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    for record in records {
        let settings = &plan.combinations[record.combination - 1].settings;
        // What a paused training needs beside its numbers is of use to the program alone.
        let record = PointRecord {
            paused: None,
            ..record.clone()
        };
        serde_json::to_writer(&mut *out, &Shown { settings, record })?;
        writeln!(out)?;
    }
    Ok(())
}

/// Prints a row for each point, with a column for each setting that varies.
pub(super) fn print_csv<'a>(
    plan: &SweepPlan,
    records: impl Iterator<Item = &'a PointRecord>,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let keys: Vec<&String> = plan.table.vary.keys().collect();
    let mut csv = csv::Writer::from_writer(Vec::new());
    let mut heading = vec!["point".to_owned(), "combination".to_owned()];
    heading.extend(keys.iter().map(|key| setting_column(key).to_owned()));
    heading.extend(["seed", "fold", "state", "epochs", "stopped_early"].map(str::to_owned));
    heading.extend(SweepMetric::ALL.map(|metric| metric.to_string()));
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
        let values = SweepMetric::ALL.map(|metric| metric.of(record));
        row.extend(values.map(|value| value.map_or(String::new(), |value| value.to_string())));
        row.push(record.seconds.to_string());
        csv.write_record(&row)?;
    }
    out.write_all(&csv.into_inner()?)?;
    Ok(())
}
