//! The header of the page: what was trained, and the main results.

use maud::{Markup, html};
use plots::grouped;

use crate::cli::report::shell::cards;
use crate::cli::sweep::pictures::{metric_name, metric_text, shown_interval};
use crate::cli::sweep::report::content::Content;
use crate::config::monitor::MonitorMode;
use crate::support::listing::listed_digits;
use crate::support::number_format::format_seconds;
use crate::support::plural::counted;
use crate::sweep::point::PointState;
use crate::sweep::results::{CombinationResults, SweepMetric};

pub(super) fn summary(content: &Content<'_>) -> Markup {
    let results = content.results;
    let plan = results.plan;
    let better = match results.mode {
        MonitorMode::Min => "lower",
        MonitorMode::Max => "higher",
    };
    let best = results.ranking.first().filter(|best| best.spread.is_some());
    html! {
        p {
            "Networks that tell the digits " (listed_digits(&plan.base.digits.0)) " apart: " (size(content))
            ". Compared by " (metric_name(results.metric)) ", of which " (better) " is better."
        }
        @if let Some(best) = best {
            p {
                @if plan.combinations.len() > 1 {
                    "The best mean is that of " strong { (plan.combinations[best.combination].name()) } ". "
                    (told_apart(&results.ranking))
                }
            }
        }
        (cards(&figures(content, best)))
    }
}

/// `5 combinations x 32 seeds = 160 points`
fn size(content: &Content<'_>) -> String {
    let plan = content.results.plan;
    let mut parts = vec![
        counted(plan.combinations.len(), "combination"),
        counted(plan.seeds.len(), "seed"),
    ];
    parts.extend(plan.table.folds.map(|folds| counted(folds, "fold")));
    format!("{} = {}", parts.join(" × "), counted(plan.size(), "point"))
}

/// How many others are as good, as far as this sweep can tell.
fn told_apart(ranking: &[CombinationResults<'_>]) -> String {
    let comparisons = || ranking.iter().filter_map(|results| results.comparison);
    let compared = comparisons().count();
    let noise = comparisons().filter(|comparison| !comparison.distinguishable);
    match (compared, noise.count()) {
        (0, _) => "It was not compared with the others: that takes two seeds or folds.".to_owned(),
        (1, 0) => "The other one is worse by more than noise.".to_owned(),
        (compared, 0) => format!(
            "The {} others are worse by more than noise.",
            grouped(compared)
        ),
        (1, _) => {
            "The difference of the other one is noise: either may be the better one.".to_owned()
        }
        (compared, noise) => format!(
            "Of {} others, {} cannot be told from it: {} noise.",
            grouped(compared),
            grouped(noise),
            if noise == 1 {
                "the difference is"
            } else {
                "the differences are"
            }
        ),
    }
}

fn figures(
    content: &Content<'_>,
    best: Option<&CombinationResults<'_>>,
) -> Vec<(&'static str, String, String)> {
    let results = content.results;
    let mut cards = Vec::new();
    if let Some((of_best, spread)) = best.and_then(|best| Some((best, best.spread?))) {
        let text = |value| metric_text(results.metric, value);
        let interval = shown_interval(of_best, results.metric)
            .map_or(String::new(), |[low, high]| {
                format!("95 % interval {} to {}; ", text(low), text(high))
            });
        let remark = match of_best.values.len() {
            1 => "of one point".to_owned(),
            n => format!(
                "{interval}standard deviation {}; n = {}",
                text(spread.std),
                grouped(n)
            ),
        };
        cards.push((metric_name(results.metric), text(spread.mean), remark));
        cards.extend(test_accuracy(content, of_best));
    }
    let (records, planned) = (content.records.len(), results.plan.size());
    let failed = content.failed().count();
    let paused = content.records.values();
    let paused = paused
        .filter(|record| record.state == PointState::Paused)
        .count();
    let remarks = [
        (failed, "failed"),
        (
            paused,
            if results.is_finished {
                "dropped"
            } else {
                "paused"
            },
        ),
        (planned - records.min(planned), "to be trained"),
    ];
    let remarks = remarks.iter().filter(|(count, _)| *count > 0);
    let remarks: Vec<String> = remarks
        .map(|(count, what)| format!("{} {what}", grouped(*count)))
        .collect();
    let remark = if remarks.is_empty() {
        "all trained".to_owned()
    } else {
        remarks.join(", ")
    };
    cards.push(("points", grouped(records - failed - paused), remark));
    if results.plan.table.halving.is_none() {
        let seconds: f64 = content.records.values().map(|record| record.seconds).sum();
        cards.push((
            "training time",
            format_seconds(seconds),
            "added up over the points, of which several are trained at once".to_owned(),
        ));
    }
    cards
}

/// The accuracy of the best combination on the test part, which the choice did not use.
fn test_accuracy(
    content: &Content<'_>,
    best: &CombinationResults<'_>,
) -> Option<(&'static str, String, String)> {
    let metric = SweepMetric::TestAccuracy;
    if matches!(
        content.results.metric,
        SweepMetric::TestAccuracy | SweepMetric::TestLoss
    ) {
        return None;
    }
    let values = best
        .values
        .iter()
        .filter_map(|(record, _)| metric.of(record));
    let values: Vec<f64> = values.collect();
    let spread = model::spread(&values)?;
    let remark = format!(
        "of the same points, n = {}; not used for the choice",
        grouped(values.len())
    );
    Some((
        metric_name(metric),
        metric_text(metric, spread.mean),
        remark,
    ))
}
