//! The settings of a sweep's pictures: which ones vary, their axes and their values.

use plots::{Setting, SettingAxis, SettingValue};
use toml::Value;

use crate::sweep::combination::{Combination, shown};
use crate::sweep::plan::SweepPlan;
use crate::sweep::values::Values;

/// Numbers from the least to this many times as much are on a logarithmic axis.
const WIDE: f64 = 20.0;

/// The settings with different values, in the order of their names.
pub(crate) fn varied_keys(plan: &SweepPlan) -> Vec<&str> {
    let keys = plan.table.vary.keys().map(String::as_str);
    keys.filter(|key| distinct(&plan.combinations, key).len() > 1)
        .collect()
}

/// The values of a setting, each once, in the order in which they appear.
pub(crate) fn distinct<'a>(
    combinations: impl IntoIterator<Item = &'a Combination>,
    key: &str,
) -> Vec<&'a Value> {
    let mut found: Vec<&Value> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for combination in combinations {
        if let Some(value) = combination.settings.get(key)
            && seen.insert(value.to_string())
        {
            found.push(value);
        }
    }
    found
}

/// A setting with its axis.
pub(super) fn setting(plan: &SweepPlan, key: &str) -> Setting {
    let values = distinct(&plan.combinations, key).into_iter();
    let numbers: Option<Vec<f64>> = values
        .map(|value| match setting_value(value) {
            SettingValue::Number(number) => Some(number),
            SettingValue::Text(_) => None,
        })
        .collect();
    let has_equal_ratios = plan.table.vary.get(key);
    let has_equal_ratios = has_equal_ratios.is_some_and(Values::has_equal_ratios);
    Setting {
        name: key.to_owned(),
        axis: match numbers {
            None => SettingAxis::Categories,
            Some(numbers)
                if has_equal_ratios
                    || is_wide(numbers.iter().copied())
                    || is_geometric(numbers.clone()) =>
            {
                SettingAxis::Logarithmic
            }
            Some(_) => SettingAxis::Linear,
        },
    }
}

/// Whether numbers are positive and far apart.
pub(super) fn is_wide(numbers: impl Iterator<Item = f64>) -> bool {
    let (low, high) = numbers.fold((f64::INFINITY, 0.0), |(low, high), number| {
        (number.min(low), number.max(high))
    });
    low > 0.0 && high >= WIDE * low
}

/// Whether at least three positive numbers have equal ratios, such as 16, 32 and 64.
fn is_geometric(mut numbers: Vec<f64>) -> bool {
    const NEARLY: f64 = 0.01;
    numbers.sort_by(f64::total_cmp);
    let ratios: Vec<f64> = numbers.windows(2).map(|pair| pair[1] / pair[0]).collect();
    let is_same = |ratio: &f64| (ratio / ratios[0] - 1.0).abs() < NEARLY;
    numbers[0] > 0.0 && ratios.len() > 1 && ratios.iter().all(is_same)
}

/// A value as the charts take it.
pub(super) fn setting_value(value: &Value) -> SettingValue {
    match value {
        #[expect(clippy::cast_precision_loss, reason = "settings are far below 2^52")]
        Value::Integer(number) => SettingValue::Number(*number as f64),
        Value::Float(number) => SettingValue::Number(*number),
        value => SettingValue::Text(shown(value)),
    }
}

/// The value of a setting in a combination.
pub(super) fn value_in(combination: &Combination, key: &str) -> SettingValue {
    let value = combination.settings.get(key);
    value.map_or_else(|| SettingValue::Text("not set".to_owned()), setting_value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_of_two_have_equal_ratios_and_equal_distances_have_not() {
        assert!(is_geometric(vec![64.0, 16.0, 32.0]));
        assert!(!is_geometric(vec![0.0, 0.0, 0.0]));
        assert!(!is_geometric(vec![8.0, 16.0, 24.0]));
        assert!(!is_geometric(vec![1.0, 2.0]));
        assert!(is_wide([0.001, 0.02].into_iter()));
        assert!(!is_wide([0.001, 0.019].into_iter()));
        assert!(!is_wide([0.0, 1.0].into_iter()));
    }
}
