//! The results of a sweep: the values of a metric for each combination, over seeds and folds.

use clap::ValueEnum;
use model::Spread;
use serde::Serialize;

use crate::config::choices::write_name;
use crate::config::monitor::{MonitorMode, MonitoredMetric};
use crate::config::resolved::ResolvedConfig;
use crate::sweep::plan::SweepPlan;
use crate::sweep::point::{PointRecord, PointState};

/// A metric by which points are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub(crate) enum SweepMetric {
    /// Training loss
    Loss,
    /// Training accuracy
    Accuracy,
    /// Validation loss
    ValLoss,
    /// Validation accuracy
    ValAccuracy,
    /// Loss on the test part
    TestLoss,
    /// Accuracy on the test part
    TestAccuracy,
}

impl std::fmt::Display for SweepMetric {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write_name(self, f)
    }
}

impl SweepMetric {
    /// The value of a point; `None` if it has no such metric.
    #[must_use]
    pub(crate) fn of(self, record: &PointRecord) -> Option<f64> {
        match self {
            Self::Loss => record.loss,
            Self::Accuracy => record.accuracy,
            Self::ValLoss => record.val_loss,
            Self::ValAccuracy => record.val_accuracy,
            Self::TestLoss => record.test_loss,
            Self::TestAccuracy => record.test_accuracy,
        }
    }

    /// The direction in which it improves: losses fall, accuracies rise.
    #[must_use]
    pub(crate) fn mode(self) -> MonitorMode {
        match self {
            Self::Loss | Self::ValLoss | Self::TestLoss => MonitorMode::Min,
            Self::Accuracy | Self::ValAccuracy | Self::TestAccuracy => MonitorMode::Max,
        }
    }
}

impl From<MonitoredMetric> for SweepMetric {
    fn from(metric: MonitoredMetric) -> Self {
        match metric {
            MonitoredMetric::Loss => Self::Loss,
            MonitoredMetric::Accuracy => Self::Accuracy,
            MonitoredMetric::ValLoss => Self::ValLoss,
            MonitoredMetric::ValAccuracy => Self::ValAccuracy,
        }
    }
}

/// The metric that a plan's points are compared by, and the direction in which it improves.
#[must_use]
pub(crate) fn monitored(plan: &SweepPlan, has_validation: bool) -> (SweepMetric, MonitorMode) {
    let mut settings = plan.base.clone();
    let default = if has_validation {
        MonitoredMetric::ValLoss
    } else {
        MonitoredMetric::Loss
    };
    settings.monitor.get_or_insert(default);
    let monitor = ResolvedConfig::of_run(settings).monitor;
    (monitor.metric.into(), monitor.mode)
}

/// The points of a combination.
#[derive(Debug, Clone)]
pub(crate) struct CombinationResults<'a> {
    /// The index of the combination.
    pub(crate) combination: usize,
    /// Its points that are trained or paused, with the value of the metric.
    pub(crate) values: Vec<(&'a PointRecord, f64)>,
    /// The number of its points that failed.
    pub(crate) failed: usize,
    /// Mean and standard deviation; none without values.
    pub(crate) spread: Option<Spread>,
    /// The largest number of finished epochs.
    pub(crate) epochs: usize,
}

/// Groups points by combination, the best mean first; combinations of fewer epochs, which successive halving has
/// dropped, come after those of more, and those without a value last.
#[must_use]
pub(crate) fn ranked<'a>(
    combinations: usize,
    records: impl IntoIterator<Item = &'a PointRecord>,
    metric: SweepMetric,
    mode: MonitorMode,
) -> Vec<CombinationResults<'a>> {
    let mut all: Vec<CombinationResults<'a>> = (0..combinations)
        .map(|combination| CombinationResults {
            combination,
            values: Vec::new(),
            failed: 0,
            spread: None,
            epochs: 0,
        })
        .collect();
    for record in records {
        let Some(results) = record
            .combination
            .checked_sub(1)
            .and_then(|index| all.get_mut(index))
        else {
            continue;
        };
        if record.state == PointState::Failed {
            results.failed += 1;
        } else {
            results.epochs = results.epochs.max(record.epochs);
            results
                .values
                .extend(metric.of(record).map(|value| (record, value)));
        }
    }
    for results in &mut all {
        let values: Vec<f64> = results.values.iter().map(|(_, value)| *value).collect();
        results.spread = model::spread(&values);
    }
    let rung = |results: &CombinationResults<'_>| {
        let is_paused = results
            .values
            .iter()
            .all(|(record, _)| record.state == PointState::Paused);
        (
            results.spread.is_none(),
            if is_paused {
                usize::MAX - results.epochs
            } else {
                0
            },
        )
    };
    all.sort_by(|a, b| {
        let mean = |results: &CombinationResults<'_>| {
            results.spread.map_or(f64::NAN, |spread| spread.mean)
        };
        let by_mean = match mode {
            MonitorMode::Min => mean(a).total_cmp(&mean(b)),
            MonitorMode::Max => mean(b).total_cmp(&mean(a)),
        };
        rung(a).cmp(&rung(b)).then(by_mean)
    });
    all
}
