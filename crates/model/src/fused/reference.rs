//! For tests: the network and its training in f64, straight from the equations.

use data::PIXELS;

use super::state::LayerValues;

/// The network and its training by Adam in f64, one number at a time, from the equations.
pub(crate) struct Reference {
    /// Of the pixels and of each layer.
    units: [usize; 4],
    kernels: [Vec<f64>; 3],
    biases: [Vec<f64>; 3],
    /// Of each layer, those of the kernel followed by those of the bias.
    gradients: [Vec<f64>; 3],
    first_moments: [Vec<f64>; 3],
    second_moments: [Vec<f64>; 3],
    steps: i32,
}

impl Reference {
    pub(crate) fn new([first, second, outputs]: [usize; 3], weights: &LayerValues) -> Self {
        let exact = |part: &Vec<f32>| part.iter().copied().map(f64::from).collect();
        let zeros = [0, 1, 2].map(|layer: usize| {
            vec![0.0; weights.kernels[layer].len() + weights.biases[layer].len()]
        });
        Self {
            units: [PIXELS, first, second, outputs],
            kernels: weights.kernels.each_ref().map(exact),
            biases: weights.biases.each_ref().map(exact),
            gradients: zeros.clone(),
            first_moments: zeros.clone(),
            second_moments: zeros,
            steps: 0,
        }
    }

    /// Computes the inputs of each layer, followed by the probabilities; and the logits.
    pub(crate) fn forward(&self, image: &[f32]) -> (Vec<Vec<f64>>, Vec<f64>) {
        let mut activations = vec![image.iter().copied().map(f64::from).collect::<Vec<f64>>()];
        let mut logits = Vec::new();
        for layer in 0..3 {
            let (x, units) = (&activations[layer], self.units[layer + 1]);
            let sums = (0..units).map(|unit| {
                let products = x.iter().enumerate();
                let products = products.map(|(i, x)| x * self.kernels[layer][i * units + unit]);
                products.sum::<f64>() + self.biases[layer][unit]
            });
            let sums: Vec<f64> = sums.collect();
            activations.push(sums.iter().map(|z| 1.0 / (1.0 + (-z).exp())).collect());
            logits = sums;
        }
        (activations, logits)
    }

    /// Adds an image to the gradients; returns its loss and whether the prediction is correct.
    fn add_image(&mut self, image: &[f32], class: u8, weight: f64, count: f64) -> (f64, bool) {
        let (activations, logits) = self.forward(image);
        let is_target = |output: usize| match logits.len() {
            1 => class == 1,
            _ => output == usize::from(class),
        };
        let target = |output| f64::from(u8::from(is_target(output)));
        let probabilities = activations[3].iter().enumerate();
        let deltas = probabilities.map(|(output, p)| weight * (p - target(output)) / count);
        let mut deltas: Vec<f64> = deltas.collect();
        for layer in (0..3).rev() {
            let (x, units) = (&activations[layer], self.units[layer + 1]);
            let mut below = vec![0.0; x.len()];
            for (unit, delta) in deltas.iter().enumerate() {
                for (i, x) in x.iter().enumerate() {
                    self.gradients[layer][i * units + unit] += x * delta;
                    below[i] += delta * self.kernels[layer][i * units + unit] * x * (1.0 - x);
                }
                self.gradients[layer][x.len() * units + unit] += delta;
            }
            deltas = below;
        }
        let losses = logits.iter().enumerate().map(|(output, &logit)| {
            let margin = if is_target(output) { logit } else { -logit };
            (-margin).max(0.0) + (-margin.abs()).exp().ln_1p()
        });
        let of_class = logits[usize::from(class) % logits.len()];
        let is_correct = match logits.len() {
            1 => (of_class >= 0.0) == (class == 1),
            _ => logits.iter().all(|&logit| logit <= of_class),
        };
        (weight * losses.sum::<f64>(), is_correct)
    }

    fn adam_step(&mut self, rate: f64) {
        self.steps += 1;
        let rate =
            rate * (1.0 - 0.999_f64.powi(self.steps)).sqrt() / (1.0 - 0.9_f64.powi(self.steps));
        for layer in 0..3 {
            let weights = self.kernels[layer]
                .iter_mut()
                .chain(&mut self.biases[layer]);
            for (i, weight) in weights.enumerate() {
                let gradient = std::mem::take(&mut self.gradients[layer][i]);
                let (m, v) = (
                    &mut self.first_moments[layer][i],
                    &mut self.second_moments[layer][i],
                );
                *m = 0.9 * *m + 0.1 * gradient;
                *v = 0.999 * *v + 0.001 * gradient * gradient;
                *weight -= rate * *m / (v.sqrt() + 1e-7);
            }
        }
    }
}

mod tests {
    use super::*;
    use crate::fused::network::pixels;
    use crate::fused::test_support::{architectures, examples, training, weights};

    /// Compares numbers, with a tolerance relative to the largest expected one of the layer.
    #[track_caller]
    fn assert_close(what: &str, found: &LayerValues, expected: &[Vec<f64>; 3], tolerance: f64) {
        for (layer, expected) in expected.iter().enumerate() {
            let found = found.kernels[layer].iter().chain(&found.biases[layer]);
            let pairs = found.map(|&found| f64::from(found)).zip(expected);
            let (mut largest, mut difference) = (0.0_f64, 0.0_f64);
            for (found, expected) in pairs {
                largest = largest.max(expected.abs());
                difference = difference.max((found - expected).abs());
            }
            assert!(
                difference <= tolerance * largest,
                "{what} of layer {}: {difference:e} of {largest:e}",
                layer + 1
            );
        }
    }

    /// Takes steps on batches of 150 images, some of them twice, and compares metrics and state.
    fn check(units: [usize; 3], batch: usize, steps: usize, class_weight: Option<&[f32]>) {
        let (images, classes) = examples(150, units[2]);
        let weights = weights(units, 5);
        for (path, architecture) in architectures() {
            let mut training = training(architecture, weights.clone());
            let mut reference = Reference::new(units, &weights);
            for step in 0..steps {
                let rows: Vec<usize> = (0..batch).map(|i| (7 * i + 31 * step) % 150).collect();
                let metrics = training.step(&images, &classes, &rows, class_weight, 0.01);
                let mut expected = (0.0, 0);
                for &row in &rows {
                    let class = classes[row];
                    let weight = class_weight.map_or(1.0, |of| of[usize::from(class)]);
                    #[expect(clippy::cast_precision_loss, reason = "batches are small")]
                    let count = rows.len() as f64;
                    let image = pixels(&images, row);
                    let (loss, is_correct) =
                        reference.add_image(image, class, weight.into(), count);
                    expected.0 += loss;
                    expected.1 += usize::from(is_correct);
                }
                reference.adam_step(0.01);
                assert!(
                    (metrics.loss_sum / expected.0 - 1.0).abs() < 2e-6,
                    "{path}, {units:?}: {metrics:?}, expected {expected:?}"
                );
                assert_eq!(metrics.correct, expected.1, "{path}, {units:?}");
            }
            let state = training.state();
            assert_close(
                "first moments",
                &state.first_moments,
                &reference.first_moments,
                1e-5,
            );
            assert_close(
                "second moments",
                &state.second_moments,
                &reference.second_moments,
                1e-5,
            );
            let pairs = reference.kernels.into_iter().zip(reference.biases);
            let parameters = pairs.map(|(kernel, bias)| [kernel, bias].concat());
            let parameters: Vec<Vec<f64>> = parameters.collect();
            let parameters = parameters.try_into().unwrap();
            assert_close("weights", &state.weights, &parameters, 1e-5);
            assert_eq!(state.steps, steps as u64);
        }
    }

    #[test]
    fn steps_agree_with_the_equations_in_f64() {
        check([25, 15, 1], 32, 4, None);
        check([25, 15, 1], 1, 3, None);
        check([25, 15, 1], 64, 2, Some(&[1.0, 3.0]));
        check([25, 15, 1], 65, 2, None);
        check([1, 1, 1], 5, 3, None);
        check([16, 32, 1], 7, 3, Some(&[0.5, 0.0]));
        check([33, 17, 1], 200, 2, Some(&[2.0, 0.25]));
        check([3, 49, 1], 9, 2, None);
        check([256, 5, 1], 3, 2, None);
    }

    #[test]
    fn steps_with_several_outputs_agree_with_the_equations_in_f64() {
        check([25, 15, 10], 32, 4, None);
        check([40, 20, 10], 65, 2, None);
        check([25, 15, 3], 7, 3, Some(&[0.5, 0.0, 3.0]));
        check([3, 2, 9], 130, 2, None);
        check([5, 17, 16], 5, 2, None);
        check([5, 17, 2], 5, 2, None);
        check([272, 130, 10], 300, 2, None);
    }
}
