//! A data set that stays on the device: uploaded once, shuffled and cut into batches there.
//!
//! For GPUs, where an upload for each batch costs as much as a layer. The order of each epoch is
//! that of [`Order`], as for [`DigitLoader`](crate::DigitLoader); the last batch is filled up with
//! images that do not count, so that every batch has the same shape.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use burn::data::dataloader::batcher::Batcher;
use burn::data::dataloader::{DataLoader, DataLoaderIterator, Progress};
use burn::data::dataset::{Dataset, DatasetError};
use burn::tensor::{Device, Int, Tensor, TensorData};

use crate::{DigitBatch, DigitBatcher, Example, Order, PIXELS};

/// The largest data set that is kept on a device, in bytes of pixels: what every WebGPU device
/// allows one buffer to hold (`maxStorageBufferBindingSize`). An epoch's order takes as much again.
const LARGEST: usize = 128 << 20;

/// Hands out a data set in batches of one size, from the device's own memory.
///
/// Each call of [`DataLoader::iter`] is the next epoch.
pub struct ResidentLoader {
    rows: Rows,
    batch_size: usize,
    order: Order,
    next_epoch: AtomicUsize,
}

/// Rows on a device; the last one is black, with weight 0, and fills batches up.
#[derive(Clone)]
struct Rows {
    /// `[rows + 1, 400]`
    images: Tensor<2>,
    /// `[rows + 1, 1]`
    targets: Tensor<2>,
    /// `[rows + 1, 1]`
    weights: Tensor<2>,
}

impl ResidentLoader {
    /// Says whether a data set of so many images may stay on a device.
    #[must_use]
    pub fn fits(images: usize) -> bool {
        images < LARGEST / (PIXELS * size_of::<f32>())
    }

    /// Uploads a data set; the first pass is `first_epoch`, counted from 1.
    ///
    /// # Errors
    ///
    /// [`DatasetError`] if the data set does not hand out its images.
    ///
    /// # Panics
    ///
    /// Panics if `batch_size` is 0.
    pub fn new(
        dataset: &dyn Dataset<Example>,
        batcher: DigitBatcher,
        batch_size: usize,
        order: Order,
        first_epoch: usize,
        device: &Device,
    ) -> Result<Self, DatasetError> {
        assert!(batch_size > 0, "a batch holds at least one example");
        let filled = DigitBatcher {
            fill_to: Some(dataset.len() + 1),
            ..batcher
        };
        let examples = dataset.get_many((0..dataset.len()).collect())?;
        let whole = filled.batch(examples, device);
        let weights = whole.weights.expect("a filled batch has weights");
        Ok(Self {
            rows: Rows {
                images: whole.images,
                targets: whole.targets,
                weights,
            },
            batch_size,
            order,
            next_epoch: AtomicUsize::new(first_epoch),
        })
    }

    /// The same loader over other rows.
    fn with(&self, rows: Rows) -> Self {
        Self {
            rows,
            batch_size: self.batch_size,
            order: self.order.clone(),
            next_epoch: AtomicUsize::new(self.next_epoch.load(Ordering::Relaxed)),
        }
    }
}

impl Rows {
    fn count(&self) -> usize {
        let [rows, _] = self.images.dims();
        rows - 1
    }

    /// The rows of these numbers, in their order.
    fn select(&self, numbers: &Tensor<1, Int>) -> Self {
        Self {
            images: self.images.clone().select(0, numbers.clone()),
            targets: self.targets.clone().select(0, numbers.clone()),
            weights: self.weights.clone().select(0, numbers.clone()),
        }
    }
}

/// A list of row numbers on the device.
fn on_device(numbers: &[usize], device: &Device) -> Tensor<1, Int> {
    // `fits` keeps them far below 2^31.
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
        let black = self.rows.count();
        let mut order = self.order.of_epoch(black, epoch);
        let images = order.len();
        order.resize(images.next_multiple_of(self.batch_size), black);
        let device = self.rows.images.device();
        Box::new(ResidentEpoch {
            rows: self.rows.select(&on_device(&order, &device)),
            images,
            batch_size: self.batch_size,
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

/// One epoch of a [`ResidentLoader`]: its rows in order, from which a batch is cut without a copy.
struct ResidentEpoch {
    rows: Rows,
    /// How many of the rows count.
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
    use crate::{DigitLoader, DigitPair, Digits};

    /// `rows` images of the digits 0 and 1 in turn, whose first pixel is the row's number.
    fn numbered(rows: u16) -> DigitPair {
        let mut images = vec![0.0; usize::from(rows) * PIXELS];
        for row in 0..rows {
            images[usize::from(row) * PIXELS] = f32::from(row);
        }
        let labels = (0..rows).map(|row| u8::from(row % 2 == 1)).collect();
        Digits::new(images, labels).unwrap().pair(0, 1).unwrap()
    }

    const WEIGHTED: DigitBatcher = DigitBatcher {
        class_weight: Some([0.5, 2.0]),
        fill_to: None,
    };

    fn resident(rows: u16, order: Order, first_epoch: usize) -> ResidentLoader {
        let device = Device::flex();
        ResidentLoader::new(&numbered(rows), WEIGHTED, 4, order, first_epoch, &device).unwrap()
    }

    fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
        tensor.into_data().try_to_vec().unwrap()
    }

    /// What the loader's next epoch holds: first pixel, target and weight of each image, and the
    /// padding, batch by batch.
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
    fn the_last_batch_is_filled_up_with_images_of_weight_0() {
        let loader = resident(6, Order::Sequential, 1);
        let batches = next_epoch(&loader);
        assert_eq!(batches.len(), 2);
        let ([pixels, targets, weights], padding) = &batches[1];
        assert_eq!(pixels, &[4., 5., 0., 0.]);
        assert_eq!(targets, &[0., 1., 0., 0.]);
        assert_eq!(weights, &[0.5, 2., 0., 0.]);
        assert_eq!((*padding, batches[0].1), (2, 0));
    }

    #[test]
    fn batches_are_those_that_an_uploading_loader_fills_up() {
        let order = Order::Shuffled(7);
        let batcher = DigitBatcher {
            fill_to: Some(4),
            ..WEIGHTED
        };
        let dataset = Arc::new(numbered(10));
        let device = Device::flex();
        let uploading = DigitLoader::new(dataset, batcher, 4, order.clone(), 1, device);
        let resident = resident(10, order, 1);
        for _ in 0..2 {
            assert_eq!(next_epoch(&resident), next_epoch(&uploading));
        }
    }

    #[test]
    fn a_loader_that_starts_at_epoch_3_goes_on_as_the_one_that_started_at_1() {
        let order = Order::Shuffled(5);
        let whole = resident(10, order.clone(), 1).to_device(&Device::flex());
        next_epoch(whole.as_ref());
        next_epoch(whole.as_ref());
        let resumed = resident(10, order, 3);
        assert_eq!(next_epoch(whole.as_ref()), next_epoch(&resumed));
    }

    #[test]
    fn a_slice_holds_the_rows_it_was_asked_for() {
        let loader = resident(10, Order::Sequential, 1);
        let part = loader.slice(2, 5);
        assert_eq!(part.num_items(), 3);
        let ([pixels, ..], padding) = &next_epoch(part.as_ref())[0];
        assert_eq!((pixels.as_slice(), *padding), (&[2., 3., 4., 0.][..], 1));
    }

    #[test]
    fn progress_counts_images_and_no_padding() {
        let loader = resident(6, Order::Sequential, 1);
        let mut batches = loader.iter();
        batches.next();
        batches.next();
        let progress = batches.progress();
        assert_eq!((progress.items_processed, progress.items_total), (6, 6));
        assert!(batches.next().is_none());
    }

    #[test]
    fn what_no_buffer_holds_stays_off_the_device() {
        assert!(ResidentLoader::fits(60_000));
        assert!(!ResidentLoader::fits(83_886));
    }
}
