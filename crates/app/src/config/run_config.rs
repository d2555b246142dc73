//! The settings of a run: one type for flags, configuration files and run directories.

use std::path::PathBuf;

use clap::{ArgAction, Args};
use model::{Adam, LayerSummary, MlpConfig};
use serde::{Deserialize, Serialize};

use crate::config::choices::{EngineName, PixelOrderName, PixelScaleName, ScheduleName, two};
use crate::config::monitor::{MonitorMode, MonitoredMetric};

/// The largest number of epochs, steps or images in a setting.
pub(crate) const MAX_COUNT: usize = 1_000_000;

/// The settings of a run.
///
/// Each field is a key of `configs/*.toml`, a flag of `app train`, and a key of a run's
/// `config.toml`; the defaults are in `configs/default.toml`.
#[derive(Debug, Clone, PartialEq, Args, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[command(next_help_heading = "Settings, which override those of the configuration file")]
pub struct RunConfig {
    /// Seed of the initial weights, the split and the order of each epoch
    #[arg(long)]
    pub seed: u32,
    /// Data set: a folder or pair of IDX files (as MNIST, gzipped or not), a folder or pair of
    /// X.npy and y.npy, or a folder of PNG or JPEG pictures with a subfolder for each digit;
    /// recognized by content [default: the 5,000 embedded digits]
    #[arg(long, value_name = "PATH", num_args = 1..=2)]
    pub data: Vec<PathBuf>,
    /// How .npy images are unrolled: column by column, as the course does, or row by row
    #[arg(long, value_enum)]
    pub pixel_order: PixelOrderName,
    /// How the scale of .npy and IDX pixels is found: by their range, or by their type alone
    #[arg(long, value_enum)]
    #[serde(default = "as_stored")]
    pub pixel_scale: PixelScaleName,
    /// The two digits to tell apart; the second is the positive class
    #[arg(long, value_name = "A,B", value_parser = two::<u8>)]
    pub digits: [u8; 2],
    /// Fraction of each digit's images held out for validation, from 0 up to, but not including, 1
    #[arg(long, value_name = "FRACTION")]
    pub validation_split: f64,
    /// Validate on fold I of K instead of using --validation-split
    #[arg(long, value_name = "I,K", value_parser = two::<usize>)]
    pub fold: Option<[usize; 2]>,
    /// Number of epochs (passes over the training images)
    #[arg(long)]
    pub epochs: usize,
    /// Number of images per training step
    #[arg(long)]
    pub batch_size: usize,
    /// Number of images that are in memory and shuffled together; larger data sets are read from
    /// disk
    #[arg(long, value_name = "IMAGES")]
    #[serde(default = "unlimited")]
    pub shuffle_buffer: usize,
    /// File with the order of the training images: one line of row numbers per epoch
    #[arg(long, value_name = "FILE")]
    pub batch_order: Option<PathBuf>,
    /// Train and validate on the same N batches in every epoch, to check that the network can
    /// overfit them
    #[arg(long, value_name = "N")]
    pub overfit_batches: Option<usize>,
    /// Number of units of the two hidden layers
    #[arg(long, value_name = "A,B", value_parser = two::<usize>)]
    pub hidden_units: [usize; 2],
    /// Initial weights: a run, a .bpk file, or the JSON of `app weights --json` [default: Glorot
    /// uniform, drawn with the seed]
    #[arg(long, value_name = "WEIGHTS")]
    pub init: Option<PathBuf>,
    /// Class weights: factors of the training loss for the negative and the positive digit
    #[arg(long, value_name = "A,B", value_parser = two::<f64>)]
    pub class_weight: Option<[f64; 2]>,
    /// Implementation of the training step
    #[arg(long, value_enum)]
    #[serde(default)]
    pub engine: EngineName,
    /// Adam's learning rate; with a schedule, its highest value
    #[arg(long)]
    pub learning_rate: f64,
    /// How the learning rate changes over time
    #[arg(long, value_enum)]
    pub learning_rate_schedule: ScheduleName,
    /// Warm-up steps, in which the learning rate rises linearly from 0
    #[arg(long, value_name = "STEPS")]
    pub warmup_steps: usize,
    /// cosine: steps until the lowest rate [default: all steps]; step, exponential: steps in which
    /// the rate is multiplied by --decay-rate once [default: one epoch]
    #[arg(long, value_name = "STEPS")]
    pub decay_steps: Option<usize>,
    /// step, exponential: the factor of the learning rate
    #[arg(long, value_name = "FACTOR")]
    pub decay_rate: f64,
    /// cosine: the lowest learning rate, as a fraction of the highest
    #[arg(long, value_name = "FRACTION")]
    pub alpha: f64,
    /// Adam's decay rate of the first moment (the mean of the gradients)
    #[arg(long = "beta-1", value_name = "BETA")]
    pub beta_1: f64,
    /// Adam's decay rate of the second moment (the mean of the squared gradients)
    #[arg(long = "beta-2", value_name = "BETA")]
    pub beta_2: f64,
    /// Adam's epsilon, a small constant that prevents division by zero
    #[arg(long)]
    pub epsilon: f64,
    /// Clip the gradient of each parameter to this norm
    #[arg(long, value_name = "NORM")]
    pub clipnorm: Option<f64>,
    /// Clip the values of all gradients to this absolute value
    #[arg(long, value_name = "VALUE")]
    pub clipvalue: Option<f64>,
    /// Clip all gradients together to this global norm
    #[arg(long, value_name = "NORM")]
    pub global_clipnorm: Option<f64>,
    /// Metric that epochs are compared by [default: `val_loss`, or loss without validation images]
    #[arg(long, value_enum)]
    pub monitor: Option<MonitoredMetric>,
    /// Whether lower or higher values of the metric are better [default: min for losses, max for
    /// accuracies]
    #[arg(long, value_enum)]
    pub monitor_mode: Option<MonitorMode>,
    /// Stop after this many epochs without improvement [default: never]
    #[arg(long, value_name = "EPOCHS")]
    pub early_stopping_patience: Option<usize>,
    /// The smallest change that counts as an improvement for early stopping
    #[arg(long, value_name = "CHANGE")]
    pub early_stopping_min_delta: f64,
    /// Use the weights of the best epoch instead of the last; unlike in Keras, the best of all
    /// epochs, regardless of --early-stopping-min-delta
    #[arg(long, value_name = "BOOL", action = ArgAction::Set, num_args = 0..=1, default_missing_value = "true")]
    pub restore_best_weights: bool,
    /// Lower the learning rate after this many epochs without improvement [default: never]
    #[arg(long, value_name = "EPOCHS")]
    pub plateau_patience: Option<usize>,
    /// The factor by which the learning rate is multiplied on a plateau
    #[arg(long, value_name = "FACTOR")]
    pub plateau_factor: f64,
    /// The smallest change that counts as an improvement for plateau detection
    #[arg(long, value_name = "CHANGE")]
    pub plateau_min_delta: f64,
    /// Epochs after a reduction of the learning rate that do not count towards the patience
    #[arg(long, value_name = "EPOCHS")]
    pub plateau_cooldown: usize,
    /// Lower bound of the learning rate for reductions on a plateau
    #[arg(long, value_name = "RATE")]
    pub plateau_min_learning_rate: f64,
    /// How many of the latest checkpoints to keep; the best one is always kept
    #[arg(long, value_name = "N")]
    pub keep_last: usize,
    /// Also keep the checkpoint of every Nth epoch; 0 for none
    #[arg(long, value_name = "N")]
    pub keep_every: usize,
    /// Also write the metrics as TensorBoard event files
    #[arg(long, value_name = "BOOL", action = ArgAction::Set, num_args = 0..=1, default_missing_value = "true")]
    pub tensorboard: bool,
}

/// The scale of runs that were made before the setting existed.
fn as_stored() -> PixelScaleName {
    PixelScaleName::Stored
}

/// The shuffle buffer of runs that were made before the setting existed.
fn unlimited() -> usize {
    MAX_COUNT
}

/// The key of the gradient clipping setting in use, if any.
pub(crate) fn clipping(config: &RunConfig) -> Option<&'static str> {
    let clippings = [
        ("clipnorm", config.clipnorm),
        ("clipvalue", config.clipvalue),
        ("global_clipnorm", config.global_clipnorm),
    ];
    let set = clippings.into_iter().find(|(_, value)| value.is_some());
    set.map(|(key, _)| key)
}

impl RunConfig {
    /// The layer sizes of the network.
    #[must_use]
    pub fn model(&self) -> MlpConfig {
        MlpConfig {
            hidden_units: self.hidden_units,
        }
    }

    /// The number of weights and biases of the network.
    #[must_use]
    pub fn parameters(&self) -> usize {
        let layers = self.model().layers();
        layers.iter().map(LayerSummary::parameters).sum()
    }

    /// The optimizer's settings.
    #[must_use]
    pub fn adam(&self) -> Adam {
        Adam {
            beta_1: self.beta_1,
            beta_2: self.beta_2,
            epsilon: self.epsilon,
        }
    }

    /// The class weights of the negative and the positive digit, in the precision of the loss.
    #[must_use]
    pub fn loss_weights(&self) -> Option<[f32; 2]> {
        #[expect(clippy::cast_possible_truncation, reason = "losses are f32")]
        let number = |weight: f64| weight as f32;
        self.class_weight.map(|weights| weights.map(number))
    }

    /// The shuffle buffer rounded down to whole batches, but at least one batch.
    #[must_use]
    pub fn buffered_images(&self) -> usize {
        (self.shuffle_buffer / self.batch_size).max(1) * self.batch_size
    }
}
