//! Examples in, tensors out: the Burn `Dataset`, `Batcher` and `DataLoader` of digits.
//!
//! Burn's own loader restarts its random numbers when a run is resumed, so that a resumed run sees
//! other batches than the whole run would have seen; [`DigitLoader`] derives each epoch's order
//! from the seed and the epoch alone.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use burn::data::dataloader::batcher::Batcher;
use burn::data::dataloader::{DataLoader, DataLoaderIterator, Progress};
use burn::data::dataset::{Dataset, DatasetError};
use burn::tensor::{Device, Tensor, TensorData};

use crate::{DigitPair, Order, PIXELS};

/// One image and what it should be answered with.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// The 400 pixels, column by column.
    pub image: Vec<f32>,
    /// 0.0 for the negative digit, 1.0 for the positive one.
    pub target: f32,
}

/// Several examples on a device.
#[derive(Debug, Clone)]
pub struct DigitBatch {
    /// Pixels, `[batch, 400]`.
    pub images: Tensor<2>,
    /// 0.0 or 1.0, `[batch, 1]`.
    pub targets: Tensor<2>,
    /// What each image's loss is multiplied with in training, `[batch, 1]`; none means 1.
    pub weights: Option<Tensor<2>>,
    /// How many images at the end do not count: they give a smaller batch the shape of the others,
    /// and their weights are 0.
    pub padding: usize,
}

impl DigitBatch {
    /// The number that a mean over the batch divides by.
    #[must_use]
    pub fn images_that_count(&self) -> f64 {
        let [batch, _] = self.images.dims();
        #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
        let images = (batch - self.padding) as f64;
        images
    }
}

impl Dataset<Example> for DigitPair {
    fn get(&self, index: usize) -> Result<Example, DatasetError> {
        let image = self.image(index).map_err(DatasetError::new)?;
        Ok(Example {
            image: image.into_owned(),
            target: self.target(index),
        })
    }

    fn len(&self) -> usize {
        DigitPair::len(self)
    }
}

/// Puts examples on a device, in the order given.
#[derive(Debug, Clone, Copy, Default)]
pub struct DigitBatcher {
    /// The weights of the negative and of the positive class in training; none means 1.
    pub class_weight: Option<[f32; 2]>,
    /// The size that smaller batches are filled up to, with black images that do not count. GPUs
    /// compile and tune kernels for each shape, so that one shape is worth the idle work.
    pub fill_to: Option<usize>,
}

impl DigitBatcher {
    /// What the loss of an image with this target is multiplied with.
    pub(crate) fn weight(&self, target: f32) -> f32 {
        match self.class_weight {
            Some([_, positive]) if target > 0.5 => positive,
            Some([negative, _]) => negative,
            None => 1.0,
        }
    }
}

impl Batcher<Example, DigitBatch> for DigitBatcher {
    fn batch(&self, items: Vec<Example>, device: &Device) -> DigitBatch {
        let padding = self
            .fill_to
            .map_or(0, |size| size.saturating_sub(items.len()));
        let batch = items.len() + padding;
        let mut images = Vec::with_capacity(batch * PIXELS);
        let mut targets = Vec::with_capacity(batch);
        let mut weights = Vec::with_capacity(batch);
        for item in items {
            images.extend_from_slice(&item.image);
            targets.push(item.target);
            weights.push(self.weight(item.target));
        }
        images.resize(batch * PIXELS, 0.0);
        targets.resize(batch, 0.0);
        weights.resize(batch, 0.0);
        let is_weighted = self.class_weight.is_some() || self.fill_to.is_some();
        let weights =
            is_weighted.then(|| Tensor::from_data(TensorData::new(weights, [batch, 1]), device));
        DigitBatch {
            images: Tensor::from_data(TensorData::new(images, [batch, PIXELS]), device),
            targets: Tensor::from_data(TensorData::new(targets, [batch, 1]), device),
            weights,
            padding,
        }
    }
}

/// Hands out a data set in batches, one pass an epoch.
///
/// Each call of [`DataLoader::iter`] is the next epoch; the last batch of an epoch may be
/// smaller than the others, and so may the last of a buffer of [`Order::Buffered`] that does not
/// hold whole batches.
pub struct DigitLoader {
    dataset: Arc<dyn Dataset<Example>>,
    batcher: DigitBatcher,
    batch_size: usize,
    order: Order,
    next_epoch: AtomicUsize,
    device: Device,
}

impl DigitLoader {
    /// Makes a loader whose first pass is `first_epoch`, counted from 1.
    ///
    /// # Panics
    ///
    /// Panics if `batch_size` is 0.
    #[must_use]
    pub fn new(
        dataset: Arc<dyn Dataset<Example>>,
        batcher: DigitBatcher,
        batch_size: usize,
        order: Order,
        first_epoch: usize,
        device: Device,
    ) -> Self {
        assert!(batch_size > 0, "a batch holds at least one example");
        Self {
            dataset,
            batcher,
            batch_size,
            order,
            next_epoch: AtomicUsize::new(first_epoch),
            device,
        }
    }
}

impl DataLoader<DigitBatch> for DigitLoader {
    fn iter<'a>(&'a self) -> Box<dyn DataLoaderIterator<DigitBatch> + 'a> {
        let epoch = self.next_epoch.fetch_add(1, Ordering::Relaxed);
        let images = self.dataset.len();
        Box::new(EpochIterator {
            loader: self,
            pieces: self.order.pieces_of_epoch(images, epoch, usize::MAX),
            piece: Vec::new(),
            position: 0,
            seen: 0,
        })
    }

    fn num_items(&self) -> usize {
        self.dataset.len()
    }

    fn to_device(&self, device: &Device) -> Arc<dyn DataLoader<DigitBatch>> {
        Arc::new(Self::new(
            self.dataset.clone(),
            self.batcher,
            self.batch_size,
            self.order.clone(),
            self.next_epoch.load(Ordering::Relaxed),
            device.clone(),
        ))
    }

    fn slice(&self, start: usize, end: usize) -> Arc<dyn DataLoader<DigitBatch>> {
        let part =
            burn::data::dataset::transform::PartialDataset::new(self.dataset.clone(), start, end);
        Arc::new(Self::new(
            Arc::new(part),
            self.batcher,
            self.batch_size,
            self.order.clone(),
            self.next_epoch.load(Ordering::Relaxed),
            self.device.clone(),
        ))
    }
}

/// One epoch of a [`DigitLoader`].
struct EpochIterator<'a> {
    loader: &'a DigitLoader,
    pieces: Box<dyn Iterator<Item = Vec<usize>> + Send>,
    piece: Vec<usize>,
    position: usize,
    seen: usize,
}

impl Iterator for EpochIterator<'_> {
    type Item = Result<DigitBatch, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.position == self.piece.len() {
            self.piece = self.pieces.next()?;
            self.position = 0;
        }
        let end = (self.position + self.loader.batch_size).min(self.piece.len());
        let rows = self.piece[self.position..end].to_vec();
        self.position = end;
        self.seen += rows.len();
        let examples = self.loader.dataset.get_many(rows);
        let batcher = &self.loader.batcher;
        Some(examples.map(|examples| batcher.batch(examples, &self.loader.device)))
    }
}

impl DataLoaderIterator<DigitBatch> for EpochIterator<'_> {
    fn progress(&self) -> Progress {
        let images = self.loader.num_items();
        Progress::new(self.seen, images, Some("images".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Digits;

    /// `rows` images of the digits 0 and 1 in turn, whose first pixel is the row's number.
    fn numbered(rows: u16) -> Arc<DigitPair> {
        let mut images = vec![0.0; usize::from(rows) * PIXELS];
        for row in 0..rows {
            images[usize::from(row) * PIXELS] = f32::from(row);
        }
        let labels = (0..rows).map(|row| u8::from(row % 2 == 1)).collect();
        Arc::new(Digits::new(images, labels).unwrap().pair(0, 1).unwrap())
    }

    fn loader(rows: u16, batch_size: usize, order: Order, first_epoch: usize) -> DigitLoader {
        let batcher = DigitBatcher::default();
        let device = Device::flex();
        DigitLoader::new(
            numbered(rows),
            batcher,
            batch_size,
            order,
            first_epoch,
            device,
        )
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
        let loader = loader(10, 4, Order::Sequential, 1);
        let batches = next_epoch(&loader);
        assert_eq!(
            batches,
            [vec![0., 1., 2., 3.], vec![4., 5., 6., 7.], vec![8., 9.]]
        );
    }

    #[test]
    fn a_batch_holds_each_image_beside_its_target() {
        let loader = loader(3, 3, Order::Sequential, 1);
        let batch = loader.iter().next().unwrap().unwrap();
        assert_eq!(batch.images.dims(), [3, PIXELS]);
        assert_eq!(batch.targets.dims(), [3, 1]);
        let targets: Vec<f32> = batch.targets.into_data().try_to_vec().unwrap();
        assert_eq!(targets, [0.0, 1.0, 0.0]);
    }

    #[test]
    fn a_loader_that_starts_at_epoch_3_goes_on_as_the_one_that_started_at_1() {
        let order = Order::Shuffled(5);
        let whole = loader(50, 8, order.clone(), 1);
        let whole = whole.to_device(&Device::flex());
        next_epoch(whole.as_ref());
        next_epoch(whole.as_ref());
        let resumed = loader(50, 8, order, 3);
        assert_eq!(next_epoch(whole.as_ref()), next_epoch(&resumed));
    }

    #[test]
    fn a_recorded_order_is_followed_epoch_by_epoch() {
        let recorded = Order::Recorded(Arc::new(vec![vec![2, 0, 1], vec![1, 2, 0]]));
        let resumed = loader(3, 2, recorded.clone(), 2);
        let whole = loader(3, 2, recorded, 1);
        assert_eq!(next_epoch(&whole), [vec![2., 0.], vec![1.]]);
        assert_eq!(next_epoch(&whole), [vec![1., 2.], vec![0.]]);
        assert_eq!(next_epoch(&resumed), [vec![1., 2.], vec![0.]]);
    }

    #[test]
    fn class_weights_stand_beside_their_images() {
        let batcher = DigitBatcher {
            class_weight: Some([0.5, 2.0]),
            fill_to: None,
        };
        let order = Order::Sequential;
        let loader = DigitLoader::new(numbered(3), batcher, 3, order, 1, Device::flex());
        let batch = loader.iter().next().unwrap().unwrap();
        let weights: Vec<f32> = batch.weights.unwrap().into_data().try_to_vec().unwrap();
        assert_eq!(weights, [0.5, 2.0, 0.5]);
    }

    #[test]
    fn a_slice_holds_the_rows_it_was_asked_for() {
        let loader = loader(10, 4, Order::Sequential, 1);
        let part = loader.slice(2, 5);
        assert_eq!(part.num_items(), 3);
        assert_eq!(next_epoch(part.as_ref()), [vec![2., 3., 4.]]);
    }
}
