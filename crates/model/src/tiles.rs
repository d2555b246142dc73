//! Products of matrices for layers, forward and backward, a tile of sums at a time in registers.
//!
//! Matrices are stored row by row. Rows have `width` numbers, a multiple of [`LANES`]. Each sum runs
//! over its terms in their order, each lane for itself, so that a training gives the same bits every
//! time, with AVX-512 and with AVX2.
//!
//! [`LANES`]: crate::lanes::LANES

#![expect(
    clippy::inline_always,
    reason = "only what is inlined into pulp's entry points is compiled for the processor found"
)]

use pulp::Simd;

use crate::adam::Adam;
use crate::lanes::{flush, sigmoid, sigmoid_slope};

/// What becomes of a layer's sums.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Finish {
    /// The sigmoid of each sum.
    Sigmoid,
    /// Each sum times the slope of the sigmoid whose value the sum's place held.
    TimesSlope,
}

/// Multiplies rows of numbers with a layer's kernel and adds its bias; what `finish` makes of it
/// goes to `out`.
///
/// `input` gives the rows, each at least as long as the layer has inputs. `layer` is
/// `[inputs + 1, width]` with the bias as its last row, `out` `[rows, width]`, at least one row.
#[inline(always)]
pub(crate) fn product<'a, S: Simd>(
    simd: S,
    input: impl Fn(usize) -> &'a [f32] + Copy,
    layer: &[f32],
    width: usize,
    out: &mut [f32],
    finish: Finish,
) {
    let width = width / S::F32_LANES;
    let (layer, _) = S::as_simd_f32s(layer);
    let (out, _) = S::as_mut_simd_f32s(out);
    let mut column = 0;
    while column < width {
        // Sums take up half of the registers, and are enough to keep the processor from waiting
        // for one sum before it goes on to the next.
        column += match (width - column, S::REGISTER_COUNT) {
            (1, _) => product_of_columns::<S, 8, 1>(simd, input, layer, width, column, out, finish),
            (_, 32..) => {
                product_of_columns::<S, 8, 2>(simd, input, layer, width, column, out, finish)
            }
            _ => product_of_columns::<S, 4, 2>(simd, input, layer, width, column, out, finish),
        };
    }
}

/// The [`product`] for `COLUMNS` registers of each row, `ROWS` rows at a time; returns `COLUMNS`.
#[inline(always)]
fn product_of_columns<'a, S: Simd, const ROWS: usize, const COLUMNS: usize>(
    simd: S,
    input: impl Fn(usize) -> &'a [f32],
    layer: &[S::f32s],
    width: usize,
    column: usize,
    out: &mut [S::f32s],
    finish: Finish,
) -> usize {
    let (kernel, bias) = layer.split_at(layer.len() - width);
    let inputs = kernel.len() / width;
    let rows = out.len() / width;
    for first in (0..rows).step_by(ROWS) {
        // Where rows run out, the last one takes the place of those that are not there.
        let mut x: [&[f32]; ROWS] = [&[]; ROWS];
        for (r, x) in x.iter_mut().enumerate() {
            *x = &input((first + r).min(rows - 1))[..inputs];
        }
        let mut sums = [[simd.splat_f32s(0.0); COLUMNS]; ROWS];
        for sums in &mut sums {
            sums.copy_from_slice(&bias[column..column + COLUMNS]);
        }
        for (k, weights) in kernel.chunks_exact(width).enumerate() {
            let weights = &weights[column..column + COLUMNS];
            for r in 0..ROWS {
                let x = simd.splat_f32s(x[r][k]);
                for c in 0..COLUMNS {
                    sums[r][c] = simd.mul_add_e_f32s(x, weights[c], sums[r][c]);
                }
            }
        }
        for (sums, out) in sums
            .iter()
            .zip(out[first * width..].chunks_exact_mut(width))
        {
            for (&sum, out) in sums.iter().zip(&mut out[column..column + COLUMNS]) {
                *out = match finish {
                    Finish::Sigmoid => sigmoid(simd, sum),
                    Finish::TimesSlope => simd.mul_f32s(sum, sigmoid_slope(simd, *out)),
                };
            }
        }
    }
    COLUMNS
}

/// A layer's numbers, each `[inputs + 1, width]` with the bias as the last row.
pub(crate) struct Parameters<'a> {
    pub(crate) weights: &'a mut [f32],
    /// Sums over those images of a step that have been seen.
    pub(crate) gradients: &'a mut [f32],
    /// Adam's m.
    pub(crate) means: &'a mut [f32],
    /// Adam's v.
    pub(crate) squares: &'a mut [f32],
}

/// What the images at hand are for their step.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Share<S: Simd> {
    /// No images came before: `gradients` hold nothing yet.
    pub(crate) is_first: bool,
    /// What takes the step if no images follow.
    pub(crate) adam: Option<AdamStep<S>>,
}

/// Sums up a layer's gradients, `inputs^T deltas` for the kernel and the sum of `deltas` for the
/// bias, and takes the step where they are complete.
///
/// `deltas` is `[rows, width]`: the loss's gradients before the sigmoid. `input` gives the rows of
/// `inputs`, with as many numbers as the layer has inputs, rounded up to a multiple of 8.
#[inline(always)]
pub(crate) fn learn<'a, S: Simd>(
    simd: S,
    share: Share<S>,
    input: impl Fn(usize) -> &'a [f32] + Copy,
    deltas: &[f32],
    layer: Parameters<'_>,
    width: usize,
) {
    let width = width / S::F32_LANES;
    let (deltas, _) = S::as_simd_f32s(deltas);
    let layer = &mut Registers::new(layer);
    let mut column = 0;
    while column < width {
        column += match (width - column, S::REGISTER_COUNT) {
            (1, _) => learn_columns::<S, 8, 1>(simd, share, input, deltas, layer, width, column),
            (_, 32..) => learn_columns::<S, 8, 2>(simd, share, input, deltas, layer, width, column),
            _ => learn_columns::<S, 4, 2>(simd, share, input, deltas, layer, width, column),
        };
    }
}

/// [`learn`] for `COLUMNS` registers of each row of the layer, `ROWS` rows at a time; returns
/// `COLUMNS`.
#[inline(always)]
fn learn_columns<'a, S: Simd, const ROWS: usize, const COLUMNS: usize>(
    simd: S,
    share: Share<S>,
    input: impl Fn(usize) -> &'a [f32],
    deltas: &[S::f32s],
    layer: &mut Registers<'_, S>,
    width: usize,
    column: usize,
) -> usize {
    let inputs = layer.weights.len() / width - 1;
    for first in (0..inputs).step_by(ROWS) {
        let mut sums = [[simd.splat_f32s(0.0); COLUMNS]; ROWS];
        for (row, deltas) in deltas.chunks_exact(width).enumerate() {
            let deltas = &deltas[column..column + COLUMNS];
            let x = &input(row)[first..first + ROWS];
            for r in 0..ROWS {
                let x = simd.splat_f32s(x[r]);
                for c in 0..COLUMNS {
                    sums[r][c] = simd.mul_add_e_f32s(x, deltas[c], sums[r][c]);
                }
            }
        }
        for (row, sums) in (first..inputs).zip(sums) {
            for (c, sum) in sums.into_iter().enumerate() {
                layer.take(simd, share, row * width + column + c, sum);
            }
        }
    }
    for c in column..column + COLUMNS {
        let mut sum = simd.splat_f32s(0.0);
        for deltas in deltas.chunks_exact(width) {
            sum = simd.add_f32s(sum, deltas[c]);
        }
        layer.take(simd, share, inputs * width + c, sum);
    }
    COLUMNS
}

/// Goes back through the last layer, of one unit: turns the `activations` of the layer below into
/// its gradients before the sigmoid, and learns as [`learn`] does.
///
/// `layer` is `[2, width]`, the kernel lying down and the bias followed by zeros; `units` of the
/// kernel's columns are no padding. `activations` is `[rows, width]`, `deltas` `[rows]`.
#[inline(always)]
pub(crate) fn learn_last<S: Simd>(
    simd: S,
    share: Share<S>,
    activations: &mut [f32],
    deltas: &[f32],
    layer: Parameters<'_>,
    units: usize,
) {
    let width = layer.weights.len() / 2;
    if share.is_first {
        layer.gradients.fill(0.0);
    }
    let (kernel, _) = S::as_simd_f32s(&layer.weights[..width]);
    let (gradient, bias) = layer.gradients.split_at_mut(width);
    let (sums, _) = S::as_mut_simd_f32s(gradient);
    for (&delta, row) in deltas.iter().zip(activations.chunks_exact_mut(width)) {
        bias[0] += delta;
        let delta = simd.splat_f32s(delta);
        let (row, _) = S::as_mut_simd_f32s(row);
        for ((a, &weight), sum) in row.iter_mut().zip(kernel).zip(&mut *sums) {
            *sum = simd.mul_add_e_f32s(*a, delta, *sum);
            *a = simd.mul_f32s(simd.mul_f32s(delta, weight), sigmoid_slope(simd, *a));
        }
    }
    // The units that pad the layer below answer sigmoid(0), which is not 0.
    gradient[units..].fill(0.0);
    let is_first = false;
    let share = Share { is_first, ..share };
    let mut layer = Registers::new(layer);
    for place in 0..layer.weights.len() {
        layer.take(simd, share, place, simd.splat_f32s(0.0));
    }
}

/// [`Parameters`], a register at a time.
struct Registers<'a, S: Simd> {
    weights: &'a mut [S::f32s],
    gradients: &'a mut [S::f32s],
    means: &'a mut [S::f32s],
    squares: &'a mut [S::f32s],
}

impl<'a, S: Simd> Registers<'a, S> {
    #[inline(always)]
    fn new(parameters: Parameters<'a>) -> Self {
        let Parameters {
            weights,
            gradients,
            means,
            squares,
        } = parameters;
        Self {
            weights: S::as_mut_simd_f32s(weights).0,
            gradients: S::as_mut_simd_f32s(gradients).0,
            means: S::as_mut_simd_f32s(means).0,
            squares: S::as_mut_simd_f32s(squares).0,
        }
    }

    /// Takes in the gradient of some images at one place: for later, or for the step.
    #[inline(always)]
    fn take(&mut self, simd: S, share: Share<S>, place: usize, mut gradient: S::f32s) {
        if !share.is_first {
            gradient = simd.add_f32s(self.gradients[place], gradient);
        }
        let Some(adam) = share.adam else {
            self.gradients[place] = gradient;
            return;
        };
        let gradient = flush(simd, gradient, SMALLEST_GRADIENT);
        let m = simd.mul_f32s(gradient, adam.one_less_beta_1);
        let m = simd.mul_add_e_f32s(self.means[place], adam.beta_1, m);
        let v = simd.mul_f32s(gradient, gradient);
        let v = simd.mul_f32s(v, adam.one_less_beta_2);
        let v = simd.mul_add_e_f32s(self.squares[place], adam.beta_2, v);
        let m = flush(simd, m, SMALLEST_MEAN);
        let v = flush(simd, v, SMALLEST_MEAN);
        let root = simd.add_f32s(simd.sqrt_f32s(v), adam.epsilon);
        let change = simd.div_f32s(simd.mul_f32s(m, adam.rate), root);
        self.weights[place] = simd.sub_f32s(self.weights[place], change);
        self.means[place] = m;
        self.squares[place] = v;
    }
}

/// 2^-58: the square of a smaller gradient is, times 0.001, a subnormal number.
///
/// Those take processors a hundred times as long as others, and images have pixels of 1e-30 where
/// a resize left rounding errors. Flushing them costs nothing: it moves no weight by more than
/// rate / epsilon times 1e-17. TensorFlow has subnormal numbers flushed everywhere.
const SMALLEST_GRADIENT: f32 = f32::from_bits((127 - 58) << 23);

/// 2^-125: a mean that does not shrink to less than half is not a subnormal number afterwards.
const SMALLEST_MEAN: f32 = 2.0 * f32::MIN_POSITIVE;

/// The numbers of one step of [`Adam`], each in all lanes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AdamStep<S: Simd> {
    beta_1: S::f32s,
    one_less_beta_1: S::f32s,
    beta_2: S::f32s,
    one_less_beta_2: S::f32s,
    rate: S::f32s,
    epsilon: S::f32s,
}

impl<S: Simd> AdamStep<S> {
    /// The step with number `t`, counted from 1.
    #[inline(always)]
    pub(crate) fn new(simd: S, adam: &Adam, learning_rate: f64, t: u64) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "weights are f32")]
        let splat = |value: f64| simd.splat_f32s(value as f32);
        let (beta_1, beta_2) = (adam.beta_1, adam.beta_2);
        // Steps beyond 2^31 change nothing: both powers are 0 long before.
        let t = i32::try_from(t).unwrap_or(i32::MAX);
        let rate = learning_rate * (1.0 - beta_2.powi(t)).sqrt() / (1.0 - beta_1.powi(t));
        Self {
            beta_1: splat(beta_1),
            one_less_beta_1: splat(1.0 - beta_1),
            beta_2: splat(beta_2),
            one_less_beta_2: splat(1.0 - beta_2),
            rate: splat(rate),
            epsilon: splat(adam.epsilon),
        }
    }
}
