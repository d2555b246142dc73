//! Detailed causes of errors.

use std::path::PathBuf;

#[cfg(feature = "wgpu")]
use model::GpuLimit;

/// Settings that are valid one by one, but not together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages document the variants")]
pub enum Contradiction {
    #[error("clipnorm, clipvalue, global_clipnorm: only one of them can be set")]
    SeveralClippings,
    #[error(
        "plateau_patience: the learning rate already follows a schedule; set learning_rate_schedule \
         to \"constant\", or remove plateau_patience"
    )]
    PlateauWithSchedule,
    #[error(
        "batch_order, overfit_batches: both choose the training images of an epoch; set only one"
    )]
    OrderWithOverfitting,
    #[error("fold, overfit_batches: both choose the validation images; set only one")]
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

/// Why the fused step does not support a run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages document the variants")]
pub enum FusedObstacle {
    #[error(
        "{device} is a GPU, and its fused kernels are not compiled in; build with --features wgpu"
    )]
    NotCompiledIn { device: String },
    #[cfg(feature = "wgpu")]
    #[error("{device} cannot run the fused kernels: {limit}")]
    Limit { device: String, limit: GpuLimit },
    #[error(
        "its kernels take the {blocks} parts of a batch of {batch_size} images one after the other, and \
         Burn's all at once"
    )]
    LargeBatch { batch_size: usize, blocks: usize },
    #[error(
        "its kernels take images that stay on the device, and augmented ones are new in each epoch"
    )]
    Augmentation,
    #[error("the fused step does not support gradient clipping, and {key} is set")]
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
    #[error("its checksum does not match {manifest}")]
    ChecksumInManifest { manifest: PathBuf },
    #[error("{0}")]
    Toml(String),
    #[error("its numbers are not those of the network of the settings")]
    OtherNetwork,
    #[error("point {0} is not a point of sweep.toml")]
    OtherPoint(usize),
    #[error(
        "it was changed after the sweep was started; restore it, or start another sweep with it as --config"
    )]
    OtherPlan,
    #[error("the learning rate or its step is missing")]
    Scheduler,
    #[error("{0}, a part of Adam's state, is missing")]
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
