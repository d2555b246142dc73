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
}

impl TrainStep for Mlp {
    type Input = DigitBatch;
    type Output = DigitOutput;

    fn step(&self, batch: DigitBatch) -> TrainOutput<DigitOutput> {
        let weights = batch.weights.clone();
        let mut output = InferenceStep::step(self, batch);
        if let Some(weights) = weights {
            output.losses = output.losses * weights; // [batch]
        }
        let gradients = output.losses.clone().mean().backward();
        TrainOutput::new(self, gradients, output)
    }
}

impl InferenceStep for Mlp {
    type Input = DigitBatch;
    type Output = DigitOutput;

    fn step(&self, batch: DigitBatch) -> DigitOutput {
        let logits = self.logits(batch.images); // [batch, 400] -> [batch, 1]
        DigitOutput {
            losses: binary_cross_entropy(logits.clone(), batch.targets.clone()),
            logits,
            targets: batch.targets,
        }
    }
}

/// Computes each image's binary cross-entropy `-ln p(right answer)` from `[batch, 1]` logits and
/// targets of 0 or 1.
///
/// With `m = z` for a target of 1 and `m = -z` for a target of 0 this is `softplus(-m)`, written
/// `max(-m, 0) + ln(1 + exp(-|m|))` so that no logit overflows, and with `ln_1p` so that small
/// losses keep their digits. Keras has the same form in `binary_crossentropy(from_logits=True)`.
#[must_use]
pub fn binary_cross_entropy(logits: Tensor<2>, targets: Tensor<2>) -> Tensor<1> {
    let margin = logits * (targets * 2.0 - 1.0);
    let overshoot = margin.clone().neg().clamp_min(0.0);
    // |m| is written m + 2 max(-m, 0): where m is exactly 0, `abs` would pass no gradient back,
    // and the right one is -1/2.
    let distance = margin + overshoot.clone() * 2.0;
    (overshoot + distance.neg().exp().log1p()).squeeze_dim(1)
}

impl DigitOutput {
    /// Lets go of the autodiff graph, so that figures wait without keeping it alive.
    #[must_use]
    pub fn without_autodiff(self) -> Self {
        Self {
            losses: self.losses.without_autodiff(),
            logits: self.logits.without_autodiff(),
            targets: self.targets.without_autodiff(),
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
        LossInput::new(self.losses.clone())
    }
}

impl Adaptor<BinaryAccuracyInput> for DigitOutput {
    fn adapt(&self) -> BinaryAccuracyInput {
        BinaryAccuracyInput {
            logits: self.logits.clone(),
            targets: self.targets.clone(),
        }
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
            weights: Some(Tensor::from_floats([1.0, 1.0, 3.0], &device)),
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
}
