//! The training step without tensors: forward, loss, backward and Adam on flat numbers, one
//! thread, with the widest instructions that the processor has.
//!
//! The formulas are those of `step.rs` and `adam.rs`, which go through Burn and run on every
//! device. For a network as small as the course's, most of that time goes into handing tensors
//! around. Gradients are not clipped here.

use data::PIXELS;
use pulp::{Arch, Simd, WithSimd};

use crate::adam::Adam;
use crate::lanes::{self, AdamStep, Finish, LANES, Parameters, Share};

/// Images that go through the network together: what is computed of them stays in the cache.
const IMAGES_AT_ONCE: usize = 64;

/// One number for each parameter of the network.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerValues {
    /// Of each layer's kernel, `[inputs, units]`, row by row.
    pub kernels: [Vec<f32>; 3],
    /// Of each layer's bias, `[units]`.
    pub biases: [Vec<f32>; 3],
}

/// All that a training needs to go on.
#[derive(Debug, Clone, PartialEq)]
pub struct FusedState {
    /// The parameters themselves.
    pub weights: LayerValues,
    /// Adam's means of the gradients, m.
    pub means: LayerValues,
    /// Adam's means of the squared gradients, v.
    pub squares: LayerValues,
    /// Steps that Adam has taken, t.
    pub steps: u64,
}

/// What some images had the network answer.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct StepFigures {
    /// Sum of the images' binary cross-entropies in nats, each multiplied with the weight of its
    /// class.
    pub loss_sum: f64,
    /// Images whose logit has the sign of their class; 0 counts as positive.
    pub right: usize,
}

/// A network in training.
#[derive(Debug)]
pub struct FusedTraining {
    arch: Arch,
    adam: Adam,
    steps: u64,
    /// The third lies down: one input for each unit of the second.
    layers: [Layer; 3],
    /// The second kernel with rows and columns exchanged, and a bias of zeros.
    transposed: Aligned,
    /// What the hidden layers answer to some images, then the gradients before their sigmoids:
    /// `[images, width]`.
    activations: [Aligned; 2],
}

impl FusedTraining {
    /// Goes on from `state`, with hidden layers of this many units.
    ///
    /// # Panics
    ///
    /// Panics if the state is not that of such a network.
    #[must_use]
    pub fn new(hidden_units: [usize; 2], adam: Adam, state: &FusedState) -> Self {
        let [first, second] = hidden_units;
        let layer = |number, inputs, units| Layer::new(state, number, inputs, units);
        let layers = [
            layer(0, PIXELS, first),
            layer(1, first, second),
            layer(2, 1, second),
        ];
        let activations = [0, 1].map(|layer: usize| Aligned::zeros(IMAGES_AT_ONCE * layers[layer].width));
        Self {
            arch: Arch::new(),
            adam,
            steps: state.steps,
            transposed: Aligned::zeros((second + 1) * layers[0].width),
            layers,
            activations,
        }
    }

    /// Copies out what [`new`](Self::new) goes on from, to the bit.
    #[must_use]
    pub fn state(&self) -> FusedState {
        let values = |numbers: fn(&Layer) -> &Aligned| LayerValues {
            kernels: [0, 1, 2].map(|layer: usize| self.layers[layer].kernel(numbers)),
            biases: [0, 1, 2].map(|layer: usize| self.layers[layer].bias(numbers)),
        };
        FusedState {
            weights: values(|layer| &layer.weights),
            means: values(|layer| &layer.means),
            squares: values(|layer| &layer.squares),
            steps: self.steps,
        }
    }

    /// Takes one step on the images `rows` of `images`, `[n, 400]` row by row; no rows, no step.
    ///
    /// `positive` says of each of the n images whether it is the positive digit. The loss is the
    /// mean over `rows`, each image's multiplied with the weight of its class (negative, positive).
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
        if rows.is_empty() {
            return StepFigures::default();
        }
        self.arch.dispatch(Step {
            training: self,
            images,
            positive,
            rows,
            class_weight: class_weight.unwrap_or([1.0; 2]),
            learning_rate,
        })
    }

    /// Computes the figures of all of `images`, `[n, 400]` row by row, without a step and without
    /// weights of classes.
    ///
    /// # Panics
    ///
    /// Panics if `positive` does not have one answer for each image.
    pub fn evaluate(&mut self, images: &[f32], positive: &[bool]) -> StepFigures {
        assert_eq!(images.len(), positive.len() * PIXELS, "one answer an image");
        self.arch.dispatch(Evaluate {
            training: self,
            images,
            positive,
        })
    }
}

/// A layer's numbers, each `[inputs + 1, width]` with the bias as the last row.
#[derive(Debug)]
struct Layer {
    inputs: usize,
    units: usize,
    /// Numbers of the bias: units, but 1 where the kernel lies down.
    biases: usize,
    /// Units, and the columns of zeros that pad them.
    width: usize,
    weights: Aligned,
    gradients: Aligned,
    means: Aligned,
    squares: Aligned,
}

impl Layer {
    fn new(state: &FusedState, number: usize, inputs: usize, units: usize) -> Self {
        let width = units.next_multiple_of(LANES);
        let biases = state.weights.biases[number].len();
        let pack = |values: &LayerValues| {
            let (kernel, bias) = (&values.kernels[number], &values.biases[number]);
            assert_eq!(kernel.len(), inputs * units, "[inputs, units]");
            assert!(bias.len() == biases && biases <= units, "[units]");
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
            biases,
            width,
            weights: pack(&state.weights),
            gradients: Aligned::zeros((inputs + 1) * width),
            means: pack(&state.means),
            squares: pack(&state.squares),
        }
    }

    fn kernel(&self, numbers: fn(&Self) -> &Aligned) -> Vec<f32> {
        let rows = numbers(self).chunks(self.width).take(self.inputs);
        rows.flat_map(|row| &row[..self.units]).copied().collect()
    }

    fn bias(&self, numbers: fn(&Self) -> &Aligned) -> Vec<f32> {
        numbers(self)[self.inputs * self.width..][..self.biases].to_vec()
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

/// Numbers that start where a line of the cache does: loads of 16 f32s take twice as long across
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

impl std::ops::Deref for Aligned {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.values[self.start..][..self.length]
    }
}

impl std::ops::DerefMut for Aligned {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.values[self.start..][..self.length]
    }
}

/// The pixels of at most [`IMAGES_AT_ONCE`] images.
type Block<'a> = [&'a [f32]; IMAGES_AT_ONCE];

fn pixels(images: &[f32], row: usize) -> &[f32] {
    &images[row * PIXELS..][..PIXELS]
}

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
        let training = self.training;
        training.steps = training.steps.saturating_add(1);
        let adam = AdamStep::new(simd, &training.adam, self.learning_rate, training.steps);
        training.transpose();
        let count = self.rows.len() as f32;
        let weights = self.class_weight.map(|weight| weight / count);
        let mut figures = StepFigures::default();
        let mut left = self.rows.len();
        for rows in self.rows.chunks(IMAGES_AT_ONCE) {
            let mut block: Block<'_> = [&[]; IMAGES_AT_ONCE];
            for (place, &row) in block.iter_mut().zip(rows) {
                *place = pixels(self.images, row);
            }
            let logits = training.forward(simd, &block, rows.len());
            let mut margins = logits;
            for (margin, &row) in margins.iter_mut().zip(rows) {
                if !self.positive[row] {
                    *margin = -*margin;
                }
            }
            let (losses, mut deltas) = losses(simd, margins);
            for (i, &row) in rows.iter().enumerate() {
                let positive = self.positive[row];
                let class = usize::from(positive);
                figures.loss_sum += f64::from(losses[i] * self.class_weight[class]);
                figures.right += usize::from((logits[i] >= 0.0) == positive);
                deltas[i] *= if positive { -weights[1] } else { weights[0] };
            }
            let is_first = left == self.rows.len();
            left -= rows.len();
            let share = Share {
                is_first,
                adam: (left == 0).then_some(adam),
            };
            training.backward(simd, share, &block, &deltas[..rows.len()]);
        }
        figures
    }
}

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
        let blocks = self.images.chunks(IMAGES_AT_ONCE * PIXELS);
        for (images, positive) in blocks.zip(self.positive.chunks(IMAGES_AT_ONCE)) {
            let mut block: Block<'_> = [&[]; IMAGES_AT_ONCE];
            for (row, place) in block[..positive.len()].iter_mut().enumerate() {
                *place = pixels(images, row);
            }
            let logits = self.training.forward(simd, &block, positive.len());
            let mut margins = logits;
            for (margin, &positive) in margins.iter_mut().zip(positive) {
                if !positive {
                    *margin = -*margin;
                }
            }
            let (losses, _) = losses(simd, margins);
            for (i, &positive) in positive.iter().enumerate() {
                figures.loss_sum += f64::from(losses[i]);
                figures.right += usize::from((logits[i] >= 0.0) == positive);
            }
        }
        figures
    }
}

/// From margins m, logits that count towards the right class, the losses `softplus(-m)` and their
/// slopes `sigmoid(-m)`.
#[inline(always)]
fn losses<S: Simd>(
    simd: S,
    margins: [f32; IMAGES_AT_ONCE],
) -> ([f32; IMAGES_AT_ONCE], [f32; IMAGES_AT_ONCE]) {
    let (mut losses, mut slopes) = ([0.0; IMAGES_AT_ONCE], [0.0; IMAGES_AT_ONCE]);
    let (margins, _) = S::as_simd_f32s(&margins);
    let (out, _) = S::as_mut_simd_f32s(&mut losses);
    let (slope_out, _) = S::as_mut_simd_f32s(&mut slopes);
    let (zero, one) = (simd.splat_f32s(0.0), simd.splat_f32s(1.0));
    for ((&margin, loss), slope) in margins.iter().zip(out).zip(slope_out) {
        let is_wrong = simd.less_than_f32s(margin, zero);
        let overshoot = simd.select_f32s(is_wrong, simd.neg_f32s(margin), zero);
        let exp = lanes::exp(simd, simd.neg_f32s(simd.abs_f32s(margin)));
        *loss = simd.add_f32s(overshoot, lanes::ln_1p(simd, exp));
        let part = simd.select_f32s(is_wrong, one, exp);
        *slope = simd.div_f32s(part, simd.add_f32s(one, exp));
    }
    (losses, slopes)
}

impl FusedTraining {
    fn transpose(&mut self) {
        let [first, second, _] = &self.layers;
        let rows = second.weights.chunks_exact(second.width);
        for (i, row) in rows.take(second.inputs).enumerate() {
            for (j, &weight) in row[..second.units].iter().enumerate() {
                self.transposed[j * first.width + i] = weight;
            }
        }
    }

    #[inline(always)]
    fn forward<S: Simd>(
        &mut self,
        simd: S,
        block: &Block<'_>,
        count: usize,
    ) -> [f32; IMAGES_AT_ONCE] {
        let [layer1, layer2, layer3] = &self.layers;
        let [first, second] = &mut self.activations;
        let first = &mut first[..count * layer1.width];
        let second = &mut second[..count * layer2.width];
        let image = |i: usize| block[i];
        lanes::product(
            simd,
            image,
            &layer1.weights,
            layer1.width,
            first,
            Finish::Sigmoid,
        );
        let row = |i: usize| &first[i * layer1.width..][..layer1.width];
        lanes::product(
            simd,
            row,
            &layer2.weights,
            layer2.width,
            second,
            Finish::Sigmoid,
        );
        let (kernel, bias) = layer3.weights.split_at(layer3.width);
        let (kernel, _) = S::as_simd_f32s(kernel);
        let mut logits = [0.0; IMAGES_AT_ONCE];
        for (logit, row) in logits.iter_mut().zip(second.chunks_exact(layer2.width)) {
            let mut sum = simd.splat_f32s(0.0);
            for (&a, &weight) in S::as_simd_f32s(row).0.iter().zip(kernel) {
                sum = simd.mul_add_e_f32s(a, weight, sum);
            }
            *logit = bias[0] + simd.reduce_sum_f32s(sum);
        }
        logits
    }

    #[inline(always)]
    fn backward<S: Simd>(
        &mut self,
        simd: S,
        share: Share<S>,
        block: &Block<'_>,
        deltas: &[f32],
    ) {
        let [layer1, layer2, layer3] = &mut self.layers;
        let [first, second] = &mut self.activations;
        let [first_width, second_width] = [layer1.width, layer2.width];
        let first = &mut first[..deltas.len() * first_width];
        let second = &mut second[..deltas.len() * second_width];
        lanes::learn_last(
            simd,
            share,
            second,
            deltas,
            layer3.parameters(),
            layer2.units,
            second_width,
        );
        {
            let first = &*first;
            let row = |i: usize| &first[i * first_width..][..first_width];
            lanes::learn(simd, share, row, second, layer2.parameters(), second_width);
        }
        let second = &*second;
        let row = |i: usize| &second[i * second_width..][..second_width];
        lanes::product(
            simd,
            row,
            &self.transposed,
            first_width,
            first,
            Finish::TimesSlope,
        );
        let image = |i: usize| block[i];
        lanes::learn(simd, share, image, first, layer1.parameters(), first_width);
    }
}
