//! Arguments shared by several commands.

use std::path::{Path, PathBuf};

use ::data::DigitPair;
use clap::Args;

use crate::cli::stderr;
use crate::config::choices::PixelOrderName;
use crate::config::run_config::RunConfig;
use crate::config::without_effect::PixelSource;
use crate::dataset::{self, DataSource, EvaluatedOn};
use crate::device::adapter::OpenDevice;
use crate::device::backend_name::BackendName;
use crate::device::select::{DeviceChoice, open_device};
use crate::predictor::Predictor;
use crate::run::checkpoint_name::CheckpointName;
use crate::run::directory::RunDirectory;
use crate::support::error::Result;
use crate::support::notice::Notice;

/// The backend and the device.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct DeviceArgs {
    /// Backend to compute with
    #[arg(long, global = true, value_enum, default_value_t = BackendName::Auto)]
    backend: BackendName,
    /// Index of the backend's device, as listed by `app devices` [default: its best device]
    #[arg(long, global = true, value_name = "N")]
    device: Option<usize>,
}

impl DeviceArgs {
    pub(crate) fn choice(&self) -> DeviceChoice {
        DeviceChoice {
            backend: self.backend,
            index: self.device,
        }
    }

    /// Opens the device of a command that uses a network, and prints notices about it.
    pub(crate) fn open(&self) -> Result<OpenDevice> {
        let device = open_device(&self.choice(), &mut stderr::notice_of_use)?;
        stderr::detail(format_args!("device: {}", device.name));
        Ok(device)
    }
}

/// Where digits are read from.
#[derive(Debug, Clone, Args)]
pub(crate) struct SourceArgs {
    /// Data set to use instead of the run's, or of the 5,000 embedded digits: a folder or pair of IDX
    /// files (as MNIST, gzipped or not), a folder or pair of X.npy and y.npy, or a folder of PNG or
    /// JPEG pictures with a subfolder for each digit; recognized by content
    #[arg(long, value_name = "PATH", num_args = 1..=2)]
    pub(crate) data: Option<Vec<PathBuf>>,
    /// How .npy images are unrolled: column by column, as the course does, or row by row
    #[arg(long, value_enum)]
    pixel_order: Option<PixelOrderName>,
}

impl SourceArgs {
    /// The data source from the flags, by default that of `config`.
    pub(crate) fn over<'a>(&'a self, config: &'a RunConfig) -> DataSource<'a> {
        let of_run = DataSource::of_run(config);
        DataSource {
            paths: self.data.as_deref().unwrap_or(of_run.paths),
            pixel_order: self.pixel_order.unwrap_or(of_run.pixel_order),
            ..of_run
        }
    }

    /// Says if a given pixel order has no effect.
    pub(crate) fn note_pixel_order(&self, config: &RunConfig) {
        if self.pixel_order.is_some() && self.over(config).pixels() == PixelSource::KnownOrder {
            stderr::notice(Notice::WithoutEffect {
                key: "--pixel-order",
                reason: "the images are not in .npy files".to_owned(),
            });
        }
    }

    /// The images for evaluating a run's network: those from the flags, by default those of the
    /// run.
    pub(crate) fn evaluation_images(&self, config: &RunConfig) -> Result<(DigitPair, EvaluatedOn)> {
        if self.data.is_some() {
            let pair = self.over(config).pair(config.digits)?;
            return Ok((pair, EvaluatedOn::Given));
        }
        dataset::evaluation_images(config)
    }
}

/// The checkpoint, the data set and the decision threshold of predictions.
#[derive(Debug, Args)]
pub(crate) struct PredictionArgs {
    /// Checkpoint of the run: `best` (by the monitored metric), `last`, or an epoch number
    #[arg(long, value_name = "best|last|N", default_value = "last")]
    pub(crate) checkpoint: CheckpointName,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    /// Decision threshold: the lowest probability that is classified as the positive digit
    #[arg(long, default_value_t = model::DEFAULT_THRESHOLD, value_parser = probability)]
    pub(crate) threshold: f64,
}

impl PredictionArgs {
    /// Loads the network of a run, or of the newest one, onto the device.
    pub(crate) fn predictor(&self, run: Option<&Path>, device: &DeviceArgs) -> Result<Predictor> {
        let run = RunDirectory::open(run)?;
        let predictor = Predictor::open(run, self.checkpoint, device.open()?)?;
        self.source.note_pixel_order(predictor.config());
        stderr::detail(format_args!("network: {}", predictor.name()));
        stderr::detail(format_args!(
            "data: {}",
            self.source.over(predictor.config()).name()
        ));
        Ok(predictor)
    }
}

/// A checkpoint of a run.
#[derive(Debug, Args)]
pub(crate) struct NetworkArgs {
    /// Run directory [default: the newest in runs/]
    pub(crate) run: Option<PathBuf>,
    /// Checkpoint of the run: `best`, `last` or an epoch number
    #[arg(long, value_name = "best|last|N", default_value = "last")]
    pub(crate) checkpoint: CheckpointName,
}

/// Splits off the run directory that may precede the picture files.
pub(crate) fn run_and_pictures(paths: &[PathBuf]) -> (Option<&Path>, &[PathBuf]) {
    match paths.split_first() {
        Some((first, pictures)) if first.is_dir() => (Some(first.as_path()), pictures),
        _ => (None, paths),
    }
}

/// The error for a number that is not a probability.
#[derive(Debug, thiserror::Error)]
#[error("expected a probability, from 0 to 1")]
struct NotAProbability;

fn probability(text: &str) -> Result<f64, NotAProbability> {
    match text.parse() {
        Ok(number) if (0.0..=1.0).contains(&number) => Ok(number),
        _ => Err(NotAProbability),
    }
}
