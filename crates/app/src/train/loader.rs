//! The order of the training images, and Burn's data loaders.

use std::sync::Arc;

use burn::data::dataloader::DataLoader;
use burn::tensor::Device;
use data::{
    ClassifiedDigits, DigitBatch, DigitBatcher, DigitLoader, LoaderConfig, ResidentLoader, Sampler,
};

use crate::config::run_config::RunConfig;
use crate::device::adapter::AdapterKind;
use crate::support::error::{Error, Result};
use crate::train::job::Job;

/// The order of the training images in each epoch.
pub(crate) fn training_sampler(job: &Job<'_>) -> Result<Sampler> {
    let config = &job.config.settings;
    let recorded = job.run.batch_order(config);
    let Some(path) = recorded.filter(|_| config.overfit_batches.is_none()) else {
        return Ok(order_of(config, job.digits.training.len()));
    };
    let rows = job.digits.training_rows();
    let epochs = data::read_batch_order(&path, &rows, config.epochs)?;
    Ok(Sampler::Recorded(Arc::new(epochs)))
}

/// The order of so many images without a recorded one.
pub(crate) fn order_of(config: &RunConfig, images: usize) -> Sampler {
    match config.overfit_batches {
        Some(_) => Sampler::Sequential,
        None => shuffled(config, images),
    }
}

/// A new order for each epoch, a function of the seed and the epoch alone.
pub(crate) fn shuffled(config: &RunConfig, images: usize) -> Sampler {
    let (seed, buffer) = (config.seed.into(), config.buffered_images());
    if images <= buffer {
        Sampler::Shuffled { seed }
    } else {
        Sampler::Buffered { seed, buffer }
    }
}

/// What a data loader is for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose<'a> {
    /// Images count by their class, and are augmented as the configuration says.
    Training { class_weight: Option<&'a [f32]> },
    /// Images are as they are.
    Validation,
}

/// Creates a data loader; on a GPU, all batches have the size of `config`, which must be [cut to](RunConfig::cut_to) the
/// training images, and images that fit, and are not
/// augmented, are stored in GPU memory.
pub(crate) fn data_loader(
    digits: &ClassifiedDigits,
    config: &RunConfig,
    sampler: Sampler,
    first_epoch: usize,
    device: &Device,
    kind: AdapterKind,
    purpose: Purpose<'_>,
) -> Result<Arc<dyn DataLoader<DigitBatch>>> {
    let batch_size = config.batch_size;
    let (class_weight, augmenter) = match purpose {
        Purpose::Training { class_weight } => (class_weight, config.augment.augmenter(config.seed)),
        Purpose::Validation => (None, None),
    };
    let batcher = DigitBatcher {
        outputs: config.model().outputs,
        class_weight: class_weight.map(<[f32]>::to_vec),
        pad_to: (kind != AdapterKind::Cpu).then_some(batch_size),
    };
    let loader = LoaderConfig {
        batcher,
        batch_size,
        sampler,
        first_epoch,
    };
    // Augmented images are new in each epoch.
    let can_stay = augmenter.is_none() && kind != AdapterKind::Cpu;
    if can_stay && ResidentLoader::fits(digits.len(), batch_size) {
        let loader = ResidentLoader::new(digits, loader, device).map_err(Error::burn)?;
        return Ok(Arc::new(loader));
    }
    let dataset = Arc::new(digits.clone());
    let loader = DigitLoader::new(dataset, loader, device.clone());
    Ok(Arc::new(loader.augmented(augmenter)))
}
