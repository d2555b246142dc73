//! In which order the images of a run are visited, and Burn's data loaders for them.

use std::sync::Arc;

use burn::data::dataloader::DataLoader;
use burn::tensor::Device;
use data::{DigitBatch, DigitBatcher, DigitLoader, DigitPair, Order, ResidentLoader};

use crate::config::run_config::RunConfig;
use crate::device::adapter::AdapterKind;
use crate::support::error::{Error, Result};
use crate::train::job::Job;

/// The order in which epochs visit the training images.
pub(crate) fn training_order(job: &Job<'_>) -> Result<Order> {
    let config = &job.config.settings;
    if config.overfit_batches.is_some() {
        return Ok(Order::Sequential);
    }
    let Some(path) = job.run.batch_order(config) else {
        let (seed, buffer) = (config.seed.into(), config.buffered_images());
        return Ok(if job.digits.training.len() <= buffer {
            Order::Shuffled(seed)
        } else {
            Order::Buffered { seed, buffer }
        });
    };
    let rows = job.digits.training_rows();
    let epochs = data::read_batch_order(&path, &rows, config.epochs)?;
    Ok(Order::Recorded(Arc::new(epochs)))
}

/// Makes batches of images; on a GPU in batches of one size, from its own memory if they fit.
pub(crate) fn data_loader(
    digits: &DigitPair,
    config: &RunConfig,
    order: Order,
    first_epoch: usize,
    device: &Device,
    kind: AdapterKind,
) -> Result<Arc<dyn DataLoader<DigitBatch>>> {
    let batch_size = config.batch_size;
    let batcher = DigitBatcher {
        class_weight: config.loss_weights(),
        fill_to: (kind != AdapterKind::Cpu).then_some(batch_size),
    };
    if kind != AdapterKind::Cpu && ResidentLoader::fits(digits.len()) {
        let loader = ResidentLoader::new(digits, batcher, batch_size, order, first_epoch, device);
        return Ok(Arc::new(loader.map_err(Error::from)?));
    }
    let (dataset, device) = (Arc::new(digits.clone()), device.clone());
    let loader = DigitLoader::new(dataset, batcher, batch_size, order, first_epoch, device);
    Ok(Arc::new(loader))
}
