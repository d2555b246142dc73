//! Loads the network of a checkpoint by name: `best`, `last` or an epoch number.

use std::path::PathBuf;

use burn::tensor::Device;
use model::Mlp;

use crate::config::resolved::ResolvedConfig;
use crate::config::run_config::RunConfig;
use crate::run::callbacks::CallbackState;
use crate::run::checkpoint_name::CheckpointName;
use crate::run::directory::RunDirectory;
use crate::support::error::{Error, Result};
use crate::support::hash::sha256;

impl RunDirectory {
    /// Loads a network of the run onto a device, after checking its checksum.
    ///
    /// # Errors
    ///
    /// [`Error::NoCheckpoint`] if the run has no checkpoint of that epoch, [`Error::Damaged`] and
    /// [`Error::NetworkDamaged`] for a file with another checksum, [`Error::Model`] if the network
    /// does not have the sizes of `config`.
    pub fn load(&self, name: CheckpointName, config: &RunConfig, device: &Device) -> Result<Mlp> {
        Ok(self.load_numbered(name, config, device)?.0)
    }

    /// The same, with the network's epoch.
    pub(crate) fn load_numbered(
        &self,
        name: CheckpointName,
        config: &RunConfig,
        device: &Device,
    ) -> Result<(Mlp, usize)> {
        let (file, epoch) = self.network_file(name, config)?;
        Ok((model::load(&config.model(), &file, device)?, epoch))
    }

    /// The file of a network and its epoch, after checking its checksum.
    pub(crate) fn network_file(
        &self,
        name: CheckpointName,
        config: &RunConfig,
    ) -> Result<(PathBuf, usize)> {
        Ok(match (name, self.result()?) {
            (CheckpointName::Last, Some(result)) => {
                let file = self.trained_network();
                let bytes = fs_err::read(&file).map_err(Error::Unreadable)?;
                if sha256(&bytes) != result.model {
                    return Err(Error::NetworkDamaged {
                        path: file,
                        epoch: result.network,
                    });
                }
                (file, result.network)
            }
            (CheckpointName::Last, None) => {
                let last = self.checkpoints().epochs()?.pop().unwrap_or_default();
                (self.network_of(last)?, last)
            }
            (CheckpointName::Best, _) => {
                let best = self.best_epoch(config)?;
                (self.network_of(best)?, best)
            }
            (CheckpointName::Epoch(epoch), _) => (self.network_of(epoch)?, epoch),
        })
    }

    /// The epoch with the best monitored metric; 0 before the first is finished.
    fn best_epoch(&self, config: &RunConfig) -> Result<usize> {
        let last = self.checkpoints().last_complete()?;
        let best = last.manifest.and_then(|manifest| manifest.callbacks.best);
        if let Some(best) = best {
            return Ok(best.epoch);
        }
        let config = ResolvedConfig::of_run(config.clone());
        let callbacks = CallbackState::after(&self.history()?, &config);
        Ok(callbacks.best.map_or(0, |best| best.epoch))
    }

    fn network_of(&self, epoch: usize) -> Result<PathBuf> {
        let mut kept = self.checkpoints().epochs()?;
        if epoch > 0 && kept.contains(&epoch) {
            self.checkpoints().read(epoch)?;
            return Ok(self.checkpoints().network(epoch));
        }
        kept.retain(|epoch| *epoch > 0);
        Err(Error::NoCheckpoint {
            run: self.path().to_owned(),
            epoch,
            kept,
        })
    }
}
