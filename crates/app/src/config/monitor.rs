//! Which metric decides which epoch is best, and in which direction it improves.

use clap::ValueEnum;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::choices::write_name;

/// The metric that epochs are compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum MonitoredMetric {
    /// Training loss
    Loss,
    /// Training accuracy
    Accuracy,
    /// Validation loss
    ValLoss,
    /// Validation accuracy
    ValAccuracy,
}

/// Whether a lower or a higher value is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MonitorMode {
    /// Lower is better
    Min,
    /// Higher is better
    Max,
}

/// The metric that a run's epochs are compared by, and its direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Monitor {
    /// The metric.
    pub metric: MonitoredMetric,
    /// Its direction.
    pub mode: MonitorMode,
}

impl MonitoredMetric {
    /// Says whether the metric needs validation images.
    #[must_use]
    pub fn is_of_validation(self) -> bool {
        matches!(self, Self::ValLoss | Self::ValAccuracy)
    }

    /// The direction in which the metric improves: losses fall, accuracies rise.
    #[must_use]
    pub fn mode(self) -> MonitorMode {
        match self {
            Self::Loss | Self::ValLoss => MonitorMode::Min,
            Self::Accuracy | Self::ValAccuracy => MonitorMode::Max,
        }
    }
}

impl std::fmt::Display for MonitoredMetric {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write_name(self, f)
    }
}

impl MonitorMode {
    /// Says whether `value` improves on `best` by more than `min_delta`, compared in f32 as Keras
    /// does. The first value always counts as an improvement, even NaN; later NaNs never do.
    pub(crate) fn is_better(self, value: f64, best: Option<f64>, min_delta: f64) -> bool {
        let Some(best) = best else {
            return true;
        };
        let needed = match self {
            Self::Min => value + min_delta,
            Self::Max => value - min_delta,
        };
        #[expect(
            clippy::cast_possible_truncation,
            reason = "values that are equal in f32 are a tie"
        )]
        let (needed, best) = (needed as f32, best as f32);
        match self {
            Self::Min => needed < best,
            Self::Max => needed > best,
        }
    }
}
