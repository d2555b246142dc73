//! The files that a run was started with beside its images: initial weights, a batch order, and a list of images
//! that are left out. A run
//! is resumed with the same content, wherever the files are now.

use std::path::Path;

use crate::config::compare::{Compared, ComparedFiles};
use crate::config::run_config::RunConfig;
use crate::dataset::without::{LIST, is_same_list};
use crate::run::checkpoint_name::CheckpointName;
use crate::run::directory::{RunDirectory, with_own_list};
use crate::run::manifest::Manifest;
use crate::support::error::{Error, Result};
use crate::support::hash::sha256;
use crate::support::missing::check_exists;

/// What an initial weights' path should be.
pub(crate) const WEIGHTS: &str = "run or file of weights";
/// What a batch order's path should be.
pub(crate) const BATCH_ORDER: &str = "file of a batch order";

/// The SHA-256 of a file of weights, or of the file of a run's network.
pub(crate) fn weights_checksum(weights: &Path) -> Result<String> {
    check_exists(weights, WEIGHTS)?;
    let bytes = if weights.is_dir() {
        let run = RunDirectory::open(Some(weights))?;
        let (network, _) = run.network_file(CheckpointName::Last, &run.config()?)?;
        fs_err::read(network)
    } else {
        fs_err::read(weights)
    };
    Ok(sha256(&bytes.map_err(Error::Unreadable)?))
}

/// How the files of a run are compared: by their content, where it is known from the run's last
/// checkpoint or from its copy.
pub(crate) fn compared_files(run: &RunDirectory, last: Option<&Manifest>) -> ComparedFiles {
    let by = |is_known| {
        if is_known {
            Compared::ByContent
        } else {
            Compared::ByPath
        }
    };
    ComparedFiles {
        data: by(last.is_some()),
        init: by(last.is_some_and(|last| last.init.is_some())),
        batch_order: by(run.copy_of_batch_order().is_file()),
        without: by(run.copy_of_without().is_file()),
    }
}

/// Returns an error if a file that the run was started with has other content now. One that is gone
/// is not needed any more, unless `config` names another in its place.
pub(crate) fn check_start_files(
    run: &RunDirectory,
    config: &RunConfig,
    last: Option<&Manifest>,
) -> Result<()> {
    check_initial_weights(run, config, last)?;
    check_batch_order(run, config)
}

/// The same for the initial weights alone.
pub(crate) fn check_initial_weights(
    run: &RunDirectory,
    config: &RunConfig,
    last: Option<&Manifest>,
) -> Result<()> {
    let expected = last.and_then(|last| last.init.as_deref());
    let (Some(path), Some(expected)) = (&config.init, expected) else {
        return Ok(());
    };
    if is_gone(path, run.config()?.init.as_deref()) || weights_checksum(path)? == expected {
        return Ok(());
    }
    Err(Error::OtherInitialWeights {
        run: run.path().to_owned(),
        path: path.clone(),
    })
}

fn check_batch_order(run: &RunDirectory, config: &RunConfig) -> Result<()> {
    let copy = run.copy_of_batch_order();
    let Some(path) = &config.batch_order else {
        return Ok(());
    };
    if !copy.is_file() || is_gone(path, run.config()?.batch_order.as_deref()) {
        return Ok(());
    }
    check_exists(path, BATCH_ORDER)?;
    let [now, then] = [path, &copy].map(|file| fs_err::read(file).map_err(Error::Unreadable));
    if now? == then? {
        return Ok(());
    }
    Err(Error::OtherBatchOrder {
        run: run.path().to_owned(),
        path: path.clone(),
        copy,
    })
}

/// Returns the settings with the run's own list of images that are left out, or an error if `config` names one with
/// other content.
pub(crate) fn with_list_of_run(run: &RunDirectory, config: RunConfig) -> Result<RunConfig> {
    let copy = run.copy_of_without();
    let Some(path) = &config.without else {
        return Ok(config);
    };
    if copy.is_file() && !is_gone(path, run.stored_config()?.without.as_deref()) {
        check_exists(path, LIST)?;
        if !is_same_list(Some(path), Some(&copy)) {
            return Err(Error::OtherWithout {
                run: run.path().to_owned(),
                path: path.clone(),
                copy,
            });
        }
    }
    Ok(with_own_list(config, run.path()))
}

/// Says whether the file that the run was started with does not exist any more.
fn is_gone(path: &Path, before: Option<&Path>) -> bool {
    before == Some(path) && !path.exists()
}
