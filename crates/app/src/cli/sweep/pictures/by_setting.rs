//! The metric by one setting.
//!
//! Where the combinations are a grid, the other settings are those of the best combination, so that the points of a
//! value differ by seed and fold alone, and their interval is one over seeds and folds. Where combinations are drawn at
//! random there are no such ones: then all points are shown, of numbers without means, as the other settings differ from
//! value to value, and of other values with a mean without interval.

use plots::{Figure, MetricValues, SettingAxis, SettingChart, SettingGroup};

use crate::cli::report::title::title;
use crate::cli::sweep::pictures::settings::{distinct, setting, value_in};
use crate::cli::sweep::pictures::{Results, chart_values};
use crate::sweep::combination::{Combination, shown as shown_value};
use crate::sweep::results::CombinationResults;

pub(super) fn by_setting(results: &Results<'_>, key: &str) -> Figure {
    let (shown, others) = shown(results, key);
    let metric = results.chart_metric();
    let heading = format!("{} by {key}", title(&metric.name));
    let note = format!("{}{}", results.note(), others.caption());
    let setting = setting(results.plan, key);
    let groups = shown.into_iter().map(|of| SettingGroup {
        value: value_in(&results.plan.combinations[of.combination], key),
        results: chart_values(of, results.metric),
    });
    let groups: Vec<SettingGroup> = match others {
        Others::AsInTheBest(_) => groups.collect(),
        Others::All if setting.axis == SettingAxis::Categories => merged(groups),
        Others::All => groups.flat_map(apart).collect(),
    };
    let chart = SettingChart {
        setting,
        metric,
        groups,
    };
    plots::metric_by_setting(&heading, &note, &chart)
}

/// One group for all results of a value.
fn merged(groups: impl Iterator<Item = SettingGroup>) -> Vec<SettingGroup> {
    let mut merged: Vec<SettingGroup> = Vec::new();
    for group in groups {
        match merged.iter_mut().find(|other| other.value == group.value) {
            Some(other) => {
                other.results.values.extend(group.results.values);
                other.results.interval = None;
            }
            None => merged.push(group),
        }
    }
    merged
}

/// One group for each point, so that none has a mean.
fn apart(group: SettingGroup) -> impl Iterator<Item = SettingGroup> {
    let SettingGroup { value, results } = group;
    results.values.into_iter().map(move |result| SettingGroup {
        value: value.clone(),
        results: MetricValues {
            values: vec![result],
            interval: None,
        },
    })
}

/// The other settings of the points that are shown.
enum Others {
    /// Those of the best combination, by name; empty if no other setting varies.
    AsInTheBest(String),
    All,
}

impl Others {
    fn caption(&self) -> String {
        match self {
            Self::AsInTheBest(name) if name.is_empty() => String::new(),
            Self::AsInTheBest(name) => {
                format!("; other settings as in the best combination: {name}")
            }
            Self::All => "; with all values of the other settings".to_owned(),
        }
    }
}

/// The combinations that are shown.
fn shown<'a, 'b>(results: &'b Results<'a>, key: &str) -> (Vec<&'b CombinationResults<'a>>, Others) {
    let combinations = &results.plan.combinations;
    let of = |results: &CombinationResults<'_>| &combinations[results.combination];
    let all = || results.ranking.iter();
    let others = |combination: &Combination| {
        let mut settings = combination.settings.clone();
        settings.remove(key);
        settings
    };
    let Some(best) = all().next().map(of) else {
        return (Vec::new(), Others::All);
    };
    let of_best = others(best);
    let same: Vec<_> = all().filter(|one| others(of(one)) == of_best).collect();
    let values = distinct(same.iter().map(|one| of(one)), key).len();
    if values < distinct(combinations, key).len() {
        return (all().collect(), Others::All);
    }
    let name = of_best
        .iter()
        .map(|(key, value)| format!("{key} = {}", shown_value(value)));
    let name = name.collect::<Vec<_>>().join(", ");
    (same, Others::AsInTheBest(name))
}
