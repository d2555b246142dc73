//! Arguments that several commands have in common.

use std::path::{Path, PathBuf};

use ::data::DigitPair;
use clap::Args;

use crate::cli::stderr;
use crate::config::choices::PixelOrderName;
use crate::config::run_config::RunConfig;
use crate::dataset::{self, DataSource, EvaluatedOn};
use crate::device::adapter::OpenDevice;
use crate::device::backend_name::BackendName;
use crate::device::select::{DeviceChoice, open_device};
use crate::predictor::Predictor;
use crate::run::checkpoint_name::CheckpointName;
use crate::run::directory::RunDirectory;
use crate::support::error::Result;

/// Where the arithmetic is done.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct DeviceArgs {
    /// Backend that computes
    #[arg(long, global = true, value_enum, default_value_t = BackendName::Auto)]
    backend: BackendName,
    /// Which of the backend's devices, numbered as `app devices` lists them [default: its best]
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

    /// Opens the device, and prints what there is to say about it.
    pub(crate) fn open(&self) -> Result<OpenDevice> {
        open_device(&self.choice(), &mut |notice| stderr::print(notice))
    }
}

/// Where digits are read from.
#[derive(Debug, Clone, Args)]
pub(crate) struct SourceArgs {
    /// Digits: a folder or pair of IDX files (MNIST's, gzipped or not), of X.npy and y.npy, or a
    /// folder of pictures with a subfolder for each digit; recognized by content [default: the
    /// 5,000 digits compiled in, or those of the run]
    #[arg(long, value_name = "PATH", num_args = 1..=2)]
    pub(crate) data: Option<Vec<PathBuf>>,
    /// How .npy images are unrolled: column by column, as the course does, or row by row
    #[arg(long, value_enum)]
    pixel_order: Option<PixelOrderName>,
}

impl SourceArgs {
    /// What the flags name, and otherwise what `config` does.
    pub(crate) fn over<'a>(&'a self, config: &'a RunConfig) -> DataSource<'a> {
        let of_run = DataSource::of_run(config);
        DataSource {
            paths: self.data.as_deref().unwrap_or(of_run.paths),
            pixel_order: self.pixel_order.unwrap_or(of_run.pixel_order),
            ..of_run
        }
    }

    /// The images to evaluate a run's network on: those that the flags name, and otherwise the
    /// run's.
    pub(crate) fn evaluation_images(&self, config: &RunConfig) -> Result<(DigitPair, EvaluatedOn)> {
        if self.data.is_some() {
            let pair = self.over(config).pair(config.digits)?;
            return Ok((pair, EvaluatedOn::Given));
        }
        dataset::evaluation_images(config)
    }
}

/// Which network classifies which images, and from which probability.
#[derive(Debug, Args)]
pub(crate) struct PredictionArgs {
    /// Network of the run: `best` (by the monitored metric), `last`, or the number of an epoch
    #[arg(long, value_name = "best|last|N", default_value = "last")]
    pub(crate) checkpoint: CheckpointName,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    /// Probability from which an image is classified as the positive digit
    #[arg(long, default_value_t = model::DEFAULT_THRESHOLD, value_parser = probability)]
    pub(crate) threshold: f64,
}

impl PredictionArgs {
    /// Loads the network of a run, or of the newest one, onto the device.
    pub(crate) fn predictor(&self, run: Option<&Path>, device: &DeviceArgs) -> Result<Predictor> {
        let run = RunDirectory::open(run)?;
        Predictor::open(run, self.checkpoint, device.open()?)
    }
}

/// A run's network.
#[derive(Debug, Args)]
pub(crate) struct NetworkArgs {
    /// Run directory [default: the newest in runs/]
    pub(crate) run: Option<PathBuf>,
    /// Network of the run: `best`, `last` or the number of an epoch
    #[arg(long, value_name = "best|last|N", default_value = "last")]
    pub(crate) checkpoint: CheckpointName,
}

/// Takes the run that may stand before picture files.
pub(crate) fn run_and_pictures(paths: &[PathBuf]) -> (Option<&Path>, &[PathBuf]) {
    match paths.split_first() {
        Some((first, pictures)) if first.is_dir() => (Some(first.as_path()), pictures),
        _ => (None, paths),
    }
}

/// A number that is not a probability.
#[derive(Debug, thiserror::Error)]
#[error("expected a probability, from 0 to 1")]
struct NotAProbability;

fn probability(text: &str) -> Result<f64, NotAProbability> {
    match text.parse() {
        Ok(number) if (0.0..=1.0).contains(&number) => Ok(number),
        _ => Err(NotAProbability),
    }
}
