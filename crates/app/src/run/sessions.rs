//! The sessions of a run, in `sessions.csv`: a row with time, version, device and machine for each
//! start or resume.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::support::csv_log;
use crate::support::error::Result;

/// A session: the part of a training that one process ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// When it began, in UTC, to the second.
    pub started: String,
    /// The number of epochs that were finished before.
    #[serde(alias = "epochs_done")]
    pub finished_epochs: usize,
    /// The version of this program.
    pub version: String,
    /// Backend and device.
    pub device: String,
    /// Operating system and processor.
    pub system: String,
    /// Processor cores that the process could use.
    pub cores: usize,
}

impl Session {
    /// The session of this process, starting now.
    pub(crate) fn now(device: &str, finished_epochs: usize) -> Self {
        Self {
            started: jiff::Timestamp::now().strftime("%FT%TZ").to_string(),
            finished_epochs,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            device: device.to_owned(),
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
        }
    }

    /// Adds the session to `sessions.csv`.
    pub(crate) fn record(self, path: &Path) -> Result<()> {
        let mut sessions: Vec<Self> = csv_log::read(path)?;
        sessions.push(self);
        csv_log::write(path, &sessions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_of_an_older_version_is_read_and_preserved() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sessions.csv");
        let old = "started,epochs_done,version,device,system,cores\n\
                   2026-11-24T02:15:23Z,3,0.1.0,flex (CPU),linux x86_64,2\n";
        fs_err::write(&path, old).unwrap();
        Session::now("flex (CPU)", 7).record(&path).unwrap();
        let sessions: Vec<Session> = csv_log::read(&path).unwrap();
        let finished: Vec<usize> = sessions.iter().map(|one| one.finished_epochs).collect();
        assert_eq!(finished, [3, 7]);
    }
}
