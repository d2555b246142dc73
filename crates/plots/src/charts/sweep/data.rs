//! The input of the charts of a sweep.

/// The metric of a chart.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepMetric {
    /// Its name at the axis.
    pub name: String,
    /// Which values are better.
    pub best: Best,
    /// Its axis and how its values are written.
    pub axis: MetricAxis,
}

/// Which values of a metric are better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Best {
    /// Higher ones.
    Highest,
    /// Lower ones.
    Lowest,
}

/// The axis of a metric.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MetricAxis {
    /// Equal distances for equal differences.
    #[default]
    Linear,
    /// Equal distances for equal ratios. Values of 0 and below are not drawn, and a remark counts them.
    Logarithmic,
    /// Fractions in [0, 1], written in percent.
    Percent,
}

/// The values of a metric, one for each seed and fold. Values that are not finite are not drawn, and a
/// remark counts them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MetricValues {
    /// The values in any order.
    pub values: Vec<f64>,
    /// The lower and upper end of the 95 % confidence interval of their mean, if there is one.
    pub interval: Option<[f64; 2]>,
}

impl MetricValues {
    /// The mean; `None` without values, or if one is not finite: a mean of those that are left would flatter.
    pub(super) fn mean(&self) -> Option<f64> {
        mean(&self.values)
    }
}

/// The mean; `None` without values, or if one is not finite.
pub(super) fn mean(values: &[f64]) -> Option<f64> {
    let mean = values.iter().sum::<f64>() / crate::base::count::real(values.len());
    mean.is_finite().then_some(mean)
}

/// A setting of a sweep.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// Its axis. If one of its values does not fit, such as a text or a zero on a logarithmic axis, all are categories.
    pub axis: SettingAxis,
}

/// The axis of a setting.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SettingAxis {
    /// Numbers, at equal distances for equal differences.
    #[default]
    Linear,
    /// Positive numbers, at equal distances for equal ratios.
    Logarithmic,
    /// Each value has its own place: numbers in ascending order, then texts in the order of their first appearance.
    Categories,
}

/// The value of a setting.
#[derive(Debug, Clone, PartialEq)]
pub enum SettingValue {
    /// A number.
    Number(f64),
    /// Anything else.
    Text(String),
}

/// The input of [`metric_by_setting`](crate::metric_by_setting).
#[derive(Debug, Clone, PartialEq)]
pub struct SettingChart {
    /// The setting on the x axis.
    pub setting: Setting,
    /// The metric on the y axis.
    pub metric: SweepMetric,
    /// The values of the metric for each value of the setting, in any order.
    pub groups: Vec<SettingGroup>,
}

/// The values of a metric for one value of a setting.
#[derive(Debug, Clone, PartialEq)]
pub struct SettingGroup {
    /// The value of the setting.
    pub value: SettingValue,
    /// The values of the metric.
    pub results: MetricValues,
}

/// The input of [`parallel_coordinates`](crate::parallel_coordinates).
#[derive(Debug, Clone, PartialEq)]
pub struct ParallelChart {
    /// The settings, each of which has an axis if its values differ.
    pub settings: Vec<Setting>,
    /// The metric, on the last axis.
    pub metric: SweepMetric,
    /// The combinations of settings in any order.
    pub lines: Vec<ParallelLine>,
}

/// A combination of settings and its result.
#[derive(Debug, Clone, PartialEq)]
pub struct ParallelLine {
    /// A value for each setting; missing ones are "not set".
    pub values: Vec<SettingValue>,
    /// The metric, such as the mean over seeds and folds.
    pub metric: f64,
}

/// The input of [`heat_map`](crate::heat_map).
#[derive(Debug, Clone, PartialEq)]
pub struct HeatMapChart {
    /// The settings of the columns and of the rows.
    pub settings: [Setting; 2],
    /// The metric.
    pub metric: SweepMetric,
    /// The results, in any order. Those of the same values belong to the same cell.
    pub results: Vec<HeatMapResult>,
}

/// A metric's values for a pair of values of two settings.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatMapResult {
    /// The values of both settings.
    pub at: [SettingValue; 2],
    /// The values of the metric, one for each seed and fold.
    pub values: Vec<f64>,
}

/// The input of [`seed_spread`](crate::seed_spread).
#[derive(Debug, Clone, PartialEq)]
pub struct SpreadChart {
    /// The metric.
    pub metric: SweepMetric,
    /// The combinations of settings, the best first.
    pub rows: Vec<SpreadRow>,
}

/// The results of one combination.
#[derive(Debug, Clone, PartialEq)]
pub struct SpreadRow {
    /// The name of the combination.
    pub name: String,
    /// The values of the metric.
    pub results: MetricValues,
    /// How it compares with the best.
    pub standing: Standing,
}

/// How a combination compares with the best one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Standing {
    /// It is the best one, or cannot be told from it.
    BestOrSame,
    /// The difference is more than noise.
    Worse,
    /// Its trainings were ended before the others, as those that successive halving drops.
    Dropped,
    /// They were not compared.
    #[default]
    Unknown,
}

/// The input of [`time_and_metric`](crate::time_and_metric).
#[derive(Debug, Clone, PartialEq)]
pub struct TimeChart {
    /// The metric on the y axis.
    pub metric: SweepMetric,
    /// The points in any order, such as the means of combinations.
    pub points: Vec<TimePoint>,
}

/// How long a training took, and how good its network is.
#[derive(Debug, Clone, PartialEq)]
pub struct TimePoint {
    /// The name of the combination.
    pub name: String,
    /// The training time in seconds. A point without positive finite time is not drawn, and a remark counts it.
    pub seconds: f64,
    /// The value of the metric.
    pub value: f64,
}
