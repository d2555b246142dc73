//! The ranked combinations of a sweep for other programs.

use std::collections::BTreeMap;
use std::io::Write;

use model::Comparison;
use serde::Serialize;

use crate::cli::sweep::show::setting_column;
use crate::sweep::combination::shown;
use crate::sweep::halving::Monitor;
use crate::sweep::plan::SweepPlan;
use crate::sweep::point::PointRecord;
use crate::sweep::results::{CombinationResults, SweepMetric, compared};

/// A combination; the keys of `--json`.
#[derive(Debug, Serialize)]
struct Shown<'a> {
    /// From 1, the best first.
    rank: usize,
    /// The number of the combination.
    combination: usize,
    /// The settings that vary.
    settings: &'a toml::Table,
    metric: SweepMetric,
    /// The points with a value of the metric.
    n: usize,
    /// The points that failed.
    failed: usize,
    /// The largest number of finished epochs.
    epochs: usize,
    mean: Option<f64>,
    /// The sample standard deviation; none of one value.
    std: Option<f64>,
    /// The 95 % confidence interval of the mean.
    interval: Option<[f64; 2]>,
    /// The comparison with the best one.
    vs_best: Option<Comparison>,
}

impl<'a> Shown<'a> {
    fn new(
        plan: &'a SweepPlan,
        metric: SweepMetric,
        (rank, results): (usize, CombinationResults<'_>),
    ) -> Self {
        Self {
            rank,
            combination: results.combination + 1,
            settings: &plan.combinations[results.combination].settings,
            metric,
            n: results.values.len(),
            failed: results.failed,
            epochs: results.epochs,
            mean: results.spread.map(|spread| spread.mean),
            std: results
                .spread
                .filter(|_| results.values.len() > 1)
                .map(|spread| spread.std),
            interval: results.interval,
            vs_best: results.comparison,
        }
    }
}

pub(super) fn print_json(
    plan: &SweepPlan,
    records: &BTreeMap<usize, PointRecord>,
    (metric, mode): Monitor,
    most: usize,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    for ranked in (1..)
        .zip(compared(plan, records.values(), metric, mode))
        .take(most)
    {
        serde_json::to_writer(&mut *out, &Shown::new(plan, metric, ranked))?;
        writeln!(out)?;
    }
    Ok(())
}

/// Prints a row for each combination, with a column for each setting that varies.
pub(super) fn print_csv(
    plan: &SweepPlan,
    records: &BTreeMap<usize, PointRecord>,
    (metric, mode): Monitor,
    most: usize,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let keys: Vec<&String> = plan.table.vary.keys().collect();
    let mut csv = csv::Writer::from_writer(Vec::new());
    let mut heading = vec!["rank", "combination"];
    heading.extend(keys.iter().map(|key| setting_column(key)));
    heading.extend(["metric", "n", "failed", "epochs", "mean", "std"]);
    heading.extend(["interval_low", "interval_high", "difference"]);
    heading.extend(["p_value", "adjusted_p_value", "distinguishable"]);
    csv.write_record(&heading)?;
    for ranked in (1..)
        .zip(compared(plan, records.values(), metric, mode))
        .take(most)
    {
        let row = Shown::new(plan, metric, ranked);
        let number = |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
        let mut cells = vec![row.rank.to_string(), row.combination.to_string()];
        let settings = keys.iter().map(|key| row.settings.get(*key));
        cells.extend(settings.map(|value| value.map_or(String::new(), shown)));
        cells.push(metric.to_string());
        cells.extend([row.n, row.failed, row.epochs].map(|count| count.to_string()));
        cells.extend([row.mean, row.std].map(number));
        let [low, high] = [0, 1].map(|end| row.interval.map(|interval| interval[end]));
        let paired = row.vs_best.map(|comparison| comparison.paired);
        let difference = paired.map(|paired| paired.difference.mean);
        let p_value = paired.map(|paired| paired.p_value);
        let adjusted = row.vs_best.map(|comparison| comparison.adjusted_p_value);
        cells.extend([low, high, difference, p_value, adjusted].map(number));
        cells.push(row.vs_best.map_or(String::new(), |comparison| {
            comparison.distinguishable.to_string()
        }));
        csv.write_record(&cells)?;
    }
    out.write_all(&csv.into_inner()?)?;
    Ok(())
}
