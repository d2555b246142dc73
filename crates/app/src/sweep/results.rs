//! The results of a sweep: the values of a metric for each combination, over seeds and folds.

use std::collections::BTreeMap;
use std::path::Path;

use clap::ValueEnum;
use model::{Better, Comparison, RankedSetting, Samples, SettingValues, Spread, mean_interval};
use serde::Serialize;

use crate::config::choices::write_name;
use crate::config::monitor::{MonitorMode, MonitoredMetric};
use crate::config::resolved::ResolvedConfig;
use crate::support::error::{Error, Result};
use crate::support::sweep_error::SweepError;
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
    pub(crate) const ALL: [Self; 6] = [
        Self::Loss,
        Self::Accuracy,
        Self::ValLoss,
        Self::ValAccuracy,
        Self::TestLoss,
        Self::TestAccuracy,
    ];

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

/// The metric that points are compared by: the one that is asked for, or the plan's own.
///
/// # Errors
///
/// [`SweepError::NoSuchSweepMetric`] if no point has it.
pub(crate) fn metric_of(
    sweep: &Path,
    plan: &SweepPlan,
    records: &BTreeMap<usize, PointRecord>,
    asked: Option<SweepMetric>,
) -> Result<(SweepMetric, MonitorMode)> {
    let has = |metric: SweepMetric| records.values().any(|record| metric.of(record).is_some());
    let Some(metric) = asked else {
        return Ok(monitored(plan, has(SweepMetric::ValLoss)));
    };
    let known: Vec<SweepMetric> = SweepMetric::ALL.into_iter().filter(|it| has(*it)).collect();
    // Where all points failed, there is none of any metric.
    if !known.is_empty() && !known.contains(&metric) {
        return Err(Error::Sweep(SweepError::NoSuchSweepMetric {
            sweep: sweep.to_owned(),
            metric: metric.to_string(),
            known: known.iter().map(ToString::to_string).collect(),
        }));
    }
    Ok((metric, metric.mode()))
}

/// Returns an error if all points failed, with the reason of the first.
///
/// # Errors
///
/// [`SweepError::AllPointsFailed`].
pub(crate) fn check_not_all_failed(
    sweep: &Path,
    records: &BTreeMap<usize, PointRecord>,
) -> Result<()> {
    let failed = records.values().filter(|record| record.error.is_some());
    match records
        .values()
        .next()
        .and_then(|first| Some((first, first.error.as_ref()?)))
    {
        Some((first, reason)) if failed.count() == records.len() => {
            Err(Error::Sweep(SweepError::AllPointsFailed {
                sweep: sweep.to_owned(),
                points: records.len(),
                point: first.point,
                reason: reason.clone(),
            }))
        }
        _ => Ok(()),
    }
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
    /// The 95 % confidence interval of the mean; none of fewer than two values.
    pub(crate) interval: Option<[f64; 2]>,
    /// How it compares with the best; none where there are too few seeds and folds in common.
    pub(crate) comparison: Option<Comparison>,
    /// The largest number of finished epochs.
    pub(crate) epochs: usize,
}

/// Groups points by combination, the best mean first; combinations of which a point failed come after those without,
/// combinations of fewer epochs, which successive halving has dropped, after those of more, and those without a value
/// last.
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
            interval: None,
            comparison: None,
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
            results.failed > 0,
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

/// As [`ranked`], with the intervals of the means and the comparisons of each combination with the best one.
#[must_use]
pub(crate) fn compared<'a>(
    plan: &SweepPlan,
    records: impl IntoIterator<Item = &'a PointRecord>,
    metric: SweepMetric,
    mode: MonitorMode,
) -> Vec<CombinationResults<'a>> {
    let samples = samples(plan, metric);
    let mut ranking = ranked(plan.combinations.len(), records, metric, mode);
    for results in &mut ranking {
        let values: Vec<f64> = results.values.iter().map(|(_, value)| *value).collect();
        results.interval = mean_interval(&values, samples).map(|mean| mean.interval);
    }
    let Some(best) = ranking.first() else {
        return ranking;
    };
    // The rest is known to be worse: a point failed, or successive halving has dropped it.
    let is_halved = plan.table.halving.is_some();
    let epochs = best.epochs;
    let comparable = ranking
        .iter_mut()
        .filter(|results| results.failed == 0 && (!is_halved || results.epochs == epochs));
    let mut comparable: Vec<_> = comparable.collect();
    let values: Vec<SettingValues> = comparable.iter().map(|results| values(results)).collect();
    let better = match mode {
        MonitorMode::Min => Better::Lower,
        MonitorMode::Max => Better::Higher,
    };
    for RankedSetting {
        index, comparison, ..
    } in model::rank_settings(&values, better, samples)
    {
        comparable[index].comparison = comparison;
    }
    ranking
}

/// The values of a combination by seed and fold.
fn values(results: &CombinationResults<'_>) -> SettingValues {
    let values = results.values.iter();
    values
        .map(|(record, value)| ((record.seed.into(), record.fold.unwrap_or(0)), *value))
        .collect()
}

/// How the values of a metric come about: those on validation images are of overlapping parts of one data set, which
/// each seed divides anew; those on test images are always of the same images.
pub(crate) fn samples(plan: &SweepPlan, metric: SweepMetric) -> Samples {
    let share = match metric {
        SweepMetric::ValLoss | SweepMetric::ValAccuracy => match (plan.table.folds, plan.base.fold)
        {
            (Some(folds), _) | (None, Some([_, folds])) => {
                #[expect(clippy::cast_precision_loss, reason = "at most 1,000 folds")]
                let folds = folds as f64;
                1.0 / folds
            }
            (None, None) => plan.base.validation_split,
        },
        _ => 0.0,
    };
    if share == 0.0 {
        return Samples::Independent;
    }
    Samples::Folds {
        test_per_training: share / (1.0 - share),
    }
}
