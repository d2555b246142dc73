//! The runs that may be asked for: those of one folder, by name.

use std::path::PathBuf;

use server::Run;

use crate::run::directory::RunDirectory;
use crate::run::summary::{RunState, RunSummary};
use crate::serve::names::{metrics, name_of};
use crate::support::error::Result;

/// The folder of runs.
#[derive(Debug, Clone)]
pub(crate) struct Runs {
    folder: PathBuf,
}

impl Runs {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Finds a run by its name, which is compared with those that are there and never used as a path.
    ///
    /// # Errors
    ///
    /// [`Error::Io`](crate::Error::Io) if the folder cannot be read.
    pub(crate) fn find(&self, name: &str) -> Result<Option<RunDirectory>> {
        let mut runs = RunDirectory::all(&self.folder)?.into_iter();
        Ok(runs.find(|run| name_of(run.path()) == name))
    }

    /// Lists the runs whose files can be read, the newest first; `default` is the name of the one that is served.
    ///
    /// # Errors
    ///
    /// [`Error::Io`](crate::Error::Io) if the folder cannot be read.
    pub(crate) fn list(&self, default: &str) -> Result<Vec<Run>> {
        let runs = RunDirectory::all(&self.folder)?.into_iter().rev();
        Ok(runs
            .filter_map(|run| described(run, default).ok())
            .collect())
    }
}

fn described(run: RunDirectory, default: &str) -> Result<Run> {
    let name = name_of(run.path());
    let state = RunState::of(&run)?;
    let summary = RunSummary::read(run)?;
    Ok(Run {
        is_default: name == default,
        name,
        state: state.to_string(),
        digits: summary.config.settings.digits.0.clone(),
        epochs: summary.epochs.len(),
        metrics: summary.epochs.last().map(metrics).unwrap_or_default(),
    })
}
