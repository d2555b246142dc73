//! One network of an ensemble, wherever it is from.

use std::path::{Path, PathBuf};

use model::LayerValues;

use crate::config::run_config::RunConfig;
use crate::device::select::reference_device;
use crate::run::checkpoint_name::CheckpointName;
use crate::run::directory::RunDirectory;
use crate::support::error::Result;

/// A trained network with its settings and its names.
#[derive(Debug, Clone)]
pub struct Member {
    /// A name for users: the run or the point of a sweep, the checkpoint and its epoch.
    pub name: String,
    /// The directory of the run or of the sweep.
    pub directory: PathBuf,
    /// The number of the point, if it is of a sweep.
    pub point: Option<usize>,
    /// The name by which the checkpoint was chosen.
    pub checkpoint: CheckpointName,
    /// The epoch of the network.
    pub epoch: usize,
    /// The settings that it was trained with.
    pub config: RunConfig,
    /// Its weights and biases.
    pub weights: LayerValues,
}

impl Member {
    /// Loads a network of a run.
    ///
    /// # Errors
    ///
    /// As [`RunDirectory::config`] and [`RunDirectory::load`].
    pub fn open(run: &RunDirectory, checkpoint: CheckpointName) -> Result<Self> {
        let config = run.config()?;
        let (network, epoch) = run.load_numbered(checkpoint, &config, &reference_device())?;
        Ok(Self {
            name: network_name(run.path(), checkpoint, epoch, &config),
            directory: run.path().to_owned(),
            point: None,
            checkpoint,
            epoch,
            weights: LayerValues::read(&network)?,
            config,
        })
    }

    /// Where it is from, for users: the run, or the point and the sweep.
    #[must_use]
    pub fn origin(&self) -> String {
        let directory = self.directory.display();
        match self.point {
            None => directory.to_string(),
            Some(point) => format!("point {point} of {directory}"),
        }
    }
}

/// A name of a run's network for users: the run, the checkpoint and its epoch.
pub(crate) fn network_name(
    run: &Path,
    checkpoint: CheckpointName,
    epoch: usize,
    config: &RunConfig,
) -> String {
    let run = run.display();
    match checkpoint {
        CheckpointName::Best => format!("{run}, best checkpoint (epoch {epoch})"),
        CheckpointName::Last if config.is_imported() => format!("{run}, imported network"),
        CheckpointName::Last if config.restore_best_weights => {
            format!("{run}, final network (epoch {epoch})")
        }
        CheckpointName::Last => format!("{run}, last checkpoint (epoch {epoch})"),
        CheckpointName::Epoch(_) => format!("{run}, checkpoint of epoch {epoch}"),
    }
}
