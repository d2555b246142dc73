//! What a run directory holds, and where.
//!
//! ```text
//! run.lock         held by the process that trains
//! config.toml      the resolved configuration, written before the first step
//! batch_order.csv  a copy of the recorded order, if there is one
//! history.csv      a line for each epoch
//! sessions.csv     a line for each time it was trained: when, where and with what
//! checkpoint/      the last epochs and the best one: see `checkpoint.rs`
//! model.bpk        the trained network
//! plots/           pictures, if asked for
//! result.toml      how the training ended, written last: a run that has it is finished
//! events.out...    TensorBoard's, if asked for
//! ```

use std::fs::TryLockError;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use burn::tensor::Device;
use model::Mlp;
use serde::{Deserialize, Serialize};

use crate::checkpoint::{Checkpoints, sha256};
use crate::cli::CheckpointName;
use crate::config::RunConfig;
use crate::failure::BadInput;
use crate::history;
use crate::whole_files::{is_temporary, sync_folder, write_in_order, write_whole};

/// Where runs are kept unless a directory is named.
pub(crate) const RUNS: &str = "runs";

/// A directory with a run in it.
#[derive(Debug, Clone)]
pub(crate) struct RunDir {
    path: PathBuf,
}

/// Keeps other processes from training in the same directory, as long as it lives.
pub(crate) struct RunLock {
    _file: fs_err::File,
}

/// How a training ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Outcome {
    /// Epochs done.
    pub(crate) epochs: usize,
    pub(crate) stopped_early: bool,
    /// The epoch whose network `model.bpk` is.
    pub(crate) network: usize,
    /// SHA-256 of `model.bpk`.
    model: String,
}

impl RunDir {
    /// Makes a fresh directory, `runs/<date and time>` unless `path` names one, and writes the
    /// configuration into it.
    pub(crate) fn create(
        path: Option<&Path>,
        config: &RunConfig,
    ) -> anyhow::Result<(Self, RunLock)> {
        let path = path.map_or_else(fresh_path, Path::to_owned);
        let run = Self { path };
        // An old run's files would be taken for the new one's. Looked at twice: without the lock,
        // so that nothing is written where something is, and with it, so that nobody was faster.
        run.refuse_if_used()?;
        fs_err::create_dir_all(&run.path)?;
        let lock = run.lock()?;
        run.refuse_if_used()?;
        run.write_config(config)?;
        Ok((run, lock))
    }

    /// Makes what a process that was killed early had not made yet, and removes what it had not
    /// finished.
    pub(crate) fn tidy(&self, config: &RunConfig) -> anyhow::Result<()> {
        fs_err::create_dir_all(self.path.join("checkpoint"))?;
        if let Some(order) = &config.batch_order
            && !self.own_batch_order().is_file()
        {
            write_whole(&self.own_batch_order(), &fs_err::read(order)?)?;
        }
        for entry in fs_err::read_dir(&self.path)? {
            let path = entry?.path();
            if is_temporary(&path) {
                fs_err::remove_file(path)?;
            }
        }
        Ok(())
    }

    fn refuse_if_used(&self) -> anyhow::Result<()> {
        let is_used = match self.path.symlink_metadata() {
            Err(_) => false,
            Ok(_) if !self.path.is_dir() => true,
            Ok(_) => fs_err::read_dir(&self.path)?.any(|entry| {
                entry.is_ok_and(|entry| {
                    entry.file_name() != "run.lock" && !is_temporary(&entry.path())
                })
            }),
        };
        if is_used {
            let message = format!(
                "{}: is there already; name a directory that is new or empty, or go on with the \
                 run in it: --resume {0}",
                self.path.display()
            );
            return Err(BadInput(message).into());
        }
        Ok(())
    }

    /// Opens the run at `path`, or the newest in `runs/`.
    pub(crate) fn open(path: Option<&Path>) -> anyhow::Result<Self> {
        if let Some(path) = path {
            let run = Self {
                path: path.to_owned(),
            };
            return if run.config_path().is_file() {
                Ok(run)
            } else {
                let message = format!(
                    "{}: not a run directory (no config.toml in it); `app train` makes one",
                    path.display()
                );
                Err(BadInput(message).into())
            };
        }
        let message = "no run in runs/; make one with `app train`, or name one";
        let newest = Self::all(Path::new(RUNS))?.pop();
        Ok(newest.ok_or_else(|| BadInput(message.to_owned()))?)
    }

    /// Opens the run at `path`, or the newest in `runs/` that is neither finished nor at work.
    pub(crate) fn open_unfinished(path: Option<&Path>) -> anyhow::Result<Self> {
        if path.is_some() {
            return Self::open(path);
        }
        for run in Self::all(Path::new(RUNS))?.into_iter().rev() {
            if run.outcome()?.is_none() && !run.is_locked() {
                return Ok(run);
            }
        }
        let message = "no unfinished run in runs/; `app runs` lists them";
        Err(BadInput(message.to_owned()).into())
    }

    /// Lists the runs in a directory, the oldest first.
    pub(crate) fn all(folder: &Path) -> anyhow::Result<Vec<Self>> {
        let mut runs = Vec::new();
        if folder.is_dir() {
            for entry in fs_err::read_dir(folder)? {
                let run = Self {
                    path: entry?.path(),
                };
                let config = run.config_path().metadata();
                if let Ok(written) = config.and_then(|config| config.modified()) {
                    runs.push((written, run));
                }
            }
        }
        runs.sort_by(|a, b| (&a.0, &a.1.path).cmp(&(&b.0, &b.1.path)));
        Ok(runs.into_iter().map(|(_, run)| run).collect())
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn config_path(&self) -> PathBuf {
        self.path.join("config.toml")
    }

    fn own_batch_order(&self) -> PathBuf {
        self.path.join("batch_order.csv")
    }

    /// The recorded order of batches, if there is one: the run's own copy.
    pub(crate) fn batch_order(&self, config: &RunConfig) -> Option<PathBuf> {
        let original = config.batch_order.clone()?;
        let own = self.own_batch_order();
        Some(if own.is_file() { own } else { original })
    }

    pub(crate) fn history(&self) -> PathBuf {
        self.path.join("history.csv")
    }

    pub(crate) fn sessions(&self) -> PathBuf {
        self.path.join("sessions.csv")
    }

    pub(crate) fn checkpoints(&self) -> Checkpoints {
        Checkpoints::new(self.path.join("checkpoint"))
    }

    fn trained_network(&self) -> PathBuf {
        self.path.join("model.bpk")
    }

    fn outcome_path(&self) -> PathBuf {
        self.path.join("result.toml")
    }

    pub(crate) fn config(&self) -> anyhow::Result<RunConfig> {
        RunConfig::read(&self.config_path())
    }

    pub(crate) fn write_config(&self, config: &RunConfig) -> anyhow::Result<()> {
        write_whole(&self.config_path(), config.to_toml()?.as_bytes())
    }

    /// How the training ended; none while it has not.
    pub(crate) fn outcome(&self) -> anyhow::Result<Option<Outcome>> {
        let path = self.outcome_path();
        if !path.is_file() {
            return Ok(None);
        }
        let text = fs_err::read_to_string(&path).map_err(|error| BadInput(error.to_string()))?;
        let outcome = toml::from_str(&text)
            .map_err(|error| BadInput(format!("{}: {error}", path.display())))?;
        Ok(Some(outcome))
    }

    /// Keeps the network of an epoch as the trained one, and calls the run finished.
    pub(crate) fn finish(
        &self,
        epochs: usize,
        stopped_early: bool,
        network: usize,
    ) -> anyhow::Result<()> {
        self.checkpoints().read(network)?;
        let bytes = fs_err::read(self.checkpoints().network(network))?;
        let outcome = Outcome {
            epochs,
            stopped_early,
            network,
            model: sha256(&bytes),
        };
        let text = toml::to_string(&outcome)?;
        let (network, outcome) = (self.trained_network(), self.outcome_path());
        write_in_order(&[(&network, &bytes), (&outcome, text.as_bytes())])?;
        Ok(sync_folder(&self.path)?)
    }

    /// Takes back that the run is finished.
    pub(crate) fn reopen(&self) -> anyhow::Result<()> {
        if self.outcome_path().exists() {
            fs_err::remove_file(self.outcome_path())?;
        }
        Ok(())
    }

    /// Claims the directory for this process.
    pub(crate) fn lock(&self) -> anyhow::Result<RunLock> {
        let path = self.path.join("run.lock");
        let file = fs_err::OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)?;
        // `app runs` holds the lock for an instant, to see whether it is free.
        for _ in 0..20 {
            match file.file().try_lock() {
                Ok(()) => return Ok(RunLock { _file: file }),
                Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(10)),
                Err(TryLockError::Error(error)) => {
                    return Err(error).with_context(|| format!("cannot lock {}", path.display()));
                }
            }
        }
        let message = format!(
            "{}: another process is training in it; wait for its end, or name another directory \
             with --run-dir",
            self.path.display()
        );
        Err(BadInput(message).into())
    }

    /// Says whether a process is training in the directory.
    pub(crate) fn is_locked(&self) -> bool {
        let file = fs_err::File::open(self.path.join("run.lock"));
        let tried = file.map(|file| file.file().try_lock_shared());
        matches!(tried, Ok(Err(TryLockError::WouldBlock)))
    }

    /// Loads one of the run's networks onto a device, after a look at its checksum.
    pub(crate) fn load(
        &self,
        name: CheckpointName,
        config: &RunConfig,
        device: &Device,
    ) -> anyhow::Result<Mlp> {
        let outcome = self.outcome()?;
        let file = match (name, outcome) {
            (CheckpointName::Last, Some(outcome)) => {
                let file = self.trained_network();
                let bytes = fs_err::read(&file).map_err(|error| BadInput(error.to_string()))?;
                if sha256(&bytes) != outcome.model {
                    let message = format!(
                        "{}: is damaged: its checksum is not that of result.toml; the checkpoint \
                         of epoch {} has the same network: --checkpoint {1}",
                        file.display(),
                        outcome.network
                    );
                    return Err(BadInput(message).into());
                }
                file
            }
            (CheckpointName::Last, None) => {
                let last = self.checkpoints().epochs()?.pop().unwrap_or_default();
                self.network_of(last)?
            }
            (CheckpointName::Best, _) => self.network_of(self.best_epoch(config)?)?,
            (CheckpointName::Epoch(epoch), _) => self.network_of(epoch)?,
        };
        Ok(model::load(&config.model(), &file, device)?)
    }

    /// The epoch with the best figure, by the run's monitor.
    pub(crate) fn best_epoch(&self, config: &RunConfig) -> anyhow::Result<usize> {
        let last = self.checkpoints().last_whole()?;
        if let Some(best) = last.state.and_then(|state| state.verdict.best) {
            return Ok(best.epoch);
        }
        let mut verdict = crate::monitor::Verdict::new(config);
        for epoch in history::read(self)? {
            verdict.judge(&epoch, config);
        }
        Ok(verdict.best.map_or(0, |best| best.epoch))
    }

    fn network_of(&self, epoch: usize) -> anyhow::Result<PathBuf> {
        let epochs = self.checkpoints().epochs()?;
        if epoch > 0 && epochs.contains(&epoch) {
            self.checkpoints().read(epoch)?;
            return Ok(self.checkpoints().network(epoch));
        }
        let kept: Vec<String> = epochs
            .iter()
            .filter(|epoch| **epoch > 0)
            .map(ToString::to_string)
            .collect();
        let kept = if kept.is_empty() {
            "no epoch is over yet".to_owned()
        } else {
            format!(
                "checkpoints are kept of epochs {}; keep_last and keep_every say which",
                kept.join(", ")
            )
        };
        let run = self.path.display();
        Err(BadInput(format!("{run}: no network of epoch {epoch}; {kept}")).into())
    }
}

/// `runs/<date and time>`, with a number behind it if that is taken.
pub(crate) fn fresh_path() -> PathBuf {
    let now = jiff::ZonedDateTime::now()
        .strftime("%Y-%m-%dT%H-%M-%S")
        .to_string();
    let runs = Path::new(RUNS);
    let first = runs.join(&now);
    if !first.exists() {
        return first;
    }
    (2..1000)
        .map(|number| runs.join(format!("{now}-{number}")))
        .find(|path| !path.exists())
        .unwrap_or(first)
}
