//! The ranking of a sweep's combinations as a table.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use model::{Samples, format_metric};
use plots::grouped;

use crate::support::plural::counted;
use crate::sweep::combination::shown;
use crate::sweep::halving::Monitor;
use crate::sweep::plan::SweepPlan;
use crate::sweep::point::PointRecord;
use crate::sweep::results::{CombinationResults, compared, samples};

/// What the column of comparisons says.
const NOISE: &str = "vs best: mean difference over the same seeds and folds; noise: not distinguishable\n\
    from the best (paired t-test, 5 % with Holm's correction)";

/// Why intervals of validation metrics are wide.
const SHARED_IMAGES: &str = "\u{b1}95 %: interval of the mean, wide because all seeds and folds divide the same images\n\
    (Nadeau and Bengio, 2003)";

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
    for line in lines(plan, &ranking, most) {
        writeln!(out, "{line}")?;
    }
    if ranking.len() > most {
        writeln!(out, "and {} more", grouped(ranking.len() - most))?;
    }
    let has_intervals = ranking.iter().any(|results| results.interval.is_some());
    if has_intervals && samples(plan, metric) != Samples::Independent {
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

/// The lines of the table, with a heading.
pub(super) fn lines(
    plan: &SweepPlan,
    ranking: &[CombinationResults<'_>],
    most: usize,
) -> Vec<String> {
    let keys: BTreeSet<&String> = plan.table.vary.keys().collect();
    let epochs: BTreeSet<usize> = ranking.iter().map(|results| results.epochs).collect();
    let shows_epochs = epochs.len() > 1;
    let shows_intervals = ranking.iter().any(|results| results.interval.is_some());
    let shows_comparisons = ranking.iter().any(|results| results.comparison.is_some());
    let decimals = decimals(&ranking[..ranking.len().min(most)]);
    let text = |value: f64| with_decimals(value, decimals);
    let mut heading = vec!["", "mean"];
    heading.extend(shows_intervals.then_some("\u{b1}95 %"));
    heading.extend(["std", "n"]);
    heading.extend(shows_comparisons.then_some("vs best"));
    heading.extend(shows_epochs.then_some("epochs"));
    heading.extend(keys.iter().map(|key| key.as_str()));
    let mut rows = vec![heading.into_iter().map(str::to_owned).collect()];
    for (rank, results) in (1..).zip(ranking).take(most) {
        let combination = &plan.combinations[results.combination];
        let [mean, std] = match results.spread {
            // The standard deviation of one value is undefined.
            Some(spread) if results.values.len() < 2 => [text(spread.mean), "-".to_owned()],
            Some(spread) => [spread.mean, spread.std].map(text),
            None if results.failed > 0 => ["failed".to_owned(), String::new()],
            None => ["-".to_owned(), String::new()],
        };
        let half = half_interval(results).map_or(String::new(), text);
        let count = match results.failed {
            0 => results.values.len().to_string(),
            failed => format!("{} ({failed} failed)", results.values.len()),
        };
        let mut row = vec![rank.to_string(), mean];
        row.extend(shows_intervals.then_some(half));
        row.extend([std, count]);
        row.extend(shows_comparisons.then(|| versus_best(results, decimals)));
        row.extend(shows_epochs.then(|| results.epochs.to_string()));
        row.extend(
            keys.iter()
                .map(|key| combination.settings.get(*key).map_or(String::new(), shown)),
        );
        rows.push(row);
    }
    aligned(&rows)
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

/// Pads the cells of each column to the same width.
fn aligned(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
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
