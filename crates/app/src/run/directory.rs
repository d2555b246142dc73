//! The files of a run directory.
//!
//! ```text
//! run.lock         locked by the training process
//! config.toml      the resolved configuration, written before the first step
//! batch_order.csv  a copy of the recorded order of images, if there is one
//! without.txt      a copy of the list of images that are left out, if there is one
//! history.csv      a row of metrics for each finished epoch
//! sessions.csv     a row for each start or resume: time, version, device and machine
//! checkpoint/      the last epochs and the best one; see `run/checkpoint.rs`
//! model.bpk        the final network
//! plots/           pictures, if there are any
//! result.toml      how the training ended; written last: a run with this file is finished
//! events.out...    TensorBoard's event files, if configured
//! ```

use std::path::{Path, PathBuf};

use interop::Format;

use crate::config::run_config::RunConfig;
use crate::run::checkpoint::Checkpoints;
use crate::run::history::EpochMetrics;
use crate::run::lock::{self, RunLock};
use crate::run::result::{self, TrainingResult};
use crate::run::sessions::Session;
use crate::support::atomic_write::{is_temporary, sync_folder, write_atomically, write_in_order};
use crate::support::csv_log;
use crate::support::error::{Error, Result};
use crate::support::hash::sha256;
use crate::support::missing::check_exists;
use crate::support::sweep_error::SweepError;

/// The default folder of runs.
pub(crate) const RUNS: &str = "runs";

/// The folder of pictures in a run directory.
pub(crate) const PLOTS: &str = "plots";

/// The file by which a directory is one of a sweep, and not a run.
pub(crate) const SWEEP_FILE: &str = "sweep.toml";

/// The copy of the list of images that are left out, in a run or a sweep.
pub(crate) const WITHOUT: &str = "without.txt";

/// A run directory.
#[derive(Debug, Clone)]
pub struct RunDirectory {
    pub(super) path: PathBuf,
}

/// How a training ended, and its final network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Completion {
    /// Finished epochs.
    pub(crate) epochs: usize,
    pub(crate) stopped_early: bool,
    /// The epoch of the final network.
    pub(crate) network: usize,
}

impl RunDirectory {
    /// Repairs the directory after a process was killed early: creates what is missing, and removes
    /// incomplete files.
    pub(crate) fn tidy(&self, config: &RunConfig) -> Result<()> {
        fs_err::create_dir_all(self.path.join("checkpoint"))?;
        if let Some(order) = &config.batch_order
            && !self.copy_of_batch_order().is_file()
        {
            write_atomically(&self.copy_of_batch_order(), &fs_err::read(order)?)?;
        }
        if let Some(list) = &config.without
            && !self.copy_of_without().is_file()
        {
            write_atomically(&self.copy_of_without(), &fs_err::read(list)?)?;
        }
        for entry in fs_err::read_dir(&self.path)? {
            let path = entry?.path();
            if is_temporary(&path) {
                fs_err::remove_file(path)?;
            }
        }
        Ok(())
    }

    /// Opens the run at `path`, or the newest in `runs/`.
    ///
    /// # Errors
    ///
    /// [`Error::Missing`], [`Error::NotARun`], [`SweepError::SweepAsRun`] and [`Error::FolderOfRuns`] if there is no run at
    /// `path`, [`Error::NoRun`] if there is none in `runs/`.
    pub fn open(path: Option<&Path>) -> Result<Self> {
        if let Some(path) = path {
            return Self::at(path);
        }
        let newest = Self::all(Path::new(RUNS))?.pop();
        newest.ok_or_else(|| Error::NoRun {
            folder: RUNS.into(),
        })
    }

    fn at(path: &Path) -> Result<Self> {
        let run = Self {
            path: path.to_owned(),
        };
        if run.config_path().is_file() {
            return Ok(run);
        }
        check_exists(path, "run").map_err(|error| match error {
            // The name of a run without its folder.
            Error::Missing { path, expected, .. } if Path::new(RUNS).join(&path).exists() => {
                Error::Missing {
                    similar: Some(Path::new(RUNS).join(&path)),
                    path,
                    expected,
                }
            }
            error => error,
        })?;
        let path = run.path;
        if path.join(SWEEP_FILE).is_file() {
            return Err(Error::Sweep(SweepError::SweepAsRun { sweep: path }));
        }
        Err(match Self::all(&path)?.pop() {
            Some(Self { path: newest }) => Error::FolderOfRuns { path, newest },
            None if path.is_file() && Format::of_path(&path).is_some() => {
                Error::WeightsAsRun { path }
            }
            None => Error::NotARun { path },
        })
    }

    /// Opens the run at `path`, or the newest in `runs/` that is neither finished nor currently
    /// being trained.
    pub(crate) fn open_unfinished(path: Option<&Path>) -> Result<Self> {
        if path.is_some() {
            return Self::open(path);
        }
        for run in Self::all(Path::new(RUNS))?.into_iter().rev() {
            if run.result()?.is_none() && !run.is_locked() {
                return Ok(run);
            }
        }
        Err(Error::NoUnfinishedRun {
            folder: RUNS.into(),
        })
    }

    /// Lists the runs in a directory, the oldest first.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the directory cannot be read.
    pub fn all(folder: &Path) -> Result<Vec<Self>> {
        let mut runs = Vec::new();
        if folder.is_dir() {
            for entry in fs_err::read_dir(folder)? {
                let path = entry?.path();
                let run = Self { path };
                let config = run.config_path().metadata();
                if let Ok(written) = config.and_then(|config| config.modified()) {
                    runs.push((written, run));
                }
            }
        }
        runs.sort_by(|a, b| (&a.0, &a.1.path).cmp(&(&b.0, &b.1.path)));
        Ok(runs.into_iter().map(|(_, run)| run).collect())
    }

    /// The directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file of the resolved configuration.
    #[must_use]
    pub fn config_path(&self) -> PathBuf {
        self.path.join("config.toml")
    }

    /// The run's own copy of the recorded order of images.
    pub(crate) fn copy_of_batch_order(&self) -> PathBuf {
        self.path.join("batch_order.csv")
    }

    /// The file of the recorded order of images, if there is one: the run's own copy.
    pub(crate) fn batch_order(&self, config: &RunConfig) -> Option<PathBuf> {
        let original = config.batch_order.clone()?;
        let own = self.copy_of_batch_order();
        Some(if own.is_file() { own } else { original })
    }

    /// The run's own copy of the list of images that are left out.
    pub(crate) fn copy_of_without(&self) -> PathBuf {
        self.path.join(WITHOUT)
    }

    /// The file of the epochs' metrics.
    #[must_use]
    pub fn history_path(&self) -> PathBuf {
        self.path.join("history.csv")
    }

    /// The file of the run's sessions.
    pub(crate) fn sessions_path(&self) -> PathBuf {
        self.path.join("sessions.csv")
    }

    /// The folder of pictures.
    pub(crate) fn plots_path(&self) -> PathBuf {
        self.path.join(PLOTS)
    }

    pub(crate) fn checkpoints(&self) -> Checkpoints {
        Checkpoints::new(self.path.join("checkpoint"))
    }

    pub(crate) fn trained_network(&self) -> PathBuf {
        self.path.join("model.bpk")
    }

    /// The file that says how the training ended.
    pub(super) fn result_path(&self) -> PathBuf {
        self.path.join("result.toml")
    }

    /// Reads the resolved configuration; the list of images that are left out is the run's own copy.
    ///
    /// # Errors
    ///
    /// As [`RunConfig::read`].
    pub fn config(&self) -> Result<RunConfig> {
        Ok(with_own_list(self.stored_config()?, &self.path))
    }

    /// Reads the configuration as it was given.
    ///
    /// # Errors
    ///
    /// As [`RunConfig::read`].
    pub(crate) fn stored_config(&self) -> Result<RunConfig> {
        RunConfig::read(&self.config_path())
    }

    pub(crate) fn write_config(&self, config: &RunConfig) -> Result<()> {
        write_atomically(&self.config_path(), config.to_toml()?.as_bytes())
    }

    /// Reads the metrics of the finished epochs.
    ///
    /// # Errors
    ///
    /// [`Error::Csv`] if `history.csv` is damaged.
    pub fn history(&self) -> Result<Vec<EpochMetrics>> {
        csv_log::read(&self.history_path())
    }

    /// Reads the sessions of the run: time, version, device and machine, the oldest session first.
    ///
    /// # Errors
    ///
    /// [`Error::Csv`] if `sessions.csv` is damaged.
    pub fn sessions(&self) -> Result<Vec<Session>> {
        csv_log::read(&self.sessions_path())
    }

    /// How the training ended; none if it has not ended.
    ///
    /// # Errors
    ///
    /// [`Error::Toml`] if `result.toml` is damaged.
    pub fn result(&self) -> Result<Option<TrainingResult>> {
        result::read(&self.result_path())
    }

    /// Stores the network of an epoch as the final one, which marks the run as finished.
    pub(crate) fn complete(&self, completion: Completion) -> Result<()> {
        let Completion {
            epochs,
            stopped_early,
            network,
        } = completion;
        self.checkpoints().read(network)?;
        let bytes = fs_err::read(self.checkpoints().network(network))?;
        self.write_result(
            &TrainingResult {
                epochs,
                stopped_early,
                network,
                model: sha256(&bytes),
            },
            &bytes,
        )
    }

    /// Stores a network that was not trained here as the final one.
    pub(crate) fn complete_imported(&self, network: &[u8]) -> Result<()> {
        let result = TrainingResult {
            epochs: 0,
            stopped_early: false,
            network: 0,
            model: sha256(network),
        };
        self.write_result(&result, network)
    }

    fn write_result(&self, result: &TrainingResult, network: &[u8]) -> Result<()> {
        let text = toml::to_string(result)?;
        let (model, result) = (self.trained_network(), self.result_path());
        write_in_order(&[(&model, network), (&result, text.as_bytes())])?;
        Ok(sync_folder(&self.path)?)
    }

    /// Marks a finished run as unfinished.
    pub(crate) fn reopen(&self) -> Result<()> {
        if self.result_path().exists() {
            fs_err::remove_file(self.result_path())?;
        }
        Ok(())
    }

    /// Locks the directory for this process.
    pub(crate) fn lock(&self) -> Result<RunLock> {
        RunLock::acquire(&self.path)
    }

    /// Says whether a process is training in the directory.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        lock::is_held(&self.path)
    }
}

/// The same settings with the copy in a folder of the list of images that are left out, if it is there: the original
/// may be gone or have other content.
pub(crate) fn with_own_list(mut config: RunConfig, folder: &Path) -> RunConfig {
    let copy = folder.join(WITHOUT);
    if config.without.is_some() && copy.is_file() {
        // As all paths of a configuration; without a current directory it stays as it is.
        config.without = Some(std::path::absolute(&copy).unwrap_or(copy));
    }
    config
}
