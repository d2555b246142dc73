//! The network and the images of the benchmark.

use std::iter::Cycle;
use std::path::Path;
use std::vec::IntoIter;

use burn::tensor::Device;
use data::{ClassifiedDigits, Sampler};
use model::Mlp;

use crate::config::run_config::RunConfig;
use crate::dataset::training_data::TrainingData;
use crate::run::checkpoint_name::CheckpointName;
use crate::run::directory::RunDirectory;
use crate::support::error::Result;

/// Rows of a data set, repeated endlessly.
pub(crate) type Rows = Cycle<IntoIter<usize>>;

/// A network and its images.
pub(crate) struct Subject {
    /// With the size that a batch has.
    pub(crate) config: RunConfig,
    /// None for initial weights.
    run: Option<RunDirectory>,
    pub(crate) images: ClassifiedDigits,
}

impl Subject {
    /// Reads the configuration and digits of a run, or those of the defaults.
    pub(crate) fn read(run: Option<&Path>) -> Result<Self> {
        let run = run.map(|run| RunDirectory::open(Some(run))).transpose()?;
        let config = match &run {
            Some(run) => run.config()?,
            None => RunConfig::default(),
        };
        let images = TrainingData::read(&config)?.training;
        Ok(Self {
            config: config.cut_to(images.len()),
            run,
            images,
        })
    }

    pub(crate) fn network(&self, device: &Device) -> Result<Mlp> {
        match &self.run {
            Some(run) => run.load(CheckpointName::Last, &self.config, device),
            None => Ok(self.config.model().init(0, device)),
        }
    }

    /// The rows in a shuffled order, repeated endlessly.
    pub(crate) fn rows(&self) -> Rows {
        let order = Sampler::Shuffled { seed: 0 }.epoch_indices(self.images.len(), 1);
        order.into_iter().cycle()
    }
}
