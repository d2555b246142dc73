//! Half-trained points: a training that takes long is saved from time to time, so that a sweep that is killed does not begin
//! it anew.
//!
//! ```text
//! .incomplete-points/point-N/checkpoint/   the last saved epoch and the best one, as in the directory of a run
//! ```
//!
//! Of a point that Burn's steps train, `point-N/` is the directory of a run. The folder of a point is deleted when the point
//! is trained. The images and the initial weights are compared for the whole sweep, by `inputs.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use burn::tensor::Bytes;
use model::{FusedState, LayerValues, MlpConfig, Scheduler};

use crate::config::resolved::ResolvedConfig;
use crate::config::run_config::RunConfig;
use crate::device::adapter::OpenDevice;
use crate::device::select::reference_device;
use crate::run::checkpoint::Checkpoints;
use crate::run::directory::RunDirectory;
use crate::run::history::EpochMetrics;
use crate::run::manifest::{Manifest, Provenance};
use crate::support::atomic_write::hidden_name;
use crate::support::csv_log;
use crate::support::error::Result;
use crate::sweep::directory::SweepDirectory;
use crate::sweep::point::PointRecord;
use crate::train::course::Paused;
use crate::train::engine::fused::records;

/// The shortest time between two saves of a training, and before the first.
const SAVE_EVERY: Duration = Duration::from_secs(2);
/// A save that takes long is followed by a longer time, so that saves take at most one part in so many.
const SHARE: u32 = 50;

/// The folder of half-trained points.
#[derive(Debug, Clone)]
pub(crate) struct Unfinished {
    folder: PathBuf,
    backend: String,
    /// The checksum of the images and labels; none if nothing is ever resumed, and so nothing saved.
    data: Option<String>,
}

/// A half-trained point.
#[derive(Debug, PartialEq)]
pub(crate) struct HalfTrained {
    pub(crate) training: Paused,
    /// Seconds of the training so far.
    pub(crate) seconds: f64,
}

/// When trainings are saved.
pub(crate) struct SaveTimes {
    saved: Instant,
    every: Option<Duration>,
}

impl SaveTimes {
    /// Says whether it is time to save.
    pub(crate) fn is_due(&self) -> bool {
        self.every
            .is_some_and(|every| self.saved.elapsed() >= every)
    }

    /// Sets the time of the next save after one that began at `started`.
    pub(crate) fn saved(&mut self, started: Instant) {
        self.every = Some(SAVE_EVERY.max(started.elapsed() * SHARE));
        self.saved = Instant::now();
    }
}

impl Unfinished {
    /// That of a sweep.
    ///
    /// # Errors
    ///
    /// [`Error::Toml`](crate::Error::Toml) if `inputs.toml` is damaged.
    pub(crate) fn of(sweep: &SweepDirectory, device: &OpenDevice) -> Result<Self> {
        Ok(Self {
            folder: folder_in(sweep.path()),
            backend: device.backend.to_string(),
            data: Some(sweep.inputs()?.data().to_owned()),
        })
    }

    /// One in a temporary folder, of trainings that are never resumed.
    pub(crate) fn in_vain(scratch: &Path, device: &OpenDevice) -> Self {
        Self {
            folder: folder_in(scratch),
            backend: device.backend.to_string(),
            data: None,
        }
    }

    /// The folder of a point.
    pub(crate) fn point(&self, number: usize) -> PathBuf {
        self.folder.join(format!("point-{number}"))
    }

    /// The points that have a folder.
    ///
    /// # Errors
    ///
    /// [`Error::Io`](crate::Error::Io) if the folder cannot be read.
    pub(crate) fn points(&self) -> Result<BTreeSet<usize>> {
        let mut found = BTreeSet::new();
        if self.folder.is_dir() {
            for entry in fs_err::read_dir(&self.folder)? {
                found.extend(number_of(&entry?));
            }
        }
        Ok(found)
    }

    /// Says whether the folder of a point is the directory of a run.
    pub(crate) fn is_run(&self, number: usize) -> bool {
        RunDirectory::open(Some(&self.point(number))).is_ok()
    }

    /// When to save trainings that start now.
    pub(crate) fn save_times(&self) -> SaveTimes {
        SaveTimes {
            saved: Instant::now(),
            every: self.data.as_ref().map(|_| SAVE_EVERY),
        }
    }

    /// Saves a point after an epoch.
    ///
    /// # Errors
    ///
    /// [`Error::Write`](crate::Error::Write) and others if the files cannot be written.
    pub(crate) fn save(
        &self,
        number: usize,
        config: &ResolvedConfig,
        half: &HalfTrained,
    ) -> Result<()> {
        let folder = checkpoints_in(&self.point(number));
        // The sweep itself may have been deleted meanwhile, and is not created anew.
        for folder in [&self.folder, &self.point(number), &folder] {
            match fs_err::create_dir(folder) {
                Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error.into()),
                _ => {}
            }
        }
        let checkpoints = Checkpoints::new(folder);
        let training = &half.training;
        let best = training.best.as_ref();
        let best = best.filter(|(metrics, _)| metrics.epoch != training.epoch);
        let best_epoch = best.map(|(metrics, _)| metrics.epoch);
        let mut written = Vec::new();
        if let Some((metrics, weights)) = best {
            // Nothing is resumed from the best epoch, so that it needs no moments.
            let state = FusedState {
                steps: training.state.steps,
                ..FusedState::new(weights.clone())
            };
            written.push(self.checkpoint(config, half, metrics, &state)?);
        }
        written.push(self.checkpoint(config, half, &training.metrics, &training.state)?);
        checkpoints.write(written)?;
        checkpoints.prune(|epoch| epoch == training.epoch || Some(epoch) == best_epoch)
    }

    fn checkpoint(
        &self,
        config: &ResolvedConfig,
        half: &HalfTrained,
        metrics: &EpochMetrics,
        state: &FusedState,
    ) -> Result<(Manifest, [Bytes; 3])> {
        let callbacks = half.training.callbacks;
        let provenance = Provenance {
            backend: self.backend.clone(),
            data: self.data.clone().unwrap_or_default(),
            init: None,
            config: config.settings.clone(),
        };
        let mut schedule = config.schedule;
        schedule.learning_rate = callbacks.learning_rate;
        let scheduler = Scheduler {
            schedule,
            next_step: usize::try_from(state.steps).unwrap_or(usize::MAX),
        };
        let network = state
            .weights
            .network(&config.settings.model(), &reference_device());
        let mut manifest = Manifest::new(Some(metrics.clone()), callbacks, &provenance);
        manifest.seconds = Some(half.seconds);
        Ok((manifest, records(state, &network, scheduler)?))
    }

    /// Reads a half-trained point; `None` if it is not even that, or was trained with other settings.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`](crate::Error::Damaged) and others if a file is damaged.
    pub(crate) fn read(
        &self,
        number: usize,
        config: &ResolvedConfig,
    ) -> Result<Option<HalfTrained>> {
        let folder = self.point(number);
        let checkpoints = Checkpoints::new(checkpoints_in(&folder));
        let Some(epoch) = checkpoints.epochs()?.pop() else {
            return Ok(None);
        };
        let manifest = checkpoints.read(epoch)?;
        let Some(metrics) = manifest.metrics else {
            return Ok(None);
        };
        if !is_same(&manifest.config, &config.settings) {
            return Ok(None);
        }
        let model = config.settings.model();
        let network = model::load(&model, &checkpoints.network(epoch), &reference_device())?;
        let state = FusedState::read(&network, Some(&checkpoints.optimizer(epoch)))?;
        let best = manifest.callbacks.best.map(|best| best.epoch);
        let best = match best.filter(|_| config.settings.restore_best_weights) {
            None => None,
            Some(best) if best == epoch => Some((metrics.clone(), state.weights.clone())),
            Some(best) => best_of(&checkpoints, best, &model)?,
        };
        let seconds = match manifest.seconds {
            Some(seconds) => seconds,
            None => seconds_of_run(&folder, epoch)?,
        };
        Ok(Some(HalfTrained {
            training: Paused {
                epoch,
                state,
                callbacks: manifest.callbacks,
                best,
                metrics,
            },
            seconds,
        }))
    }

    /// Deletes the folder of a point that needs it no more.
    pub(crate) fn remove(&self, number: usize) -> Result<()> {
        remove(&self.point(number))
    }

    /// Deletes everything.
    pub(crate) fn remove_all(&self) -> Result<()> {
        remove(&self.folder)
    }
}

impl SweepDirectory {
    /// The points that were being trained when the sweep ended, and that are not trained; each with its saved epoch.
    pub(crate) fn half_trained(
        &self,
        records: &BTreeMap<usize, PointRecord>,
    ) -> Result<BTreeMap<usize, usize>> {
        let folder = folder_in(&self.path);
        let mut found = BTreeMap::new();
        if !folder.is_dir() {
            return Ok(found);
        }
        for entry in fs_err::read_dir(folder)? {
            let entry = entry?;
            let Some(number) = number_of(&entry) else {
                continue;
            };
            let epochs = Checkpoints::new(checkpoints_in(&entry.path())).epochs()?;
            let epoch = epochs.last().copied().unwrap_or(0);
            // What is left of a point that is trained does not count.
            if epoch > records.get(&number).map_or(0, |record| record.epochs) {
                found.insert(number, epoch);
            }
        }
        Ok(found)
    }
}

/// The point of a folder, by its name.
fn number_of(entry: &fs_err::DirEntry) -> Option<usize> {
    let name = entry.file_name();
    name.to_str()?.strip_prefix("point-")?.parse().ok()
}

fn folder_in(sweep: &Path) -> PathBuf {
    sweep.join(hidden_name("points"))
}

fn checkpoints_in(point: &Path) -> PathBuf {
    point.join("checkpoint")
}

/// Says whether two trainings have the same settings. Files may have been moved.
fn is_same(before: &RunConfig, now: &RunConfig) -> bool {
    let moved = RunConfig {
        data: now.data.clone(),
        init: now.init.clone(),
        without: now.without.clone(),
        ..before.clone()
    };
    moved == *now && before.init.is_some() == now.init.is_some()
}

/// The metrics and the weights of the best epoch.
fn best_of(
    checkpoints: &Checkpoints,
    epoch: usize,
    model: &MlpConfig,
) -> Result<Option<(EpochMetrics, LayerValues)>> {
    let manifest = checkpoints.read(epoch)?;
    let network = model::load(model, &checkpoints.network(epoch), &reference_device())?;
    let weights = FusedState::read(&network, None)?.weights;
    Ok(manifest.metrics.map(|metrics| (metrics, weights)))
}

/// The seconds of the epochs of a run.
fn seconds_of_run(run: &Path, last: usize) -> Result<f64> {
    let history: Vec<EpochMetrics> = csv_log::read(&run.join("history.csv"))?;
    let epochs = history.iter().filter(|metrics| metrics.epoch <= last);
    Ok(epochs.map(|metrics| metrics.seconds).sum())
}

fn remove(folder: &Path) -> Result<()> {
    match fs_err::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::training_data::TrainingData;
    use crate::train::in_memory::InMemory;
    use crate::train::signals::StopRequest;

    fn trained(
        config: &ResolvedConfig,
        digits: &TrainingData,
        from: Option<Paused>,
        mut on_epoch: impl FnMut(Paused),
    ) -> Paused {
        let training = InMemory::new(config, digits, from).unwrap();
        let on_epoch = |training: &InMemory<'_>| {
            on_epoch(training.now().unwrap());
            Ok(())
        };
        let trained = training.train(8, &StopRequest::default(), on_epoch);
        let mut trained = trained.unwrap().unwrap();
        trained.metrics.seconds = 0.0;
        if let Some((metrics, _)) = &mut trained.best {
            metrics.seconds = 0.0;
        }
        trained
    }

    /// Says whether the best epoch is an earlier one.
    fn is_behind(training: &Paused) -> bool {
        let best = training.best.as_ref().map(|(metrics, _)| metrics.epoch);
        best != Some(training.epoch)
    }

    #[test]
    fn a_training_is_read_as_it_was_saved_and_goes_on_bit_for_bit_from_every_epoch() {
        // A rate so high that some epochs are no improvement.
        let settings = RunConfig {
            epochs: 8,
            learning_rate: 0.05,
            plateau_patience: Some(1),
            restore_best_weights: true,
            ..RunConfig::default()
        };
        let digits = TrainingData::read(&settings).unwrap();
        let config = ResolvedConfig::new(settings, digits.counts()).unwrap();
        let scratch = tempfile::tempdir().unwrap();
        let unfinished = Unfinished {
            folder: folder_in(scratch.path()),
            backend: "ndarray".to_owned(),
            data: Some("0".to_owned()),
        };
        let mut saved = Vec::new();
        let whole = trained(&config, &digits, None, |training| {
            let seconds = 0.5;
            let half = HalfTrained { training, seconds };
            unfinished.save(1, &config, &half).unwrap();
            assert_eq!(unfinished.read(1, &config).unwrap().as_ref(), Some(&half));
            saved.push(half.training);
        });
        assert_eq!(saved.len(), 8);
        assert!(saved.iter().any(is_behind));
        for from in saved {
            assert_eq!(trained(&config, &digits, Some(from), |_| {}), whole);
        }
        let mut other = config.clone();
        other.settings.batch_size = 16;
        assert_eq!(unfinished.read(1, &other).unwrap(), None);
        unfinished.remove(1).unwrap();
        assert_eq!(unfinished.read(1, &config).unwrap(), None);
        assert!(unfinished.points().unwrap().is_empty());
    }
}
