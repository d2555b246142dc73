//! A run that is made of weights from elsewhere: its network was not trained here.

use std::path::Path;

use burn::module::Module;
use model::Mlp;

use crate::config::run_config::RunConfig;
use crate::run::directory::RunDirectory;
use crate::run::lock::RunLock;
use crate::support::error::{Error, Result};

impl RunDirectory {
    /// Creates a run of a network that was not trained here, by default in `runs/<date and time>`.
    ///
    /// Its settings have no epochs, by which it is known.
    ///
    /// # Errors
    ///
    /// [`Error::RunDirectoryInUse`] if something is at `path`, and
    /// [`Error::CreateRun`] if nothing can be written there.
    pub(crate) fn import(
        path: Option<&Path>,
        config: &RunConfig,
        network: &Mlp,
    ) -> Result<(Self, RunLock)> {
        let bytes = network
            .clone()
            .into_record()
            .into_bytes()
            .map_err(Error::burn)?;
        let (run, lock) = Self::create(path, config)?;
        run.complete_imported(&bytes)
            .inspect_err(|_| run.discard())?;
        Ok((run, lock))
    }
}
