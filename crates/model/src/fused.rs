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

use std::ops::{Deref, DerefMut};

use data::PIXELS;
use pulp::{Arch, Simd, WithSimd};

use crate::adam::Adam;
use crate::lanes::{self, LANES};
use crate::tiles::{self, AdamStep, Finish, Parameters, Share};

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
        let [weights, means, squares] = [Layer::weights, Layer::means, Layer::squares].map(|part| {
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
        assert_eq!(images.len(), positive.len() * PIXELS, "400 pixels an answer");
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
        let (kernel, _) = S::as_simd_f32s(kernel);
        // Logits that count towards the right class.
        let mut margins = [0.0; IMAGES_AT_ONCE];
        let mut right = 0;
        let rows = second.chunks_exact(layer2.width);
        for ((margin, row), &positive) in margins.iter_mut().zip(rows).zip(positive) {
            let mut sum = simd.splat_f32s(0.0);
            for (&a, &weight) in S::as_simd_f32s(row).0.iter().zip(kernel) {
                sum = simd.mul_add_e_f32s(a, weight, sum);
            }
            let logit = bias[0] + simd.reduce_sum_f32s(sum);
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
        tiles::learn_last(simd, share, second, deltas, layer3.parameters(), layer2.units);
        let answers = &*first;
        let row = |i: usize| &answers[i * width1..][..width1];
        tiles::learn(simd, share, row, second, layer2.parameters(), width2);
        let row = |i: usize| &second[i * width2..][..width2];
        tiles::product(simd, row, &self.transposed, width1, first, Finish::TimesSlope);
        tiles::learn(simd, share, |i| images[i], first, layer1.parameters(), width1);
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
        let overshoot = simd.select_f32s(is_wrong, simd.neg_f32s(margin), zero);
        let exp = lanes::exp(simd, simd.neg_f32s(simd.abs_f32s(margin)));
        *loss = simd.add_f32s(overshoot, lanes::ln_1p(simd, exp));
        let part = simd.select_f32s(is_wrong, one, exp);
        *slope = simd.div_f32s(part, simd.add_f32s(one, exp));
    }
    (losses, slopes)
}

/// A layer's numbers, each `[inputs + 1, width]` with the bias as the last row.
#[derive(Debug)]
struct Layer {
    inputs: usize,
    units: usize,
    /// The units, and columns of zeros that pad them.
    width: usize,
    weights: Aligned,
    gradients: Aligned,
    means: Aligned,
    squares: Aligned,
}

impl Layer {
    fn new(state: &FusedState, number: usize, inputs: usize, units: usize) -> Self {
        assert!(units > 0, "a layer has units");
        let width = padded(units);
        let pack = |values: &LayerValues| {
            let (kernel, bias) = (&values.kernels[number], &values.biases[number]);
            assert_eq!(kernel.len(), inputs * units, "[inputs, units]");
            assert_eq!(bias.len(), state.weights.biases[number].len(), "[units]");
            let mut packed = Aligned::zeros((inputs + 1) * width);
            let rows = kernel.chunks(units).chain([bias.as_slice()]);
            for (row, place) in rows.zip(packed.chunks_mut(width)) {
                place[..row.len()].copy_from_slice(row);
            }
            packed
        };
        Self {
            inputs,
            units,
            width,
            weights: pack(&state.weights),
            gradients: Aligned::zeros((inputs + 1) * width),
            means: pack(&state.means),
            squares: pack(&state.squares),
        }
    }

    /// Returns the kernel's and the first `biases` of the bias's among some of the layer's numbers.
    fn unpack(&self, values: &[f32], biases: usize) -> (Vec<f32>, Vec<f32>) {
        let (kernel, bias) = values.split_at(self.inputs * self.width);
        let rows = kernel.chunks(self.width);
        let kernel = rows.flat_map(|row| &row[..self.units]).copied().collect();
        (kernel, bias[..biases].to_vec())
    }

    fn weights(&self) -> &[f32] {
        &self.weights
    }

    fn means(&self) -> &[f32] {
        &self.means
    }

    fn squares(&self) -> &[f32] {
        &self.squares
    }

    fn parameters(&mut self) -> Parameters<'_> {
        Parameters {
            weights: &mut self.weights,
            gradients: &mut self.gradients,
            means: &mut self.means,
            squares: &mut self.squares,
        }
    }
}

/// Rounds up to whole registers. Rows of a multiple of 1 KB get one more, since a processor's first
/// cache has few places for addresses that are such distances apart.
fn padded(units: usize) -> usize {
    let width = units.next_multiple_of(LANES);
    if width.is_multiple_of(256) {
        width + LANES
    } else {
        width
    }
}

/// Numbers that start where a line of the cache does: a load of 16 f32s takes twice as long across
/// the border of two lines.
#[derive(Debug)]
struct Aligned {
    values: Vec<f32>,
    start: usize,
    length: usize,
}

impl Aligned {
    fn zeros(length: usize) -> Self {
        let values = vec![0.0; length + LANES];
        let start = values.as_ptr().align_offset(64).min(LANES);
        Self {
            values,
            start,
            length,
        }
    }
}

impl Deref for Aligned {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.values[self.start..][..self.length]
    }
}

impl DerefMut for Aligned {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.values[self.start..][..self.length]
    }
}
