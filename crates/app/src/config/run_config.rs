//! The settings of a run: one type for flags, configuration files and run directories.

use std::path::PathBuf;

use clap::{ArgAction, Args};
use model::{Adam, LayerSummary, MlpConfig};
use serde::{Deserialize, Serialize};

use crate::config::choices::{EngineName, PixelOrderName, ScheduleName, two};
use crate::config::monitor::{MonitorMode, MonitoredMetric};

/// The largest number of epochs, steps or images that a setting can ask for.
pub(crate) const MAX_COUNT: usize = 1_000_000;

/// The settings of a run.
///
/// Each field is a key of `configs/*.toml`, a flag of `app train`, and a key of a run's
/// `config.toml`; the defaults stand in `configs/default.toml`.
#[derive(Debug, Clone, PartialEq, Args, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[command(next_help_heading = "Settings, which override those of the configuration file")]
pub struct RunConfig {
    /// Seed of the initial weights, the split and the order of each epoch
    #[arg(long)]
    pub seed: u32,
    /// Digits: a folder or pair of IDX files (MNIST's, gzipped or not), of X.npy and y.npy, or a
    /// folder of pictures with a subfolder for each digit; recognized by content [default: the
    /// 5,000 digits compiled in]
    #[arg(long, value_name = "PATH", num_args = 1..=2)]
    pub data: Vec<PathBuf>,
    /// How .npy images are unrolled: column by column, as the course does, or row by row
    #[arg(long, value_enum)]
    pub pixel_order: PixelOrderName,
    /// The two digits to tell apart; the second is the positive class
    #[arg(long, value_name = "A,B", value_parser = two::<u8>)]
    pub digits: [u8; 2],
    /// Share of each digit's images held out for validation, from 0 up to, but not including, 1
    #[arg(long, value_name = "SHARE")]
    pub validation_split: f64,
    /// Hold out fold I of K instead, as cross-validation does
    #[arg(long, value_name = "I,K", value_parser = two::<usize>)]
    pub fold: Option<[usize; 2]>,
    /// Passes over the training images
    #[arg(long)]
    pub epochs: usize,
    /// Images per training step
    #[arg(long)]
    pub batch_size: usize,
    /// Images that are held in memory and shuffled together; larger data sets stay on the disk
    #[arg(long, value_name = "IMAGES")]
    #[serde(default = "unlimited")]
    pub shuffle_buffer: usize,
    /// File with the order in which images are visited: a line of row numbers for each epoch
    #[arg(long, value_name = "FILE")]
    pub batch_order: Option<PathBuf>,
    /// Train and validate on this many batches only, the same in every epoch: a network that cannot
    /// overfit them has a bug
    #[arg(long, value_name = "N")]
    pub overfit_batches: Option<usize>,
    /// Units of the two hidden layers
    #[arg(long, value_name = "A,B", value_parser = two::<usize>)]
    pub hidden_units: [usize; 2],
    /// Initial weights: a run, a .bpk file, or the JSON of `app weights --json` [default: Glorot
    /// uniform, drawn with the seed]
    #[arg(long, value_name = "WEIGHTS")]
    pub init: Option<PathBuf>,
    /// Factors of the training loss for images of the negative and of the positive digit
    #[arg(long, value_name = "A,B", value_parser = two::<f64>)]
    pub class_weight: Option<[f64; 2]>,
    /// What takes the training steps
    #[arg(long, value_enum)]
    #[serde(default)]
    pub engine: EngineName,
    /// Adam's learning rate; with a schedule, its highest value
    #[arg(long)]
    pub learning_rate: f64,
    /// How the learning rate changes over time
    #[arg(long, value_enum)]
    pub learning_rate_schedule: ScheduleName,
    /// Steps in which the learning rate first rises from 0
    #[arg(long, value_name = "STEPS")]
    pub warmup_steps: usize,
    /// cosine: steps until the lowest rate [default: all steps]; step, exponential: steps after
    /// which the rate has been multiplied by --decay-rate [default: one epoch]
    #[arg(long, value_name = "STEPS")]
    pub decay_steps: Option<usize>,
    /// step, exponential: the factor of the learning rate
    #[arg(long, value_name = "FACTOR")]
    pub decay_rate: f64,
    /// cosine: the lowest learning rate, as a share of the highest
    #[arg(long, value_name = "SHARE")]
    pub alpha: f64,
    /// Adam's decay rate of the first moment (the mean of the gradients)
    #[arg(long = "beta-1", value_name = "BETA")]
    pub beta_1: f64,
    /// Adam's decay rate of the second moment (the mean of the squared gradients)
    #[arg(long = "beta-2", value_name = "BETA")]
    pub beta_2: f64,
    /// Adam's small constant against division by zero
    #[arg(long)]
    pub epsilon: f64,
    /// Largest norm of each parameter's gradient; a longer one is scaled down
    #[arg(long, value_name = "NORM")]
    pub clipnorm: Option<f64>,
    /// Largest absolute value in a gradient; larger ones are cut
    #[arg(long, value_name = "VALUE")]
    pub clipvalue: Option<f64>,
    /// Largest norm of all gradients together; longer ones are scaled down by one factor
    #[arg(long, value_name = "NORM")]
    pub global_clipnorm: Option<f64>,
    /// Metric that epochs are compared by [default: `val_loss`, or loss without validation images]
    #[arg(long, value_enum)]
    pub monitor: Option<MonitoredMetric>,
    /// Whether it should fall or rise [default: losses fall, accuracies rise]
    #[arg(long, value_enum)]
    pub monitor_mode: Option<MonitorMode>,
    /// Stop after this many epochs without improvement [default: never]
    #[arg(long, value_name = "EPOCHS")]
    pub early_stopping_patience: Option<usize>,
    /// The smallest change that counts as an improvement for early stopping
    #[arg(long, value_name = "CHANGE")]
    pub early_stopping_min_delta: f64,
    /// Finish with the weights of the best epoch instead of the last; unlike Keras's, the best of
    /// all epochs, whatever --early-stopping-min-delta is
    #[arg(long, value_name = "BOOL", action = ArgAction::Set, num_args = 0..=1, default_missing_value = "true")]
    pub restore_best_weights: bool,
    /// Lower the learning rate after this many epochs without improvement [default: never]
    #[arg(long, value_name = "EPOCHS")]
    pub plateau_patience: Option<usize>,
    /// The factor by which a plateau lowers the learning rate
    #[arg(long, value_name = "FACTOR")]
    pub plateau_factor: f64,
    /// The smallest change that counts as an improvement for the plateau
    #[arg(long, value_name = "CHANGE")]
    pub plateau_min_delta: f64,
    /// Epochs after a lowered learning rate that do not count towards the patience
    #[arg(long, value_name = "EPOCHS")]
    pub plateau_cooldown: usize,
    /// The lowest learning rate that a plateau sets
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

/// The shuffle buffer of runs that were made before the setting existed.
fn unlimited() -> usize {
    MAX_COUNT
}

/// The key of the gradient clipping that is set, if one is.
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
    /// The sizes of the network.
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

    /// The factors of the loss for the negative and the positive digit, in the losses' precision.
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
