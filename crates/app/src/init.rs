//! The weights that a training starts from.

use std::path::Path;

use burn::tensor::Device;
use model::{Mlp, MlpConfig};

use crate::cli::CheckpointName;
use crate::config::RunConfig;
use crate::failure::BadInput;
use crate::run_dir::RunDir;

/// Makes the network of a configuration as it is before the first step.
pub(crate) fn network(config: &RunConfig, device: &Device) -> anyhow::Result<Mlp> {
    match &config.init {
        None => Ok(config.model().init(config.seed.into(), device)),
        Some(weights) => read(weights, &config.model(), device),
    }
}

/// Reads weights from a run, from JSON or from burnpack, told apart by content.
fn read(weights: &Path, config: &MlpConfig, device: &Device) -> anyhow::Result<Mlp> {
    if weights.is_dir() {
        let run = RunDir::open(Some(weights))?;
        let mut theirs = run.config()?;
        // What does not fit is said of the file.
        theirs.hidden_units = config.hidden_units;
        return run.load(CheckpointName::Last, &theirs, device);
    }
    let bytes = fs_err::read(weights).map_err(|error| BadInput(error.to_string()))?;
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    if first == Some(&b'{') {
        Ok(model::read_json(config, weights, device)?)
    } else {
        Ok(model::load(config, weights, device)?)
    }
}
