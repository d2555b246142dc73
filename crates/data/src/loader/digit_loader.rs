//! A loader that uploads each batch: Burn's `DataLoader`, with an order that a resumed training repeats.
//!
//! Burn's own loader restarts its random numbers when a training is resumed, so that the resumed training sees other
//! batches than an uninterrupted one; [`DigitLoader`] derives the order of each epoch from its [`Sampler`](crate::Sampler).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use burn::data::dataloader::batcher::Batcher;
use burn::data::dataloader::{DataLoader, DataLoaderIterator, Progress};
use burn::data::dataset::transform::PartialDataset;
use burn::data::dataset::{Dataset, DatasetError};
use burn::tensor::Device;
use rayon::prelude::*;

use crate::augment::{Augmenter, Original};
use crate::loader::batch::{DigitBatch, Example};
use crate::loader::loader_config::LoaderConfig;

/// Images of a batch whose augmentation is worth a thread.
const LEAST_IMAGES: usize = 32;

/// Loads a data set in batches; each call of [`DataLoader::iter`] is the next epoch.
///
/// The last batch of an epoch may be smaller than the others, and so may the last one of each buffer of
/// [`Sampler::Buffered`](crate::Sampler::Buffered) when the buffer is not a multiple of the batch size.
pub struct DigitLoader {
    dataset: Arc<dyn Dataset<Example>>,
    config: LoaderConfig,
    augmenter: Option<Augmenter>,
    next_epoch: AtomicUsize,
    device: Device,
}

impl DigitLoader {
    /// Makes a loader of batches on `device`.
    ///
    /// # Panics
    ///
    /// When the batch size is 0.
    #[must_use]
    pub fn new(dataset: Arc<dyn Dataset<Example>>, config: LoaderConfig, device: Device) -> Self {
        assert!(config.batch_size > 0, "a batch holds at least one example");
        Self {
            dataset,
            augmenter: None,
            next_epoch: AtomicUsize::new(config.first_epoch),
            config,
            device,
        }
    }

    /// Returns the same loader with images that are changed in each epoch.
    #[must_use]
    pub fn augmented(self, augmenter: Option<Augmenter>) -> Self {
        Self { augmenter, ..self }
    }

    /// Returns the same loader, at the same epoch, with another data set and device.
    fn with(&self, dataset: Arc<dyn Dataset<Example>>, device: Device) -> Self {
        let config = LoaderConfig {
            first_epoch: self.next_epoch.load(Ordering::Relaxed),
            ..self.config.clone()
        };
        Self::new(dataset, config, device).augmented(self.augmenter.clone())
    }
}

impl DataLoader<DigitBatch> for DigitLoader {
    fn iter<'a>(&'a self) -> Box<dyn DataLoaderIterator<DigitBatch> + 'a> {
        let epoch = self.next_epoch.fetch_add(1, Ordering::Relaxed);
        let images = self.dataset.len();
        let sampler = &self.config.sampler;
        Box::new(EpochIterator {
            loader: self,
            epoch,
            chunks: sampler.epoch_chunks(images, epoch, usize::MAX),
            chunk: Vec::new(),
            position: 0,
            processed: 0,
        })
    }

    fn num_items(&self) -> usize {
        self.dataset.len()
    }

    fn to_device(&self, device: &Device) -> Arc<dyn DataLoader<DigitBatch>> {
        Arc::new(self.with(self.dataset.clone(), device.clone()))
    }

    fn slice(&self, start: usize, end: usize) -> Arc<dyn DataLoader<DigitBatch>> {
        let part = PartialDataset::new(self.dataset.clone(), start, end);
        Arc::new(self.with(Arc::new(part), self.device.clone()))
    }
}

/// One epoch of a [`DigitLoader`].
struct EpochIterator<'a> {
    loader: &'a DigitLoader,
    epoch: usize,
    chunks: Box<dyn Iterator<Item = Vec<usize>> + Send>,
    chunk: Vec<usize>,
    /// The position in `chunk` of the next batch.
    position: usize,
    /// Images so far.
    processed: usize,
}

impl Iterator for EpochIterator<'_> {
    type Item = Result<DigitBatch, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        let LoaderConfig {
            batcher,
            batch_size,
            ..
        } = &self.loader.config;
        if self.position == self.chunk.len() {
            self.chunk = self.chunks.next()?;
            self.position = 0;
        }
        let end = (self.position + batch_size).min(self.chunk.len());
        let indices = self.chunk[self.position..end].to_vec();
        self.position = end;
        self.processed += indices.len();
        let examples = self.loader.dataset.get_many(indices);
        let examples = match &self.loader.augmenter {
            Some(augmenter) => examples.map(|examples| augmented(examples, augmenter, self.epoch)),
            None => examples,
        };
        Some(examples.map(|examples| batcher.batch(examples, &self.loader.device)))
    }
}

/// Changes the images of a batch, on several threads if it is large.
fn augmented(mut examples: Vec<Example>, augmenter: &Augmenter, epoch: usize) -> Vec<Example> {
    let on_threads = examples.par_iter_mut().with_min_len(LEAST_IMAGES);
    on_threads.for_each(|example| {
        let mut image = vec![0.0; example.image.len()];
        let original = Original {
            pixels: &example.image,
            digit: example.digit,
            row: example.row,
        };
        augmenter.augment(original, epoch, &mut image);
        example.image = image;
    });
    examples
}

impl DataLoaderIterator<DigitBatch> for EpochIterator<'_> {
    fn progress(&self) -> Progress {
        let images = self.loader.num_items();
        Progress::new(self.processed, images, Some("images".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::augment::Augment;
    use crate::loader::batch::DigitBatcher;
    use crate::loader::numbered::numbered;
    use crate::loader::sampler::Sampler;
    use crate::storage::{Classes, Digits};

    fn loader(rows: u16, batch_size: usize, sampler: Sampler, first_epoch: usize) -> DigitLoader {
        let config = LoaderConfig {
            batcher: DigitBatcher::new(1),
            batch_size,
            sampler,
            first_epoch,
        };
        DigitLoader::new(Arc::new(numbered(rows)), config, Device::flex())
    }

    /// The rows of each batch of the loader's next epoch.
    fn next_epoch(loader: &dyn DataLoader<DigitBatch>) -> Vec<Vec<f32>> {
        loader
            .iter()
            .map(|batch| {
                let images = batch.unwrap().images;
                images.narrow(1, 0, 1).into_data().try_to_vec().unwrap()
            })
            .collect()
    }

    #[test]
    fn the_last_batch_holds_what_is_left() {
        let loader = loader(10, 4, Sampler::Sequential, 1);
        let batches = next_epoch(&loader);
        assert_eq!(
            batches,
            [vec![0., 1., 2., 3.], vec![4., 5., 6., 7.], vec![8., 9.]]
        );
    }

    #[test]
    fn batches_do_not_cross_the_end_of_a_shuffle_buffer() {
        let sampler = Sampler::Buffered { seed: 1, buffer: 5 };
        let loader = loader(10, 4, sampler.clone(), 1);
        let batches = next_epoch(&loader);
        let sizes: Vec<usize> = batches.iter().map(Vec::len).collect();
        assert_eq!(sizes, [4, 1, 4, 1]);
        let indices = sampler.epoch_indices(10, 1).into_iter();
        let expected = indices.map(|index| f32::from(u8::try_from(index).unwrap()));
        assert!(batches.concat().into_iter().eq(expected));
    }

    #[test]
    fn a_loader_that_starts_at_epoch_3_repeats_the_third_epoch_of_one_that_started_at_1() {
        let sampler = Sampler::Shuffled { seed: 5 };
        let whole = loader(50, 8, sampler.clone(), 1);
        next_epoch(&whole);
        let whole = whole.to_device(&Device::flex());
        next_epoch(whole.as_ref());
        let resumed = loader(50, 8, sampler, 3);
        assert_eq!(next_epoch(whole.as_ref()), next_epoch(&resumed));
    }

    #[test]
    fn a_recorded_order_is_followed_epoch_by_epoch() {
        let recorded = Sampler::Recorded(Arc::new(vec![vec![2, 0, 1], vec![1, 2, 0]]));
        let resumed = loader(3, 2, recorded.clone(), 2);
        let whole = loader(3, 2, recorded, 1);
        assert_eq!(next_epoch(&whole), [vec![2., 0.], vec![1.]]);
        assert_eq!(next_epoch(&whole), [vec![1., 2.], vec![0.]]);
        assert_eq!(next_epoch(&resumed), [vec![1., 2.], vec![0.]]);
    }

    #[test]
    fn the_batcher_is_the_one_configured() {
        let config = LoaderConfig {
            batcher: DigitBatcher {
                class_weight: Some(vec![0.5, 2.0]),
                pad_to: Some(4),
                ..DigitBatcher::new(1)
            },
            batch_size: 3,
            sampler: Sampler::Sequential,
            first_epoch: 1,
        };
        let loader = DigitLoader::new(Arc::new(numbered(3)), config, Device::flex());
        let batch = loader.iter().next().unwrap().unwrap();
        let weights: Vec<f32> = batch.weights.unwrap().into_data().try_to_vec().unwrap();
        assert_eq!(weights, [0.5, 2.0, 0.5, 0.0]);
    }

    #[test]
    fn images_are_augmented_by_their_row_in_the_data_set_and_the_epoch() {
        let settings = Augment {
            fonts: 0.3,
            rotate: 20.0,
            noise: 0.1,
            ..Augment::default()
        };
        let augmenter = Augmenter::new(settings, 5).unwrap();
        let digits = Digits::embedded().classified(Classes::new(&[8, 9]).unwrap());
        let digits = digits.unwrap();
        let config = LoaderConfig {
            batcher: DigitBatcher::new(1),
            batch_size: 100,
            sampler: Sampler::Sequential,
            first_epoch: 2,
        };
        let whole = DigitLoader::new(Arc::new(digits.clone()), config, Device::flex());
        let whole = whole.augmented(Some(augmenter.clone()));
        let part = whole.slice(700, 850);
        let part = part.to_device(&Device::flex());
        for (loader, first) in [(&whole as &dyn DataLoader<DigitBatch>, 0), (&*part, 700)] {
            let batches = loader.iter().map(|batch| batch.unwrap().images);
            let images = batches.map(|images| images.into_data().try_to_vec::<f32>().unwrap());
            let images: Vec<f32> = images.collect::<Vec<_>>().concat();
            assert_eq!(images.len(), loader.num_items() * 400);
            for (index, image) in (first..).zip(images.chunks(400)) {
                let mut expected = vec![0.0; 400];
                let original = Original {
                    pixels: &digits.image(index).unwrap(),
                    digit: digits.label(index),
                    row: digits.row(index),
                };
                augmenter.augment(original, 2, &mut expected);
                assert!(image == expected, "{index}");
            }
        }
        assert!(digits.row(0) > 0);
    }

    #[test]
    fn a_slice_holds_the_rows_asked_for_and_stays_at_the_same_epoch() {
        let loader = loader(10, 4, Sampler::Shuffled { seed: 5 }, 1);
        next_epoch(&loader);
        let part = loader.slice(2, 5);
        assert_eq!(part.num_items(), 3);
        let indices = Sampler::Shuffled { seed: 5 }.epoch_indices(3, 2);
        let expected: Vec<f32> = indices.iter().map(|index| [2., 3., 4.][*index]).collect();
        assert_eq!(next_epoch(part.as_ref()), [expected]);
    }

    #[test]
    fn a_batch_size_of_0_panics_as_documented() {
        let load = || loader(3, 0, Sampler::Sequential, 1).num_items();
        assert!(std::panic::catch_unwind(load).is_err());
    }

    #[test]
    fn progress_counts_images() {
        let loader = loader(6, 4, Sampler::Sequential, 1);
        let mut batches = loader.iter();
        let mut seen = Vec::new();
        while batches.next().is_some() {
            let progress = batches.progress();
            seen.push((progress.items_processed, progress.items_total));
        }
        assert_eq!(seen, [(4, 6), (6, 6)]);
    }
}
