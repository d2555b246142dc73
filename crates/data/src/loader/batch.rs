//! Batches: examples of a data set as tensors on a device.

use burn::data::dataloader::batcher::Batcher;
use burn::data::dataset::{Dataset, DatasetError};
use burn::tensor::{Device, Tensor, TensorData};

use crate::pixels::PIXELS;
use crate::storage::ClassifiedDigits;

/// One image and what it shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// The 400 pixels, column-major.
    pub image: Vec<f32>,
    /// Its class: of two digits, 0 for the negative and 1 for the positive one.
    pub class: u8,
    /// The digit that it shows.
    pub digit: u8,
    /// Its row in the data set that was read.
    pub row: usize,
}

/// Several examples on a device.
#[derive(Debug, Clone)]
pub struct DigitBatch {
    /// Pixels, `[batch, 400]`.
    pub images: Tensor<2>,
    /// What each output should be, 0.0 or 1.0, `[batch, outputs]`. One output should be 1.0 for class 1; of several, the one
    /// of the image's class.
    pub targets: Tensor<2>,
    /// The factor of each image's loss in training, `[batch, 1]`; `None` means 1.
    pub weights: Option<Tensor<2>>,
    /// The number of images at the end that are padding: they give a smaller batch the shape of the others, their weight
    /// is 0, and metrics ignore them.
    pub padding: usize,
}

impl DigitBatch {
    /// Returns the number of images without padding: the divisor of a mean over the batch.
    #[must_use]
    pub fn image_count(&self) -> f64 {
        let [batch, _] = self.images.dims();
        #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
        let images = (batch - self.padding) as f64;
        images
    }
}

impl Dataset<Example> for ClassifiedDigits {
    fn get(&self, index: usize) -> Result<Example, DatasetError> {
        let image = self.image(index).map_err(DatasetError::new)?;
        Ok(Example {
            image: image.into_owned(),
            class: self.class(index),
            digit: self.label(index),
            row: self.row(index),
        })
    }

    fn len(&self) -> usize {
        ClassifiedDigits::len(self)
    }
}

/// Makes a batch of examples, in the order given.
#[derive(Debug, Clone)]
pub struct DigitBatcher {
    /// The outputs of the network: 1 for two classes, otherwise one for each.
    pub outputs: usize,
    /// The loss weight of each class in training; `None` means 1.
    pub class_weight: Option<Vec<f32>>,
    /// The size to which smaller batches are padded with black images of weight 0. GPUs compile and tune kernels for each
    /// shape, so a single shape is worth the idle work.
    pub pad_to: Option<usize>,
}

impl DigitBatcher {
    /// Makes batches for a network of so many outputs, without class weights and without padding.
    #[must_use]
    pub fn new(outputs: usize) -> Self {
        Self {
            outputs,
            class_weight: None,
            pad_to: None,
        }
    }

    /// Returns what each output should be for an image of this class.
    fn targets(&self, class: u8) -> impl Iterator<Item = f32> {
        // The only output is that of class 1.
        let first = usize::from(self.outputs == 1);
        let classes = first..first + self.outputs;
        classes.map(move |of_output| f32::from(u8::from(of_output == usize::from(class))))
    }
}

impl Batcher<Example, DigitBatch> for DigitBatcher {
    fn batch(&self, items: Vec<Example>, device: &Device) -> DigitBatch {
        let padding = self
            .pad_to
            .map_or(0, |size| size.saturating_sub(items.len()));
        let batch = items.len() + padding;
        let mut images = Vec::with_capacity(batch * PIXELS);
        let mut targets = Vec::with_capacity(batch * self.outputs);
        let mut weights = Vec::with_capacity(batch);
        for item in items {
            images.extend_from_slice(&item.image);
            targets.extend(self.targets(item.class));
            let weight = self.class_weight.as_ref();
            weights.push(weight.map_or(1.0, |weights| weights[usize::from(item.class)]));
        }
        images.resize(batch * PIXELS, 0.0);
        targets.resize(batch * self.outputs, 0.0);
        weights.resize(batch, 0.0);
        let has_weights = self.class_weight.is_some() || self.pad_to.is_some();
        let weights =
            has_weights.then(|| Tensor::from_data(TensorData::new(weights, [batch, 1]), device));
        let targets = TensorData::new(targets, [batch, self.outputs]);
        DigitBatch {
            images: Tensor::from_data(TensorData::new(images, [batch, PIXELS]), device),
            targets: Tensor::from_data(targets, device),
            weights,
            padding,
        }
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "small whole numbers are exact")]
mod tests {
    use super::*;
    use crate::loader::numbered::numbered;

    fn batch(rows: u16, batcher: &DigitBatcher) -> DigitBatch {
        let digits = numbered(rows);
        let examples = digits.get_many((0..digits.len()).collect()).unwrap();
        batcher.batch(examples, &Device::flex())
    }

    fn values(tensor: Tensor<2>) -> Vec<f32> {
        tensor.into_data().try_to_vec().unwrap()
    }

    #[test]
    fn a_batch_holds_each_image_with_its_target() {
        let batch = batch(3, &DigitBatcher::new(1));
        assert_eq!(batch.images.dims(), [3, PIXELS]);
        assert_eq!(batch.targets.dims(), [3, 1]);
        assert_eq!(values(batch.targets), [0.0, 1.0, 0.0]);
        assert!(batch.weights.is_none());
        for (row, image) in (0_u8..).zip(values(batch.images).chunks(PIXELS)) {
            assert_eq!(image[0], f32::from(row));
            assert_eq!(image[1..], [0.0; PIXELS - 1]);
        }
    }

    #[test]
    fn with_several_outputs_that_of_the_class_should_be_1() {
        let batcher = DigitBatcher {
            class_weight: Some(vec![0.5, 2.0, 3.0]),
            pad_to: Some(4),
            ..DigitBatcher::new(3)
        };
        let example = |class| Example {
            image: vec![0.0; PIXELS],
            class,
            digit: class,
            row: 0,
        };
        let batch = batcher.batch([2, 0, 1].map(example).to_vec(), &Device::flex());
        assert_eq!(batch.targets.dims(), [4, 3]);
        let expected = [[0., 0., 1.], [1., 0., 0.], [0., 1., 0.], [0.; 3]].concat();
        assert_eq!(values(batch.targets), expected);
        assert_eq!(values(batch.weights.unwrap()), [3.0, 0.5, 2.0, 0.0]);
    }

    #[test]
    fn class_weights_are_those_of_the_targets() {
        let batch = batch(
            3,
            &DigitBatcher {
                class_weight: Some(vec![0.5, 2.0]),
                ..DigitBatcher::new(1)
            },
        );
        let weights = batch.weights.unwrap();
        assert_eq!(weights.dims(), [3, 1]);
        assert_eq!(values(weights), [0.5, 2.0, 0.5]);
    }

    #[test]
    fn padding_is_black_has_weight_0_and_is_not_counted() {
        let batch = batch(
            3,
            &DigitBatcher {
                pad_to: Some(5),
                ..DigitBatcher::new(1)
            },
        );
        assert_eq!(batch.images.dims(), [5, PIXELS]);
        assert_eq!(batch.padding, 2);
        assert_eq!(batch.image_count(), 3.0);
        assert_eq!(values(batch.targets), [0.0, 1.0, 0.0, 0.0, 0.0]);
        assert_eq!(values(batch.weights.unwrap()), [1.0, 1.0, 1.0, 0.0, 0.0]);
        assert!(
            values(batch.images)[3 * PIXELS..]
                .iter()
                .all(|pixel| *pixel == 0.0)
        );
    }

    #[test]
    fn a_batch_that_is_large_enough_is_not_padded() {
        for pad_to in [None, Some(2), Some(3)] {
            let batcher = DigitBatcher {
                pad_to,
                ..DigitBatcher::new(1)
            };
            let batch = batch(3, &batcher);
            assert_eq!((batch.padding, batch.images.dims()), (0, [3, PIXELS]));
        }
    }
}
