//! A summary of a run: its settings, its epochs and its state.

use serde::Serialize;

use crate::config::resolved::ResolvedConfig;
use crate::run::callbacks::{BestEpoch, CallbackState};
use crate::run::directory::RunDirectory;
use crate::run::history::EpochMetrics;
use crate::support::error::Result;

/// The state of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RunState {
    /// A process is training.
    Running,
    /// All epochs are finished.
    Finished,
    /// Ended by early stopping.
    Stopped,
    /// It can be resumed.
    Interrupted,
    /// Its network was trained elsewhere.
    Imported,
}

impl RunState {
    /// Determines the state of a run.
    ///
    /// # Errors
    ///
    /// As [`RunDirectory::result`].
    pub fn of(run: &RunDirectory) -> Result<Self> {
        Ok(match run.result()? {
            _ if run.is_locked() => Self::Running,
            Some(result) if result.epochs == 0 => Self::Imported,
            Some(result) if result.stopped_early => Self::Stopped,
            Some(_) => Self::Finished,
            None => Self::Interrupted,
        })
    }
}

impl std::fmt::Display for RunState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Running => "running",
            Self::Finished => "finished",
            Self::Stopped => "stopped",
            Self::Interrupted => "interrupted",
            Self::Imported => "imported",
        })
    }
}

/// A run's settings and metrics, read from its directory.
#[derive(Debug, Clone)]
pub struct RunSummary {
    /// The directory.
    pub run: RunDirectory,
    /// The settings.
    pub config: ResolvedConfig,
    /// The finished epochs; of an unfinished run, those after which it can be resumed.
    pub epochs: Vec<EpochMetrics>,
    /// The best of them.
    pub best: Option<BestEpoch>,
}

impl RunSummary {
    /// Reads a run.
    ///
    /// # Errors
    ///
    /// As [`RunDirectory::config`], [`RunDirectory::history`] and [`RunDirectory::result`].
    pub fn read(run: RunDirectory) -> Result<Self> {
        let config = ResolvedConfig::of_run(run.stored_config()?);
        let mut epochs = run.history()?;
        // A copy of a run without its checkpoints still has a history.
        if run.result()?.is_none() && run.checkpoints().has_folder() {
            // The rows of the last epochs are written before their checkpoints.
            let last = run.checkpoints().epochs()?.pop().unwrap_or(0);
            epochs.retain(|epoch| epoch.epoch <= last);
        }
        let best = CallbackState::after(&epochs, &config).best;
        Ok(Self {
            run,
            config,
            epochs,
            best,
        })
    }

    /// The time of the training: the wall time of all epochs in all sessions, in seconds.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        // The sum of none is -0 otherwise.
        self.epochs
            .iter()
            .fold(0.0, |sum, epoch| sum + epoch.seconds)
    }
}
