//! One training step and one validation step: forward, loss, and for training backward.

use burn::tensor::{ExecutionError, Tensor};
use burn_train::metric::{Adaptor, ItemLazy, LossInput};
use burn_train::{InferenceStep, TrainOutput, TrainStep};
use data::DigitBatch;

use crate::accuracy::BinaryAccuracyInput;
use crate::mlp::Mlp;

/// What a step tells the metrics, image by image.
///
/// The losses are not averaged here, so that an epoch's mean weights images, not batches, as
/// Keras does: the lab's last batch has 8 images, the others 32. In training they are multiplied
/// with the weights of their classes, where there are any.
#[derive(Debug, Clone)]
pub struct DigitOutput {
    /// Binary cross-entropy of each image, `[batch]`.
    pub losses: Tensor<1>,
    /// Before the sigmoid, `[batch, 1]`.
    pub logits: Tensor<2>,
    /// 0.0 or 1.0, `[batch, 1]`.
    pub targets: Tensor<2>,
    /// How many images at the end do not count.
    pub padding: usize,
}

impl TrainStep for Mlp {
    type Input = DigitBatch;
    type Output = DigitOutput;

    fn step(&self, batch: DigitBatch) -> TrainOutput<DigitOutput> {
        let images = batch.image_count();
        let logits = self.logits(batch.images); // [batch, 400] -> [batch, 1]
        let mut losses = binary_cross_entropy(logits.clone(), batch.targets.clone()); // [batch, 1]
        if let Some(weights) = batch.weights {
            losses = losses * weights;
        }
        // The gradient of a column is that of its sum, and so this is that of the mean: the same
        // numbers as by `mean`, without a reduction on the device that nobody reads.
        let gradients = (losses.clone() * (1.0 / images)).backward();
        let output = DigitOutput {
            losses: losses.squeeze_dim(1),
            logits,
            targets: batch.targets,
            padding: batch.padding,
        };
        TrainOutput::new(self, gradients, output)
    }
}

impl InferenceStep for Mlp {
    type Input = DigitBatch;
    type Output = DigitOutput;

    fn step(&self, batch: DigitBatch) -> DigitOutput {
        let logits = self.logits(batch.images); // [batch, 400] -> [batch, 1]
        DigitOutput {
            losses: binary_cross_entropy(logits.clone(), batch.targets.clone()).squeeze_dim(1),
            logits,
            targets: batch.targets,
            padding: batch.padding,
        }
    }
}

/// Computes each image's binary cross-entropy `-ln p(right answer)` from logits and targets of 0
/// or 1, all `[batch, 1]`.
///
/// With `m = z` for a target of 1 and `m = -z` for a target of 0 this is `softplus(-m)`, written
/// `max(-m, 0) + ln(1 + exp(-|m|))` so that no logit overflows, and with `ln_1p` so that small
/// losses keep their digits. Keras has the same form in `binary_crossentropy(from_logits=True)`.
#[must_use]
pub fn binary_cross_entropy(logits: Tensor<2>, targets: Tensor<2>) -> Tensor<2> {
    let margin = logits * (targets * 2.0 - 1.0);
    let overshoot = margin.clone().neg().clamp_min(0.0);
    // |m| is written m + 2 max(-m, 0): where m is exactly 0, `abs` would pass no gradient back,
    // and the right one is -1/2.
    let distance = margin + overshoot.clone() * 2.0;
    overshoot + distance.neg().exp().log1p()
}

impl DigitOutput {
    /// Lets go of the autodiff graph, so that figures wait without keeping it alive.
    #[must_use]
    pub fn without_autodiff(self) -> Self {
        Self {
            losses: self.losses.without_autodiff(),
            logits: self.logits.without_autodiff(),
            targets: self.targets.without_autodiff(),
            padding: self.padding,
        }
    }

    /// Leaves out the images that do not count.
    fn counted(&self) -> Self {
        let [batch] = self.losses.dims();
        let counted = batch - self.padding;
        Self {
            losses: self.losses.clone().narrow(0, 0, counted),
            logits: self.logits.clone().narrow(0, 0, counted),
            targets: self.targets.clone().narrow(0, 0, counted),
            padding: 0,
        }
    }
}

impl ItemLazy for DigitOutput {
    fn sync(self) -> Result<Self, ExecutionError> {
        self.losses.device().flush()?;
        Ok(self.without_autodiff())
    }
}

impl Adaptor<LossInput> for DigitOutput {
    fn adapt(&self) -> LossInput {
        LossInput::new(self.counted().losses)
    }
}

impl Adaptor<BinaryAccuracyInput> for DigitOutput {
    fn adapt(&self) -> BinaryAccuracyInput {
        let Self {
            logits, targets, ..
        } = self.counted();
        BinaryAccuracyInput { logits, targets }
    }
}

#[cfg(test)]
mod tests {
    use burn::optim::GradientsParams;
    use burn::tensor::{Device, TensorData};
    use data::PIXELS;

    use super::*;
    use crate::MlpConfig;

    fn column(values: &[f32], device: &Device) -> Tensor<2> {
        Tensor::<1>::from_floats(values, device).unsqueeze_dim(1)
    }

    fn losses(logits: &[f32], target: f32) -> Vec<f32> {
        let device = Device::flex();
        let targets = vec![target; logits.len()];
        binary_cross_entropy(column(logits, &device), column(&targets, &device))
            .into_data()
            .try_to_vec()
            .unwrap()
    }

    #[test]
    fn the_loss_is_that_of_the_exact_formula() {
        // -ln sigmoid(z) for a target of 1, with 30 digits (Python, mpmath).
        let exact = [
            (-3.0, 3.048_587_4),
            (0.0, std::f32::consts::LN_2),
            (0.5, 0.474_077),
            (10.0, 4.539_889_9e-5),
            (16.0, 1.125_351_7e-7),
        ];
        for (logit, expected) in exact {
            let positive = losses(&[logit], 1.0)[0];
            let negative = losses(&[-logit], 0.0)[0];
            assert!(
                (positive / expected - 1.0).abs() < 1e-6,
                "{logit}: {positive}"
            );
            assert_eq!(positive.to_bits(), negative.to_bits());
        }
    }

    #[test]
    fn the_loss_stays_finite_at_a_logit_of_200_either_way() {
        assert_eq!(losses(&[-200.0, 200.0], 1.0), [200.0, 0.0]);
        assert_eq!(losses(&[-200.0, 200.0], 0.0), [0.0, 200.0]);
    }

    #[test]
    fn the_gradient_is_probability_minus_target_everywhere() {
        let device = Device::flex().autodiff();
        let logits = [-200.0, -2.0, 0.0, 2.0, 200.0];
        // sigmoid(2) = 0.880797
        let probabilities = [0.0, 0.119_202_92, 0.5, 0.880_797_1, 1.0];
        for target in [0.0, 1.0] {
            let z = column(&logits, &device).require_grad();
            let targets = column(&[target; 5], &device);
            let gradients = binary_cross_entropy(z.clone(), targets).sum().backward();
            let gradient = z.grad(&gradients).unwrap();
            let gradient: Vec<f32> = gradient.into_data().try_to_vec().unwrap();
            for (found, probability) in gradient.iter().zip(probabilities) {
                assert!(
                    (found - (probability - target)).abs() < 1e-6,
                    "{gradient:?}"
                );
            }
        }
    }

    #[test]
    fn a_training_step_averages_the_gradient_over_the_batch() {
        // With all weights 0 every activation is 1/2 and every probability is 1/2, so that the
        // gradient of the last bias is the mean of 1/2 - target: (1/2 + 1/2 - 1/2) / 3, and that
        // of a last weight is half of it.
        let device = Device::flex().autodiff();
        let config = MlpConfig {
            hidden_units: [25, 15],
        };
        let model = config.zeros(&device);
        let batch = DigitBatch {
            images: Tensor::ones([3, PIXELS], &device),
            targets: Tensor::from_data(TensorData::new(vec![0.0_f32, 0.0, 1.0], [3, 1]), &device),
            weights: None,
            padding: 0,
        };
        let output = TrainStep::step(&model, batch);
        let gradients: GradientsParams = output.grads;
        let bias = gradients
            .get::<1>(model.layer3.bias.as_ref().unwrap().id)
            .unwrap();
        let weight = gradients.get::<2>(model.layer3.weight.id).unwrap();
        let bias: Vec<f32> = bias.into_data().try_to_vec().unwrap();
        let weight: Vec<f32> = weight.into_data().try_to_vec().unwrap();
        assert!((bias[0] - 1.0 / 6.0).abs() < 1e-7, "{bias:?}");
        assert!(weight.iter().all(|w| (w - 1.0 / 12.0).abs() < 1e-7));
        let losses: Vec<f32> = output.item.losses.into_data().try_to_vec().unwrap();
        assert!(
            losses
                .iter()
                .all(|loss| (loss - std::f32::consts::LN_2).abs() < 1e-6)
        );
    }

    #[test]
    fn class_weights_multiply_losses_and_gradients_but_not_the_number_of_images() {
        // As above, with a weight of 3 for the positive image: (1/2 + 1/2 - 3/2) / 3.
        let device = Device::flex().autodiff();
        let model = MlpConfig {
            hidden_units: [2, 2],
        }
        .zeros(&device);
        let batch = DigitBatch {
            images: Tensor::ones([3, PIXELS], &device),
            targets: column(&[0.0, 0.0, 1.0], &device),
            weights: Some(column(&[1.0, 1.0, 3.0], &device)),
            padding: 0,
        };
        let output = TrainStep::step(&model, batch);
        let bias = output
            .grads
            .get::<1>(model.layer3.bias.as_ref().unwrap().id)
            .unwrap();
        let bias: Vec<f32> = bias.into_data().try_to_vec().unwrap();
        assert!((bias[0] + 1.0 / 6.0).abs() < 1e-7, "{bias:?}");
        let losses: Vec<f32> = output.item.losses.into_data().try_to_vec().unwrap();
        assert!((losses[2] / losses[0] - 3.0).abs() < 1e-6, "{losses:?}");
    }

    /// A batch of images of stripes of three widths in turn, weighted, and black ones of weight 0.
    fn striped(images: u8, padding: usize, device: &Device) -> DigitBatch {
        let size = usize::from(images) + padding;
        let widths = (0..images).map(|image| 3 + 5 * usize::from(image % 3));
        let stripes = |width: usize| {
            (0..PIXELS).map(move |pixel| f32::from(u8::from((pixel / width).is_multiple_of(2))))
        };
        let mut pixels: Vec<f32> = widths.flat_map(stripes).collect();
        let mut targets: Vec<f32> = (0..images).map(|image| f32::from(image % 2)).collect();
        let mut weights: Vec<f32> = targets.iter().map(|target| 0.5 + target).collect();
        pixels.resize(size * PIXELS, 0.0);
        targets.resize(size, 0.0);
        weights.resize(size, 0.0);
        DigitBatch {
            images: Tensor::from_data(TensorData::new(pixels, [size, PIXELS]), device),
            targets: column(&targets, device),
            weights: Some(column(&weights, device)),
            padding,
        }
    }

    /// The losses of a batch and all gradients of a network.
    fn numbers(model: &Mlp, losses: Tensor<1>, gradients: &GradientsParams) -> Vec<f32> {
        let mut numbers: Vec<f32> = losses.into_data().try_to_vec().unwrap();
        for layer in [&model.layer1, &model.layer2, &model.layer3] {
            let weight = gradients.get::<2>(layer.weight.id).unwrap();
            let bias = gradients.get::<1>(layer.bias.as_ref().unwrap().id).unwrap();
            numbers.extend(weight.into_data().try_to_vec::<f32>().unwrap());
            numbers.extend(bias.into_data().try_to_vec::<f32>().unwrap());
        }
        numbers
    }

    fn lab(device: &Device) -> Mlp {
        let hidden_units = [25, 15];
        MlpConfig { hidden_units }.init(0, device)
    }

    #[test]
    fn images_that_fill_a_batch_up_change_neither_losses_nor_gradients() {
        let device = Device::flex().autodiff();
        let model = lab(&device);
        let [small, filled] = [0, 24].map(|padding| {
            let output = TrainStep::step(&model, striped(8, padding, &device));
            numbers(&model, output.item.counted().losses, &output.grads)
        });
        assert_eq!(small.len(), 8 + 10_431);
        for (small, filled) in small.iter().zip(&filled) {
            assert!((small - filled).abs() < 1e-6, "{small} and {filled}");
        }
    }

    #[test]
    fn the_gradients_are_those_of_the_mean_to_the_bit() {
        let device = Device::flex().autodiff();
        let model = lab(&device);
        for images in [1, 7, 32] {
            let output = TrainStep::step(&model, striped(images, 0, &device));
            let step = numbers(&model, output.item.losses.without_autodiff(), &output.grads);
            let batch = striped(images, 0, &device);
            let weights = batch.weights.clone().unwrap();
            let losses = InferenceStep::step(&model, batch).losses * weights.squeeze_dim(1);
            let gradients = losses.clone().mean().backward();
            let gradients = GradientsParams::from_grads(gradients, &model);
            let mean = numbers(&model, losses.without_autodiff(), &gradients);
            assert!(step.iter().any(|number| *number != 0.0));
            let bits = |numbers: &[f32]| numbers.iter().map(|n| n.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(&step), bits(&mean), "{images} images");
        }
    }
}
