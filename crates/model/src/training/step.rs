//! The training step, forward pass, loss and backward pass; and the validation step, without the
//! backward pass.

use burn_train::{InferenceStep, TrainOutput, TrainStep};
use data::DigitBatch;

use super::long_batch;
use super::loss::{binary_cross_entropy, sum_over_outputs};
use super::output::DigitOutput;
use crate::network::Mlp;

impl TrainStep for Mlp {
    type Input = DigitBatch;
    type Output = DigitOutput;

    fn step(&self, batch: DigitBatch) -> TrainOutput<DigitOutput> {
        let images = batch.image_count();
        let logits = long_batch::logits(self, batch.images); // [batch, 400] -> [batch, outputs]
        let losses = binary_cross_entropy(logits.clone(), batch.targets.clone()); // [batch, outputs]
        let mut losses = sum_over_outputs(losses); // [batch, 1]
        if let Some(weights) = batch.weights {
            losses = losses * weights;
        }
        // `backward` on a vector differentiates its sum; scaling by 1/n gives the gradient of the
        // mean, bit for bit that of `mean().backward()`, without a reduction whose result is unused.
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
        let logits = self.logits(batch.images); // [batch, 400] -> [batch, outputs]
        let losses = binary_cross_entropy(logits.clone(), batch.targets.clone()); // [batch, outputs]
        DigitOutput {
            losses: sum_over_outputs(losses).squeeze_dim(1),
            logits,
            targets: batch.targets,
            padding: batch.padding,
        }
    }
}

#[cfg(test)]
mod tests {
    use burn::optim::GradientsParams;
    use burn::tensor::{Device, Tensor, TensorData};
    use data::PIXELS;

    use super::*;
    use crate::MlpConfig;

    fn column(values: &[f32], device: &Device) -> Tensor<2> {
        Tensor::<1>::from_floats(values, device).unsqueeze_dim(1)
    }

    #[test]
    fn a_training_step_averages_the_gradient_over_the_batch() {
        // With all weights 0 every activation and every probability is 1/2. So the gradient of the
        // last bias is the mean of 1/2 - target, (1/2 + 1/2 - 1/2) / 3, and that of each last weight
        // is half of it.
        let device = Device::flex().autodiff();
        let config = MlpConfig {
            hidden_units: [25, 15],
            outputs: 1,
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
    fn with_several_outputs_the_losses_are_summed_over_them_and_averaged_over_images() {
        // With all weights 0 each of three outputs has a loss of ln 2, and the gradient of its bias is
        // the mean of 1/2 - target: (1/2 + 1/2 - 1/2) / 3 for output 0, with the weights 2, 1 and 1
        // (-1 + 1/2 + 1/2) / 3.
        let device = Device::flex().autodiff();
        let config = MlpConfig {
            hidden_units: [2, 2],
            outputs: 3,
        };
        let model = config.zeros(&device);
        let batch = |weights| DigitBatch {
            images: Tensor::ones([3, PIXELS], &device),
            targets: Tensor::from_floats([[1., 0., 0.], [0., 0., 1.], [0., 1., 0.]], &device),
            weights,
            padding: 0,
        };
        let bias = |output: &TrainOutput<DigitOutput>| -> Vec<f32> {
            let id = model.layer3.bias.as_ref().unwrap().id;
            output
                .grads
                .get::<1>(id)
                .unwrap()
                .into_data()
                .try_to_vec()
                .unwrap()
        };
        let output = TrainStep::step(&model, batch(None));
        assert!(
            bias(&output)
                .iter()
                .all(|bias| (bias - 1.0 / 6.0).abs() < 1e-7)
        );
        let losses: Vec<f32> = output.item.losses.into_data().try_to_vec().unwrap();
        assert!(
            losses
                .iter()
                .all(|loss| (loss - 3.0 * std::f32::consts::LN_2).abs() < 1e-6)
        );
        let output = TrainStep::step(&model, batch(Some(column(&[2.0, 1.0, 1.0], &device))));
        let expected = [0.0, (1.0 + 0.5 - 0.5) / 3.0, (1.0 - 0.5 + 0.5) / 3.0];
        for (found, expected) in bias(&output).into_iter().zip(expected) {
            assert!((found - expected).abs() < 1e-7, "{found} and {expected}");
        }
    }

    #[test]
    fn class_weights_multiply_losses_and_gradients_but_not_the_divisor() {
        // The same with a weight of 3 for the positive image: (1/2 + 1/2 - 3/2) / 3.
        let device = Device::flex().autodiff();
        let model = MlpConfig {
            hidden_units: [2, 2],
            outputs: 1,
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

    /// A weighted batch of striped images, of three stripe widths in turn, and black padding images of
    /// weight 0.
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

    /// The losses of a batch, followed by all gradients of the network.
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
        MlpConfig {
            hidden_units,
            outputs: 1,
        }
        .init(0, device)
    }

    #[test]
    fn padding_changes_neither_losses_nor_gradients() {
        let device = Device::flex().autodiff();
        let model = lab(&device);
        let [small, padded] = [0, 24].map(|padding| {
            let output = TrainStep::step(&model, striped(8, padding, &device));
            numbers(&model, output.item.without_padding().losses, &output.grads)
        });
        assert_eq!(small.len(), 8 + 10_431);
        for (small, padded) in small.iter().zip(&padded) {
            assert!((small - padded).abs() < 1e-6, "{small} and {padded}");
        }
    }

    #[test]
    fn gradients_are_bit_for_bit_those_of_the_mean_loss() {
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
