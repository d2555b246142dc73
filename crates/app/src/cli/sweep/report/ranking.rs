//! The ranking of the combinations, and what its numbers mean.

use maud::{Markup, html};
use model::{Comparison, Samples};
use plots::{grouped, probability};

use crate::cli::report::title::title;
use crate::cli::sweep::pictures::{is_fraction, metric_name, metric_number};
use crate::cli::sweep::report::content::Content;
use crate::support::shell::quoted;
use crate::sweep::combination::shown;
use crate::sweep::results::{CombinationResults, samples};

/// Combinations that are listed.
const MOST: usize = 200;

pub(super) fn ranking(content: &Content<'_>) -> Markup {
    let ranking = &content.results.ranking;
    let is_compared = ranking.iter().any(|results| results.comparison.is_some());
    let epochs = |results: &CombinationResults<'_>| results.epochs;
    let shows_epochs = ranking.iter().map(epochs).min() != ranking.iter().map(epochs).max();
    let percent = if is_fraction(content.results.metric) {
        ", %"
    } else {
        ""
    };
    html! {
        p { (title(metric_name(content.results.metric))) (percent) " of each combination, the best mean first." }
        div.wide { table.numbers {
            thead { tr {
                th { "rank" }
                @for key in content.keys { th { (key) } }
                th { "mean" } th { "±95 %" } th { "std" } th { "n" }
                @if is_compared { th { "difference" } th { "p" } }
                th { "vs best" }
                @if shows_epochs { th { "epochs" } }
            } }
            tbody { @for (rank, results) in (1..).zip(ranking).take(MOST) {
                tr class=[(rank == 1 && results.spread.is_some()).then_some("best")] {
                    td { (rank) }
                    @for cell in settings(content, results) { td { (cell) } }
                    @for cell in numbers(content, results) { td { (cell) } }
                    @if is_compared { @for cell in difference(content, results) { td { (cell) } } }
                    td { (standing(content, rank, results)) }
                    @if shows_epochs { td { (grouped(results.epochs)) } }
                }
            } }
        } }
        @if ranking.len() > MOST {
            p {
                "And " (grouped(ranking.len() - MOST)) " more: "
                code { "app sweep show " (quoted(content.path)) " --csv" }
            }
        }
        (explanation(content, is_compared))
    }
}

fn settings(content: &Content<'_>, results: &CombinationResults<'_>) -> Vec<String> {
    let settings = &content.results.plan.combinations[results.combination].settings;
    let value = |key: &&str| settings.get(*key).map_or(String::new(), shown);
    content.keys.iter().map(value).collect()
}

/// Mean, half of its interval, standard deviation, and number of points.
fn numbers(content: &Content<'_>, results: &CombinationResults<'_>) -> [String; 4] {
    let number = |value| metric_number(content.results.metric, value);
    let several = results.spread.filter(|_| results.values.len() > 1);
    let count = match results.failed {
        0 => grouped(results.values.len()),
        failed => format!(
            "{} ({} failed)",
            grouped(results.values.len()),
            grouped(failed)
        ),
    };
    [
        results
            .spread
            .map_or("-".to_owned(), |spread| number(spread.mean)),
        results
            .interval
            .map_or("-".to_owned(), |[low, high]| number((high - low) / 2.0)),
        several.map_or("-".to_owned(), |spread| number(spread.std)),
        count,
    ]
}

/// The difference from the best, and its p-value after the correction.
fn difference(content: &Content<'_>, results: &CombinationResults<'_>) -> [String; 2] {
    let Some(comparison) = results.comparison else {
        return [String::new(), String::new()];
    };
    let mean = comparison.paired.difference.mean;
    let sign = if mean < 0.0 { "−" } else { "+" };
    let size = metric_number(content.results.metric, mean.abs());
    let p_value = comparison.adjusted_p_value;
    [format!("{sign}{size}"), probability(p_value)]
}

/// How a combination compares with the best.
fn standing(content: &Content<'_>, rank: usize, results: &CombinationResults<'_>) -> &'static str {
    match results.comparison {
        _ if results.failed > 0 => "failed",
        Some(Comparison {
            distinguishable: true,
            ..
        }) => "worse",
        Some(_) => "noise",
        None if rank == 1 && results.spread.is_some() => "best",
        None if content.results.is_dropped(results) => "dropped",
        None => "",
    }
}

fn explanation(content: &Content<'_>, is_compared: bool) -> Markup {
    let plan = content.results.plan;
    let over = match plan.table.folds {
        Some(_) => "seeds and folds",
        None => "seeds",
    };
    html! {
        h3 { "What the columns say" }
        ul {
            li { "mean, std: mean and standard deviation (n − 1 in the denominator) over the " (over) "." }
            li {
                "±95 %: half the 95 % confidence interval of the mean, by Student's t distribution. "
                @match samples(plan, content.results.metric) {
                    Samples::Folds { .. } => {
                        "The validation images are parts of one data set, so that training images overlap and values \
                         are not independent: the variance is corrected for it (Nadeau and Bengio, Machine Learning \
                         52, 2003), which makes the interval wider than the standard deviation suggests."
                    }
                    Samples::Independent => {
                        "It is about chance in initial weights and order of the images; all points are \
                         evaluated on images of one data set, and others would change the mean, too."
                    }
                }
            }
            @if is_compared {
                li {
                    "difference: the mean of the differences from the best combination, each with the same \
                     seed" @if plan.table.folds.is_some() { " and fold" } ". p: how probable a mean difference at \
                     least as large is by chance alone (two-sided paired t-test), after Holm's correction for the number \
                     of comparisons."
                }
                li {
                    "noise: p is above 5 %, so that this sweep does not tell the combination from the best one. That does \
                     not show that they are equally good: more seeds can detect smaller differences."
                }
            } @else if plan.combinations.len() > 1 && plan.table.halving.is_none() {
                li {
                    "Combinations are compared by pairs of points with the same seed and fold. Here there are too \
                     few: give two or more, such as " code { "--seeds 0..7" } "."
                }
            }
            @if plan.table.halving.is_some() {
                li { "dropped: successive halving did not train it on; its values are of fewer epochs." }
            }
        }
        @if plan.combinations.len() > 1 {
            p {
                "The best combination is chosen by the same values that are shown, so that its mean is somewhat too good. \
                 Before its result is reported, train it again with other seeds, and evaluate it on images that \
                 were not used for the choice."
            }
        }
    }
}
