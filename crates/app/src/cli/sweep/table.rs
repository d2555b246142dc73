//! The ranking of a sweep's combinations as a table.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use model::{Samples, format_metric};
use plots::grouped;

use crate::cli::listing::print_table;
use crate::support::plural::counted;
use crate::sweep::combination::shown;
use crate::sweep::halving::Monitor;
use crate::sweep::plan::SweepPlan;
use crate::sweep::point::PointRecord;
use crate::sweep::results::{CombinationResults, compared, samples};
use crate::terminal::table::Column;

/// What the column of comparisons says.
const NOISE: &str = "vs best: mean difference over the same seeds and folds; noise: not\n\
    distinguishable from the best (paired t-test, 5 % with Holm's correction)";

/// The heading of half the width of intervals.
const INTERVAL: &str = "\u{b1}95 %";

/// Why intervals of validation metrics are wide.
const SHARED_IMAGES: &str = "\u{b1}95 %: interval of the mean, wide because all seeds and folds divide the\n\
    same images (Nadeau and Bengio, 2003)";

/// The decimals of numbers, and the smallest numbers that they show.
const FEWEST: usize = 4;
const SMALLEST_OF_FOUR: f64 = 1e-4;
const MOST: usize = 6;
const SMALLEST: f64 = 1e-6;

/// Prints the best combinations, at most `most`.
pub(super) fn print_ranking(
    plan: &SweepPlan,
    records: &BTreeMap<usize, PointRecord>,
    (metric, mode): Monitor,
    most: usize,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let ranking = compared(plan, records.values(), metric, mode);
    let epochs: BTreeSet<usize> = ranking.iter().map(|results| results.epochs).collect();
    // Without halving, a combination of fewer epochs has finished as well.
    let order = if plan.table.halving.is_some() && epochs.len() > 1 {
        "most epochs first, then best"
    } else {
        "best first"
    };
    let over = if records.len() < plan.size() {
        "mean over the points trained so far".to_owned()
    } else {
        over(plan)
    };
    writeln!(out, "{metric}, {over}, {order}:")?;
    let columns = columns(plan, &ranking, most);
    let left_out = print_table(&columns, "app sweep show --csv", out)?;
    if ranking.len() > most {
        writeln!(out, "and {} more", grouped(ranking.len() - most))?;
    }
    let has_intervals = ranking.iter().any(|results| results.interval.is_some());
    let shows_intervals = has_intervals && !left_out.iter().any(|heading| heading == INTERVAL);
    if shows_intervals && samples(plan, metric) != Samples::Independent {
        writeln!(out, "{SHARED_IMAGES}")?;
    }
    if ranking.iter().any(|results| results.comparison.is_some()) {
        writeln!(out, "{NOISE}")?;
    }
    let failed = records
        .values()
        .filter_map(|record| Some((record, record.error.as_ref()?)));
    if let Some((first, error)) = failed.clone().next() {
        let count = counted(failed.count(), "point");
        writeln!(out, "{count} failed; point {}: {error}", first.point)?;
    }
    Ok(())
}

/// `mean over 32 seeds x 5 folds`; `of 1 seed`.
fn over(plan: &SweepPlan) -> String {
    let seeds = counted(plan.seeds.len(), "seed");
    match plan.table.folds {
        Some(folds) => format!("mean over {seeds} x {}", counted(folds, "fold")),
        None if plan.seeds.len() == 1 => format!("of {seeds}"),
        None => format!("mean over {seeds}"),
    }
}

/// The columns of the table.
pub(super) fn columns(
    plan: &SweepPlan,
    ranking: &[CombinationResults<'_>],
    most: usize,
) -> Vec<Column> {
    let printed = &ranking[..ranking.len().min(most)];
    let decimals = decimals(printed);
    let text = |value: f64| with_decimals(value, decimals);
    let column = |heading: &str, cell: &dyn Fn(&CombinationResults<'_>) -> String| {
        Column::new(heading, printed.iter().map(cell))
    };
    let mut columns = vec![
        Column::new("", (1..=printed.len()).map(|rank| rank.to_string())),
        column("mean", &|results| match results.spread {
            Some(spread) => text(spread.mean),
            None if results.failed > 0 => "failed".to_owned(),
            None => "-".to_owned(),
        }),
    ];
    if ranking.iter().any(|results| results.interval.is_some()) {
        let half =
            |results: &CombinationResults<'_>| half_interval(results).map_or(String::new(), text);
        columns.push(column(INTERVAL, &half).optional());
    }
    let std = |results: &CombinationResults<'_>| match results.spread {
        // The standard deviation of one value is undefined.
        Some(_) if results.values.len() < 2 => "-".to_owned(),
        Some(spread) => text(spread.std),
        None => String::new(),
    };
    let count = |results: &CombinationResults<'_>| match results.failed {
        0 => results.values.len().to_string(),
        failed => format!("{} ({failed} failed)", results.values.len()),
    };
    columns.push(column("std", &std).optional());
    columns.push(column("n", &count).optional());
    if ranking.iter().any(|results| results.comparison.is_some()) {
        columns.push(column("vs best", &|results| versus_best(results, decimals)));
    }
    let epochs: BTreeSet<usize> = ranking.iter().map(|results| results.epochs).collect();
    if epochs.len() > 1 {
        columns.push(column("epochs", &|results| results.epochs.to_string()));
    }
    columns.extend(plan.table.vary.keys().map(|key| {
        column(key, &|results| {
            let settings = &plan.combinations[results.combination].settings;
            settings.get(key).map_or(String::new(), shown)
        })
    }));
    columns
}

/// The decimals of a table: four, or six if one of its numbers needs them.
fn decimals(ranking: &[CombinationResults<'_>]) -> usize {
    let needs_more = |number: f64| (SMALLEST..SMALLEST_OF_FOUR).contains(&number);
    let is_small = |results: &CombinationResults<'_>| {
        let spread = results.spread.map(|spread| [spread.mean, spread.std]);
        let mut numbers = spread.into_iter().flatten().chain(half_interval(results));
        numbers.any(needs_more)
    };
    if ranking.iter().any(is_small) {
        MOST
    } else {
        FEWEST
    }
}

fn half_interval(results: &CombinationResults<'_>) -> Option<f64> {
    results.interval.map(|[low, high]| (high - low) / 2.0)
}

/// A number with so many decimals; one that is too small or too large for that as elsewhere.
fn with_decimals(value: f64, decimals: usize) -> String {
    if decimals == FEWEST || !(SMALLEST..1e6).contains(&value.abs()) {
        format_metric(value)
    } else {
        format!("{value:.decimals$}")
    }
}

/// `+0.0123`, or `noise`.
fn versus_best(results: &CombinationResults<'_>, decimals: usize) -> String {
    match results.comparison {
        None => String::new(),
        Some(comparison) if comparison.distinguishable => {
            let mean = comparison.paired.difference.mean;
            let sign = if mean < 0.0 { "-" } else { "+" };
            format!("{sign}{}", with_decimals(mean.abs(), decimals))
        }
        Some(_) => "noise".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results(mean: f64, std: f64) -> CombinationResults<'static> {
        CombinationResults {
            combination: 0,
            values: Vec::new(),
            spread: Some(model::Spread { mean, std }),
            interval: None,
            comparison: None,
            failed: 0,
            epochs: 1,
        }
    }

    #[test]
    fn all_numbers_of_a_table_have_the_decimals_that_the_smallest_needs() {
        for (numbers, expected) in [
            (&[(0.1184, 0.0216), (0.002, 0.0005)][..], 4),
            (&[(0.1184, 0.0216), (0.0008, 0.000_072)], 6),
            (&[(0.5, 0.000_099)], 6),
            (&[(0.5, 0.000_002)], 6),
            // Too small for any, and the deviation of equal numbers.
            (&[(0.5, 1e-9)], 4),
            (&[(0.5, 0.0)], 4),
        ] {
            let ranking: Vec<_> = numbers
                .iter()
                .map(|(mean, std)| results(*mean, *std))
                .collect();
            assert_eq!(decimals(&ranking), expected, "{numbers:?}");
        }
        assert_eq!(with_decimals(0.000_072, 6), "0.000072");
        assert_eq!(with_decimals(0.0008, 6), "0.000800");
        assert_eq!(with_decimals(1e-9, 6), "1.0e-09");
        assert_eq!(with_decimals(0.0008, 4), "0.0008");
    }
}
