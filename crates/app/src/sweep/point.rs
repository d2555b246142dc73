//! A point of a sweep: one training.

use serde::{Deserialize, Serialize};

use crate::run::callbacks::CallbackState;
use crate::run::history::EpochMetrics;

/// One training: a combination of settings with a seed and a fold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Point {
    /// From 1.
    pub(crate) number: usize,
    /// The index of its combination.
    pub(crate) combination: usize,
    pub(crate) seed: u32,
    /// The number of the fold, from 1, and that of all folds.
    pub(crate) fold: Option<[usize; 2]>,
}

/// How far a point is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PointState {
    /// It is trained.
    Trained,
    /// Successive halving has trained it for some epochs.
    Paused,
    /// The loss became NaN or infinite, or the training failed otherwise.
    Failed,
}

impl std::fmt::Display for PointState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Trained => "trained",
            Self::Paused => "paused",
            Self::Failed => "failed",
        })
    }
}

/// The result of a point; a row of `points.csv`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PointRecord {
    /// The number of the point, from 1.
    pub(crate) point: usize,
    /// The number of its combination, from 1.
    pub(crate) combination: usize,
    /// Its seed.
    pub(crate) seed: u32,
    /// The number of its fold, from 1.
    pub(crate) fold: Option<usize>,
    /// How far it is.
    pub(crate) state: PointState,
    /// Finished epochs.
    pub(crate) epochs: usize,
    /// Whether early stopping ended the training.
    pub(crate) stopped_early: bool,
    /// The epoch of its network; none if the training failed, as all of the following.
    pub(crate) epoch: Option<usize>,
    /// The metrics of that epoch.
    pub(crate) loss: Option<f64>,
    pub(crate) accuracy: Option<f64>,
    pub(crate) val_loss: Option<f64>,
    pub(crate) val_accuracy: Option<f64>,
    /// The learning rate of its last step.
    pub(crate) learning_rate: Option<f64>,
    /// The metrics of the test part of the data set: mean binary cross-entropy in nats, and the fraction of the
    /// images that are classified correctly.
    pub(crate) test_loss: Option<f64>,
    pub(crate) test_accuracy: Option<f64>,
    /// Seconds of the training.
    pub(crate) seconds: f64,
    /// Why it failed.
    pub(crate) error: Option<String>,
    /// The place of its numbers in `networks.bin`: the first byte, how many f32 numbers, and their CRC-32C.
    pub(crate) offset: Option<u64>,
    pub(crate) numbers: Option<usize>,
    pub(crate) crc32c: Option<u32>,
    /// What a paused training needs beside numbers, as TOML.
    pub(crate) paused: Option<String>,
}

impl PointRecord {
    /// The record of a point that is trained and has no results yet.
    pub(crate) fn new(point: Point, seconds: f64) -> Self {
        Self {
            point: point.number,
            combination: point.combination + 1,
            seed: point.seed,
            fold: point.fold.map(|[fold, _]| fold),
            state: PointState::Trained,
            epochs: 0,
            stopped_early: false,
            epoch: None,
            loss: None,
            accuracy: None,
            val_loss: None,
            val_accuracy: None,
            learning_rate: None,
            test_loss: None,
            test_accuracy: None,
            seconds,
            error: None,
            offset: None,
            numbers: None,
            crc32c: None,
            paused: None,
        }
    }

    /// The place of its numbers; `None` if it has none.
    pub(crate) fn place(&self) -> Option<Place> {
        Some(Place {
            offset: self.offset?,
            numbers: self.numbers?,
            crc32c: self.crc32c?,
        })
    }

    /// The same with the metrics of an epoch.
    pub(crate) fn with_metrics(self, metrics: &EpochMetrics) -> Self {
        Self {
            epoch: Some(metrics.epoch),
            loss: Some(metrics.loss),
            accuracy: Some(metrics.accuracy),
            val_loss: metrics.val_loss,
            val_accuracy: metrics.val_accuracy,
            learning_rate: Some(metrics.learning_rate),
            ..self
        }
    }
}

/// The place of numbers in `networks.bin`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// The first byte.
    pub(crate) offset: u64,
    /// The number of f32 numbers, in little-endian order.
    pub(crate) numbers: usize,
    /// Their checksum, CRC-32C.
    pub(crate) crc32c: u32,
}

impl Place {
    /// The first byte after it.
    pub(crate) fn end(&self) -> u64 {
        self.offset + (self.numbers * size_of::<f32>()) as u64
    }
}

/// The part of a paused training that is not numbers of its network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PausedRecord {
    /// Steps taken.
    pub(crate) steps: u64,
    pub(crate) callbacks: CallbackState,
    /// The metrics of the last epoch.
    pub(crate) last: EpochMetrics,
    /// Those of the best epoch, if its weights are there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) best: Option<EpochMetrics>,
}
