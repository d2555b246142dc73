//! When, where and with what a run was trained, kept in `sessions.csv`: a line for each time that it
//! was begun or gone on with.

use serde::{Deserialize, Serialize};

use crate::adapter::Opened;
use crate::csv_lines;
use crate::run_dir::RunDir;

/// One process's part of a training.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Session {
    /// In UTC, to the second.
    pub(crate) started: String,
    /// The epochs that were done before.
    pub(crate) epochs_done: usize,
    /// The version of this program.
    pub(crate) version: String,
    /// Backend and device, for people.
    pub(crate) device: String,
    /// Operating system and processor.
    pub(crate) system: String,
    /// Processor cores that the process could use.
    pub(crate) cores: usize,
}

/// Reads a run's sessions, the oldest first.
pub(crate) fn read(run: &RunDir) -> anyhow::Result<Vec<Session>> {
    csv_lines::read(&run.sessions())
}

/// Adds the session that begins now.
pub(crate) fn begin(run: &RunDir, opened: &Opened, epochs_done: usize) -> anyhow::Result<()> {
    let mut sessions = read(run)?;
    sessions.push(Session {
        started: jiff::Timestamp::now().strftime("%FT%TZ").to_string(),
        epochs_done,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        device: opened.name.clone(),
        system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        cores: std::thread::available_parallelism().map_or(1, usize::from),
    });
    csv_lines::write(&run.sessions(), &sessions)
}
