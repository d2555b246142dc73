//! Arguments shared by several commands.

use std::path::{Path, PathBuf};

use ::data::{DigitPair, Digits};
use clap::Args;

use crate::cli::stderr;
use crate::cli::usage_error::UsageError;
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
use crate::support::missing::{check_exists, missing};
use crate::support::notice::Notice;
use crate::support::parse::value;

/// The backend and the device.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct DeviceArgs {
    /// Compute backend; `app devices` lists them
    #[arg(long, global = true, value_name = "NAME", value_enum, default_value_t = BackendName::Auto)]
    backend: BackendName,
    /// Device of the backend [default: its best one]
    #[arg(long, global = true, value_name = "N", value_parser = value::<usize>("a device number, such as 0"))]
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

/// What `--index` expects.
pub(crate) const ROWS: &str = "row numbers, such as 0,500";

/// Where digits are read from.
#[derive(Debug, Clone, Args)]
pub(crate) struct SourceArgs {
    /// Data set instead of the run's or the built-in digits
    ///
    /// A folder or a pair of IDX files (as MNIST, gzipped or not), a folder or a pair of X.npy and
    /// y.npy, a MATLAB file with X and y (as the course's ex4data1.mat), or a folder of PNG or JPEG
    /// pictures with a subfolder for each digit. Formats are recognized by content.
    #[arg(long, value_name = "PATH", num_args = 1..=2, help_heading = "Data")]
    data: Option<Vec<PathBuf>>,
    /// How .npy and .mat images are unrolled
    #[arg(long, value_name = "ORDER", value_enum, help_heading = "Data")]
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

    /// Says if a given pixel order has no effect.
    pub(crate) fn note_pixel_order(&self, config: &RunConfig) {
        if self.pixel_order.is_some() && self.over(config).pixels() == PixelSource::KnownOrder {
            stderr::notice(Notice::WithoutEffect {
                key: "--pixel-order",
                reason: "the images are not in .npy or .mat files".to_owned(),
            });
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
            Some([run]) if is_run(run) => return Err(UsageError::RunAsData { run: run.clone() }),
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

    /// Reads some rows, in the order of `rows`, and prints notices about them.
    pub(crate) fn rows(&self, config: &RunConfig, rows: &[usize]) -> Result<Digits> {
        let digits = self.over(config).rows(rows)?;
        print_scale(&digits);
        Ok(digits)
    }

    /// Reads the images of two digits, of which one may be missing, and prints notices about them.
    pub(crate) fn either(&self, config: &RunConfig, digits: [u8; 2]) -> Result<DigitPair> {
        let pair = self.over(config).either(digits)?;
        print_scale(pair.digits());
        Ok(pair)
    }

    /// The images for evaluating a run's network: those from the flags, by default those of the
    /// run. Prints notices about them.
    pub(crate) fn evaluation_images(&self, config: &RunConfig) -> Result<(DigitPair, EvaluatedOn)> {
        if self.data.is_some() {
            return Ok((self.either(config, config.digits)?, EvaluatedOn::Given));
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
    dataset::notify_scale(digits, &mut stderr::notice);
}

/// The checkpoint, the data set and the decision threshold of predictions.
#[derive(Debug, Args)]
pub(crate) struct PredictionArgs {
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    /// Checkpoint of the run: last, best or an epoch
    ///
    /// `best` is the epoch whose metric was the best, of the metric that the run's --monitor names:
    /// the validation loss, unless another one was chosen.
    #[arg(
        long,
        value_name = "NAME",
        default_value = "last",
        help_heading = "Network"
    )]
    pub(crate) checkpoint: CheckpointName,
    /// Lowest probability predicted as the positive digit
    #[arg(long, value_name = "P", default_value_t = model::DEFAULT_THRESHOLD, value_parser = probability, allow_negative_numbers = true, help_heading = "Network")]
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
    /// Checkpoint of the run: last, best or an epoch
    ///
    /// `best` is the epoch whose metric was the best, of the metric that the run's --monitor names:
    /// the validation loss, unless another one was chosen.
    #[arg(
        long,
        value_name = "NAME",
        default_value = "last",
        help_heading = "Network"
    )]
    pub(crate) checkpoint: CheckpointName,
}

/// Splits off the run directory that may precede the picture files.
///
/// A first path that does not exist is an error, because it may have been meant as a run, unless it
/// is named like a picture.
pub(crate) fn run_and_pictures(paths: &[PathBuf]) -> anyhow::Result<(Option<&Path>, &[PathBuf])> {
    let Some((first, others)) = paths.split_first() else {
        return Ok((None, paths));
    };
    if let Some(run) = others
        .iter()
        .find(|path| path.join("config.toml").is_file())
    {
        let run = run.clone();
        return Err(UsageError::RunAfterPictures { run }.into());
    }
    if first.is_dir() {
        return Ok((Some(first), others));
    }
    if !is_named_like_a_picture(first) {
        check_exists(first, "run or picture")?;
    } else if others.is_empty() && !first.exists() {
        return Err(missing(first, "picture").into());
    }
    Ok((None, paths))
}

fn is_named_like_a_picture(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    ["png", "jpg", "jpeg"]
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
}

/// The error for a number that is not a probability.
#[derive(Debug, thiserror::Error)]
#[error("expected a probability, from 0 to 1, such as 0.5")]
struct NotAProbability;

fn probability(text: &str) -> Result<f64, NotAProbability> {
    match text.parse() {
        Ok(number) if (0.0..=1.0).contains(&number) => Ok(number),
        _ => Err(NotAProbability),
    }
}
