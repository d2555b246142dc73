//! The axis of a setting: the places of its values, and its labels.

use super::data::{Setting, SettingAxis, SettingValue};
use super::metric_axis::ends;
use super::words::{setting_value, short_number};
use crate::base::count::real;
use crate::base::scale::Scale;

/// Of so few numbers each has its label; more have labels at round numbers.
const MAX_OWN_LABELS: usize = 10;

/// Numbers are limited to this size, so that their differences are finite.
const LARGEST: f64 = 1e300;

/// The places of a setting's values along its axis, from 0 to 1.
pub(super) struct SettingPlaces {
    places: Places,
    /// The places of labels, and their texts.
    pub(super) labels: Vec<(f64, String)>,
}

enum Places {
    Linear { from: f64, to: f64 },
    Logarithmic { from: f64, to: f64 },
    Categories(Vec<SettingValue>),
}

impl SettingPlaces {
    /// The places of these values. Of numbers, `margin` is the part of the axis that is free on either side.
    pub(super) fn of<'a>(
        setting: &Setting,
        values: impl Iterator<Item = &'a SettingValue> + Clone,
        margin: f64,
        max_ticks: usize,
    ) -> Self {
        let number = |value: &SettingValue| match (setting.axis, value) {
            (SettingAxis::Linear, SettingValue::Number(number)) if number.is_finite() => {
                Some(number.clamp(-LARGEST, LARGEST))
            }
            (SettingAxis::Logarithmic, SettingValue::Number(number))
                if number.is_finite() && *number > 0.0 =>
            {
                Some(number.clamp(1.0 / LARGEST, LARGEST))
            }
            _ => None,
        };
        let numbers: Option<Vec<f64>> = values.clone().map(number).collect();
        match numbers {
            Some(numbers) if !numbers.is_empty() => {
                Self::numeric(setting.axis, numbers, margin, max_ticks)
            }
            _ => Self::categories(values),
        }
    }

    fn numeric(axis: SettingAxis, mut numbers: Vec<f64>, margin: f64, max_ticks: usize) -> Self {
        numbers.sort_by(f64::total_cmp);
        numbers.dedup();
        let [low, high] = ends(numbers.iter().copied()).unwrap_or([0.0, 1.0]);
        let logarithmic = axis == SettingAxis::Logarithmic;
        let [start, end] = [low, high].map(|value| if logarithmic { value.ln() } else { value });
        // A single number is in the middle.
        let width = if end > start {
            end - start
        } else {
            end.abs().max(1.0) * 1e-3
        };
        let around = if end > start { margin } else { 0.5 };
        let (from, to) = (start - around * width, end + around * width);
        let places = if logarithmic {
            Places::Logarithmic { from, to }
        } else {
            Places::Linear { from, to }
        };
        let labels = if numbers.len() <= MAX_OWN_LABELS {
            let labels = numbers
                .iter()
                .map(|number| (*number, short_number(*number)));
            labels.collect()
        } else {
            round_labels(&numbers, logarithmic, max_ticks)
        };
        let labels = labels.into_iter();
        let labels = labels.map(|(value, label)| (places.of_number(value), label));
        let labels = labels.filter(|(place, _)| (-0.001..=1.001).contains(place));
        Self {
            labels: labels.collect(),
            places,
        }
    }

    fn categories<'a>(values: impl Iterator<Item = &'a SettingValue>) -> Self {
        let categories = distinct(values);
        let count = categories.len();
        let labels = categories.iter().map(setting_value).enumerate();
        Self {
            labels: labels
                .map(|(index, label)| (middle(index, count), label))
                .collect(),
            places: Places::Categories(categories),
        }
    }

    /// The place of a value, from 0 to 1; the start for one that is not among those of the axis.
    pub(super) fn of_value(&self, value: &SettingValue) -> f64 {
        match (&self.places, value) {
            (Places::Categories(categories), value) => {
                let index = categories.iter().position(|other| same(other, value));
                index.map_or(0.0, |index| middle(index, categories.len()))
            }
            (places, SettingValue::Number(number)) => places.of_number(*number).clamp(0.0, 1.0),
            (_, SettingValue::Text(_)) => 0.0,
        }
    }

    pub(super) fn is_categories(&self) -> bool {
        matches!(self.places, Places::Categories(_))
    }

    pub(super) fn is_logarithmic(&self) -> bool {
        matches!(self.places, Places::Logarithmic { .. })
    }

    /// The name of the axis.
    pub(super) fn name(&self, setting: &Setting) -> String {
        if self.is_logarithmic() {
            format!("{}, logarithmic", setting.name)
        } else {
            setting.name.clone()
        }
    }
}

impl Places {
    fn of_number(&self, number: f64) -> f64 {
        match self {
            Self::Linear { from, to } => (number - from) / (to - from),
            Self::Logarithmic { from, to } => (number.ln() - from) / (to - from),
            Self::Categories(_) => 0.0,
        }
    }
}

/// Ticks at round numbers within the range of the numbers; the ends if there are fewer than two.
fn round_labels(numbers: &[f64], logarithmic: bool, max_ticks: usize) -> Vec<(f64, String)> {
    let scale = if logarithmic {
        Scale::logarithmic(numbers.iter().copied(), max_ticks)
    } else {
        Scale::around(numbers.iter().copied(), max_ticks)
    };
    let [low, high] = [numbers[0], numbers[numbers.len() - 1]];
    let within = |tick: &(f64, String)| (low..=high).contains(&tick.0);
    let ticks: Vec<(f64, String)> = scale.ticks().filter(within).collect();
    if ticks.len() < 2 {
        return [low, high].map(|end| (end, short_number(end))).to_vec();
    }
    ticks
}

/// The middle of one of several bands of equal width.
fn middle(index: usize, count: usize) -> f64 {
    (real(index) + 0.5) / real(count.max(1))
}

/// Whether two values are the same category.
pub(super) fn same(one: &SettingValue, other: &SettingValue) -> bool {
    match (one, other) {
        (SettingValue::Number(one), SettingValue::Number(other)) => same_number(*one, *other),
        _ => one == other,
    }
}

fn same_number(one: f64, other: f64) -> bool {
    one.partial_cmp(&other) == Some(std::cmp::Ordering::Equal) || (one.is_nan() && other.is_nan())
}

/// Each value once: numbers in ascending order, then texts in the order of their first appearance.
pub(super) fn distinct<'a>(values: impl Iterator<Item = &'a SettingValue>) -> Vec<SettingValue> {
    let mut numbers = Vec::new();
    let mut texts: Vec<&str> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for value in values {
        match value {
            SettingValue::Number(number) if number.is_nan() => numbers.push(f64::NAN),
            SettingValue::Number(number) => numbers.push(*number),
            SettingValue::Text(text) => {
                if seen.insert(text.as_str()) {
                    texts.push(text);
                }
            }
        }
    }
    numbers.sort_by(f64::total_cmp);
    numbers.dedup_by(|one, other| same_number(*one, *other));
    let numbers = numbers.into_iter().map(SettingValue::Number);
    let texts = texts
        .into_iter()
        .map(|text| SettingValue::Text(text.to_owned()));
    numbers.chain(texts).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::sweep::fixtures::{setting, text};
    use SettingAxis::{Categories, Linear, Logarithmic};

    fn places(axis: SettingAxis, values: &[SettingValue]) -> (Vec<f64>, Vec<String>) {
        let places = SettingPlaces::of(&setting("", axis), values.iter(), 0.0, 5);
        let of_values = values.iter().map(|value| places.of_value(value)).collect();
        let labels = places.labels.iter().map(|(_, label)| label.clone());
        (of_values, labels.collect())
    }

    fn numbers(numbers: &[f64]) -> Vec<SettingValue> {
        numbers.iter().copied().map(SettingValue::Number).collect()
    }

    #[test]
    fn numbers_have_places_by_difference_or_by_ratio() {
        let values = numbers(&[100.0, 1.0, 10.0]);
        let (linear, labels) = places(Linear, &values);
        assert!((linear[2] - 9.0 / 99.0).abs() < 1e-9, "{linear:?}");
        assert_eq!(labels, ["1", "10", "100"]);
        let (logarithmic, _) = places(Logarithmic, &values);
        assert!((logarithmic[2] - 0.5).abs() < 1e-9, "{logarithmic:?}");
        let (categories, _) = places(Categories, &values);
        for (found, expected) in categories.iter().zip([5.0 / 6.0, 1.0 / 6.0, 0.5]) {
            assert!((found - expected).abs() < 1e-9, "{categories:?}");
        }
        assert_eq!(places(Linear, &numbers(&[7.0])).0, [0.5]);
    }

    #[test]
    fn values_that_do_not_fit_make_categories_of_all() {
        let (found, labels) = places(Linear, &[text("none"), SettingValue::Number(0.5)]);
        assert_eq!(
            (found, labels),
            (vec![0.75, 0.25], vec!["0.5".to_owned(), "none".to_owned()])
        );
        let (_, labels) = places(Logarithmic, &numbers(&[0.1, 0.0, 0.1]));
        assert_eq!(labels, ["0", "0.1"]);
        let (found, labels) = places(Linear, &numbers(&[f64::NAN, 1.0, f64::NAN]));
        assert_eq!((found[0], labels.len()), (found[2], 2));
        assert!(places(Linear, &[]).1.is_empty());
    }

    #[test]
    fn many_numbers_have_labels_at_round_ones() {
        let many: Vec<f64> = (0..1000).map(|index| 0.013 * real(index)).collect();
        assert_eq!(places(Linear, &numbers(&many)).1, ["0", "5", "10"]);
        let many: Vec<f64> = (0..1000).map(|index| 1e-5 * 1.01_f64.powi(index)).collect();
        let labels = places(Logarithmic, &numbers(&many)).1;
        assert!((2..7).contains(&labels.len()), "{labels:?}");
        let close: Vec<f64> = (0..20).map(|index| 1.1 + 0.001 * real(index)).collect();
        assert_eq!(places(Logarithmic, &numbers(&close)).1, ["1.1", "1.119"]);
    }

    #[test]
    fn any_numbers_have_finite_places() {
        for axis in [Linear, Logarithmic, Categories] {
            for values in [
                [f64::MIN, f64::MAX],
                [5e-324, 1e308],
                [1.0, 1.0 + f64::EPSILON],
            ] {
                let (found, _) = places(axis, &numbers(&values));
                assert!(
                    found.iter().all(|place| (0.0..=1.0).contains(place)),
                    "{found:?}"
                );
            }
        }
    }
}
