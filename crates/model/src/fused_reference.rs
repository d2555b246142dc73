//! For tests: the network and its training in f64, number by number, and examples to train on.

use data::PIXELS;
use pulp::Arch;

use crate::adam::Adam;
use crate::fused::FusedTraining;
use crate::fused_state::{FusedState, LayerValues};

/// Even random numbers in [-1, 1): Knuth's linear congruential generator.
pub(crate) fn random(seed: u64, count: usize) -> impl Iterator<Item = f32> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        #[expect(clippy::cast_precision_loss, reason = "24 bits fit an f32")]
        let unit = (state >> 40) as f32 / (1_u32 << 24) as f32;
        2.0 * unit - 1.0
    })
    .take(count)
}

pub(crate) fn weights([first, second]: [usize; 2], seed: u64) -> LayerValues {
    let kernel = |inputs: usize, units: usize| -> Vec<f32> {
        #[expect(clippy::cast_precision_loss, reason = "layers are small")]
        let limit = (6.0 / (inputs + units) as f32).sqrt();
        let numbers = random(seed + units as u64, inputs * units);
        numbers.map(|number| number * limit).collect()
    };
    let bias = |units: usize| random(seed + 7, units).map(|x| x / 8.0).collect();
    LayerValues {
        kernels: [
            kernel(PIXELS, first),
            kernel(first, second),
            kernel(second, 1),
        ],
        biases: [bias(first), bias(second), bias(1)],
    }
}

/// Images of which about half of the pixels are 0, and which of them are positive.
pub(crate) fn examples(count: usize) -> (Vec<f32>, Vec<bool>) {
    let pixels = random(3, count * PIXELS).map(|pixel| pixel.max(0.0));
    let positive = random(4, count).map(|number| number > 0.2);
    (pixels.collect(), positive.collect())
}

/// A network whose logit is its last bias, whatever the image.
pub(crate) fn constant(logit: f32) -> LayerValues {
    let mut weights = weights([25, 15], 6);
    weights.kernels[2].fill(0.0);
    weights.biases[2][0] = logit;
    weights
}

/// A training of a network with the instructions of `arch`.
pub(crate) fn training(arch: Arch, weights: LayerValues) -> FusedTraining {
    FusedTraining::new(Adam::default(), &FusedState::new(weights)).with_arch(arch)
}

pub(crate) fn bits(state: &FusedState) -> Vec<u32> {
    let parts = [&state.weights, &state.means, &state.squares].into_iter();
    let vectors = parts.flat_map(|part| part.kernels.iter().chain(&part.biases));
    vectors.flatten().map(|value| value.to_bits()).collect()
}

/// The same network and the same Adam in f64, number by number, from the equations.
pub(crate) struct Reference {
    units: [usize; 4],
    kernels: [Vec<f64>; 3],
    biases: [Vec<f64>; 3],
    /// Of each layer the kernel and then the bias.
    gradients: [Vec<f64>; 3],
    means: [Vec<f64>; 3],
    squares: [Vec<f64>; 3],
    steps: i32,
}

impl Reference {
    pub(crate) fn new([first, second]: [usize; 2], weights: &LayerValues) -> Self {
        let exact = |part: &Vec<f32>| part.iter().copied().map(f64::from).collect();
        let zeros = [0, 1, 2].map(|layer: usize| {
            vec![0.0; weights.kernels[layer].len() + weights.biases[layer].len()]
        });
        Self {
            units: [PIXELS, first, second, 1],
            kernels: weights.kernels.each_ref().map(exact),
            biases: weights.biases.each_ref().map(exact),
            gradients: zeros.clone(),
            means: zeros.clone(),
            squares: zeros,
            steps: 0,
        }
    }

    /// Computes what goes into each layer, and then the probability; and the logit.
    pub(crate) fn forward(&self, image: &[f32]) -> (Vec<Vec<f64>>, f64) {
        let mut answers = vec![image.iter().copied().map(f64::from).collect::<Vec<f64>>()];
        let mut logit = 0.0;
        for layer in 0..3 {
            let (x, units) = (&answers[layer], self.units[layer + 1]);
            let sums = (0..units).map(|unit| {
                let products = x.iter().enumerate();
                let products = products.map(|(i, x)| x * self.kernels[layer][i * units + unit]);
                products.sum::<f64>() + self.biases[layer][unit]
            });
            let sums: Vec<f64> = sums.collect();
            logit = sums[0];
            answers.push(sums.iter().map(|z| 1.0 / (1.0 + (-z).exp())).collect());
        }
        (answers, logit)
    }

    /// Adds an image's share to the gradients; returns its loss and whether it is right.
    fn image(&mut self, image: &[f32], positive: bool, weight: f64, count: f64) -> (f64, bool) {
        let (answers, logit) = self.forward(image);
        let target = f64::from(u8::from(positive));
        let mut deltas = vec![weight * (answers[3][0] - target) / count];
        for layer in (0..3).rev() {
            let (x, units) = (&answers[layer], self.units[layer + 1]);
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
        let margin = if positive { logit } else { -logit };
        let loss = (-margin).max(0.0) + (-margin.abs()).exp().ln_1p();
        (weight * loss, (logit >= 0.0) == positive)
    }

    fn adam(&mut self, rate: f64) {
        self.steps += 1;
        let rate =
            rate * (1.0 - 0.999_f64.powi(self.steps)).sqrt() / (1.0 - 0.9_f64.powi(self.steps));
        for layer in 0..3 {
            let weights = self.kernels[layer]
                .iter_mut()
                .chain(&mut self.biases[layer]);
            for (i, weight) in weights.enumerate() {
                let gradient = std::mem::take(&mut self.gradients[layer][i]);
                let (m, v) = (&mut self.means[layer][i], &mut self.squares[layer][i]);
                *m = 0.9 * *m + 0.1 * gradient;
                *v = 0.999 * *v + 0.001 * gradient * gradient;
                *weight -= rate * *m / (v.sqrt() + 1e-7);
            }
        }
    }
}

mod tests {
    use super::*;
    use crate::fused_network::pixels;
    use crate::lanes::tests::architectures;

    /// Compares numbers by the largest of the expected ones.
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

    /// Takes steps on batches of `batch` of 150 images, some of them twice, and compares each.
    fn check(units: [usize; 2], batch: usize, steps: usize, class_weight: Option<[f32; 2]>) {
        let (images, positive) = examples(150);
        let weights = weights(units, 5);
        for architecture in architectures() {
            let mut training = training(architecture, weights.clone());
            let mut reference = Reference::new(units, &weights);
            for step in 0..steps {
                let rows: Vec<usize> = (0..batch).map(|i| (7 * i + 31 * step) % 150).collect();
                let figures = training.step(&images, &positive, &rows, class_weight, 0.01);
                let mut expected = (0.0, 0);
                for &row in &rows {
                    let class = usize::from(positive[row]);
                    let weight = f64::from(class_weight.unwrap_or([1.0; 2])[class]);
                    #[expect(clippy::cast_precision_loss, reason = "batches are small")]
                    let count = rows.len() as f64;
                    let image = pixels(&images, row);
                    let (loss, right) = reference.image(image, positive[row], weight, count);
                    expected.0 += loss;
                    expected.1 += usize::from(right);
                }
                reference.adam(0.01);
                assert!(
                    (figures.loss_sum / expected.0 - 1.0).abs() < 2e-6,
                    "{units:?}"
                );
                assert_eq!(figures.right, expected.1, "{units:?}");
            }
            let state = training.state();
            assert_close("means", &state.means, &reference.means, 1e-5);
            assert_close("squares", &state.squares, &reference.squares, 1e-5);
            let pairs = reference.kernels.into_iter().zip(reference.biases);
            let parameters = pairs.map(|(kernel, bias)| [kernel, bias].concat());
            let parameters: Vec<Vec<f64>> = parameters.collect();
            let parameters = parameters.try_into().unwrap();
            assert_close("weights", &state.weights, &parameters, 1e-5);
            assert_eq!(state.steps, steps as u64);
        }
    }

    #[test]
    fn steps_are_those_of_the_equations_in_f64() {
        check([25, 15], 32, 4, None);
        check([25, 15], 1, 3, None);
        check([25, 15], 64, 2, Some([1.0, 3.0]));
        check([25, 15], 65, 2, None);
        check([1, 1], 5, 3, None);
        check([16, 32], 7, 3, Some([0.5, 0.0]));
        check([33, 17], 200, 2, Some([2.0, 0.25]));
        check([3, 49], 9, 2, None);
        check([256, 5], 3, 2, None);
    }
}
