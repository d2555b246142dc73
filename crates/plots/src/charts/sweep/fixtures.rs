//! What the tests of a sweep's charts draw.

use super::data::{
    Best, MetricAxis, MetricValues, Setting, SettingAxis, SettingValue, SweepMetric,
};

pub(super) fn accuracy() -> SweepMetric {
    SweepMetric {
        name: "validation accuracy".to_owned(),
        best: Best::Highest,
        axis: MetricAxis::Percent,
    }
}

pub(super) fn loss() -> SweepMetric {
    SweepMetric {
        name: "validation loss".to_owned(),
        best: Best::Lowest,
        axis: MetricAxis::Logarithmic,
    }
}

pub(super) fn setting(name: &str, axis: SettingAxis) -> Setting {
    Setting {
        name: name.to_owned(),
        axis,
    }
}

pub(super) fn text(text: &str) -> SettingValue {
    SettingValue::Text(text.to_owned())
}

/// Values with an interval that ends at the least and the largest.
pub(super) fn values(values: &[f64]) -> MetricValues {
    let interval = super::metric_axis::ends(values.iter().copied());
    MetricValues {
        values: values.to_vec(),
        interval: interval.filter(|_| values.len() > 1),
    }
}

/// Names that are long or have characters with a meaning elsewhere.
pub(super) const DIFFICULT_NAMES: [&str; 6] = [
    "\"quoted\" & <b>bold</b>",
    "a name that goes on and on and on, far beyond what fits into any column of a chart, to its end",
    "実験の名前がとても長い場合",
    "\u{202e}ניסוי",
    "",
    "🎉",
];
