//! The training step without tensors.
//!
//! The formulas are those of `training/step.rs` and `training/adam.rs`.

use super::aligned::AlignedVec;
use super::block::{Block, Images, block_images};
use super::evaluate::StepMetrics;
use super::image_pass::{BatchWeights, ImagePass};
use super::layer::Layer;
use super::losses::loss_of;
use super::matmul::Weights;
use super::network::FusedNetwork;
use super::simd_math::MAX_LANES;
use super::state::{FusedState, LayerValues};
use super::threads;
use super::update::{Moment, Update};
use crate::training::Adam;

/// A network in training on the CPU, without tensors.
///
/// Each [`step`](Self::step) is a full training step: forward pass, loss, backward pass and Adam.
#[derive(Debug)]
pub struct FusedTraining {
    network: FusedNetwork,
    update: Update,
    adam: Adam,
    steps: u64,
    block: Block,
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
            update: Update::new(&network, state),
            block: Block::new(&network, 0),
            network,
        }
    }

    /// Returns the state. A training that [`new`](Self::new) resumes from it continues bit for bit.
    #[must_use]
    pub fn state(&self) -> FusedState {
        let layers = self.network.layers.each_ref();
        let trainings = self.update.layers.each_ref();
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
        let mut metrics = StepMetrics::default();
        if rows.is_empty() {
            return metrics;
        }
        self.steps = self.steps.saturating_add(1);
        let most = block_images(&self.network);
        let blocks = rows.len().div_ceil(most);
        self.block.make_room(&self.network, rows.len().min(most));
        #[expect(clippy::cast_precision_loss, reason = "batches stay far below 2^24")]
        let weights = BatchWeights {
            count: rows.len() as f32,
            class_weight,
        };
        for (index, rows) in rows.chunks(most).enumerate() {
            let images = Images::new(images, classes, rows);
            let moment = Moment {
                adam: &self.adam.clone(),
                learning_rate,
                step: self.steps,
                is_first_block: index == 0,
                is_last_block: index + 1 == blocks,
            };
            metrics += self.pass(&images, weights);
            self.update(&images, moment);
        }
        self.network.transpose_last();
        metrics
    }

    /// Computes losses and gradients before each sigmoid for the images of a block.
    fn pass(&mut self, images: &Images<'_>, weights: BatchWeights<'_>) -> StepMetrics {
        let network = &self.network;
        let count = images.pixels.len();
        let parts = threads::threads_for(count * network.parameters());
        let lengths = threads::lengths(count, parts, MAX_LANES);
        let (mut pixels, mut classes) = (images.pixels.as_slice(), images.classes.as_slice());
        let parts = self.block.parts(network, &lengths).into_iter().zip(lengths);
        let parts = parts.map(|(block, length)| ImagePass {
            network,
            transposed: Weights {
                numbers: &self.update.transposed,
                inputs: network.layers[1].units,
            },
            pixels: pixels.split_off(..length).unwrap_or_default(),
            classes: classes.split_off(..length).unwrap_or_default(),
            weights,
            block,
        });
        let correct = threads::run(parts.collect(), |part| network.arch.dispatch(part));
        let outputs = network.outputs();
        let losses = images.classes.iter().enumerate();
        let losses = losses.map(|(image, &class)| {
            let loss = loss_of(self.block.losses.losses(), image, outputs);
            f64::from(loss * weights.of(class))
        });
        StepMetrics {
            loss_sum: losses.sum(),
            correct: correct.into_iter().sum(),
        }
    }

    /// Computes the gradients of a block of images, and after the last block updates the network.
    fn update(&mut self, images: &Images<'_>, moment: Moment<'_>) {
        let arch = self.network.arch;
        let parts = threads::threads_for(images.pixels.len() * self.network.parameters());
        let (pixels, block) = (&images.pixels, &self.block);
        let parts = self
            .update
            .parts(&mut self.network, moment, pixels, block, parts);
        threads::run(parts, |part| arch.dispatch(part));
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

#[cfg(test)]
mod tests {
    use data::PIXELS;
    use pulp::Arch;

    use super::*;
    use crate::fused::architecture::Architecture;
    use crate::fused::test_support::{architectures, bits, examples, training, weights};

    impl FusedTraining {
        pub(crate) fn with_arch(mut self, arch: Arch) -> Self {
            self.network.arch = Architecture::Detected(arch);
            self
        }
    }

    /// Takes four steps, some on more images than a chunk has.
    fn four_steps(arch: Architecture, outputs: usize) -> (Vec<u32>, Vec<StepMetrics>) {
        let (images, classes) = examples(300, outputs);
        let rows: Vec<usize> = (0..300).collect();
        let mut training = training(Arch::new(), weights([25, 15, outputs], 1));
        training.network.arch = arch;
        let class_weight: Vec<f32> = (1..=11_u8).map(f32::from).collect();
        let metrics = rows
            .chunks(90)
            .map(|rows| training.step(&images, &classes, rows, Some(&class_weight), 0.003));
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
        let expected = |outputs| four_steps(Architecture::Scalar512b, outputs);
        let mut compared = Vec::new();
        let paths = architectures().into_iter();
        for ((path, arch), outputs) in paths.flat_map(|path| [(path, 1), (path, 10)]) {
            if rounds_once(arch) {
                let expected = expected(outputs);
                let found = four_steps(Architecture::Detected(arch), outputs);
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
    fn no_bit_depends_on_the_number_of_threads() {
        let (images, classes) = examples(600, 10);
        let rows: Vec<usize> = (0..600).collect();
        let steps = |units, threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
            pool.build().unwrap().install(|| {
                let mut training = training(Arch::new(), weights(units, 1));
                let metrics: Vec<StepMetrics> =
                    [&rows[..], &rows[..300], &rows[..256], &rows[..33]]
                        .map(|rows| training.step(&images, &classes, rows, None, 0.003))
                        .to_vec();
                let evaluated = training.network().evaluate(&images, &classes, &rows);
                (bits(&training.state()), metrics, evaluated)
            })
        };
        for units in [[300, 100, 10], [130, 70, 10], [70, 300, 10]] {
            let alone = steps(units, 1);
            for threads in [2, 3, 7] {
                assert!(
                    steps(units, threads) == alone,
                    "{units:?}, {threads} threads"
                );
            }
        }
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
