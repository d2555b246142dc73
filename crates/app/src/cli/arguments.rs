//! Arguments shared by several commands.

use std::path::{Path, PathBuf};

use ::data::{DigitPair, Digits};
use clap::Args;

use crate::cli::stderr;
use crate::cli::usage_error::UsageError;
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

    /// Opens the device, and prints notices about it.
    pub(crate) fn open(&self) -> Result<OpenDevice> {
        open_device(&self.choice(), &mut |notice| stderr::print(notice))
    }
}

/// Where digits are read from.
#[derive(Debug, Clone, Args)]
pub(crate) struct SourceArgs {
    /// Data set to use instead of the run's, or of the 5,000 embedded digits: a folder or pair of IDX
    /// files (as MNIST, gzipped or not), a folder or pair of X.npy and y.npy, or a folder of PNG or
    /// JPEG pictures with a subfolder for each digit; recognized by content
    #[arg(long, value_name = "PATH", num_args = 1..=2)]
    data: Option<Vec<PathBuf>>,
    /// How .npy images are unrolled: column by column, as the course does, or row by row
    #[arg(long, value_enum)]
    pixel_order: Option<PixelOrderName>,
}

impl SourceArgs {
    /// The data source from the flags, by default that of `config`.
    pub(crate) fn over<'a>(&'a self, config: &'a RunConfig) -> DataSource<'a> {
        let of_run = DataSource::of_run(config);
        DataSource {
            paths: self.paths().unwrap_or(of_run.paths),
            pixel_order: self.pixel_order.unwrap_or(of_run.pixel_order),
            ..of_run
        }
    }

    /// The paths of the data set that was given: one or two.
    fn paths(&self) -> Option<&[PathBuf]> {
        match self.data.as_deref()? {
            [data, run] if is_run(run) => Some(std::slice::from_ref(data)),
            paths => Some(paths),
        }
    }

    /// The run that was named: as an argument, or after `--data FOLDER`, which takes up to two
    /// paths.
    pub(crate) fn run<'a>(
        &'a self,
        named: Option<&'a Path>,
    ) -> Result<Option<&'a Path>, UsageError> {
        let last = match self.data.as_deref() {
            Some([_, run]) if is_run(run) => Some(run.as_path()),
            Some([folder, other]) if folder.is_dir() => {
                let (folder, other) = (folder.clone(), other.clone());
                return Err(UsageError::SecondDataPath { folder, other });
            }
            _ => None,
        };
        match (named, last) {
            (Some(first), Some(second)) => Err(UsageError::TwoRuns {
                first: first.to_owned(),
                second: second.to_owned(),
            }),
            (run, last) => Ok(run.or(last)),
        }
    }

    /// Reads all digits, and prints notices about them.
    pub(crate) fn digits(&self, config: &RunConfig) -> Result<Digits> {
        let digits = self.over(config).digits()?;
        print_scale(&digits);
        Ok(digits)
    }

    /// Reads the images of a run's two digits, of which one may be missing, and prints notices
    /// about them.
    pub(crate) fn either(&self, config: &RunConfig) -> Result<DigitPair> {
        let pair = self.over(config).either(config.digits)?;
        print_scale(pair.digits());
        Ok(pair)
    }

    /// The images for evaluating a run's network: those from the flags, by default those of the
    /// run. Prints notices about them.
    pub(crate) fn evaluation_images(&self, config: &RunConfig) -> Result<(DigitPair, EvaluatedOn)> {
        if self.data.is_some() {
            return Ok((self.either(config)?, EvaluatedOn::Given));
        }
        let (pair, evaluated_on) = dataset::evaluation_images(config)?;
        print_scale(pair.digits());
        Ok((pair, evaluated_on))
    }
}

fn is_run(path: &Path) -> bool {
    path.join("config.toml").is_file()
}

/// Prints what is to be known about the scale of the pixels.
pub(crate) fn print_scale(digits: &Digits) {
    dataset::notify_scale(digits, &mut |notice| stderr::print(notice));
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
    pub(crate) fn predictor(
        &self,
        run: Option<&Path>,
        device: &DeviceArgs,
    ) -> anyhow::Result<Predictor> {
        let run = RunDirectory::open(self.source.run(run)?)?;
        Ok(Predictor::open(run, self.checkpoint, device.open()?)?)
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
