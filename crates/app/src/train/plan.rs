//! The plan of a training, for a new or a resumed run, checked before anything is written.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use data::ClassifiedDigits;

use crate::config::resolved::ResolvedConfig;
use crate::config::run_config::RunConfig;
use crate::dataset::DataSource;
use crate::dataset::training_data::{TrainingData, first_batches};
use crate::device::backend_name::BackendName;
use crate::device::select::{DeviceChoice, reference_device};
use crate::run::create::fresh_path;
use crate::run::directory::RunDirectory;
use crate::run::lock::RunLock;
use crate::run::manifest::Manifest;
use crate::run::start_files::{BATCH_ORDER, check_start_files, compared_files, with_list_of_run};
use crate::support::error::{Error, Result, with_causes};
use crate::support::missing::check_exists;
use crate::support::notice::{Notice, Notify};
use crate::train::initial_weights::initial_network;
use crate::train::setting_notes::note_settings;

/// A training that can be started.
pub(crate) struct Plan {
    pub(crate) config: ResolvedConfig,
    pub(crate) digits: TrainingData,
    /// The test part of the data set, if it has one: read before the training, so that a damaged one is not
    /// found after it.
    pub(crate) test: Option<ClassifiedDigits>,
    /// None for a run that is not created yet.
    run: Option<(RunDirectory, RunLock)>,
    /// The checkpoint to resume from; none for a new run.
    pub(crate) from: Option<Manifest>,
}

/// How much of a new run is trained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    Everything,
    /// One batch of one epoch.
    FirstBatch,
}

impl Plan {
    /// A new run.
    pub(crate) fn new_run(mut config: RunConfig, extent: Extent) -> Result<Self> {
        if extent == Extent::FirstBatch {
            config.epochs = 1;
        }
        let mut digits = TrainingData::read(&config)?;
        let mut test = test_images(&config)?;
        if extent == Extent::FirstBatch {
            digits = digits.first_batch(&config);
            test = test.map(|test| first_batches(&test, &config, 1));
        }
        let config = ResolvedConfig::new(config, digits.counts())?;
        if let Some(order) = &config.settings.batch_order {
            check_exists(order, BATCH_ORDER)?;
            data::read_batch_order(order, &digits.training_rows(), config.settings.epochs)?;
        }
        if config.settings.init.is_some() {
            initial_network(&config.settings, &reference_device())?;
        }
        Ok(Self {
            config,
            digits,
            test,
            run: None,
            from: None,
        })
    }

    /// Resumes a run, by default the newest unfinished one; `change` modifies its settings.
    pub(crate) fn resume(
        run: Option<&Path>,
        change: impl FnOnce(&RunConfig) -> Result<RunConfig>,
        notify: &mut Notify<'_>,
    ) -> Result<Self> {
        let run = RunDirectory::open_unfinished(run)?;
        let lock = run.lock()?;
        let before = run.config()?;
        if before.is_imported() {
            return Err(Error::ImportedRun {
                run: run.path().to_owned(),
                digits: before.digits.0,
                hidden_units: before.hidden_units,
            });
        }
        let mut from = last_checkpoint(&run, notify)?;
        let config = change(&before)?;
        let trained_with = from.as_ref().map_or(&before, |manifest| &manifest.config);
        config.check_same_run(trained_with, compared_files(&run, from.as_ref()))?;
        let config = with_list_of_run(&run, config)?;
        let digits = TrainingData::read(&config)?;
        let finished = from.as_ref().map_or(0, |manifest| manifest.epoch);
        if config.epochs < finished {
            return Err(Error::EpochsFinished {
                finished,
                found: config.epochs,
            });
        }
        if let Some(manifest) = &from
            && manifest.data != digits.checksum()?
        {
            return Err(Error::OtherData {
                run: run.path().to_owned(),
            });
        }
        check_start_files(&run, &config, from.as_ref())?;
        if let Some(order) = run.batch_order(&config) {
            check_exists(&order, BATCH_ORDER)?;
            data::read_batch_order(&order, &digits.training_rows(), config.epochs)?;
        }
        if run.result()?.is_some() {
            check_can_continue(&run, &before, &config, finished)?;
            if let Some(manifest) = &mut from {
                manifest.callbacks.stop = false;
            }
        }
        Ok(Self {
            test: test_images(&config)?,
            config: ResolvedConfig::of_run(config),
            digits,
            run: Some((run, lock)),
            from,
        })
    }

    /// Sends notices about those of the given settings that change nothing.
    pub(crate) fn note_settings(&self, given: &BTreeSet<String>, notify: &mut Notify<'_>) {
        let resumed = self.run.as_ref().map(|(run, _)| (run, self.from.as_ref()));
        note_settings(&self.config, &self.digits, given, resumed, notify);
    }

    /// The run directory: of the resumed run, the given one, or a new one in `runs/`.
    pub(crate) fn run_path(&self, given: Option<&Path>) -> PathBuf {
        match (&self.run, given) {
            (Some((run, _)), _) => run.path().to_owned(),
            (None, Some(given)) => given.to_owned(),
            (None, None) => fresh_path(),
        }
    }

    /// The requested device. By default, a resumed run uses the backend that trained it so far,
    /// because another one rounds differently.
    pub(crate) fn device_choice(
        &self,
        choice: &DeviceChoice,
        notify: &mut Notify<'_>,
    ) -> DeviceChoice {
        let Some(manifest) = &self.from else {
            return *choice;
        };
        let before = &manifest.backend;
        if choice.backend == BackendName::Auto
            && let Ok(backend) = BackendName::from_str(before, false)
        {
            return DeviceChoice { backend, ..*choice };
        }
        let now = choice.backend.to_string();
        if now != *before {
            let before = before.clone();
            notify(Notice::OtherBackend { before, now });
        }
        *choice
    }

    /// Creates the run's directory, or updates its configuration.
    pub(crate) fn open_run(&mut self, path: Option<&Path>) -> Result<(RunDirectory, RunLock)> {
        let settings = &self.config.settings;
        let Some((run, lock)) = self.run.take() else {
            return RunDirectory::create(path, settings);
        };
        run.reopen()?;
        if run.config()? != *settings {
            run.write_config(settings)?;
        }
        Ok((run, lock))
    }
}

fn test_images(config: &RunConfig) -> Result<Option<ClassifiedDigits>> {
    DataSource::of_run(config).test_images(config.digits.classes()?)
}

/// Returns an error for a finished run, unless the new settings have more epochs or another
/// patience.
fn check_can_continue(
    run: &RunDirectory,
    before: &RunConfig,
    config: &RunConfig,
    finished: usize,
) -> Result<()> {
    let limits = |config: &RunConfig| (config.epochs, config.early_stopping_patience);
    if config.epochs <= finished || limits(config) == limits(before) {
        return Err(Error::RunFinished {
            run: run.path().to_owned(),
            epoch: finished,
        });
    }
    Ok(())
}

/// Finds the checkpoint to resume from, and reports those that are damaged.
pub(crate) fn last_checkpoint(
    run: &RunDirectory,
    notify: &mut Notify<'_>,
) -> Result<Option<Manifest>> {
    let last = run.checkpoints().last_complete()?;
    for error in &last.damaged {
        notify(Notice::DamagedCheckpoint {
            cause: with_causes(error),
        });
    }
    if !last.damaged.is_empty() {
        let Some(manifest) = &last.manifest else {
            return Err(Error::NoWholeCheckpoint {
                run: run.path().to_owned(),
                config: run.config_path(),
            });
        };
        notify(Notice::EarlierCheckpoint {
            epoch: manifest.epoch,
        });
    }
    Ok(last.manifest)
}
