//! Arguments shared by several commands.

use std::path::{Path, PathBuf};

use clap::Args;
use model::Decision;

use crate::cli::networks::{TopArgs, members};
use crate::cli::source_args::SourceArgs;
use crate::cli::stderr;
use crate::cli::usage_error::UsageError;
use crate::config::run_config::RunConfig;
use crate::device::adapter::OpenDevice;
use crate::device::backend_name::BackendName;
use crate::device::select::{DeviceChoice, open_device};
use crate::predictor::Predictor;
use crate::predictor::ensemble::Ensemble;
use crate::run::checkpoint_name::CheckpointName;
use crate::run::directory::RunDirectory;
use crate::support::error::Result;
use crate::support::parse::value;

/// The backend and the device.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct DeviceArgs {
    /// Backend, as `app devices` lists them
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

/// Which network of a run.
#[derive(Debug, Args)]
pub(crate) struct CheckpointArgs {
    /// Checkpoint: last, best or an epoch
    ///
    /// `best` is the epoch whose metric was the best, of the metric that the run's --monitor names:
    /// the validation loss, unless another one was chosen.
    #[arg(
        id = "checkpoint",
        long = "checkpoint",
        value_name = "NAME",
        default_value = "last",
        help_heading = "Network"
    )]
    pub(crate) name: CheckpointName,
}

/// The checkpoint, the data set and the decision threshold of predictions.
#[derive(Debug, Args)]
pub(crate) struct PredictionArgs {
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    #[command(flatten)]
    checkpoint: CheckpointArgs,
    #[command(flatten)]
    decision: DecisionArgs,
}

impl PredictionArgs {
    /// Loads the network of a run, or of the newest one, onto the device.
    pub(crate) fn predictor(
        &self,
        run: Option<&Path>,
        device: &DeviceArgs,
    ) -> anyhow::Result<Predictor> {
        let run = RunDirectory::open(self.source.run(run)?)?;
        let predictor = Predictor::open(run, self.checkpoint.name, device.open()?)?;
        stderr::detail(format_args!("network: {}", predictor.name()));
        stderr::detail(format_args!(
            "data: {}",
            self.source.over(predictor.config()).name()
        ));
        Ok(predictor)
    }

    /// Loads the networks of runs and sweeps, or that of the newest run, onto the device.
    pub(crate) fn ensemble(
        &self,
        runs: &[PathBuf],
        top: TopArgs,
        device: &DeviceArgs,
    ) -> anyhow::Result<Ensemble> {
        let members = members(&self.source.runs(runs)?, self.checkpoint.name, top)?;
        let ensemble = Ensemble::new(members, &device.open()?)?;
        for member in ensemble.members() {
            stderr::detail(format_args!("network: {}", member.name));
        }
        let source = self.source.over(ensemble.config());
        stderr::detail(format_args!("data: {}", source.name()));
        Ok(ensemble)
    }

    /// How the outputs of a run's network become predictions.
    pub(crate) fn decision(&self, config: &RunConfig) -> Result<Decision, UsageError> {
        self.decision.decision(config)
    }
}

/// How outputs become predictions.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct DecisionArgs {
    /// Least P of the second of two digits [default: 0.5]
    ///
    /// For a network that tells two digits apart: an image whose probability P of the second, the
    /// positive one, is at least this is predicted as that digit.
    #[arg(long, value_name = "P", value_parser = probability, allow_negative_numbers = true, help_heading = "Network")]
    threshold: Option<f64>,
    /// Least probability of a prediction
    ///
    /// Below it the prediction is none of the digits. By default nothing is rejected.
    #[arg(long, value_name = "P", value_parser = probability, allow_negative_numbers = true, help_heading = "Network")]
    reject: Option<f64>,
}

impl DecisionArgs {
    /// The same for any number of digits.
    #[cfg(feature = "serve")]
    pub(crate) fn without_threshold(self) -> Self {
        Self {
            threshold: None,
            ..self
        }
    }

    /// How the outputs of a run's network become predictions.
    pub(crate) fn decision(&self, config: &RunConfig) -> Result<Decision, UsageError> {
        let outputs = config.model().outputs;
        if self.threshold.is_some() && outputs > 1 {
            return Err(UsageError::ThresholdOfSeveral { outputs });
        }
        let defaults = Decision::default();
        Ok(Decision {
            threshold: self.threshold.unwrap_or(defaults.threshold),
            reject: self.reject.unwrap_or(defaults.reject),
        })
    }
}

/// A checkpoint of a run.
#[derive(Debug, Args)]
pub(crate) struct NetworkArgs {
    /// Run directory [default: the newest in runs/]
    pub(crate) run: Option<PathBuf>,
    #[command(flatten)]
    others: OtherRuns,
    #[command(flatten)]
    pub(crate) checkpoint: CheckpointArgs,
}

impl NetworkArgs {
    /// Opens the run, or the newest one.
    pub(crate) fn open(&self) -> anyhow::Result<RunDirectory> {
        self.others.refuse()?;
        let run = RunDirectory::open(self.run.as_deref())?;
        stderr::detail(format_args!(
            "network: {}, checkpoint {}",
            run.path().display(),
            self.checkpoint.name
        ));
        Ok(run)
    }
}

/// Runs after the first, which a command that shows one network refuses.
#[derive(Debug, Args)]
pub(crate) struct OtherRuns {
    #[arg(value_name = "RUN", hide = true)]
    others: Vec<PathBuf>,
}

impl OtherRuns {
    pub(crate) fn refuse(&self) -> Result<(), UsageError> {
        match self.others.first() {
            None => Ok(()),
            Some(run) => Err(UsageError::OneNetwork { run: run.clone() }),
        }
    }
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
