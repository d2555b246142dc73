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

use pulp::{Simd, WithSimd};

use crate::adam::Adam;
use crate::fused_answers::{Piece, StepFigures};
use crate::fused_network::{FusedNetwork, IMAGES_AT_ONCE};
use crate::fused_state::{FusedState, LayerValues};
use crate::lanes::LANES;
use crate::layer::{Aligned, Layer, Memory};
use crate::tiles::{self, AdamStep, Finish, Share};

/// A network in training.
#[derive(Debug)]
pub struct FusedTraining {
    network: FusedNetwork,
    adam: Adam,
    steps: u64,
    /// Of each layer.
    memories: [Memory; 3],
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
        let network = FusedNetwork::new(&state.weights);
        let memory = |layer: &Layer| Memory::new(layer, &state.means, &state.squares);
        let [layer1, layer2, _] = &network.layers;
        Self {
            adam,
            steps: state.steps,
            memories: network.layers.each_ref().map(memory),
            transposed: Aligned::zeros((layer2.units + 1) * layer1.width),
            activations: network.activations(IMAGES_AT_ONCE),
            network,
        }
    }

    /// Copies out all that [`new`](Self::new) needs to go on to the same bits.
    #[must_use]
    pub fn state(&self) -> FusedState {
        let layers = self.network.layers.each_ref();
        let [memory1, memory2, memory3] = &self.memories;
        FusedState {
            weights: unpack(layers, layers.map(|layer| &layer.weights)),
            means: unpack(layers, [memory1, memory2, memory3].map(|of| &of.means)),
            squares: unpack(layers, [memory1, memory2, memory3].map(|of| &of.squares)),
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
        self.network.arch.dispatch(Step {
            training: self,
            images,
            positive,
            rows,
            class_weight: class_weight.unwrap_or([1.0; 2]),
            learning_rate,
        })
    }

    /// Computes the figures of the images `rows` of `images`: see [`FusedNetwork::evaluate`].
    ///
    /// # Panics
    ///
    /// Panics if a row is not below the number of images.
    #[must_use]
    pub fn evaluate(&self, images: &[f32], positive: &[bool], rows: &[usize]) -> StepFigures {
        self.network.evaluate(images, positive, rows)
    }
}

fn unpack(layers: [&Layer; 3], packed: [&Aligned; 3]) -> LayerValues {
    let [(kernel1, bias1), (kernel2, bias2), (kernel3, bias3)] =
        [0, 1, 2].map(|number| layers[number].unpack(packed[number]));
    LayerValues {
        kernels: [kernel1, kernel2, kernel3],
        biases: [bias1, bias2, bias3],
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
            let piece = Piece::new(self.images, self.positive, rows);
            let activations = &mut training.activations;
            let answers = training.network.answer(simd, &piece, activations);
            let mut deltas = answers.slopes;
            for (i, &positive) in piece.positive().iter().enumerate() {
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
            training.learn(simd, share, piece.images(), &deltas[..rows.len()]);
        }
        figures
    }
}

impl FusedTraining {
    /// Exchanges rows and columns of the second kernel, for the way back.
    fn transpose(&mut self) {
        let [layer1, layer2, _] = &self.network.layers;
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

    /// Goes back from the losses' gradients before the last sigmoid, `[images]`.
    #[inline(always)]
    fn learn<S: Simd>(&mut self, simd: S, share: Share<S>, images: &[&[f32]], deltas: &[f32]) {
        let [layer1, layer2, layer3] = &mut self.network.layers;
        let [memory1, memory2, memory3] = &mut self.memories;
        let [first, second] = &mut self.activations;
        let (width1, width2) = (layer1.width, layer2.width);
        let first = &mut first[..images.len() * width1]; // [images, 25]
        let second = &mut second[..images.len() * width2]; // [images, 15]
        let units = layer2.units;
        tiles::learn_last(simd, share, second, deltas, memory3.with(layer3), units);
        let answers = &*first;
        let row = |i: usize| &answers[i * width1..][..width1];
        tiles::learn(simd, share, row, second, memory2.with(layer2), width2);
        let row = |i: usize| &second[i * width2..][..width2];
        let slopes = Finish::TimesSlope;
        tiles::product(simd, row, &self.transposed, width1, first, slopes);
        let row = |i: usize| images[i];
        tiles::learn(simd, share, row, first, memory1.with(layer1), width1);
    }
}

#[cfg(test)]
mod tests {
    use data::PIXELS;
    use pulp::Arch;

    use super::*;
    use crate::fused_reference::{bits, constant, examples, training, weights};
    use crate::lanes::tests::architectures;

    impl FusedTraining {
        pub(crate) fn with_arch(mut self, arch: Arch) -> Self {
            self.network.arch = arch;
            self
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
    fn without_rows_there_is_no_step() {
        let (images, positive) = examples(1);
        let mut training = training(Arch::new(), weights([2, 2], 2));
        let before = training.state();
        let figures = training.step(&images, &positive, &[], None, 0.1);
        assert_eq!(figures, StepFigures::default());
        assert_eq!(training.state(), before);
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
