//! The training step without tensors.
//!
//! The formulas are those of `training/step.rs` and `training/adam.rs`.

#![expect(
    clippy::inline_always,
    reason = "only code inlined into pulp's entry points is compiled for the detected processor"
)]

use pulp::{Simd, WithSimd};

use super::adam_step::{Accumulation, AdamStep};
use super::aligned::AlignedVec;
use super::backward::Backward;
use super::evaluate::{Chunk, ChunkLosses, StepMetrics};
use super::layer::Layer;
use super::network::{CHUNK_IMAGES, FusedNetwork};
use super::state::{FusedState, LayerValues};
use crate::training::Adam;

/// A network in training on the CPU, without tensors.
///
/// Each [`step`](Self::step) is a full training step: forward pass, loss, backward pass and Adam.
#[derive(Debug)]
pub struct FusedTraining {
    network: FusedNetwork,
    backward: Backward,
    adam: Adam,
    steps: u64,
    /// Of the hidden layers for the current chunk of images, `[images, width]`. The backward pass
    /// overwrites them with the gradients before their sigmoids.
    activations: [AlignedVec; 2],
    losses: ChunkLosses,
}

impl FusedTraining {
    /// Starts or resumes a training from `state`; the lengths of its biases are the units of the
    /// layers.
    ///
    /// # Panics
    ///
    /// Panics if the lengths in `state` are not those of a network of 400 pixels, two hidden layers
    /// of at least one unit and 1 to 16 outputs.
    #[must_use]
    pub fn new(adam: Adam, state: &FusedState) -> Self {
        let network = FusedNetwork::new(&state.weights);
        Self {
            adam,
            steps: state.steps,
            backward: Backward::new(&network, state),
            activations: network.activations(CHUNK_IMAGES),
            losses: ChunkLosses::new(network.outputs()),
            network,
        }
    }

    /// Returns the state. A training that [`new`](Self::new) resumes from it continues bit for bit.
    #[must_use]
    pub fn state(&self) -> FusedState {
        let layers = self.network.layers.each_ref();
        let trainings = self.backward.layers.each_ref();
        FusedState {
            weights: unpack(layers, layers.map(|layer| &layer.weights)),
            first_moments: unpack(layers, trainings.map(|layer| &layer.first_moments)),
            second_moments: unpack(layers, trainings.map(|layer| &layer.second_moments)),
            steps: self.steps,
        }
    }

    /// Returns the network as it is now, for validation.
    #[must_use]
    pub fn network(&self) -> &FusedNetwork {
        &self.network
    }

    /// Takes one step on the mean loss of the rows `rows` of `images`, and returns the metrics from
    /// before it. Without rows it does nothing.
    ///
    /// `images` is `[n, 400]`, row by row, and `classes` holds the class of each of the n: with one
    /// output, 0 for the negative and 1 for the positive digit. `class_weight` holds a factor for the
    /// losses of the images of each class; the mean still divides by the number of images.
    ///
    /// # Panics
    ///
    /// Panics if a row is n or more, or if there is no weight for the class of an image.
    pub fn step(
        &mut self,
        images: &[f32],
        classes: &[u8],
        rows: &[usize],
        class_weight: Option<&[f32]>,
        learning_rate: f64,
    ) -> StepMetrics {
        self.network.arch.dispatch(Step {
            training: self,
            images,
            classes,
            rows,
            class_weight,
            learning_rate,
        })
    }
}

fn unpack(layers: [&Layer; 3], packed: [&AlignedVec; 3]) -> LayerValues {
    let [(kernel1, bias1), (kernel2, bias2), (kernel3, bias3)] =
        [0, 1, 2].map(|index| layers[index].unpack(packed[index]));
    LayerValues {
        kernels: [kernel1, kernel2, kernel3],
        biases: [bias1, bias2, bias3],
    }
}

/// [`FusedTraining::step`], compiled for each instruction set.
struct Step<'a> {
    training: &'a mut FusedTraining,
    images: &'a [f32],
    classes: &'a [u8],
    rows: &'a [usize],
    class_weight: Option<&'a [f32]>,
    learning_rate: f64,
}

impl WithSimd for Step<'_> {
    type Output = StepMetrics;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> StepMetrics {
        let mut metrics = StepMetrics::default();
        if self.rows.is_empty() {
            return metrics;
        }
        let FusedTraining {
            network,
            backward,
            adam,
            steps,
            activations,
            losses,
        } = self.training;
        backward.transpose(network);
        *steps = steps.saturating_add(1);
        let adam = AdamStep::new(simd, adam, self.learning_rate, *steps);
        #[expect(clippy::cast_precision_loss, reason = "batches stay far below 2^24")]
        let count = self.rows.len() as f32;
        let mut seen = 0;
        for rows in self.rows.chunks(CHUNK_IMAGES) {
            let chunk = Chunk::new(self.images, self.classes, rows);
            metrics.correct += network.forward_to_loss(simd, &chunk, activations, losses);
            for (i, &class) in chunk.classes().iter().enumerate() {
                let weight = self.class_weight.map_or(1.0, |of| of[usize::from(class)]);
                metrics.loss_sum += f64::from(losses.of_image(i) * weight);
                let (weight, output) = (weight / count, losses.output_of(class));
                let slopes = &mut losses.slopes[i * losses.outputs..][..losses.outputs];
                for (index, slope) in slopes.iter_mut().enumerate() {
                    *slope *= if index == output { -weight } else { weight };
                }
            }
            let is_first = seen == 0;
            seen += rows.len();
            let accumulation = Accumulation {
                is_first,
                adam: (seen == self.rows.len()).then_some(adam),
            };
            let (images, deltas) = (
                chunk.images(),
                &losses.slopes[..rows.len() * losses.outputs],
            );
            backward.run(simd, accumulation, network, images, activations, deltas);
        }
        network.transpose_last();
        metrics
    }
}

#[cfg(test)]
mod tests {
    use data::PIXELS;
    use pulp::{Arch, Scalar512b};

    use super::*;
    use crate::fused::test_support::{architectures, bits, examples, training, weights};

    impl FusedTraining {
        pub(crate) fn with_arch(mut self, arch: Arch) -> Self {
            self.network.arch = arch;
            self
        }
    }

    /// Takes four steps, some on more images than a chunk has, by `step`.
    fn four_steps(
        arch: Arch,
        outputs: usize,
        mut step: impl FnMut(Step<'_>) -> StepMetrics,
    ) -> (Vec<u32>, Vec<StepMetrics>) {
        let (images, classes) = examples(300, outputs);
        let rows: Vec<usize> = (0..300).collect();
        let mut training = training(arch, weights([25, 15, outputs], 1));
        let class_weight: Vec<f32> = (1..=11_u8).map(f32::from).collect();
        let metrics = rows.chunks(90).map(|rows| {
            step(Step {
                training: &mut training,
                images: &images,
                classes: &classes,
                rows,
                class_weight: Some(&class_weight),
                learning_rate: 0.003,
            })
        });
        let metrics = metrics.collect();
        (bits(&training.state()), metrics)
    }

    /// Whether a fused multiply-add rounds once here: `Arch::Scalar` rounds twice.
    fn rounds_once(arch: Arch) -> bool {
        !matches!(arch, Arch::Scalar)
    }

    #[test]
    #[expect(clippy::print_stdout, reason = "says which paths this machine has")]
    fn every_instruction_set_gives_the_bits_of_scalar_code() {
        // pulp's Scalar512b is plain Rust: loops over 16 numbers, and `f32::mul_add`.
        let expected =
            |outputs| four_steps(Arch::Scalar, outputs, |step| step.with_simd(Scalar512b));
        let mut compared = Vec::new();
        let paths = architectures().into_iter();
        for ((path, arch), outputs) in paths.flat_map(|path| [(path, 1), (path, 10)]) {
            if rounds_once(arch) {
                let expected = expected(outputs);
                let found = four_steps(arch, outputs, |step| arch.dispatch(step));
                let pairs = found.0.iter().zip(&expected.0);
                let different = pairs
                    .enumerate()
                    .find(|(_, (found, expected))| found != expected);
                assert_eq!(different, None, "{path}: the first number with other bits");
                assert_eq!(found.1, expected.1, "{path}");
                compared.push(path);
            }
        }
        // Without such instructions there is nothing to compare; the test against f64 covers scalar
        // code.
        println!("compared with scalar code: {compared:?}");
    }

    #[test]
    fn without_rows_there_is_no_step() {
        let (images, classes) = examples(1, 1);
        let mut training = training(Arch::new(), weights([2, 2, 1], 2));
        let before = training.state();
        let metrics = training.step(&images, &classes, &[], None, 0.1);
        assert_eq!(metrics, StepMetrics::default());
        assert_eq!(training.state(), before);
    }

    #[test]
    fn a_black_image_changes_biases_but_no_weight_of_a_pixel() {
        let before = weights([25, 15, 1], 9);
        let mut training = training(Arch::new(), before.clone());
        for _ in 0..3 {
            training.step(&[0.0; PIXELS], &[1], &[0], None, 0.01);
        }
        let after = training.state().weights;
        assert_eq!(after.kernels[0], before.kernels[0]);
        for layer in 0..3 {
            assert_ne!(after.biases[layer], before.biases[layer]);
        }
    }

    #[test]
    fn a_training_resumed_from_its_state_gives_the_same_bits() {
        let rows: Vec<usize> = (0..100).rev().collect();
        let paths = architectures().into_iter();
        for ((path, architecture), outputs) in paths.flat_map(|path| [(path, 1), (path, 3)]) {
            let (images, classes) = examples(100, outputs);
            let mut whole = training(architecture, weights([25, 15, outputs], 1));
            let mut resumed = training(architecture, weights([25, 15, outputs], 1));
            for _ in 0..3 {
                for rows in rows.chunks(32) {
                    let expected = whole.step(&images, &classes, rows, None, 0.003);
                    assert_eq!(resumed.step(&images, &classes, rows, None, 0.003), expected);
                }
                let state = resumed.state();
                resumed = FusedTraining::new(Adam::default(), &state).with_arch(architecture);
                assert_eq!(resumed.state(), state);
            }
            assert_eq!(bits(&resumed.state()), bits(&whole.state()), "{path}");
            assert_eq!(resumed.state().steps, 12);
        }
    }
}
