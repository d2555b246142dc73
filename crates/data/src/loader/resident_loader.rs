//! A loader that uploads the data set once, and shuffles it and cuts it into batches on the device.
//!
//! It is for GPUs, where the upload of a batch takes as long as a layer. The order of each epoch is that of the
//! [`Sampler`](crate::Sampler), as with [`DigitLoader`](crate::DigitLoader). The last batch is padded, so that every
//! batch has the same shape.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use burn::data::dataloader::batcher::Batcher;
use burn::data::dataloader::{DataLoader, DataLoaderIterator, Progress};
use burn::data::dataset::{Dataset, DatasetError};
use burn::tensor::{Device, Int, Tensor, TensorData};

use crate::loader::batch::{DigitBatch, DigitBatcher, Example};
use crate::loader::loader_config::LoaderConfig;
use crate::pixels::PIXELS;

/// The largest data set that is kept on a device, in bytes of pixels: what every WebGPU device
/// allows one buffer to hold (`maxStorageBufferBindingSize`). The copy in the order of an epoch takes as much again.
const MAX_BYTES: usize = 128 << 20;

/// Loads a data set in batches of one size from the memory of the device; each call of [`DataLoader::iter`] is the next
/// epoch.
pub struct ResidentLoader {
    rows: Rows,
    config: LoaderConfig,
    next_epoch: AtomicUsize,
}

/// Rows on a device; the last one is padding: black, with weight 0.
#[derive(Clone)]
struct Rows {
    /// `[rows + 1, 400]`
    images: Tensor<2>,
    /// `[rows + 1, outputs]`
    targets: Tensor<2>,
    /// `[rows + 1, 1]`
    weights: Tensor<2>,
}

impl ResidentLoader {
    /// Says whether a data set of so many images can be kept on a device: with its padding, at most 83,885.
    #[must_use]
    pub fn fits(images: usize, batch_size: usize) -> bool {
        let padded = images.checked_next_multiple_of(batch_size);
        padded.is_some_and(|images| images < MAX_BYTES / (PIXELS * size_of::<f32>()))
    }

    /// Uploads a data set that [fits](Self::fits) to `device`, with room for an epoch of whole batches. Batches are padded to the batch size; `pad_to` of the
    /// batcher is ignored.
    ///
    /// # Errors
    ///
    /// [`DatasetError`] when the images are on disk and cannot be read.
    ///
    /// # Panics
    ///
    /// When the batch size is 0.
    pub fn new(
        dataset: &dyn Dataset<Example>,
        config: LoaderConfig,
        device: &Device,
    ) -> Result<Self, DatasetError> {
        assert!(config.batch_size > 0, "a batch holds at least one example");
        let with_one_padding_row = DigitBatcher {
            pad_to: Some(dataset.len() + 1),
            ..config.batcher.clone()
        };
        let examples = dataset.get_many((0..dataset.len()).collect())?;
        let whole = with_one_padding_row.batch(examples, device);
        Ok(Self {
            rows: Rows {
                images: whole.images,
                targets: whole.targets,
                weights: whole.weights.expect("a padded batch has weights"),
            },
            next_epoch: AtomicUsize::new(config.first_epoch),
            config,
        })
    }

    /// Returns the same loader, at the same epoch, with other rows.
    fn with(&self, rows: Rows) -> Self {
        Self {
            rows,
            config: self.config.clone(),
            next_epoch: AtomicUsize::new(self.next_epoch.load(Ordering::Relaxed)),
        }
    }
}

impl Rows {
    /// The number of rows without the padding: also the row number of the padding.
    fn count(&self) -> usize {
        let [rows, _] = self.images.dims();
        rows - 1
    }

    /// Copies the rows of these numbers, in that order.
    fn select(&self, numbers: &Tensor<1, Int>) -> Self {
        Self {
            images: self.images.clone().select(0, numbers.clone()),
            targets: self.targets.clone().select(0, numbers.clone()),
            weights: self.weights.clone().select(0, numbers.clone()),
        }
    }
}

/// Uploads row numbers.
fn on_device(numbers: &[usize], device: &Device) -> Tensor<1, Int> {
    // They are far below 2^31 in a data set that fits.
    let numbers: Vec<i32> = numbers
        .iter()
        .map(|number| i32::try_from(*number).unwrap_or(i32::MAX))
        .collect();
    let count = numbers.len();
    Tensor::from_data(TensorData::new(numbers, [count]), device)
}

impl DataLoader<DigitBatch> for ResidentLoader {
    fn iter<'a>(&'a self) -> Box<dyn DataLoaderIterator<DigitBatch> + 'a> {
        let epoch = self.next_epoch.fetch_add(1, Ordering::Relaxed);
        let batch_size = self.config.batch_size;
        let padding_row = self.rows.count();
        let mut rows = self.config.sampler.epoch_indices(padding_row, epoch);
        let images = rows.len();
        rows.resize(images.next_multiple_of(batch_size), padding_row);
        let device = self.rows.images.device();
        Box::new(ResidentEpoch {
            rows: self.rows.select(&on_device(&rows, &device)),
            images,
            batch_size,
            position: 0,
        })
    }

    fn num_items(&self) -> usize {
        self.rows.count()
    }

    fn to_device(&self, device: &Device) -> Arc<dyn DataLoader<DigitBatch>> {
        let Rows {
            images,
            targets,
            weights,
        } = self.rows.clone();
        Arc::new(self.with(Rows {
            images: images.to_device(device),
            targets: targets.to_device(device),
            weights: weights.to_device(device),
        }))
    }

    fn slice(&self, start: usize, end: usize) -> Arc<dyn DataLoader<DigitBatch>> {
        let mut numbers: Vec<usize> = (start..end).collect();
        numbers.push(self.rows.count());
        let numbers = on_device(&numbers, &self.rows.images.device());
        Arc::new(self.with(self.rows.select(&numbers)))
    }
}

/// One epoch of a [`ResidentLoader`]: a copy of its rows in order, of which each batch is a slice.
struct ResidentEpoch {
    rows: Rows,
    /// The number of rows without padding.
    images: usize,
    batch_size: usize,
    position: usize,
}

impl Iterator for ResidentEpoch {
    type Item = Result<DigitBatch, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.position;
        if start >= self.images {
            return None;
        }
        self.position = (start + self.batch_size).min(self.images);
        let Rows {
            images,
            targets,
            weights,
        } = &self.rows;
        Some(Ok(DigitBatch {
            images: images.clone().narrow(0, start, self.batch_size),
            targets: targets.clone().narrow(0, start, self.batch_size),
            weights: Some(weights.clone().narrow(0, start, self.batch_size)),
            padding: start + self.batch_size - self.position,
        }))
    }
}

impl DataLoaderIterator<DigitBatch> for ResidentEpoch {
    fn progress(&self) -> Progress {
        Progress::new(self.position, self.images, Some("images".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loader::digit_loader::DigitLoader;
    use crate::loader::numbered::numbered;
    use crate::loader::sampler::Sampler;

    fn config(sampler: Sampler, first_epoch: usize) -> LoaderConfig {
        LoaderConfig {
            batcher: DigitBatcher {
                class_weight: Some(vec![0.5, 2.0]),
                ..DigitBatcher::new(1)
            },
            batch_size: 4,
            sampler,
            first_epoch,
        }
    }

    fn resident(rows: u16, sampler: Sampler, first_epoch: usize) -> ResidentLoader {
        let config = config(sampler, first_epoch);
        ResidentLoader::new(&numbered(rows), config, &Device::flex()).unwrap()
    }

    fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
        tensor.into_data().try_to_vec().unwrap()
    }

    /// The loader's next epoch, batch by batch: first pixel, target and weight of each image, and the padding.
    fn next_epoch(loader: &dyn DataLoader<DigitBatch>) -> Vec<([Vec<f32>; 3], usize)> {
        let batches = loader.iter().map(Result::unwrap);
        batches
            .map(|batch| {
                let pixels = values(batch.images.narrow(1, 0, 1));
                let weights = values(batch.weights.unwrap());
                ([pixels, values(batch.targets), weights], batch.padding)
            })
            .collect()
    }

    #[test]
    fn the_last_batch_is_padded_with_images_of_weight_0() {
        let loader = resident(6, Sampler::Sequential, 1);
        let batches = next_epoch(&loader);
        assert_eq!(batches.len(), 2);
        let ([pixels, targets, weights], padding) = &batches[1];
        assert_eq!(pixels, &[4., 5., 0., 0.]);
        assert_eq!(targets, &[0., 1., 0., 0.]);
        assert_eq!(weights, &[0.5, 2., 0., 0.]);
        assert_eq!((*padding, batches[0].1), (2, 0));
    }

    #[test]
    fn batches_are_those_of_an_uploading_loader_with_padding() {
        let sampler = Sampler::Shuffled { seed: 7 };
        let padded = LoaderConfig {
            batcher: DigitBatcher {
                class_weight: Some(vec![0.5, 2.0]),
                pad_to: Some(4),
                ..DigitBatcher::new(1)
            },
            ..config(sampler.clone(), 1)
        };
        let uploading = DigitLoader::new(Arc::new(numbered(10)), padded, Device::flex());
        let resident = resident(10, sampler, 1);
        for _ in 0..2 {
            assert_eq!(next_epoch(&resident), next_epoch(&uploading));
        }
    }

    #[test]
    fn a_loader_that_starts_at_epoch_3_repeats_the_third_epoch_of_one_that_started_at_1() {
        let sampler = Sampler::Shuffled { seed: 5 };
        let whole = resident(10, sampler.clone(), 1);
        next_epoch(&whole);
        let whole = whole.to_device(&Device::flex());
        next_epoch(whole.as_ref());
        let resumed = resident(10, sampler, 3);
        assert_eq!(next_epoch(whole.as_ref()), next_epoch(&resumed));
    }

    #[test]
    fn a_slice_holds_the_rows_asked_for() {
        let loader = resident(10, Sampler::Sequential, 1);
        let part = loader.slice(2, 5);
        assert_eq!(part.num_items(), 3);
        let batches = next_epoch(part.as_ref());
        let rows = [
            vec![2., 3., 4., 0.],
            vec![0., 1., 0., 0.],
            vec![0.5, 2., 0.5, 0.],
        ];
        assert_eq!(batches, [(rows, 1)]);
    }

    #[test]
    fn a_batch_size_of_0_panics_as_documented() {
        let config = LoaderConfig {
            batch_size: 0,
            ..config(Sampler::Sequential, 1)
        };
        let load = || ResidentLoader::new(&numbered(3), config, &Device::flex()).is_ok();
        assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(load)).is_err());
    }

    #[test]
    fn progress_counts_images_and_no_padding() {
        let loader = resident(6, Sampler::Sequential, 1);
        let mut batches = loader.iter();
        batches.next();
        batches.next();
        let progress = batches.progress();
        assert_eq!((progress.items_processed, progress.items_total), (6, 6));
        assert!(batches.next().is_none());
    }

    #[test]
    fn a_data_set_larger_than_a_buffer_does_not_fit() {
        // 128 MiB / 1600 bytes = 83,886.08; one row is padding.
        assert!(ResidentLoader::fits(83_885, 1));
        assert!(!ResidentLoader::fits(83_886, 1));
        // An epoch of two batches.
        assert!(ResidentLoader::fits(60_000, 41_000));
        assert!(!ResidentLoader::fits(60_000, 42_000));
        assert!(!ResidentLoader::fits(800, usize::MAX));
    }
}
