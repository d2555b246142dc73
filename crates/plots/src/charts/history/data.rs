//! The input of a history chart.

use crate::base::style::SERIES_COUNT;

/// The maximum number of runs in a chart: each needs its own color and mark.
pub const MAX_RUNS: usize = SERIES_COUNT;

/// The history of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct RunHistory {
    /// The name of the run in the legend.
    pub name: String,
    /// The finished epochs in ascending order.
    pub epochs: Vec<EpochMetrics>,
    /// The number of the best epoch, if one was chosen; it is marked if it is among the epochs.
    pub best: Option<usize>,
}

/// The metrics of an epoch. Non-finite values leave a gap, and a remark names them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EpochMetrics {
    /// The number of the epoch; the first is 1.
    pub epoch: usize,
    /// Loss on the training set.
    pub loss: f64,
    /// Accuracy on the training set, in [0, 1].
    pub accuracy: f64,
    /// Loss on the validation set, if the run has one.
    pub validation_loss: Option<f64>,
    /// Accuracy on the validation set, in [0, 1], if the run has one.
    pub validation_accuracy: Option<f64>,
    /// Learning rate of the last step, if it is known. It is drawn if it is not always the same.
    pub learning_rate: Option<f64>,
}

/// The axis of the losses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LossAxis {
    /// Equal distances for equal differences.
    #[default]
    Linear,
    /// Equal distances for equal ratios. Losses of 0 are not drawn, and a remark counts them.
    Logarithmic,
}

impl RunHistory {
    /// The metrics of the best epoch.
    pub(super) fn best_epoch(&self) -> Option<&EpochMetrics> {
        let best = self.best?;
        self.epochs.iter().find(|metrics| metrics.epoch == best)
    }

    pub(super) fn has_validation(&self) -> bool {
        self.epochs.iter().any(|metrics| {
            metrics.validation_loss.is_some() || metrics.validation_accuracy.is_some()
        })
    }
}
