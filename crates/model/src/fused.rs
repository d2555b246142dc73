//! The training step without tensors: forward, loss, backward and Adam on flat numbers, one
//! thread, with the widest instructions that the processor has.
//!
//! The formulas are those of `step.rs` and `adam.rs`, which go through Burn and run on every
//! device. For a network as small as the course's, most of that time goes into handing tensors
//! around. Gradients are not clipped here.

use data::PIXELS;
use pulp::{Arch, Simd, WithSimd};

use crate::adam::Adam;
use crate::lanes::{self, Finish, LANES};

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
    shape: Shape,
    steps: u64,
    /// Parameters, and what belongs to each of them, in the order of [`Shape::parts`].
    weights: Aligned,
    gradients: Aligned,
    means: Aligned,
    squares: Aligned,
    /// The second kernel with rows and columns exchanged, `[units, units]`.
    transposed: Aligned,
    /// Activations of some images, then the gradients before the sigmoid: `[images, units]`.
    first: Aligned,
    second: Aligned,
}

impl FusedTraining {
    /// Goes on from `state`, with hidden layers of this many units.
    ///
    /// # Panics
    ///
    /// Panics if the state is not that of such a network.
    #[must_use]
    pub fn new(hidden_units: [usize; 2], adam: Adam, state: &FusedState) -> Self {
        let shape = Shape::new(hidden_units);
        let [first, second] = shape.widths;
        Self {
            arch: Arch::new(),
            adam,
            steps: state.steps,
            weights: shape.pack(&state.weights),
            gradients: Aligned::zeros(shape.length()),
            means: shape.pack(&state.means),
            squares: shape.pack(&state.squares),
            transposed: Aligned::zeros(shape.units[1] * first),
            first: Aligned::zeros(IMAGES_AT_ONCE * first),
            second: Aligned::zeros(IMAGES_AT_ONCE * second),
            shape,
        }
    }

    /// Copies out what [`new`](Self::new) goes on from, to the bit.
    #[must_use]
    pub fn state(&self) -> FusedState {
        FusedState {
            weights: self.shape.unpack(self.weights.values()),
            means: self.shape.unpack(self.means.values()),
            squares: self.shape.unpack(self.squares.values()),
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

/// Where the parts of the parameters lie among the numbers of all.
#[derive(Debug, Clone, Copy)]
struct Shape {
    units: [usize; 2],
    /// Units, and the columns of zeros that pad them.
    widths: [usize; 2],
}

impl Shape {
    fn new(units: [usize; 2]) -> Self {
        Self {
            units,
            widths: units.map(|units| units.next_multiple_of(LANES)),
        }
    }

    /// Rows, columns and columns with padding of the first, second and third kernel and bias: k1,
    /// b1, k2, b2, k3 (lying down), b3.
    fn parts(&self) -> [[usize; 3]; 6] {
        let [first, second] = self.units;
        let [first_width, second_width] = self.widths;
        [
            [PIXELS, first, first_width],
            [1, first, first_width],
            [first, second, second_width],
            [1, second, second_width],
            [1, second, second_width],
            [1, 1, LANES],
        ]
    }

    fn length(&self) -> usize {
        self.parts().iter().map(|[rows, _, width]| rows * width).sum()
    }

    fn split<'a>(&self, mut values: &'a [f32]) -> [&'a [f32]; 6] {
        self.parts().map(|[rows, _, width]| {
            let (part, rest) = values.split_at(rows * width);
            values = rest;
            part
        })
    }

    fn split_mut<'a>(&self, mut values: &'a mut [f32]) -> [&'a mut [f32]; 6] {
        self.parts().map(|[rows, _, width]| {
            let (part, rest) = std::mem::take(&mut values).split_at_mut(rows * width);
            values = rest;
            part
        })
    }

    fn pack(&self, values: &LayerValues) -> Aligned {
        let LayerValues {
            kernels: [k1, k2, k3],
            biases: [b1, b2, b3],
        } = values;
        let mut packed = Aligned::zeros(self.length());
        let places = self.split_mut(packed.values_mut());
        let parts = self.parts();
        for ((from, place), [rows, units, width]) in
            [k1, b1, k2, b2, k3, b3].into_iter().zip(places).zip(parts)
        {
            assert_eq!(from.len(), rows * units, "one number for each parameter");
            for (from, place) in from.chunks(units).zip(place.chunks_mut(width)) {
                place[..units].copy_from_slice(from);
            }
        }
        packed
    }

    fn unpack(&self, values: &[f32]) -> LayerValues {
        let mut parts = self.parts().into_iter();
        let [k1, b1, k2, b2, k3, b3] = self.split(values).map(|part| {
            let [_, units, width] = parts.next().unwrap_or_default();
            let rows = part.chunks(width);
            rows.flat_map(|row| &row[..units]).copied().collect()
        });
        LayerValues {
            kernels: [k1, k2, k3],
            biases: [b1, b2, b3],
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

    fn values(&self) -> &[f32] {
        &self.values[self.start..][..self.length]
    }

    fn values_mut(&mut self) -> &mut [f32] {
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
        training.gradients.values_mut().fill(0.0);
        training.transpose();
        let count = self.rows.len() as f32;
        let weights = self.class_weight.map(|weight| weight / count);
        let mut figures = StepFigures::default();
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
            training.backward(simd, &block, &deltas[..rows.len()]);
        }
        training.update(simd, self.learning_rate);
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
        let [first, second] = self.shape.units;
        let [first_width, second_width] = self.shape.widths;
        let [_, _, kernel, ..] = self.shape.split(self.weights.values());
        let transposed = self.transposed.values_mut();
        for (i, row) in kernel.chunks_exact(second_width).take(first).enumerate() {
            for (j, &weight) in row[..second].iter().enumerate() {
                transposed[j * first_width + i] = weight;
            }
        }
    }

    #[inline(always)]
    fn forward<S: Simd>(&mut self, simd: S, block: &Block<'_>, count: usize) -> [f32; IMAGES_AT_ONCE] {
        let [first_width, second_width] = self.shape.widths;
        let [k1, b1, k2, b2, k3, b3] = self.shape.split(self.weights.values());
        let first = &mut self.first.values_mut()[..count * first_width];
        let second = &mut self.second.values_mut()[..count * second_width];
        lanes::product(simd, |i| block[i], k1, b1, first, Finish::Sigmoid);
        let first = &*first;
        let row = |i: usize| &first[i * first_width..][..first_width];
        lanes::product(simd, row, k2, b2, second, Finish::Sigmoid);
        let (k3, _) = S::as_simd_f32s(k3);
        let mut logits = [0.0; IMAGES_AT_ONCE];
        for (logit, row) in logits.iter_mut().zip(second.chunks_exact(second_width)) {
            let mut sum = simd.splat_f32s(0.0);
            for (&a, &weight) in S::as_simd_f32s(row).0.iter().zip(k3) {
                sum = simd.mul_add_e_f32s(a, weight, sum);
            }
            *logit = b3[0] + simd.reduce_sum_f32s(sum);
        }
        logits
    }

    #[inline(always)]
    fn backward<S: Simd>(&mut self, simd: S, block: &Block<'_>, deltas: &[f32]) {
        let [first_width, second_width] = self.shape.widths;
        let [.., k3, _] = self.shape.split(self.weights.values());
        let [g1, h1, g2, h2, g3, h3] = self.shape.split_mut(self.gradients.values_mut());
        let first = &mut self.first.values_mut()[..deltas.len() * first_width];
        let second = &mut self.second.values_mut()[..deltas.len() * second_width];
        let (k3, _) = S::as_simd_f32s(k3);
        let (g3, _) = S::as_mut_simd_f32s(g3);
        for (&delta, row) in deltas.iter().zip(second.chunks_exact_mut(second_width)) {
            h3[0] += delta;
            let delta = simd.splat_f32s(delta);
            let (row, _) = S::as_mut_simd_f32s(row);
            for ((a, &weight), gradient) in row.iter_mut().zip(k3).zip(&mut *g3) {
                *gradient = simd.mul_add_e_f32s(*a, delta, *gradient);
                let slope = lanes::slope(simd, *a);
                *a = simd.mul_f32s(simd.mul_f32s(delta, weight), slope);
            }
        }
        let second = &*second;
        {
            let first = &*first;
            let row = |i: usize| &first[i * first_width..][..first_width];
            lanes::add_gradients(simd, row, second, g2, h2);
        }
        let row = |i: usize| &second[i * second_width..][..second_width];
        let zero = &[0.0; 1024][..first_width];
        lanes::product(
            simd,
            row,
            self.transposed.values(),
            zero,
            first,
            Finish::TimesSlope,
        );
        lanes::add_gradients(simd, |i| block[i], first, g1, h1);
    }

    #[inline(always)]
    fn update<S: Simd>(&mut self, simd: S, learning_rate: f64) {
        let second = self.shape.units[1];
        let [.., g3, _] = self.shape.split_mut(self.gradients.values_mut());
        g3[second..].fill(0.0);
        self.steps = self.steps.saturating_add(1);
        let Adam {
            beta_1,
            beta_2,
            epsilon,
        } = self.adam;
        let t = i32::try_from(self.steps).unwrap_or(i32::MAX);
        let rate = learning_rate * (1.0 - beta_2.powi(t)).sqrt() / (1.0 - beta_1.powi(t));
        let splat = |value: f64| simd.splat_f32s(value as f32);
        let (keep_1, take_1) = (splat(beta_1), splat(1.0 - beta_1));
        let (keep_2, take_2) = (splat(beta_2), splat(1.0 - beta_2));
        let (rate, epsilon) = (splat(rate), splat(epsilon));
        let (gradients, _) = S::as_simd_f32s(self.gradients.values());
        let (weights, _) = S::as_mut_simd_f32s(self.weights.values_mut());
        let (means, _) = S::as_mut_simd_f32s(self.means.values_mut());
        let (squares, _) = S::as_mut_simd_f32s(self.squares.values_mut());
        for (((&g, weight), m), v) in gradients.iter().zip(weights).zip(means).zip(squares) {
            *m = simd.mul_add_e_f32s(*m, keep_1, simd.mul_f32s(g, take_1));
            *v = simd.mul_add_e_f32s(*v, keep_2, simd.mul_f32s(simd.mul_f32s(g, g), take_2));
            let root = simd.add_f32s(simd.sqrt_f32s(*v), epsilon);
            let change = simd.div_f32s(simd.mul_f32s(*m, rate), root);
            *weight = simd.sub_f32s(*weight, change);
        }
    }
}
