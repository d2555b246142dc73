//! In which order the images of a run are visited, and Burn's data loaders for them.

use std::sync::Arc;

use burn::data::dataloader::DataLoader;
use burn::tensor::Device;
use data::{
    DigitBatch, DigitBatcher, DigitLoader, DigitPair, LoaderConfig, ResidentLoader, Sampler,
};

use crate::config::run_config::RunConfig;
use crate::device::adapter::AdapterKind;
use crate::support::error::{Error, Result};
use crate::train::job::Job;

/// The order in which epochs visit the training images.
pub(crate) fn training_sampler(job: &Job<'_>) -> Result<Sampler> {
    let config = &job.config.settings;
    if config.overfit_batches.is_some() {
        return Ok(Sampler::Sequential);
    }
    let Some(path) = job.run.batch_order(config) else {
        let (seed, buffer) = (config.seed.into(), config.buffered_images());
        return Ok(if job.digits.training.len() <= buffer {
            Sampler::Shuffled { seed }
        } else {
            Sampler::Buffered { seed, buffer }
        });
    };
    let rows = job.digits.training_rows();
    let epochs = data::read_batch_order(&path, &rows, config.epochs)?;
    Ok(Sampler::Recorded(Arc::new(epochs)))
}

/// Makes batches of images; on a GPU in batches of one size, from its own memory if they fit.
pub(crate) fn data_loader(
    digits: &DigitPair,
    config: &RunConfig,
    sampler: Sampler,
    first_epoch: usize,
    device: &Device,
    kind: AdapterKind,
) -> Result<Arc<dyn DataLoader<DigitBatch>>> {
    let batch_size = config.batch_size;
    let batcher = DigitBatcher {
        class_weight: config.loss_weights(),
        pad_to: (kind != AdapterKind::Cpu).then_some(batch_size),
    };
    let loader = LoaderConfig {
        batcher,
        batch_size,
        sampler,
        first_epoch,
    };
    if kind != AdapterKind::Cpu && ResidentLoader::fits(digits.len()) {
        let loader = ResidentLoader::new(digits, loader, device).map_err(Error::burn)?;
        return Ok(Arc::new(loader));
    }
    let dataset = Arc::new(digits.clone());
    Ok(Arc::new(DigitLoader::new(dataset, loader, device.clone())))
}
