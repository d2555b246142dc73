//! `result.toml`: how a training ended. A run with this file is finished.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::support::error::{Error, Result};

/// How a training ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingResult {
    /// Finished epochs.
    pub epochs: usize,
    /// Whether early stopping ended it.
    pub stopped_early: bool,
    /// The epoch of the network in `model.bpk`.
    pub network: usize,
    /// SHA-256 of `model.bpk`.
    pub model: String,
}

/// Reads `result.toml`; none while the run is not finished.
pub(crate) fn read(path: &Path) -> Result<Option<TrainingResult>> {
    if !path.is_file() {
        return Ok(None);
    }
    let text = fs_err::read_to_string(path).map_err(Error::Unreadable)?;
    let result = toml::from_str(&text).map_err(|error| Error::Toml {
        path: path.to_owned(),
        excerpt: error.to_string(),
    })?;
    Ok(Some(result))
}
