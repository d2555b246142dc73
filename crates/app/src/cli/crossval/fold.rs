//! One fold of a cross-validation: its run, trained, resumed or found finished.

use std::collections::BTreeSet;
use std::path::Path;

use model::{Decision, Evaluation};

use crate::cli::source_args::print_scale;
use crate::cli::stderr::{self, Verbosity};
use crate::cli::usage_error::UsageError;
use crate::config::resolved::ResolvedConfig;
use crate::config::run_config::RunConfig;
use crate::dataset::DataSource;
use crate::dataset::training_data::TrainingData;
use crate::device::adapter::OpenDevice;
use crate::device::select::reference_device;
use crate::predictor::device_network::DeviceNetwork;
use crate::predictor::predictions::evaluate;
use crate::run::checkpoint_name::CheckpointName;
use crate::run::directory::RunDirectory;
use crate::run::manifest::Manifest;
use crate::run::start_files::{check_start_files, compared_files};
use crate::train::initial_weights::initial_network;
use crate::train::job::{Ended, Job, View};
use crate::train::plan::last_checkpoint;
use crate::train::session::complete;
use crate::train::setting_notes::note_settings;
use crate::train::signals::StopRequest;

/// A fold: the configuration and the data of its run.
pub(crate) struct Fold {
    config: ResolvedConfig,
    digits: TrainingData,
}

pub(crate) fn folds(base: &RunConfig, count: usize) -> anyhow::Result<Vec<Fold>> {
    let all = DataSource::of_run(base).classified(base.digits.classes()?)?;
    print_scale(all.digits());
    if base.init.is_some() {
        initial_network(base, &reference_device())?;
    }
    let mut folds = Vec::new();
    for number in 1..=count {
        let config = RunConfig {
            fold: Some([number, count]),
            ..base.clone()
        };
        let digits = TrainingData::split(&all, &config)?;
        let config = ResolvedConfig::new(config, digits.counts())?;
        folds.push(Fold { config, digits });
    }
    Ok(folds)
}

impl Fold {
    /// The settings with the size that a batch has on a device.
    pub(crate) fn on_device(&self) -> RunConfig {
        self.config.settings.cut_to(self.digits.training.len())
    }

    /// Says which of the given settings have no effect.
    pub(crate) fn note_settings(&self, given: &BTreeSet<String>) {
        note_settings(&self.config, &self.digits, given, None, &mut stderr::notice);
    }

    /// Trains the network of a fold, or resumes it, unless it is finished.
    pub(crate) fn train(
        &self,
        path: &Path,
        device: &OpenDevice,
        stop: &StopRequest,
    ) -> anyhow::Result<RunDirectory> {
        let settings = &self.config.settings;
        let exists = path.join("config.toml").is_file();
        let (run, _lock) = if exists {
            let run = RunDirectory::open(Some(path))?;
            let lock = run.lock()?;
            (run, lock)
        } else {
            RunDirectory::create(Some(path), settings)?
        };
        let mut from = None;
        if exists {
            let before = run.config()?;
            from = last_checkpoint(&run, &mut stderr::notice)?;
            if let Some(key) = self.changed_setting(&run, &before, from.as_ref())? {
                let path = path.to_owned();
                return Err(UsageError::OtherFold { path, key }.into());
            }
            check_start_files(&run, settings, from.as_ref())?;
            if before != *settings {
                run.write_config(settings)?;
            }
            if run.result()?.is_some() {
                return Ok(run);
            }
        }
        let job = Job {
            run: &run,
            config: &self.config,
            digits: &self.digits,
            device,
            from,
            view: self.view(),
            stop: stop.clone(),
            deadline: None,
        };
        match complete(&job)? {
            Ended::AllEpochs | Ended::StoppedEarly => Ok(run),
            ended @ (Ended::Interrupted { .. } | Ended::OutOfTime) => {
                anyhow::bail!("the training ended early: {ended:?}")
            }
        }
    }

    /// A status line, except with `--quiet`.
    fn view(&self) -> View {
        match self.config.settings.fold {
            Some(fold) if stderr::verbosity() > Verbosity::Quiet => View::Fold(fold),
            _ => View::Hidden,
        }
    }

    /// The setting in which the fold differs from its run so far. Data of the same content are the
    /// same data, wherever they are.
    fn changed_setting(
        &self,
        run: &RunDirectory,
        before: &RunConfig,
        from: Option<&Manifest>,
    ) -> anyhow::Result<Option<String>> {
        let files = compared_files(run, from);
        let changed = self.config.settings.changed_since(before, files)?;
        if let Some(difference) = changed.into_iter().next() {
            return Ok(Some(difference.key));
        }
        let is_other_data = match from {
            Some(manifest) => manifest.data != self.digits.checksum()?,
            None => false,
        };
        Ok(is_other_data.then(|| "content of its data".to_owned()))
    }

    /// Computes the metrics of the fold's network on its validation images.
    pub(crate) fn evaluate(
        &self,
        run: &RunDirectory,
        device: &OpenDevice,
    ) -> anyhow::Result<Evaluation> {
        let (settings, images) = (&self.config.settings, &self.digits.validation);
        let network = run.load(CheckpointName::Last, settings, &device.device)?;
        let batch_size = self.on_device().batch_size;
        let network = DeviceNetwork::new(network, device.clone(), batch_size)?;
        Ok(evaluate(
            &network.logits(images.digits())?,
            images,
            Decision::default(),
        ))
    }
}
