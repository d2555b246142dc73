//! The pictures of a sweep, of which its plan and its points decide which ones there are.

mod by_setting;
mod charts;
mod influence;
pub(super) mod kind;
pub(super) mod settings;
mod work;

use std::collections::BTreeMap;

use plots::{Best, Figure, MetricAxis, MetricValues};

use crate::cli::sweep::pictures::kind::PictureKind;
use crate::config::monitor::MonitorMode;
use crate::support::listing::enumerated;
use crate::sweep::halving::{Monitor, is_finished};
use crate::sweep::plan::SweepPlan;
use crate::sweep::point::PointRecord;
use crate::sweep::results::{CombinationResults, SweepMetric, compared};

/// The results that the pictures show.
pub(super) struct Results<'a> {
    /// The name of the sweep.
    pub(super) sweep: String,
    pub(super) plan: &'a SweepPlan,
    pub(super) metric: SweepMetric,
    pub(super) mode: MonitorMode,
    /// The combinations, the best first.
    pub(super) ranking: Vec<CombinationResults<'a>>,
    /// Whether points that are paused will not be trained on.
    pub(super) is_finished: bool,
}

/// A picture, and the name of its file without extension.
pub(super) struct Picture {
    pub(super) file_name: String,
    pub(super) figure: Figure,
}

impl<'a> Results<'a> {
    pub(super) fn new(
        sweep: String,
        plan: &'a SweepPlan,
        records: &'a BTreeMap<usize, PointRecord>,
        (metric, mode): Monitor,
    ) -> Self {
        Self {
            sweep,
            plan,
            metric,
            mode,
            ranking: compared(plan, records.values(), metric, mode),
            is_finished: is_finished(plan, records),
        }
    }

    /// Says whether any point has a value of the metric.
    pub(super) fn has_values(&self) -> bool {
        self.ranking.iter().any(|results| results.spread.is_some())
    }

    /// The pictures of a kind that show these settings; the reason if there is none.
    pub(super) fn pictures(
        &self,
        kind: PictureKind,
        keys: &[&str],
    ) -> Result<Vec<Picture>, &'static str> {
        if let Some(reason) = self.why_not(kind, keys) {
            return Err(reason);
        }
        let file_name = kind.file_name().to_owned();
        let one = |figure| vec![Picture { file_name, figure }];
        Ok(match kind {
            PictureKind::BySetting => keys.iter().map(|key| self.by_setting(key)).collect(),
            PictureKind::Parallel => one(self.parallel_coordinates(keys)),
            PictureKind::HeatMap => one(self.heat_map(influence::most_influential(self, keys))),
            PictureKind::Spread => one(self.spread()),
            PictureKind::Time => one(self.time()),
        })
    }

    /// All pictures that there are, and which kinds there are not, with the reason.
    pub(super) fn all_pictures(&self, keys: &[&str]) -> (Vec<Picture>, Vec<String>) {
        let mut pictures = Vec::new();
        let mut missing: Vec<(&str, Vec<String>)> = Vec::new();
        for kind in PictureKind::ALL {
            match (self.pictures(kind, keys), missing.last_mut()) {
                (Ok(found), _) => pictures.extend(found),
                (Err(reason), Some((last, kinds))) if *last == reason => {
                    kinds.push(kind.to_string());
                }
                (Err(reason), _) => missing.push((reason, vec![kind.to_string()])),
            }
        }
        let missing = missing.into_iter();
        let left_out = missing.map(|(reason, kinds)| format!("{} ({reason})", enumerated(&kinds)));
        (pictures, left_out.collect())
    }

    fn by_setting(&self, key: &str) -> Picture {
        Picture {
            file_name: format!("{}-{key}", PictureKind::BySetting.file_name()),
            figure: by_setting::by_setting(self, key),
        }
    }

    /// Why there is no picture of a kind.
    fn why_not(&self, kind: PictureKind, keys: &[&str]) -> Option<&'static str> {
        let most = |count: fn(&CombinationResults<'a>) -> usize| {
            self.ranking.iter().map(count).max().unwrap_or(0)
        };
        match kind {
            PictureKind::BySetting if keys.is_empty() => Some("no setting varies"),
            PictureKind::Parallel | PictureKind::HeatMap if keys.len() < 2 => {
                Some("two settings must vary")
            }
            PictureKind::Spread if most(|results| results.values.len()) < 2 => {
                Some("each combination has one point")
            }
            PictureKind::Time if self.ranking.len() < 2 => Some("there is one combination"),
            PictureKind::Time if !work::differs(self.plan, &self.ranking) => {
                Some("all combinations are the same amount of work")
            }
            _ => None,
        }
    }

    /// The metric as the charts name and draw it.
    fn chart_metric(&self) -> plots::SweepMetric {
        plots::SweepMetric {
            name: metric_name(self.metric).to_owned(),
            best: match self.mode {
                MonitorMode::Min => Best::Lowest,
                MonitorMode::Max => Best::Highest,
            },
            axis: if is_fraction(self.metric) {
                MetricAxis::Percent
            } else if self.has_wide_range() {
                MetricAxis::Logarithmic
            } else {
                MetricAxis::Linear
            },
        }
    }

    /// Whether the values of the metric are positive and far apart.
    fn has_wide_range(&self) -> bool {
        let values = self.ranking.iter().flat_map(|results| &results.values);
        let values = values.map(|(_, value)| *value);
        settings::is_wide(values.filter(|value| value.is_finite()))
    }
}

/// The values of a combination as the charts take them: points that failed have no number.
fn chart_values(results: &CombinationResults<'_>, metric: SweepMetric) -> MetricValues {
    let values = results.values.iter().map(|(_, value)| *value);
    let failed = std::iter::repeat_n(f64::NAN, results.failed);
    MetricValues {
        values: values.chain(failed).collect(),
        interval: shown_interval(results, metric).filter(|_| results.failed == 0),
    }
}

/// The interval of a combination's mean without values that the metric cannot have: below 0, and of fractions above 1.
pub(super) fn shown_interval(
    results: &CombinationResults<'_>,
    metric: SweepMetric,
) -> Option<[f64; 2]> {
    let most = if is_fraction(metric) {
        1.0
    } else {
        f64::INFINITY
    };
    let interval = results.interval?;
    Some(interval.map(|end| end.clamp(0.0, most)))
}

/// The mean of a combination; NaN if a point failed.
fn chart_mean(results: &CombinationResults<'_>) -> f64 {
    let spread = results.spread.filter(|_| results.failed == 0);
    spread.map_or(f64::NAN, |spread| spread.mean)
}

/// Whether a metric is a part of the images, which is written in percent.
pub(super) fn is_fraction(metric: SweepMetric) -> bool {
    match metric {
        SweepMetric::Accuracy | SweepMetric::ValAccuracy | SweepMetric::TestAccuracy => true,
        SweepMetric::Loss | SweepMetric::ValLoss | SweepMetric::TestLoss => false,
    }
}

/// The name of a metric in a sentence.
pub(super) fn metric_name(metric: SweepMetric) -> &'static str {
    match metric {
        SweepMetric::Loss => "training loss",
        SweepMetric::Accuracy => "training accuracy",
        SweepMetric::ValLoss => "validation loss",
        SweepMetric::ValAccuracy => "validation accuracy",
        SweepMetric::TestLoss => "test loss",
        SweepMetric::TestAccuracy => "test accuracy",
    }
}

/// A value of a metric without unit: a loss, or a percentage.
pub(super) fn metric_number(metric: SweepMetric, value: f64) -> String {
    if is_fraction(metric) {
        format!("{:.2}", 100.0 * value)
    } else {
        plots::significant(value)
    }
}

/// A value of a metric as text.
pub(super) fn metric_text(metric: SweepMetric, value: f64) -> String {
    let unit = if is_fraction(metric) { " %" } else { "" };
    format!("{}{unit}", metric_number(metric, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_end_where_the_values_of_a_metric_do() {
        let results = |interval| CombinationResults {
            combination: 0,
            values: Vec::new(),
            failed: 0,
            spread: None,
            interval: Some(interval),
            comparison: None,
            epochs: 0,
        };
        let shown = |interval, metric| shown_interval(&results(interval), metric);
        for (interval, metric, expected) in [
            ([-0.0193, 0.0476], SweepMetric::ValLoss, [0.0, 0.0476]),
            ([-0.5, 2.5], SweepMetric::Loss, [0.0, 2.5]),
            ([-0.5, 2.5], SweepMetric::ValAccuracy, [0.0, 1.0]),
            ([0.25, 0.75], SweepMetric::Accuracy, [0.25, 0.75]),
        ] {
            assert_eq!(shown(interval, metric), Some(expected));
        }
    }
}
