//! The rows and columns of a heat map, and which of them a value belongs to.

use crate::base::count::real;
use crate::base::number_format::{compact, grouped};
use crate::charts::sweep::data::{Setting, SettingAxis, SettingValue};
use crate::charts::sweep::metric_axis::ends;
use crate::charts::sweep::setting_axis::{distinct, same};
use crate::charts::sweep::words::setting_value;

/// More different values are combined, or left out if they are not numbers.
pub(super) const MAX_VALUES: usize = 20;

/// The number of ranges that many numbers are combined to.
const RANGES: usize = 12;

/// The rows or columns of a heat map.
pub(super) struct Bins {
    kind: Kind,
    pub(super) labels: Vec<String>,
    /// Different values that are left out.
    hidden: usize,
}

enum Kind {
    Values(Vec<SettingValue>),
    /// Ranges of equal width of the numbers, or of their logarithms.
    Ranges {
        from: f64,
        width: f64,
        axis: SettingAxis,
    },
}

impl Bins {
    pub(super) fn of<'a>(
        setting: &Setting,
        values: impl Iterator<Item = &'a SettingValue> + Clone,
    ) -> Self {
        let mut categories = distinct(values.clone());
        if categories.len() <= MAX_VALUES {
            return Self::of_values(categories, 0);
        }
        let along: Option<Vec<f64>> = values.map(|value| along(setting.axis, value)).collect();
        match along.and_then(|places| ends(places.into_iter())) {
            Some([low, high]) if high > low => Self::of_ranges(setting.axis, low, high),
            _ => {
                let hidden = categories.len() - MAX_VALUES;
                categories.truncate(MAX_VALUES);
                Self::of_values(categories, hidden)
            }
        }
    }

    fn of_values(categories: Vec<SettingValue>, hidden: usize) -> Self {
        Self {
            labels: categories.iter().map(setting_value).collect(),
            kind: Kind::Values(categories),
            hidden,
        }
    }

    fn of_ranges(axis: SettingAxis, low: f64, high: f64) -> Self {
        let width = (high - low) / real(RANGES);
        let edge = |index: usize| {
            let place = low + real(index) * width;
            compact(if axis == SettingAxis::Logarithmic {
                place.exp()
            } else {
                place
            })
        };
        let label = |index| format!("{} to {}", edge(index), edge(index + 1));
        Self {
            labels: (0..RANGES).map(label).collect(),
            kind: Kind::Ranges {
                from: low,
                width,
                axis,
            },
            hidden: 0,
        }
    }

    /// The row or column of a value; `None` if it is left out.
    pub(super) fn index(&self, value: &SettingValue) -> Option<usize> {
        match &self.kind {
            Kind::Values(categories) => categories.iter().position(|other| same(other, value)),
            Kind::Ranges { from, width, axis } => {
                let place = (along(*axis, value)? - from) / width;
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "from 0 to the number of ranges"
                )]
                let index = place.clamp(0.0, real(RANGES)) as usize;
                Some(index.min(RANGES - 1))
            }
        }
    }

    /// What is combined or left out.
    pub(super) fn remark(&self, name: &str) -> Option<String> {
        match (&self.kind, self.hidden) {
            (Kind::Ranges { .. }, _) => Some(format!(
                "The values of {name} are combined in {RANGES} ranges."
            )),
            (Kind::Values(_), 0) => None,
            (Kind::Values(_), hidden) => Some(format!(
                "Not shown, because there is no room: the last {} of {} values of {name}.",
                grouped(hidden),
                grouped(hidden + MAX_VALUES)
            )),
        }
    }
}

/// The place of a number along an axis that is not one of categories: the number or its logarithm.
fn along(axis: SettingAxis, value: &SettingValue) -> Option<f64> {
    const LARGEST: f64 = 1e300;
    let SettingValue::Number(number) = value else {
        return None;
    };
    match axis {
        SettingAxis::Categories => None,
        SettingAxis::Linear => number.is_finite().then(|| number.clamp(-LARGEST, LARGEST)),
        SettingAxis::Logarithmic => (number.is_finite() && *number > 0.0).then(|| number.ln()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::sweep::fixtures::{setting, text};

    fn bins(axis: SettingAxis, values: &[SettingValue]) -> Bins {
        Bins::of(&setting("rate", axis), values.iter())
    }

    #[test]
    fn few_values_have_a_row_each_in_ascending_order() {
        let values = [0.1, 0.001, 0.1].map(SettingValue::Number);
        let found = bins(SettingAxis::Logarithmic, &values);
        assert_eq!(found.labels, ["0.001", "0.1"]);
        assert_eq!(
            values.each_ref().map(|value| found.index(value)),
            [Some(1), Some(0), Some(1)]
        );
        assert_eq!(found.remark("rate"), None);
    }

    #[test]
    fn many_numbers_are_combined_and_many_texts_are_left_out() {
        let numbers: Vec<SettingValue> = (0..=120_u32)
            .map(|index| SettingValue::Number(f64::from(index)))
            .collect();
        let found = bins(SettingAxis::Linear, &numbers);
        assert_eq!(
            (found.labels.len(), found.labels[1].as_str()),
            (12, "10.0 to 20.0")
        );
        assert_eq!(
            [0, 9, 10, 119, 120].map(|at: usize| found.index(&numbers[at]).unwrap()),
            [0, 0, 1, 11, 11]
        );
        assert!(found.remark("rate").unwrap().contains("12 ranges"));
        let ratios: Vec<SettingValue> = (0..=24)
            .map(|index| SettingValue::Number(2_f64.powi(index)))
            .collect();
        let found = bins(SettingAxis::Logarithmic, &ratios);
        assert_eq!(
            [0, 3, 24].map(|at: usize| found.index(&ratios[at]).unwrap()),
            [0, 1, 11]
        );
        let texts: Vec<SettingValue> = (0..25)
            .map(|index| text(&format!("name {index}")))
            .collect();
        let found = bins(SettingAxis::Linear, &texts);
        assert_eq!(
            (found.index(&texts[19]), found.index(&texts[20])),
            (Some(19), None)
        );
        assert!(found.remark("rate").unwrap().contains("the last 5 of 25"));
    }
}
