//! The ranking of a sweep's combinations as a table.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use model::format_metric;
use plots::grouped;

use crate::support::plural::counted;
use crate::sweep::halving::Monitor;
use crate::sweep::plan::{SweepPlan, shown};
use crate::sweep::point::PointRecord;
use crate::sweep::results::{CombinationResults, ranked};

/// Prints the best combinations, at most `most`.
pub(super) fn print_ranking(
    plan: &SweepPlan,
    records: &BTreeMap<usize, PointRecord>,
    (metric, mode): Monitor,
    most: usize,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let ranking = ranked(plan.combinations.len(), records.values(), metric, mode);
    writeln!(out, "{metric}, {}:", over(plan))?;
    for line in lines(plan, &ranking, most) {
        writeln!(out, "{line}")?;
    }
    if ranking.len() > most {
        writeln!(out, "and {} more", grouped(ranking.len() - most))?;
    }
    Ok(())
}

/// `mean over 32 seeds x 5 folds, the best first`
fn over(plan: &SweepPlan) -> String {
    let seeds = counted(plan.seeds.len(), "seed");
    match plan.table.folds {
        Some(folds) => format!("mean over {seeds} x {}, best first", counted(folds, "fold")),
        None => format!("mean over {seeds}, best first"),
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
    let mut heading = vec![
        String::new(),
        "mean".to_owned(),
        "std".to_owned(),
        "n".to_owned(),
    ];
    if epochs.len() > 1 {
        heading.push("epochs".to_owned());
    }
    heading.extend(keys.iter().map(|key| (*key).clone()));
    let mut rows = vec![heading];
    for (rank, results) in (1..).zip(ranking).take(most) {
        let combination = &plan.combinations[results.combination];
        let [mean, std] = match results.spread {
            Some(spread) => [format_metric(spread.mean), format_metric(spread.std)],
            None if results.failed > 0 => ["failed".to_owned(), String::new()],
            None => ["-".to_owned(), String::new()],
        };
        let count = match results.failed {
            0 => results.values.len().to_string(),
            failed => format!("{} ({failed} failed)", results.values.len()),
        };
        let mut row = vec![rank.to_string(), mean, std, count];
        if epochs.len() > 1 {
            row.push(results.epochs.to_string());
        }
        row.extend(
            keys.iter()
                .map(|key| combination.settings.get(*key).map_or(String::new(), shown)),
        );
        rows.push(row);
    }
    aligned(&rows)
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
