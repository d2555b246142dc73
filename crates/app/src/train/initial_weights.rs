//! The initial weights of a training.

use std::path::Path;

use burn::tensor::Device;
use model::{Mlp, MlpConfig};

use crate::config::run_config::RunConfig;
use crate::interchange::{self, length_of_file, read_bytes};
use crate::run::checkpoint_name::CheckpointName;
use crate::run::directory::RunDirectory;
use crate::run::start_files::{WEIGHTS, check_initial_weights};
use crate::support::error::{Error, Result};
use crate::support::missing::check_exists;

/// Creates the network of a configuration before the first step.
pub(crate) fn initial_network(config: &RunConfig, device: &Device) -> Result<Mlp> {
    match &config.init {
        None => Ok(config.model().init(config.seed.into(), device)),
        Some(weights) => read(weights, config, device),
    }
}

/// The network that a run started from, if the file of its initial weights has not changed since.
pub(crate) fn network_at_start(
    run: &RunDirectory,
    config: &RunConfig,
    device: &Device,
) -> Result<Mlp> {
    if config.init.is_some() {
        let last = run.checkpoints().last_complete()?.manifest;
        check_initial_weights(run, config, last.as_ref())?;
    }
    initial_network(config, device)
}

/// Reads weights from a run, from JSON, from burnpack or from a file of another program, recognized by content.
fn read(weights: &Path, config: &RunConfig, device: &Device) -> Result<Mlp> {
    check_exists(weights, WEIGHTS)?;
    let model: MlpConfig = config.model();
    if weights.is_dir() {
        let run = RunDirectory::open(Some(weights))?;
        let mut theirs = run.config()?;
        // Loaded with the configured sizes, so that the error for a network of other sizes names
        // its file.
        theirs.hidden_units = model.hidden_units;
        theirs.digits = config.digits.clone();
        return run.load(CheckpointName::Last, &theirs, device);
    }
    length_of_file(weights)?;
    let bytes = fs_err::read(weights).map_err(Error::Unreadable)?;
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    if first == Some(&b'{') {
        Ok(model::read_json(&model, weights, device)?)
    } else if interop::is_readable(&bytes) {
        foreign(weights, &bytes, &model, device)
    } else {
        Ok(model::load(&model, weights, device)?)
    }
}

/// Reads the weights of another program's file.
fn foreign(path: &Path, bytes: &[u8], expected: &MlpConfig, device: &Device) -> Result<Mlp> {
    let network = read_bytes(path, bytes)?.network;
    let sizes = interchange::sizes(&network);
    if sizes != *expected {
        return Err(Error::ForeignSizes {
            path: path.to_owned(),
            hidden_units: expected.hidden_units,
            found: sizes.hidden_units,
            outputs: [expected.outputs, sizes.outputs],
        });
    }
    Ok(interchange::weights(&network).network(&sizes, device))
}
