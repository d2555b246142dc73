//! The metric by one setting.
//!
//! Where the combinations are a grid, the other settings are those of the best combination, so that the points of a
//! value differ by seed and fold alone, and their interval is one over seeds and folds. Where combinations are drawn at
//! random there are no such ones: then all are shown, without an interval for values that several combinations have.

use plots::{Figure, MetricValues, SettingChart, SettingGroup};

use crate::cli::sweep::pictures::settings::{distinct, setting, value_in};
use crate::cli::sweep::pictures::{Results, chart_values};
use crate::sweep::plan::Combination;
use crate::sweep::results::CombinationResults;

pub(super) fn by_setting(results: &Results<'_>, key: &str) -> Figure {
    let (shown, others) = shown(results, key);
    let metric = results.chart_metric();
    let title = format!(
        "{} by {key}",
        crate::cli::report::title::title(&metric.name)
    );
    let note = format!("{}{others}", results.sweep);
    let mut groups: Vec<SettingGroup> = Vec::new();
    for of in shown {
        let value = value_in(&results.plan.combinations[of.combination], key);
        let values = chart_values(of);
        match groups.iter_mut().find(|group| group.value == value) {
            Some(group) => {
                let all = &mut group.results;
                all.values.extend(values.values);
                all.interval = None;
            }
            None => groups.push(SettingGroup {
                value,
                results: MetricValues { ..values },
            }),
        }
    }
    let chart = SettingChart {
        setting: setting(results.plan, key),
        metric,
        groups,
    };
    plots::metric_by_setting(&title, &note, &chart)
}

/// The combinations that are shown, and what the caption says of the other settings.
fn shown<'a, 'b>(results: &'b Results<'a>, key: &str) -> (Vec<&'b CombinationResults<'a>>, String) {
    let combinations = &results.plan.combinations;
    let of = |results: &CombinationResults<'_>| &combinations[results.combination];
    let all = || results.ranking.iter();
    let others = |combination: &Combination| {
        let mut settings = combination.settings.clone();
        settings.remove(key);
        settings
    };
    let Some(best) = results.ranking.first().map(of) else {
        return (Vec::new(), String::new());
    };
    let of_best = others(best);
    if of_best.is_empty() {
        return (all().collect(), String::new());
    }
    let same: Vec<_> = all().filter(|one| others(of(one)) == of_best).collect();
    let values = distinct(same.iter().map(|one| of(one)), key).len();
    if values == distinct(combinations, key).len() {
        let of_best = Combination {
            settings: of_best,
            config: best.config.clone(),
        };
        let name = of_best.name();
        return (
            same,
            format!("; other settings as in the best combination: {name}"),
        );
    }
    (
        all().collect(),
        "; with all values of the other settings".to_owned(),
    )
}
