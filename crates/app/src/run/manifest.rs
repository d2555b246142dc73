//! The manifest of a checkpoint: the state of the run, and the checksums of the other files of the
//! checkpoint.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::config::run_config::RunConfig;
use crate::run::callbacks::CallbackState;
use crate::run::history::EpochMetrics;
use crate::support::cause::Damage;
use crate::support::error::{Error, Result};
use crate::support::hash::sha256;

/// The format version of [`Manifest`] that is written. Version 1 had the keys `verdict` and
/// `figures`.
const VERSION: u32 = 2;
/// The format versions that can be read.
const READABLE: std::ops::RangeInclusive<i64> = 1..=2;

/// The state that a run needs to be resumed, in addition to Burn's records.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    version: u32,
    /// The epoch after which it was written; 0 before the first.
    pub(crate) epoch: usize,
    /// The `--backend` that trained the epoch.
    pub(crate) backend: String,
    /// SHA-256 of the training and validation images and their labels.
    pub(crate) data: String,
    /// SHA-256 of the file of the initial weights; none for drawn ones, and in old runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) init: Option<String>,
    /// SHA-256 of the records of network, optimizer and learning-rate schedule.
    pub(crate) files: [String; 3],
    #[serde(alias = "verdict")]
    pub(crate) callbacks: CallbackState,
    /// None before the first epoch.
    #[serde(alias = "figures")]
    pub(crate) metrics: Option<EpochMetrics>,
    /// Seconds of the training so far, of a point of a sweep; a run has them in its history.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) seconds: Option<f64>,
    pub(crate) config: RunConfig,
}

/// The values shared by all manifests of a training.
#[derive(Debug, Clone)]
pub(crate) struct Provenance {
    /// The `--backend`.
    pub(crate) backend: String,
    /// SHA-256 of the images and labels.
    pub(crate) data: String,
    /// SHA-256 of the file of the initial weights, if it is known.
    pub(crate) init: Option<String>,
    pub(crate) config: RunConfig,
}

impl Manifest {
    /// The manifest after an epoch, or before the first without metrics. The checksums of the
    /// records are filled in when these are written.
    pub(crate) fn new(
        metrics: Option<EpochMetrics>,
        callbacks: CallbackState,
        provenance: &Provenance,
    ) -> Self {
        Self {
            version: VERSION,
            epoch: metrics.as_ref().map_or(0, |metrics| metrics.epoch),
            backend: provenance.backend.clone(),
            data: provenance.data.clone(),
            init: provenance.init.clone(),
            files: [const { String::new() }; 3],
            callbacks,
            metrics,
            seconds: None,
            config: provenance.config.clone(),
        }
    }

    /// The bytes of the manifest's file: its own checksum on the first line, then TOML.
    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>> {
        let text = toml::to_string(self)?;
        let checksum = sha256(text.as_bytes());
        Ok(format!("sha256 = \"{checksum}\"\n{text}").into_bytes())
    }

    /// Reads a manifest and checks it against the checksum on its first line.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let damaged = |damage| Error::Damaged {
            path: path.to_owned(),
            damage,
        };
        let bytes = fs_err::read(path).map_err(Error::Unreadable)?;
        let text = String::from_utf8(bytes).map_err(|_| damaged(Damage::NotUtf8))?;
        let (first, rest) = text.split_once('\n').unwrap_or_default();
        if first != format!("sha256 = \"{}\"", sha256(rest.as_bytes())) {
            return Err(damaged(Damage::Checksum));
        }
        let malformed = |error: toml::de::Error| damaged(Damage::Toml(error.to_string()));
        let table: toml::Table = toml::from_str(rest).map_err(malformed)?;
        let version = table.get("version").and_then(toml::Value::as_integer);
        if !version.is_some_and(|version| READABLE.contains(&version)) {
            return Err(Error::ManifestVersion {
                path: path.to_owned(),
                expected: format!("{} or {}", READABLE.start(), READABLE.end()),
                found: version,
            });
        }
        toml::from_str(rest).map_err(malformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        let metrics = EpochMetrics {
            epoch: 3,
            loss: 0.1 + 0.2,
            accuracy: 0.999,
            val_loss: Some(1.0 / 3.0),
            val_accuracy: None,
            learning_rate: 0.001,
            seconds: 0.25,
        };
        let config = RunConfig::default();
        let provenance = Provenance {
            backend: "flex".to_owned(),
            data: "abc".to_owned(),
            init: Some("def".to_owned()),
            config: config.clone(),
        };
        Manifest::new(Some(metrics), CallbackState::new(&config), &provenance)
    }

    fn read(bytes: &[u8]) -> Result<Manifest> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("epoch-3.toml");
        fs_err::write(&path, bytes).unwrap();
        Manifest::read(&path)
    }

    #[test]
    fn a_written_manifest_is_read_back_unchanged() {
        let manifest = manifest();
        assert_eq!(read(&manifest.to_bytes().unwrap()).unwrap(), manifest);
    }

    #[test]
    fn a_changed_byte_is_detected_as_damage() {
        let bytes = manifest().to_bytes().unwrap();
        for place in [0, bytes.len() / 2, bytes.len() - 1] {
            let mut damaged = bytes.clone();
            damaged[place] ^= 1;
            let message = read(&damaged).unwrap_err().to_string();
            assert!(message.contains("is damaged"), "byte {place}: {message}");
        }
    }

    #[test]
    fn the_first_version_with_its_older_keys_is_read() {
        let text = toml::to_string(&manifest()).unwrap();
        let old = text
            .replace("version = 2", "version = 1")
            .replace("[callbacks", "[verdict")
            .replace("[metrics]", "[figures]");
        assert!(
            old.contains("[verdict.plateau]") && old.contains("[figures]"),
            "{old}"
        );
        let checksum = sha256(old.as_bytes());
        let bytes = format!("sha256 = \"{checksum}\"\n{old}");
        let read = read(bytes.as_bytes()).unwrap();
        assert_eq!((read.epoch, read.version), (3, 1));
        assert_eq!(read.metrics, manifest().metrics);
    }

    #[test]
    fn another_version_is_refused() {
        let text = toml::to_string(&manifest()).unwrap();
        let newer = text.replace("version = 2", "version = 3");
        let checksum = sha256(newer.as_bytes());
        let error = read(format!("sha256 = \"{checksum}\"\n{newer}").as_bytes()).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("expected version 1 or 2, found 3"),
            "{error}"
        );
    }
}
