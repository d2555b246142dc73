//! The order of the listed runs.

use std::cmp::{Ordering, Reverse};

use clap::ValueEnum;

use crate::cli::runs::listed::Listed;
use crate::cli::stderr;
use crate::config::monitor::MonitorMode;

/// What runs are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SortKey {
    /// The best value first, of runs with the same --monitor
    Best,
    /// The one last written to first
    Age,
    /// By name
    Name,
    /// The most finished epochs first
    Epochs,
}

/// The direction of the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// As [`SortKey`] describes it; without a key the oldest run first.
    Usual,
    Reversed,
}

/// Sorts the runs, which are given from the oldest to the newest. Runs without a best value are the last in both
/// directions.
pub(super) fn sort(rows: &mut [Listed], key: Option<SortKey>, direction: Direction) {
    if direction == Direction::Reversed {
        rows.reverse();
    }
    let directed = |order: Ordering| match direction {
        Direction::Usual => order,
        Direction::Reversed => order.reverse(),
    };
    match key {
        None => {}
        Some(SortKey::Best) => {
            note_different_metrics(rows);
            rows.sort_by(|a, b| {
                let have_none = a.best.is_none().cmp(&b.best.is_none());
                have_none.then_with(|| directed(by_best(a, b)))
            });
        }
        Some(SortKey::Age) => rows.sort_by(|a, b| directed(a.age_seconds.cmp(&b.age_seconds))),
        Some(SortKey::Name) => rows.sort_by(|a, b| directed(a.run.cmp(&b.run))),
        Some(SortKey::Epochs) => {
            rows.sort_by(|a, b| directed(Reverse(a.epochs).cmp(&Reverse(b.epochs))));
        }
    }
}

/// Compares the best values of two runs, the better one first, NaN last. Values of different metrics cannot be compared:
/// metric by metric.
fn by_best(a: &Listed, b: &Listed) -> Ordering {
    let metric = |row: &Listed| (row.compared_by.metric as u8, row.compared_by.mode as u8);
    let value = |row: &Listed| {
        let value = row.best.map_or(f64::NAN, |best| best.value);
        match row.compared_by.mode {
            MonitorMode::Min => value,
            MonitorMode::Max => -value,
        }
    };
    let (first, second) = (value(a), value(b));
    let by_value = first.is_nan().cmp(&second.is_nan());
    let by_value = by_value.then(first.total_cmp(&second));
    metric(a).cmp(&metric(b)).then(by_value)
}

fn note_different_metrics(rows: &[Listed]) {
    let mut pairs = rows.windows(2);
    if pairs.any(|pair| pair[0].compared_by != pair[1].compared_by) {
        stderr::note(
            "note: the runs have different metrics in --monitor, and are sorted within each metric",
        );
    }
}
