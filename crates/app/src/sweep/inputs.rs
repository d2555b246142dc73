//! What points are trained with beside settings: the backend, and checksums of files, so that a resumed sweep goes on with
//! the same.

use std::path::Path;

use clap::ValueEnum;
use data::ClassifiedDigits;
use serde::{Deserialize, Serialize};

use crate::device::adapter::OpenDevice;
use crate::device::backend_name::BackendName;
use crate::device::select::DeviceChoice;
use crate::run::start_files::weights_checksum;
use crate::support::error::{Error, Result};
use crate::support::hash::sha256;
use crate::support::notice::{Notice, Notify};
use crate::support::sweep_error::SweepError;
use crate::sweep::plan::SweepPlan;

/// The backend, and the SHA-256 of the files; `inputs.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Inputs {
    /// The `--backend` that points are trained on; none before it is chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    backend: Option<String>,
    /// Of `sweep.toml`.
    #[serde(default)]
    settings: String,
    /// Of the images and labels.
    data: String,
    /// Of the initial weights of each combination that has some, without repetitions in a row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    initial_weights: Vec<String>,
}

impl Inputs {
    /// Computes the checksums of what a plan is to be trained with.
    ///
    /// # Errors
    ///
    /// [`Error::Missing`] and others if initial weights cannot be read.
    pub(crate) fn of(plan: &SweepPlan, images: &ClassifiedDigits) -> Result<Self> {
        let combinations = plan.combinations.iter();
        let mut paths: Vec<_> = combinations
            .filter_map(|combination| combination.config.init.as_ref())
            .collect();
        paths.dedup();
        let checksums = paths.into_iter().map(|path| weights_checksum(path));
        Ok(Self {
            backend: None,
            settings: String::new(),
            data: sha256(&images.digits().sha256()?),
            initial_weights: checksums.collect::<Result<_>>()?,
        })
    }

    /// The checksum of the images and labels.
    pub(crate) fn data(&self) -> &str {
        &self.data
    }

    /// The same with that of the text of `sweep.toml`.
    pub(crate) fn of_plan(self, text: &str) -> Self {
        Self {
            settings: settings(text),
            ..self
        }
    }

    /// Says whether a text is that of `sweep.toml` when the sweep was started.
    pub(crate) fn is_of(&self, text: &str) -> bool {
        settings(text) == self.settings
    }

    /// The same with the backend of a device.
    pub(crate) fn on(self, device: &OpenDevice) -> Self {
        Self {
            backend: Some(device.backend.to_string()),
            ..self
        }
    }

    /// The requested device; by default, a resumed sweep is trained on the backend that it was started on.
    pub(crate) fn device(&self, choice: DeviceChoice, notify: &mut Notify<'_>) -> DeviceChoice {
        let Some(before) = &self.backend else {
            return choice;
        };
        if choice.backend == BackendName::Auto
            && let Ok(backend) = BackendName::from_str(before, false)
        {
            return DeviceChoice { backend, ..choice };
        }
        let now = choice.backend.to_string();
        if now != *before {
            let before = before.clone();
            notify(Notice::OtherBackend { before, now });
        }
        choice
    }

    /// Returns an error if a sweep in the folder `sweep` was started with others.
    ///
    /// # Errors
    ///
    /// [`SweepError::OtherSweepData`] and [`SweepError::OtherSweepWeights`].
    pub(crate) fn check_same(&self, before: &Self, sweep: &Path) -> Result<()> {
        let sweep = || sweep.to_owned();
        if self.data != before.data {
            return Err(Error::Sweep(SweepError::OtherSweepData { sweep: sweep() }));
        }
        if self.initial_weights != before.initial_weights {
            return Err(Error::Sweep(SweepError::OtherSweepWeights {
                sweep: sweep(),
            }));
        }
        Ok(())
    }
}

/// The SHA-256 of `sweep.toml` without the places of files, which may be moved.
fn settings(text: &str) -> String {
    let is_place = |line: &&str| {
        ["data = ", "init = ", "without = "]
            .iter()
            .any(|key| line.starts_with(key))
    };
    let lines: Vec<&str> = text.lines().filter(|line| !is_place(line)).collect();
    sha256(lines.join("\n").as_bytes())
}
