//! A row of the list of runs.

use serde::Serialize;

use crate::cli::listing::age_seconds;
use crate::config::monitor::{Monitor, MonitoredMetric};
use crate::run::callbacks::BestEpoch;
use crate::run::summary::{RunState, RunSummary};
use crate::support::shell::quoted;

/// A row of the list; the keys of `--json`.
#[derive(Debug, Serialize)]
pub(super) struct Listed {
    pub(super) run: String,
    /// The same as a word of a shell.
    #[serde(skip)]
    pub(super) quoted: String,
    pub(super) state: RunState,
    /// Finished epochs.
    pub(super) epochs: usize,
    /// Configured epochs.
    pub(super) of: usize,
    /// The metric that epochs are compared by.
    pub(super) monitor: MonitoredMetric,
    /// The monitor with its direction.
    #[serde(skip)]
    pub(super) compared_by: Monitor,
    pub(super) best: Option<BestEpoch>,
    /// Seconds since the last write to the run.
    pub(super) age_seconds: u64,
    /// The same, under its former key, which scripts may read.
    age: u64,
}

impl Listed {
    /// The row of a run in this state.
    pub(super) fn new(summary: &RunSummary, state: RunState) -> Self {
        let age = age_seconds(&[summary.run.history_path(), summary.run.config_path()]);
        Self {
            run: summary.run.path().display().to_string(),
            quoted: quoted(summary.run.path()),
            state,
            epochs: summary.epochs.len(),
            of: summary.config.settings.epochs,
            monitor: summary.config.monitor.metric,
            compared_by: summary.config.monitor,
            best: summary.best,
            age_seconds: age,
            age,
        }
    }
}
