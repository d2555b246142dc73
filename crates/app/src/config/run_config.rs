//! The settings of a run: one type for flags, configuration files and run directories.

use std::path::PathBuf;

use clap::{ArgAction, Args};
use data::ClassifiedDigits;
use model::{Adam, LayerSummary, MlpConfig};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::augment_config::{AUGMENTATION, AugmentConfig};
use crate::config::choices::{
    EngineName, PicturesName, PixelOrderName, PixelScaleName, ScheduleName,
};
use crate::config::class_weights::{CLASS_WEIGHTS, ClassWeights};
use crate::config::digit_list::{DIGIT_LIST, DigitList};
use crate::config::monitor::{MonitorMode, MonitoredMetric};
use crate::support::parse::{two, value};

/// The largest number of epochs, steps or images in a setting.
pub(crate) const MAX_COUNT: usize = 1_000_000;

const DATA: &str = "Data";
const NETWORK: &str = "Network";
const OPTIMIZER: &str = "Optimizer";
const SCHEDULE: &str = "Schedule";
const CALLBACKS: &str = "Callbacks";
const CHECKPOINTS: &str = "Checkpoints";

/// The headings of the settings in the help, in their order.
pub(crate) const HEADINGS: [&str; 7] = [
    DATA,
    AUGMENTATION,
    NETWORK,
    OPTIMIZER,
    SCHEDULE,
    CALLBACKS,
    CHECKPOINTS,
];

/// The settings of a run.
///
/// Each field is a key of `configs/*.toml`, a flag of `app train`, and a key of a run's
/// `config.toml`; `augment` is a table of such fields; the defaults are in `configs/default.toml`. The first line of a field's
/// documentation is the flag's line in `app train -h`.
#[derive(Debug, Clone, PartialEq, Args, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RunConfig {
    /// Seed of weights, split and order
    ///
    /// It draws the initial weights, the split, and the order of each epoch.
    #[arg(long, help_heading = DATA, value_name = "N", value_parser = value::<u32>("a whole number, such as 1"))]
    pub seed: u32,
    /// Data set [default: the 5,000 built-in digits]
    ///
    /// IDX files (MNIST's), X.npy and y.npy, .npz (Keras's), CSV (Kaggle's), a MATLAB file (the
    /// course's ex4data1.mat), a folder of these, or one of pictures with a subfolder for each digit.
    /// mnist: what `app data fetch mnist` downloads, unless something here has this name.
    #[arg(long, help_heading = DATA, value_name = "PATH", num_args = 1..=2)]
    #[schemars(length(max = 2))]
    pub data: Vec<PathBuf>,
    /// Order of .npy, .mat, CSV pixels
    #[arg(long, help_heading = DATA, value_name = "ORDER", value_enum)]
    pub pixel_order: PixelOrderName,
    /// How the scale of pixels is found
    ///
    /// auto: by the values of the pixels of .npy, .mat, CSV and IDX files, stored: by their type alone.
    #[arg(long, help_heading = DATA, value_name = "HOW", value_enum)]
    #[serde(default = "as_stored")]
    pub pixel_scale: PixelScaleName,
    /// How pictures are read
    ///
    /// prepared: the digit's ink is found, scaled and centred as in MNIST, resized: the whole picture
    /// is resized.
    #[arg(long, help_heading = DATA, value_name = "HOW", value_enum)]
    #[serde(default = "resized")]
    pub pictures: PicturesName,
    /// Digits to tell apart: 0,1 or 0..9
    ///
    /// Of two digits, the network gives the probability of the second, the positive class. For more,
    /// such as 1,4,7 or 0..9 or all, it has one output for each.
    #[arg(long, help_heading = DATA, value_name = "DIGITS", value_parser = value::<DigitList>(DIGIT_LIST))]
    pub digits: DigitList,
    /// Fraction of images for validation
    ///
    /// Of each digit's images, from 0 up to, but not including, 1.
    #[arg(long, help_heading = DATA, value_name = "N", value_parser = value::<f64>("a number, such as 0.2"))]
    pub validation_split: f64,
    /// Validate on fold I of K instead
    ///
    /// Instead of --validation-split.
    #[arg(long, help_heading = DATA, value_name = "I,K", value_parser = two::<usize>("a fold and the number of folds, such as 1,5"))]
    pub fold: Option<[usize; 2]>,
    /// Passes over the images
    #[arg(long, help_heading = SCHEDULE, value_name = "N", value_parser = value::<usize>("a whole number, such as 20"))]
    pub epochs: usize,
    /// Images per training step
    #[arg(long, help_heading = SCHEDULE, value_name = "N", value_parser = value::<usize>("a whole number, such as 32"))]
    pub batch_size: usize,
    /// Images shuffled in memory
    ///
    /// Larger data sets are read from disk.
    #[arg(long, help_heading = DATA, value_name = "N", value_parser = value::<usize>("a whole number, such as 65536"))]
    #[serde(default = "unlimited")]
    pub shuffle_buffer: usize,
    /// Order of the training images
    ///
    /// A file with one line of row numbers per epoch.
    #[arg(long, help_heading = DATA, value_name = "FILE")]
    pub batch_order: Option<PathBuf>,
    /// Images to leave out: a list of rows
    ///
    /// A file with a row of the data set, or a picture of a folder, in each line, as `app data suspects`
    /// writes it. They take no part in training and validation; the others keep their row numbers.
    #[arg(long, help_heading = DATA, value_name = "FILE")]
    pub without: Option<PathBuf>,
    /// Train and validate on the same N batches
    ///
    /// In every epoch, to check that the network can overfit them.
    #[arg(long, help_heading = DATA, value_name = "N", value_parser = value::<usize>("a whole number, such as 1"))]
    pub overfit_batches: Option<usize>,
    /// Units of the two hidden layers
    #[arg(long, help_heading = NETWORK, value_name = "A,B", value_parser = two::<usize>("two numbers of units, such as 25,15"))]
    pub hidden_units: [usize; 2],
    /// Initial weights: a run, .bpk or JSON file
    ///
    /// JSON as `app weights --json` prints it. By default Glorot uniform, drawn with the seed.
    #[arg(long, help_heading = NETWORK, value_name = "PATH")]
    pub init: Option<PathBuf>,
    /// Weight of each class in the training loss
    ///
    /// A number for each of --digits, or balanced: inversely proportional to the number of its
    /// training images. By default all count the same.
    #[arg(long, help_heading = OPTIMIZER, value_name = "A,B...", value_parser = value::<ClassWeights>(CLASS_WEIGHTS))]
    pub class_weight: Option<ClassWeights>,
    /// Training step: burn or fused
    #[arg(long, help_heading = OPTIMIZER, value_name = "NAME", value_enum)]
    #[serde(default)]
    pub engine: EngineName,
    /// Adam's learning rate
    ///
    /// With a schedule, its highest value.
    #[arg(long, help_heading = OPTIMIZER, value_name = "RATE", value_parser = value::<f64>("a number, such as 0.001"))]
    pub learning_rate: f64,
    /// The rate over time
    #[arg(long, help_heading = SCHEDULE, value_name = "NAME", value_enum)]
    pub learning_rate_schedule: ScheduleName,
    /// Steps to rise from 0
    #[arg(long, help_heading = SCHEDULE, value_name = "N", value_parser = value::<usize>("a whole number, such as 100"))]
    pub warmup_steps: usize,
    /// Steps until the lowest rate, or per decay
    ///
    /// cosine: steps until the lowest rate, by default all steps. step, exponential: steps in which
    /// the rate is multiplied by --decay-rate once, by default one epoch.
    #[arg(long, help_heading = SCHEDULE, value_name = "N", value_parser = value::<usize>("a whole number, such as 100"))]
    pub decay_steps: Option<usize>,
    /// Factor of each decay
    #[arg(long, help_heading = SCHEDULE, value_name = "N", value_parser = value::<f64>("a number, such as 0.96"))]
    pub decay_rate: f64,
    /// Lowest fraction (cosine)
    ///
    /// The lowest rate of the schedule cosine, as a fraction of the highest.
    #[arg(long, help_heading = SCHEDULE, value_name = "N", value_parser = value::<f64>("a number, such as 0.1"))]
    pub alpha: f64,
    /// Decay rate of the first moment
    ///
    /// Adam's running mean of the gradients.
    #[arg(long = "beta-1", help_heading = OPTIMIZER, value_name = "N", value_parser = value::<f64>("a number, such as 0.9"))]
    pub beta_1: f64,
    /// Decay rate of the second moment
    ///
    /// Adam's running mean of the squared gradients.
    #[arg(long = "beta-2", help_heading = OPTIMIZER, value_name = "N", value_parser = value::<f64>("a number, such as 0.999"))]
    pub beta_2: f64,
    /// Guard against division by zero
    #[arg(long, help_heading = OPTIMIZER, value_name = "N", value_parser = value::<f64>("a number, such as 1e-7"))]
    pub epsilon: f64,
    /// Clip each parameter's gradient to this norm
    #[arg(long, help_heading = OPTIMIZER, value_name = "NORM", value_parser = value::<f64>("a number, such as 1.0"))]
    pub clipnorm: Option<f64>,
    /// Clip each value of the gradients
    #[arg(long, help_heading = OPTIMIZER, value_name = "N", value_parser = value::<f64>("a number, such as 0.5"))]
    pub clipvalue: Option<f64>,
    /// Clip all gradients together to this norm
    #[arg(long, help_heading = OPTIMIZER, value_name = "NORM", value_parser = value::<f64>("a number, such as 1.0"))]
    pub global_clipnorm: Option<f64>,
    /// Metric that epochs are compared by
    ///
    /// By default `val_loss`, or loss without validation images.
    #[arg(long, help_heading = CALLBACKS, value_name = "METRIC", value_enum)]
    pub monitor: Option<MonitoredMetric>,
    /// Whether min or max values are better
    ///
    /// By default min for losses and max for accuracies.
    #[arg(long, help_heading = CALLBACKS, value_name = "MODE", value_enum)]
    pub monitor_mode: Option<MonitorMode>,
    /// Stop after N epochs without improvement
    #[arg(long, help_heading = CALLBACKS, value_name = "N", value_parser = value::<usize>("a whole number, such as 5"))]
    pub early_stopping_patience: Option<usize>,
    /// Least improvement
    #[arg(long, help_heading = CALLBACKS, value_name = "N", value_parser = value::<f64>("a number, such as 0.001"))]
    pub early_stopping_min_delta: f64,
    /// Use the best weights
    ///
    /// Those of the best of all epochs; unlike in Keras, regardless of
    /// --early-stopping-min-delta.
    #[arg(long, help_heading = CALLBACKS, value_name = "BOOL", action = ArgAction::Set, num_args = 0..=1, default_missing_value = "true")]
    pub restore_best_weights: bool,
    /// Lower the rate after N plateau epochs
    ///
    /// The learning rate, after so many epochs without improvement.
    #[arg(long, help_heading = CALLBACKS, value_name = "N", value_parser = value::<usize>("a whole number, such as 3"))]
    pub plateau_patience: Option<usize>,
    /// Factor of the rate
    ///
    /// By which the learning rate is multiplied on a plateau.
    #[arg(long, help_heading = CALLBACKS, value_name = "N", value_parser = value::<f64>("a number, such as 0.1"))]
    pub plateau_factor: f64,
    /// Least improvement
    #[arg(long, help_heading = CALLBACKS, value_name = "N", value_parser = value::<f64>("a number, such as 0.0001"))]
    pub plateau_min_delta: f64,
    /// Epochs to wait afterwards
    ///
    /// After lowering the rate; they do not count towards the patience.
    #[arg(long, help_heading = CALLBACKS, value_name = "N", value_parser = value::<usize>("a whole number, such as 2"))]
    pub plateau_cooldown: usize,
    /// Lowest rate on plateaus
    #[arg(long, help_heading = CALLBACKS, value_name = "N", value_parser = value::<f64>("a number, such as 0.00001"))]
    pub plateau_min_learning_rate: f64,
    /// Latest checkpoints to keep
    ///
    /// The best one is always kept.
    #[arg(long, help_heading = CHECKPOINTS, value_name = "N", value_parser = value::<usize>("a whole number, such as 2"))]
    pub keep_last: usize,
    /// Also keep every Nth epoch; 0 for none
    #[arg(long, help_heading = CHECKPOINTS, value_name = "N", value_parser = value::<usize>("a whole number, such as 10"))]
    pub keep_every: usize,
    /// Write TensorBoard event files too
    #[arg(long, help_heading = CHECKPOINTS, value_name = "BOOL", action = ArgAction::Set, num_args = 0..=1, default_missing_value = "true")]
    pub tensorboard: bool,
    /// How much training images are changed, anew in each epoch; 0 means not at all.
    #[command(flatten)]
    #[serde(default)]
    pub augment: AugmentConfig,
}

/// The scale of runs that were made before the setting existed.
fn as_stored() -> PixelScaleName {
    PixelScaleName::Stored
}

/// The pictures of runs that were made before the setting existed.
fn resized() -> PicturesName {
    PicturesName::Resized
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
            outputs: match self.digits.0.len() {
                2 => 1,
                digits => digits,
            },
        }
    }

    /// Says whether the network of a run with these settings was made elsewhere, and imported: it was not trained here
    /// for a single epoch, which no training can be asked for.
    #[must_use]
    pub fn is_imported(&self) -> bool {
        self.epochs == 0
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

    /// The class weights for a training on these images, in the precision of the loss.
    #[must_use]
    pub fn loss_weights(&self, training: &ClassifiedDigits) -> Option<Vec<f32>> {
        let weights = self.class_weight.as_ref()?;
        Some(weights.of_classes(&training.class_counts()))
    }

    /// The same with batches of at most so many images: if there are fewer training images than a batch holds, a batch is
    /// all of them. It is for what has the size of a batch on a device; a run keeps the size that was set.
    #[must_use]
    pub(crate) fn cut_to(&self, training_images: usize) -> Self {
        Self {
            batch_size: self.batch_size.min(training_images).max(1),
            ..self.clone()
        }
    }

    /// The shuffle buffer rounded down to whole batches, but at least one batch.
    #[must_use]
    pub fn buffered_images(&self) -> usize {
        (self.shuffle_buffer / self.batch_size).max(1) * self.batch_size
    }
}
