//! The causes that errors have in detail.

use std::path::PathBuf;

/// Settings that are valid one by one, but not together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages document the variants")]
pub enum Contradiction {
    #[error("clipnorm, clipvalue, global_clipnorm: only one of them can be set")]
    SeveralClippings,
    #[error(
        "plateau_patience: the learning rate follows a schedule already; set learning_rate_schedule \
         to \"constant\", or leave plateau_patience out"
    )]
    PlateauWithSchedule,
    #[error("decay_steps: a constant learning rate has none; set learning_rate_schedule")]
    DecayOfConstantRate,
    #[error("batch_order, overfit_batches: both say which images an epoch visits; set one")]
    OrderWithOverfitting,
    #[error("fold, overfit_batches: both say which images are validated; set one")]
    FoldWithOverfitting,
}

/// A key that two configurations set differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The key.
    pub key: String,
    /// Both values in TOML, `-` where the key is not set.
    pub values: [String; 2],
}

/// Why the fused step cannot take a run's steps.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages document the variants")]
pub enum FusedObstacle {
    #[error("it runs on the CPU alone, and {device} is a GPU")]
    Gpu { device: String },
    #[error("it clips no gradients, and {key} is set")]
    Clipping { key: &'static str },
}

/// What is wrong with a file of a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages document the variants")]
pub enum Damage {
    #[error("it is not UTF-8 text")]
    NotUtf8,
    #[error("its checksum does not match")]
    Checksum,
    #[error("its checksum is not the one in {manifest}")]
    ChecksumInManifest { manifest: PathBuf },
    #[error("{0}")]
    Toml(String),
    #[error("it lacks the learning rate or its step")]
    Scheduler,
    #[error("it lacks {0}, a part of Adam's state")]
    MissingMoment(String),
}

/// What is wrong with a tensor of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages document the variants")]
pub enum RecordFault {
    #[error("has no id")]
    NoId,
    #[error("its id occurs twice")]
    DuplicateId,
    #[error("does not fit the network")]
    DoesNotFit,
}

/// What became NaN or infinite.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages document the variants")]
pub enum Divergence {
    #[error("the loss is {loss} in batch {batch}")]
    Loss {
        /// From 1.
        batch: usize,
        loss: f64,
    },
    #[error("{weight} is no longer finite after the last batch")]
    Weight { weight: String },
}
