//! Training without tensors: forward, loss, backward and Adam on flat numbers, on one thread, with
//! the widest instructions that the processor has.
//!
//! The formulas are those of `step.rs` and `adam.rs`, which go through Burn and run on every
//! device. A network as small as the course's spends nearly all of that time on handing tensors
//! around. There is no clipping of gradients here.

#![expect(
    clippy::inline_always,
    reason = "only what is inlined into pulp's entry points is compiled for the processor found"
)]

use data::PIXELS;
use pulp::{Arch, Simd, WithSimd};

use crate::adam::Adam;
use crate::lanes::{self, LANES};
use crate::layer::{Aligned, Layer};
use crate::tiles::{self, AdamStep, Finish, Share};

/// Images that go through the network together: few enough to stay in the cache.
const IMAGES_AT_ONCE: usize = 64;

/// One number for each parameter of the network.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerValues {
    /// The kernels', `[inputs, units]` row by row.
    pub kernels: [Vec<f32>; 3],
    /// The biases', `[units]`.
    pub biases: [Vec<f32>; 3],
}

/// All that a training needs to go on.
#[derive(Debug, Clone, PartialEq)]
pub struct FusedState {
    /// The network's parameters.
    pub weights: LayerValues,
    /// Adam's means of their gradients, m.
    pub means: LayerValues,
    /// Adam's means of their squared gradients, v.
    pub squares: LayerValues,
    /// Steps taken, Adam's t.
    pub steps: u64,
}

impl FusedState {
    /// The state before the first step.
    #[must_use]
    pub fn new(weights: LayerValues) -> Self {
        let zeros = |values: &Vec<f32>| vec![0.0; values.len()];
        let zeros = LayerValues {
            kernels: weights.kernels.each_ref().map(zeros),
            biases: weights.biases.each_ref().map(zeros),
        };
        Self {
            weights,
            means: zeros.clone(),
            squares: zeros,
            steps: 0,
        }
    }
}

/// What a network answers to some images, in sums over them.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct StepFigures {
    /// Binary cross-entropies in nats, in training each times the weight of its class.
    pub loss_sum: f64,
    /// Right answers: those whose logit is 0 or more for the positive digit, less for the other.
    pub right: usize,
}

/// A network in training.
#[derive(Debug)]
pub struct FusedTraining {
    arch: Arch,
    adam: Adam,
    steps: u64,
    /// The kernel of the third lies down, `[1, units of the second layer]`.
    layers: [Layer; 3],
    /// The second kernel with rows and columns exchanged, and a bias of zeros.
    transposed: Aligned,
    /// What the hidden layers answer to the images at hand and then the gradients before their
    /// sigmoids, `[images, width]`.
    activations: [Aligned; 2],
}

impl FusedTraining {
    /// Goes on from `state`, which says how many units the layers have.
    ///
    /// # Panics
    ///
    /// Panics if there are not as many numbers as a network with 400 pixels, two hidden layers of
    /// at least one unit and one logit has.
    #[must_use]
    pub fn new(adam: Adam, state: &FusedState) -> Self {
        let [first, second, logits] = state.weights.biases.each_ref().map(Vec::len);
        assert_eq!(logits, 1, "one logit");
        let layers = [
            Layer::new(state, 0, PIXELS, first),
            Layer::new(state, 1, first, second),
            Layer::new(state, 2, 1, second),
        ];
        let activations = |layer: &Layer| Aligned::zeros(IMAGES_AT_ONCE * layer.width);
        Self {
            arch: Arch::new(),
            adam,
            steps: state.steps,
            transposed: Aligned::zeros((second + 1) * layers[0].width),
            activations: [activations(&layers[0]), activations(&layers[1])],
            layers,
        }
    }

    /// Copies out all that [`new`](Self::new) needs to go on to the same bits.
    #[must_use]
    pub fn state(&self) -> FusedState {
        let [weights, means, squares] =
            [Layer::weights, Layer::means, Layer::squares].map(|part| {
                let [layer1, layer2, layer3] = &self.layers;
                let [(k1, b1), (k2, b2), (k3, b3)] =
                    [(layer1, layer1.units), (layer2, layer2.units), (layer3, 1)]
                        .map(|(layer, biases)| layer.unpack(part(layer), biases));
                LayerValues {
                    kernels: [k1, k2, k3],
                    biases: [b1, b2, b3],
                }
            });
        FusedState {
            weights,
            means,
            squares,
            steps: self.steps,
        }
    }

    /// Takes one step for the mean loss of the images `rows` of `images`, and returns the figures
    /// from before it; without rows, there is no step.
    ///
    /// `images` is `[n, 400]`, row by row; `positive` says of each of the n whether it shows the
    /// positive digit. With a `class_weight`, of the negative and the positive digit, losses are
    /// multiplied with it; the mean still divides by the number of images.
    ///
    /// # Panics
    ///
    /// Panics if a row is not below n.
    pub fn step(
        &mut self,
        images: &[f32],
        positive: &[bool],
        rows: &[usize],
        class_weight: Option<[f32; 2]>,
        learning_rate: f64,
    ) -> StepFigures {
        self.arch.dispatch(Step {
            training: self,
            images,
            positive,
            rows,
            class_weight: class_weight.unwrap_or([1.0; 2]),
            learning_rate,
        })
    }

    /// Computes the figures of all of `images`, `[n, 400]`, row by row, without weights of classes.
    ///
    /// # Panics
    ///
    /// Panics if `positive` does not have one answer for each image.
    pub fn evaluate(&mut self, images: &[f32], positive: &[bool]) -> StepFigures {
        assert_eq!(
            images.len(),
            positive.len() * PIXELS,
            "400 pixels an answer"
        );
        self.arch.dispatch(Evaluate {
            training: self,
            images,
            positive,
        })
    }
}

/// [`FusedTraining::step`], compiled for each kind of processor.
struct Step<'a> {
    training: &'a mut FusedTraining,
    images: &'a [f32],
    positive: &'a [bool],
    rows: &'a [usize],
    class_weight: [f32; 2],
    learning_rate: f64,
}

impl WithSimd for Step<'_> {
    type Output = StepFigures;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> StepFigures {
        let mut figures = StepFigures::default();
        if self.rows.is_empty() {
            return figures;
        }
        let training = self.training;
        training.transpose();
        training.steps = training.steps.saturating_add(1);
        let adam = AdamStep::new(simd, &training.adam, self.learning_rate, training.steps);
        #[expect(clippy::cast_precision_loss, reason = "batches stay far below 2^24")]
        let count = self.rows.len() as f32;
        let mut seen = 0;
        for rows in self.rows.chunks(IMAGES_AT_ONCE) {
            let mut images: [&[f32]; IMAGES_AT_ONCE] = [&[]; IMAGES_AT_ONCE];
            let mut positive = [false; IMAGES_AT_ONCE];
            for ((image, positive), &row) in images.iter_mut().zip(&mut positive).zip(rows) {
                *image = pixels(self.images, row);
                *positive = self.positive[row];
            }
            let (images, positive) = (&images[..rows.len()], &positive[..rows.len()]);
            let answers = training.answer(simd, images, positive);
            let mut deltas = answers.slopes;
            for (i, &positive) in positive.iter().enumerate() {
                let weight = self.class_weight[usize::from(positive)];
                figures.loss_sum += f64::from(answers.losses[i] * weight);
                let weight = weight / count;
                deltas[i] *= if positive { -weight } else { weight };
            }
            figures.right += answers.right;
            let is_first = seen == 0;
            seen += rows.len();
            let share = Share {
                is_first,
                adam: (seen == self.rows.len()).then_some(adam),
            };
            training.learn(simd, share, images, &deltas[..rows.len()]);
        }
        figures
    }
}

/// [`FusedTraining::evaluate`], compiled for each kind of processor.
struct Evaluate<'a> {
    training: &'a mut FusedTraining,
    images: &'a [f32],
    positive: &'a [bool],
}

impl WithSimd for Evaluate<'_> {
    type Output = StepFigures;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> StepFigures {
        let mut figures = StepFigures::default();
        let pieces = self.images.chunks(IMAGES_AT_ONCE * PIXELS);
        for (piece, positive) in pieces.zip(self.positive.chunks(IMAGES_AT_ONCE)) {
            let mut images: [&[f32]; IMAGES_AT_ONCE] = [&[]; IMAGES_AT_ONCE];
            for (row, image) in images[..positive.len()].iter_mut().enumerate() {
                *image = pixels(piece, row);
            }
            let images = &images[..positive.len()];
            let answers = self.training.answer(simd, images, positive);
            let losses = answers.losses.iter().take(positive.len());
            figures.loss_sum += losses.copied().map(f64::from).sum::<f64>();
            figures.right += answers.right;
        }
        figures
    }
}

fn pixels(images: &[f32], row: usize) -> &[f32] {
    &images[row * PIXELS..][..PIXELS]
}

/// What a network answers to some images, image by image.
struct Answers {
    losses: [f32; IMAGES_AT_ONCE],
    /// By how much each loss falls when the logit moves to the right side.
    slopes: [f32; IMAGES_AT_ONCE],
    right: usize,
}

impl FusedTraining {
    /// Exchanges rows and columns of the second kernel, for the way back.
    fn transpose(&mut self) {
        let [layer1, layer2, _] = &self.layers;
        for start in (0..layer2.units).step_by(LANES) {
            let units = start..layer2.units.min(start + LANES);
            let rows = layer2.weights.chunks_exact(layer2.width);
            for (input, row) in rows.take(layer2.inputs).enumerate() {
                for unit in units.clone() {
                    self.transposed[unit * layer1.width + input] = row[unit];
                }
            }
        }
    }

    /// Goes forward to the losses of at most [`IMAGES_AT_ONCE`] images.
    #[inline(always)]
    fn answer<S: Simd>(&mut self, simd: S, images: &[&[f32]], positive: &[bool]) -> Answers {
        let [layer1, layer2, layer3] = &self.layers;
        let [first, second] = &mut self.activations;
        let first = &mut first[..images.len() * layer1.width]; // [images, 25]
        let second = &mut second[..images.len() * layer2.width]; // [images, 15]
        let (weights, width) = (&layer1.weights, layer1.width);
        tiles::product(simd, |i| images[i], weights, width, first, Finish::Sigmoid);
        let row = |i: usize| &first[i * layer1.width..][..layer1.width];
        let (weights, width) = (&layer2.weights, layer2.width);
        tiles::product(simd, row, weights, width, second, Finish::Sigmoid);

        let (kernel, bias) = layer3.weights.split_at(layer3.width);
        // Logits that count towards the right class.
        let mut margins = [0.0; IMAGES_AT_ONCE];
        let mut right = 0;
        let rows = second.chunks_exact(layer2.width);
        for ((margin, row), &positive) in margins.iter_mut().zip(rows).zip(positive) {
            // Number by number, so that the sum does not depend on how many a register takes.
            let products = row.iter().zip(&kernel[..layer2.units]);
            let logit = products.fold(bias[0], |sum, (a, weight)| sum + a * weight);
            right += usize::from((logit >= 0.0) == positive);
            *margin = if positive { logit } else { -logit };
        }
        let (losses, slopes) = losses(simd, &margins);
        Answers {
            losses,
            slopes,
            right,
        }
    }

    /// Goes back from the losses' gradients before the last sigmoid, `[images]`.
    #[inline(always)]
    fn learn<S: Simd>(&mut self, simd: S, share: Share<S>, images: &[&[f32]], deltas: &[f32]) {
        let [layer1, layer2, layer3] = &mut self.layers;
        let [first, second] = &mut self.activations;
        let (width1, width2) = (layer1.width, layer2.width);
        let first = &mut first[..images.len() * width1]; // [images, 25]
        let second = &mut second[..images.len() * width2]; // [images, 15]
        tiles::learn_last(
            simd,
            share,
            second,
            deltas,
            layer3.parameters(),
            layer2.units,
        );
        let answers = &*first;
        let row = |i: usize| &answers[i * width1..][..width1];
        tiles::learn(simd, share, row, second, layer2.parameters(), width2);
        let row = |i: usize| &second[i * width2..][..width2];
        tiles::product(
            simd,
            row,
            &self.transposed,
            width1,
            first,
            Finish::TimesSlope,
        );
        tiles::learn(
            simd,
            share,
            |i| images[i],
            first,
            layer1.parameters(),
            width1,
        );
    }
}

/// From margins m, the losses `softplus(-m)` and by how much they fall with m, `sigmoid(-m)`.
///
/// Both from exp(-|m|), so that nothing overflows: `step.rs` has the formula.
#[inline(always)]
fn losses<S: Simd>(
    simd: S,
    margins: &[f32; IMAGES_AT_ONCE],
) -> ([f32; IMAGES_AT_ONCE], [f32; IMAGES_AT_ONCE]) {
    let mut losses = [0.0; IMAGES_AT_ONCE];
    let mut slopes = [0.0; IMAGES_AT_ONCE];
    let margins = S::as_simd_f32s(margins).0.iter();
    let outputs = S::as_mut_simd_f32s(&mut losses).0.iter_mut();
    let outputs = outputs.zip(S::as_mut_simd_f32s(&mut slopes).0);
    let (zero, one) = (simd.splat_f32s(0.0), simd.splat_f32s(1.0));
    for (&margin, (loss, slope)) in margins.zip(outputs) {
        let is_wrong = simd.less_than_f32s(margin, zero);
        let overshoot = lanes::select(simd, is_wrong, lanes::negative(simd, margin), zero);
        let exp = lanes::exp(simd, lanes::negative(simd, lanes::absolute(simd, margin)));
        *loss = simd.add_f32s(overshoot, lanes::ln_1p(simd, exp));
        let part = lanes::select(simd, is_wrong, one, exp);
        *slope = simd.div_f32s(part, simd.add_f32s(one, exp));
    }
    (losses, slopes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lanes::tests::architectures;

    /// Even random numbers in [-1, 1): Knuth's linear congruential generator.
    fn random(seed: u64, count: usize) -> impl Iterator<Item = f32> {
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

    fn weights([first, second]: [usize; 2], seed: u64) -> LayerValues {
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
    fn examples(count: usize) -> (Vec<f32>, Vec<bool>) {
        let pixels = random(3, count * PIXELS).map(|pixel| pixel.max(0.0));
        let positive = random(4, count).map(|number| number > 0.2);
        (pixels.collect(), positive.collect())
    }

    fn training(architecture: Arch, weights: LayerValues) -> FusedTraining {
        FusedTraining {
            arch: architecture,
            ..FusedTraining::new(Adam::default(), &FusedState::new(weights))
        }
    }

    /// The same network and the same Adam in f64, number by number, from the equations.
    struct Reference {
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
        fn new([first, second]: [usize; 2], weights: &LayerValues) -> Self {
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

        /// Adds an image's share to the gradients; returns its loss and whether it is right.
        fn image(&mut self, image: &[f32], positive: bool, weight: f64, count: f64) -> (f64, bool) {
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

    fn bits(state: &FusedState) -> Vec<u32> {
        let parts = [&state.weights, &state.means, &state.squares].into_iter();
        let vectors = parts.flat_map(|part| part.kernels.iter().chain(&part.biases));
        vectors.flatten().map(|value| value.to_bits()).collect()
    }

    #[test]
    fn a_training_that_goes_on_from_its_state_ends_at_the_same_bits() {
        let (images, positive) = examples(100);
        let rows: Vec<usize> = (0..100).rev().collect();
        for architecture in architectures() {
            let mut whole = training(architecture, weights([25, 15], 1));
            let mut pieces = training(architecture, weights([25, 15], 1));
            for _ in 0..3 {
                for rows in rows.chunks(32) {
                    let expected = whole.step(&images, &positive, rows, None, 0.003);
                    assert_eq!(pieces.step(&images, &positive, rows, None, 0.003), expected);
                }
                let state = pieces.state();
                pieces = FusedTraining {
                    arch: architecture,
                    ..FusedTraining::new(Adam::default(), &state)
                };
                assert_eq!(pieces.state(), state);
                pieces.evaluate(&images, &positive); // Leaves no trace.
            }
            assert_eq!(bits(&pieces.state()), bits(&whole.state()));
            assert_eq!(pieces.state().steps, 12);
        }
    }

    #[test]
    #[cfg(target_arch = "x86_64")]
    fn avx_512_and_avx2_give_the_same_bits() {
        let (images, positive) = examples(100);
        let rows: Vec<usize> = (0..100).collect();
        let Some(avx2) = pulp::x86::V3::try_new() else {
            return;
        };
        let [expected, found] = [Arch::new(), Arch::V3(avx2)].map(|architecture| {
            let mut training = training(architecture, weights([25, 15], 1));
            for rows in rows.chunks(30) {
                training.step(&images, &positive, rows, None, 0.003);
            }
            bits(&training.state())
        });
        assert_eq!(found, expected);
    }

    #[test]
    fn evaluating_gives_the_figures_from_before_the_step() {
        let (images, positive) = examples(130);
        let rows: Vec<usize> = (0..130).collect();
        let mut training = training(Arch::new(), weights([25, 15], 2));
        let figures = training.evaluate(&images, &positive);
        let before = training.state();
        assert_eq!(training.step(&images, &positive, &rows, None, 0.1), figures);
        assert_ne!(training.state(), before);
        assert_ne!(training.evaluate(&images, &positive), figures);
        assert_eq!(training.evaluate(&[], &[]), StepFigures::default());
    }

    #[test]
    fn without_rows_there_is_no_step() {
        let (images, positive) = examples(1);
        let mut training = training(Arch::new(), weights([2, 2], 2));
        let before = training.state();
        let figures = training.step(&images, &positive, &[], None, 0.1);
        assert_eq!(figures, StepFigures::default());
        assert_eq!(training.state(), before);
    }

    /// A network whose logit is its last bias, whatever the image.
    fn constant(logit: f32) -> LayerValues {
        let mut weights = weights([25, 15], 6);
        weights.kernels[2].fill(0.0);
        weights.biases[2][0] = logit;
        weights
    }

    #[test]
    fn logits_of_200_cost_200_or_nothing_and_leave_everything_finite() {
        let images = [0.5; PIXELS];
        for architecture in architectures() {
            for logit in [-200.0, 200.0] {
                for positive in [false, true] {
                    let mut training = training(architecture, constant(logit));
                    let is_right = (logit > 0.0) == positive;
                    let figures = training.step(&images, &[positive], &[0], None, 0.001);
                    let expected = if is_right { 0.0 } else { 200.0 };
                    assert!((figures.loss_sum - expected).abs() < 1e-30, "{figures:?}");
                    assert_eq!(figures.right, usize::from(is_right));
                    let state = training.state();
                    let values = bits(&state).into_iter().map(f32::from_bits);
                    assert!(values.into_iter().all(f32::is_finite));
                    // A wrong answer has the steepest slope there is: 1 towards the right side.
                    let mean = state.means.biases[2][0];
                    let expected = match (is_right, positive) {
                        (true, _) => 0.0,
                        (false, false) => 0.1,
                        (false, true) => -0.1,
                    };
                    assert!((mean - expected).abs() < 1e-7, "{mean}");
                }
            }
        }
    }

    #[test]
    fn a_logit_of_0_counts_as_positive() {
        let mut training = training(Arch::new(), constant(0.0));
        let mut right = |positive| training.evaluate(&[0.5; PIXELS], &[positive]).right;
        assert_eq!((right(true), right(false)), (1, 0));
    }

    #[test]
    fn a_black_image_moves_biases_but_no_weight_of_a_pixel() {
        let before = weights([25, 15], 9);
        let mut training = training(Arch::new(), before.clone());
        for _ in 0..3 {
            training.step(&[0.0; PIXELS], &[true], &[0], None, 0.01);
        }
        let after = training.state().weights;
        assert_eq!(after.kernels[0], before.kernels[0]);
        for layer in 0..3 {
            assert_ne!(after.biases[layer], before.biases[layer]);
        }
    }

    #[test]
    fn tiny_pixels_leave_no_subnormal_numbers_behind() {
        // In the first image, pixels of 1, 0.7, 0.5, ..., 1e-37; nothing there in the second.
        let (mut images, positive) = examples(2);
        for (pixel, place) in images[..250].iter_mut().enumerate() {
            *place = 0.71_f32.powi(i32::try_from(pixel).unwrap());
        }
        images[PIXELS..PIXELS + 250].fill(0.0);
        for architecture in architectures() {
            let mut training = training(architecture, weights([25, 15], 3));
            training.step(&images, &positive, &[0], None, 0.001);
            // 0.1 times the smallest gradient that counts, 2^-58.
            let means = training.state().means;
            let means = || means.kernels[0].iter().map(|mean| mean.abs());
            assert!(means().all(|mean| mean == 0.0 || mean >= 3.4e-19));
            assert!(means().any(|mean| mean == 0.0) && means().any(|m| m > 0.0 && m < 1e-18));
            for _ in 0..1000 {
                training.step(&images, &positive, &[1], None, 0.001);
            }
            let values = bits(&training.state()).into_iter().map(f32::from_bits);
            assert_eq!(values.into_iter().find(|value| value.is_subnormal()), None);
        }
    }

    #[test]
    fn what_is_not_a_number_is_not_hidden() {
        let (images, positive) = examples(3);
        for architecture in architectures() {
            let mut weights = weights([25, 15], 3);
            weights.kernels[0][25 * 200 + 3] = f32::NAN;
            let mut training = training(architecture, weights);
            let figures = training.step(&images, &positive, &[0, 1, 2], None, 0.001);
            assert!(figures.loss_sum.is_nan());
            assert!(training.state().weights.kernels[0][3].is_nan());
        }
    }
}
