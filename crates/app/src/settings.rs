//! The settings of a run as people give them: the keys of `configs/*.toml` and the flags of the
//! same names. What they come to together is [`crate::config`]'s.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};

use crate::cli::PixelOrderName;
use crate::monitor::{Monitor, MonitorMode};

/// Some of the settings: what a configuration file names, or the flags given.
#[derive(Debug, Clone, Default, Args, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[command(next_help_heading = "Settings, over those of the configuration file")]
pub(crate) struct Settings {
    /// Seed of the initial weights, of the split and of each epoch's order
    #[arg(long)]
    seed: Option<u32>,
    /// Digits: a folder or pair of IDX files (MNIST's, gzipped or not), of X.npy and y.npy, or a
    /// folder of pictures with a subfolder for each digit; told apart by content [default: the
    /// 5,000 digits compiled in]
    #[arg(long, value_name = "PATH", num_args = 1..=2)]
    data: Option<Vec<PathBuf>>,
    /// How .npy images are unrolled: the course's column by column, or row by row
    #[arg(long, value_enum)]
    pixel_order: Option<PixelOrderName>,
    /// The two digits to tell apart; the second is the positive one
    #[arg(long, value_name = "A,B", value_parser = two::<u8>)]
    digits: Option<[u8; 2]>,
    /// Share of each digit's images held out for validation, from 0 up to, not including, 1
    #[arg(long, value_name = "SHARE")]
    validation_split: Option<f64>,
    /// Hold out part I of K equal parts instead, as cross-validation does
    #[arg(long, value_name = "I,K", value_parser = two::<usize>)]
    fold: Option<[usize; 2]>,
    /// Passes over the training images
    #[arg(long)]
    epochs: Option<usize>,
    /// Images a training step
    #[arg(long)]
    batch_size: Option<usize>,
    /// Images that are held in memory and shuffled together; larger data sets stay on the disk
    #[arg(long, value_name = "IMAGES")]
    shuffle_buffer: Option<usize>,
    /// File of the order in which images are visited: a line of row numbers for each epoch
    #[arg(long, value_name = "FILE")]
    batch_order: Option<PathBuf>,
    /// Train and validate on this many batches alone, the same every epoch: a network that cannot
    /// learn them by heart is broken
    #[arg(long, value_name = "N")]
    overfit_batches: Option<usize>,
    /// Units of the two hidden layers
    #[arg(long, value_name = "A,B", value_parser = two::<usize>)]
    hidden_units: Option<[usize; 2]>,
    /// Weights to start from: a run, a .bpk file, or the JSON of `app weights --json` [default:
    /// Glorot-uniform, by the seed]
    #[arg(long, value_name = "WEIGHTS")]
    init: Option<PathBuf>,
    /// What the losses of the negative and of the positive digit count in training
    #[arg(long, value_name = "A,B", value_parser = two::<f64>)]
    class_weight: Option<[f64; 2]>,
    /// Adam's step size, at its highest
    #[arg(long)]
    learning_rate: Option<f64>,
    /// How the learning rate falls
    #[arg(long, value_enum)]
    learning_rate_schedule: Option<ScheduleName>,
    /// Steps in which the learning rate rises from 0 first
    #[arg(long, value_name = "STEPS")]
    warmup_steps: Option<usize>,
    /// cosine: steps to the lowest rate [default: all of them]; step, exponential: steps in which
    /// the rate is multiplied with --decay-rate [default: an epoch's]
    #[arg(long, value_name = "STEPS")]
    decay_steps: Option<usize>,
    /// step, exponential: what the learning rate is multiplied with
    #[arg(long, value_name = "FACTOR")]
    decay_rate: Option<f64>,
    /// cosine: the lowest learning rate, as a share of the highest
    #[arg(long, value_name = "SHARE")]
    alpha: Option<f64>,
    /// Adam's decay of the mean of gradients
    #[arg(long = "beta-1", value_name = "BETA")]
    beta_1: Option<f64>,
    /// Adam's decay of the mean of squared gradients
    #[arg(long = "beta-2", value_name = "BETA")]
    beta_2: Option<f64>,
    /// Adam's guard against division by zero
    #[arg(long)]
    epsilon: Option<f64>,
    /// Largest norm of each parameter's gradient; a longer one is scaled down
    #[arg(long, value_name = "NORM")]
    clipnorm: Option<f64>,
    /// Largest number in a gradient, either way; a larger one is cut
    #[arg(long, value_name = "VALUE")]
    clipvalue: Option<f64>,
    /// Largest norm of all gradients together; longer ones are scaled down by one factor
    #[arg(long, value_name = "NORM")]
    global_clipnorm: Option<f64>,
    /// Figure by which epochs are judged [default: that of validation, or loss where nothing is held out]
    #[arg(long, value_enum)]
    monitor: Option<Monitor>,
    /// Whether it should fall or rise [default: losses fall, accuracies rise]
    #[arg(long, value_enum)]
    monitor_mode: Option<MonitorMode>,
    /// Stop after this many epochs without a better figure [default: never]
    #[arg(long, value_name = "EPOCHS")]
    early_stopping_patience: Option<usize>,
    /// How much better an epoch must be to count as better for early stopping
    #[arg(long, value_name = "CHANGE")]
    early_stopping_min_delta: Option<f64>,
    /// End with the weights of the best epoch instead of the last; of the very best, unlike in
    /// Keras, whatever --early-stopping-min-delta is
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    restore_best_weights: Option<bool>,
    /// Lower the learning rate after this many epochs without a better figure [default: never]
    #[arg(long, value_name = "EPOCHS")]
    plateau_patience: Option<usize>,
    /// What the learning rate is multiplied with on a plateau
    #[arg(long, value_name = "FACTOR")]
    plateau_factor: Option<f64>,
    /// How much better an epoch must be to count as better for the plateau
    #[arg(long, value_name = "CHANGE")]
    plateau_min_delta: Option<f64>,
    /// Epochs after a lowered learning rate that do not count
    #[arg(long, value_name = "EPOCHS")]
    plateau_cooldown: Option<usize>,
    /// The learning rate that a plateau does not go below
    #[arg(long, value_name = "RATE")]
    plateau_min_learning_rate: Option<f64>,
    /// How many of the latest checkpoints to keep; the best is always kept
    #[arg(long, value_name = "N")]
    keep_last: Option<usize>,
    /// Keep the checkpoint of every Nth epoch too; 0 for none
    #[arg(long, value_name = "N")]
    keep_every: Option<usize>,
    /// Write the figures as TensorBoard event files too
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    tensorboard: Option<bool>,
}

/// How the learning rate falls, by the names of the formulas in `model::Decay`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ScheduleName {
    /// Not at all
    Constant,
    /// Along half a cosine, to --alpha of it, in --decay-steps
    Cosine,
    /// By --decay-rate at once, every --decay-steps
    Step,
    /// By --decay-rate in --decay-steps, a little each step
    Exponential,
}

/// Reads `A,B`.
pub(crate) fn two<T: std::str::FromStr>(text: &str) -> Result<[T; 2], String> {
    let parse = |part: &str| part.trim().parse::<T>().ok();
    text.split_once(',')
        .and_then(|(first, second)| Some([parse(first)?, parse(second)?]))
        .ok_or_else(|| "expected two numbers, as 0,1".to_owned())
}
