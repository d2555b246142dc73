//! The best networks, and the points that failed.

use maud::{Markup, html};
use plots::{grouped, significant};

use crate::cli::sweep::report::content::Content;
use crate::support::number_format::format_seconds;
use crate::support::shell::quoted;
use crate::sweep::combination::shown;
use crate::sweep::point::PointRecord;
use crate::sweep::results::SweepMetric;

/// Networks that are listed.
const BEST: usize = 10;
/// Failed points that are listed.
const FAILED: usize = 50;

pub(super) fn best_points(content: &Content<'_>) -> Markup {
    let listed = &content.best[..content.best.len().min(BEST)];
    let metrics = SweepMetric::ALL.into_iter();
    let metrics: Vec<SweepMetric> = metrics
        .filter(|metric| listed.iter().any(|(record, _)| metric.of(record).is_some()))
        .collect();
    let cell = |metric: &SweepMetric, record| metric.of(record).map_or("-".to_owned(), significant);
    let has_folds = listed.iter().any(|(record, _)| record.fold.is_some());
    html! {
        p {
            "The best of all points by " code { (content.results.metric) } ". A good network may owe its rank to its \
             seed" @if has_folds { " and its fold" } ": the ranking above is about settings, this is about networks."
        }
        div.wide { table.numbers {
            thead { tr {
                th { "point" }
                @for key in content.keys { th { (key) } }
                th { "seed" } @if has_folds { th { "fold" } }
                @for metric in &metrics { th { (metric) } }
                th { "epochs" } th { "seconds" }
            } }
            tbody { @for (record, _) in listed { tr {
                td { (record.point) }
                @for value in settings(content, record) { td { (value) } }
                td { (record.seed) } @if has_folds { td { (fold(record)) } }
                @for metric in &metrics { td { (cell(metric, record)) } }
                td { (epochs(record)) } td { (format!("{:.3}", record.seconds)) }
            } } }
        } }
    }
}

pub(super) fn failed_points(content: &Content<'_>) -> Markup {
    let count = content.failed().count();
    let has_folds = content.failed().any(|record| record.fold.is_some());
    html! {
        p { "They have no network, and are not trained again." }
        div.wide { table.reasons {
            thead { tr {
                th { "point" }
                @for key in content.keys { th { (key) } }
                th { "seed" } @if has_folds { th { "fold" } } th { "time" } th { "error" }
            } }
            tbody { @for record in content.failed().take(FAILED) { tr {
                td { (record.point) }
                @for value in settings(content, record) { td { (value) } }
                td { (record.seed) } @if has_folds { td { (fold(record)) } }
                td { (format_seconds(record.seconds)) }
                td { (record.error.as_deref().unwrap_or("-")) }
            } } }
        } }
        @if count > FAILED {
            p {
                "And " (grouped(count - FAILED)) " more: "
                code { "app sweep show " (quoted(content.path)) " --points --json" }
            }
        }
    }
}

/// The values of the settings that vary.
fn settings(content: &Content<'_>, record: &PointRecord) -> Vec<String> {
    let combinations = &content.results.plan.combinations;
    let combination = record.combination.checked_sub(1);
    let combination = combination.and_then(|index| combinations.get(index));
    let value = |key: &&str| {
        combination
            .and_then(|found| found.settings.get(*key))
            .map(shown)
    };
    let values = content.keys.iter().map(value);
    values.map(Option::unwrap_or_default).collect()
}

fn fold(record: &PointRecord) -> String {
    record.fold.map_or(String::new(), |fold| fold.to_string())
}

/// The number of epochs, and the epoch of the network if it is not the last.
fn epochs(record: &PointRecord) -> String {
    match record.epoch {
        Some(epoch) if epoch != record.epochs => format!("{} (of epoch {epoch})", record.epochs),
        _ => record.epochs.to_string(),
    }
}
