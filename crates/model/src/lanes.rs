//! Arithmetic on as many f32s at once as the processor takes: AVX-512, AVX2 or NEON, whichever is
//! found at run time, and one number at a time where there is none of them.
//!
//! Matrices are stored row by row, their rows padded with columns to a multiple of [`LANES`].
//! Sums run over one index in rising order, each lane for itself, so that the same machine gives
//! the same bits every time.

#![expect(
    clippy::inline_always,
    reason = "only code inlined into pulp's entry points is compiled for the instructions found"
)]

use pulp::Simd;

use crate::adam::Adam;

/// Columns that rows are padded to a multiple of: the f32s of the widest register there is.
pub(crate) const LANES: usize = 16;

/// What becomes of a layer's sums.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Finish {
    /// The sigmoid of each sum.
    Sigmoid,
    /// Each sum times the slope a (1 - a) of the sigmoid, whose value a is what `out` held.
    TimesSlope,
}

/// Multiplies `inputs` with a layer's kernel and adds the bias: what `finish` makes of the sums
/// goes to `out`.
///
/// `input` gives the rows of `inputs`. `layer` is `[inputs + 1, width]`, the bias its last row;
/// `out` is `[rows, width]`.
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
    let (kernel, bias) = layer.split_at(layer.len() - width);
    let (out, _) = S::as_mut_simd_f32s(out);
    let mut column = 0;
    while column < width {
        let is_pair = column + 2 <= width;
        match (is_pair, S::REGISTER_COUNT >= 32) {
            (true, true) => {
                product_columns::<S, 8, 2>(simd, input, kernel, bias, out, column, finish);
            }
            (true, false) => {
                product_columns::<S, 4, 2>(simd, input, kernel, bias, out, column, finish);
            }
            (false, _) => {
                product_columns::<S, 8, 1>(simd, input, kernel, bias, out, column, finish);
            }
        }
        column += 1 + usize::from(is_pair);
    }
}

#[inline(always)]
fn product_columns<'a, S: Simd, const R: usize, const V: usize>(
    simd: S,
    input: impl Fn(usize) -> &'a [f32],
    kernel: &[S::f32s],
    bias: &[S::f32s],
    out: &mut [S::f32s],
    column: usize,
    finish: Finish,
) {
    let width = bias.len();
    let rows = out.len() / width;
    let depth = kernel.len() / width;
    let mut first = 0;
    while first < rows {
        let mut inputs: [&[f32]; R] = [&[]; R];
        for (r, row) in inputs.iter_mut().enumerate() {
            *row = &input((first + r).min(rows - 1))[..depth];
        }
        let mut sums = [[simd.splat_f32s(0.0); V]; R];
        for row in &mut sums {
            row.copy_from_slice(&bias[column..column + V]);
        }
        for (k, weights) in kernel.chunks_exact(width).enumerate() {
            let weights = &weights[column..column + V];
            for r in 0..R {
                let x = simd.splat_f32s(inputs[r][k]);
                for v in 0..V {
                    sums[r][v] = simd.mul_add_e_f32s(x, weights[v], sums[r][v]);
                }
            }
        }
        for r in 0..R.min(rows - first) {
            let out = &mut out[(first + r) * width + column..][..V];
            for v in 0..V {
                out[v] = match finish {
                    Finish::Sigmoid => sigmoid(simd, sums[r][v]),
                    Finish::TimesSlope => simd.mul_f32s(sums[r][v], slope(simd, out[v])),
                };
            }
        }
        first += R;
    }
}

/// A layer's numbers, each `[inputs + 1, width]` with the bias as the last row.
pub(crate) struct Parameters<'a> {
    pub(crate) weights: &'a mut [f32],
    pub(crate) gradients: &'a mut [f32],
    pub(crate) means: &'a mut [f32],
    pub(crate) squares: &'a mut [f32],
}

/// [`Parameters`] in registers' lengths.
struct Registers<'a, S: Simd> {
    weights: &'a mut [S::f32s],
    gradients: &'a mut [S::f32s],
    means: &'a mut [S::f32s],
    squares: &'a mut [S::f32s],
}

impl<'a, S: Simd> Registers<'a, S> {
    #[inline(always)]
    fn new(parameters: Parameters<'a>) -> Self {
        Self {
            weights: S::as_mut_simd_f32s(parameters.weights).0,
            gradients: S::as_mut_simd_f32s(parameters.gradients).0,
            means: S::as_mut_simd_f32s(parameters.means).0,
            squares: S::as_mut_simd_f32s(parameters.squares).0,
        }
    }

    /// Takes in the gradient of some images at one place.
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
        let m = simd.mul_f32s(gradient, adam.take_1);
        let m = simd.mul_add_e_f32s(self.means[place], adam.keep_1, m);
        let v = simd.mul_f32s(simd.mul_f32s(gradient, gradient), adam.take_2);
        let v = simd.mul_add_e_f32s(self.squares[place], adam.keep_2, v);
        let m = flush(simd, m, SMALLEST_MEAN);
        let v = flush(simd, v, SMALLEST_MEAN);
        let root = simd.add_f32s(simd.sqrt_f32s(v), adam.epsilon);
        let change = simd.div_f32s(simd.mul_f32s(m, adam.rate), root);
        self.weights[place] = simd.sub_f32s(self.weights[place], change);
        self.means[place] = m;
        self.squares[place] = v;
    }
}

/// 2^-125, from which a mean that shrinks by less than half stays above the subnormal numbers.
const SMALLEST_MEAN: f32 = 2.350_988_7e-38;
/// 2^-58, whose square times 0.001 is not subnormal yet.
const SMALLEST_GRADIENT: f32 = 3.469_446_95e-18;

/// Makes numbers nearer to 0 than `smallest` 0; NaN stays NaN.
///
/// Processors take a hundred times as long for subnormal numbers, which is why TensorFlow, too, has
/// them flushed to 0.
#[inline(always)]
fn flush<S: Simd>(simd: S, x: S::f32s, smallest: f32) -> S::f32s {
    let is_small = simd.less_than_f32s(simd.abs_f32s(x), simd.splat_f32s(smallest));
    simd.select_f32s(is_small, simd.splat_f32s(0.0), x)
}

/// What part of a step some of its images are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Share<S: Simd> {
    /// No gradients were summed up before.
    pub(crate) is_first: bool,
    /// What to do with the sums when no images follow.
    pub(crate) adam: Option<AdamStep<S>>,
}

/// The numbers of a step of Adam, each in all lanes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AdamStep<S: Simd> {
    keep_1: S::f32s,
    take_1: S::f32s,
    keep_2: S::f32s,
    take_2: S::f32s,
    rate: S::f32s,
    epsilon: S::f32s,
}

impl<S: Simd> AdamStep<S> {
    /// The step `t`, counted from 1.
    #[inline(always)]
    pub(crate) fn new(simd: S, adam: &Adam, learning_rate: f64, t: u64) -> Self {
        let &Adam {
            beta_1,
            beta_2,
            epsilon,
        } = adam;
        // Steps beyond 2^31 change nothing: both powers are 0 long before.
        let t = i32::try_from(t).unwrap_or(i32::MAX);
        let rate = learning_rate * (1.0 - beta_2.powi(t)).sqrt() / (1.0 - beta_1.powi(t));
        #[expect(clippy::cast_possible_truncation, reason = "arrays are f32")]
        let splat = |value: f64| simd.splat_f32s(value as f32);
        Self {
            keep_1: splat(beta_1),
            take_1: splat(1.0 - beta_1),
            keep_2: splat(beta_2),
            take_2: splat(1.0 - beta_2),
            rate: splat(rate),
            epsilon: splat(epsilon),
        }
    }
}

/// Sums up a layer's gradients, `inputs^T deltas` for the kernel and the sums of `deltas` for the
/// bias, and has Adam change the layer by them where they are complete.
///
/// `deltas` is `[rows, width]`. Rows of `inputs` have as many numbers as the layer has inputs,
/// rounded up to a multiple of 8.
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
    let mut layer = Registers::new(layer);
    let mut column = 0;
    while column < width {
        let is_pair = column + 2 <= width;
        match (is_pair, S::REGISTER_COUNT >= 32) {
            (true, true) => {
                learn_columns::<S, 8, 2>(simd, share, input, deltas, &mut layer, width, column);
            }
            (true, false) => {
                learn_columns::<S, 4, 2>(simd, share, input, deltas, &mut layer, width, column);
            }
            (false, _) => {
                learn_columns::<S, 8, 1>(simd, share, input, deltas, &mut layer, width, column);
            }
        }
        column += 1 + usize::from(is_pair);
    }
}

#[inline(always)]
fn learn_columns<'a, S: Simd, const R: usize, const V: usize>(
    simd: S,
    share: Share<S>,
    input: impl Fn(usize) -> &'a [f32],
    deltas: &[S::f32s],
    layer: &mut Registers<'_, S>,
    width: usize,
    column: usize,
) {
    let inputs = layer.weights.len() / width - 1;
    let mut first = 0;
    while first < inputs {
        let mut sums = [[simd.splat_f32s(0.0); V]; R];
        for (row, deltas) in deltas.chunks_exact(width).enumerate() {
            let deltas = &deltas[column..column + V];
            let inputs = &input(row)[first..first + R];
            for r in 0..R {
                let x = simd.splat_f32s(inputs[r]);
                for v in 0..V {
                    sums[r][v] = simd.mul_add_e_f32s(x, deltas[v], sums[r][v]);
                }
            }
        }
        for r in 0..R.min(inputs - first) {
            for v in 0..V {
                layer.take(simd, share, (first + r) * width + column + v, sums[r][v]);
            }
        }
        first += R;
    }
    let mut sums = [simd.splat_f32s(0.0); V];
    for deltas in deltas.chunks_exact(width) {
        for v in 0..V {
            sums[v] = simd.add_f32s(sums[v], deltas[column + v]);
        }
    }
    for v in 0..V {
        layer.take(simd, share, inputs * width + column + v, sums[v]);
    }
}

/// Computes the gradients before the sigmoid of the last hidden layer, `deltas kernel^T` times the
/// slope, in the place of that layer's activations, and has the last layer, of one unit, learn.
///
/// `layer` is `[2, width]`: the kernel lying down, and the bias with zeros after it. The last
/// `padding` columns of the kernel stay 0.
#[inline(always)]
pub(crate) fn learn_last<S: Simd>(
    simd: S,
    share: Share<S>,
    activations: &mut [f32],
    deltas: &[f32],
    layer: Parameters<'_>,
    units: usize,
    width: usize,
) {
    if share.is_first {
        layer.gradients.fill(0.0);
    }
    {
        let (gradient, bias) = layer.gradients.split_at_mut(width);
        let (gradient, _) = S::as_mut_simd_f32s(gradient);
        let (kernel, _) = S::as_simd_f32s(&layer.weights[..width]);
        for (&delta, row) in deltas.iter().zip(activations.chunks_exact_mut(width)) {
            bias[0] += delta;
            let delta = simd.splat_f32s(delta);
            let (row, _) = S::as_mut_simd_f32s(row);
            for ((a, &weight), gradient) in row.iter_mut().zip(kernel).zip(&mut *gradient) {
                *gradient = simd.mul_add_e_f32s(*a, delta, *gradient);
                *a = simd.mul_f32s(simd.mul_f32s(delta, weight), slope(simd, *a));
            }
        }
    }
    // The units that pad the layer below answer sigmoid(0), not 0.
    layer.gradients[units..width].fill(0.0);
    let mut layer = Registers::new(layer);
    let zero = simd.splat_f32s(0.0);
    let share = Share {
        is_first: false,
        ..share
    };
    for place in 0..layer.weights.len() {
        layer.take(simd, share, place, zero);
    }
}

/// Computes 1 / (1 + exp(-z)).
#[inline(always)]
pub(crate) fn sigmoid<S: Simd>(simd: S, z: S::f32s) -> S::f32s {
    let one = simd.splat_f32s(1.0);
    let exp = exp(simd, simd.neg_f32s(z));
    simd.div_f32s(one, simd.add_f32s(one, exp))
}

/// Computes the slope of the sigmoid from its value a: a (1 - a).
#[inline(always)]
pub(crate) fn slope<S: Simd>(simd: S, a: S::f32s) -> S::f32s {
    simd.mul_f32s(a, simd.sub_f32s(simd.splat_f32s(1.0), a))
}

/// Computes exp(x), of x at most ±87: beyond, it stays what it is there. NaN stays NaN.
///
/// x = n ln 2 + r with |r| <= ln 2 / 2, and exp(r) from the polynomial of Cephes' `expf`
/// (Moshier, netlib.org/cephes/single.tgz, `expf.c`).
#[inline(always)]
pub(crate) fn exp<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let splat = |value| simd.splat_f32s(value);
    let x = simd.select_f32s(simd.greater_than_f32s(x, splat(87.0)), splat(87.0), x);
    let x = simd.select_f32s(simd.less_than_f32s(x, splat(-87.0)), splat(-87.0), x);
    // Adding 1.5 * 2^23 rounds to a whole number, which then stands in the last bits.
    let magic = splat(12_582_912.0);
    let shifted = simd.mul_add_e_f32s(x, splat(std::f32::consts::LOG2_E), magic);
    let n = simd.sub_f32s(shifted, magic);
    let r = simd.mul_add_e_f32s(n, splat(-0.693_359_375), x);
    let r = simd.mul_add_e_f32s(n, splat(2.121_944_4e-4), r);
    let mut sum = splat(1.987_569_2e-4);
    for coefficient in [
        1.398_2e-3,
        8.333_452e-3,
        4.166_579_6e-2,
        1.666_666_5e-1,
        5.000_000_1e-1,
    ] {
        sum = simd.mul_add_e_f32s(sum, r, splat(coefficient));
    }
    let square = simd.mul_f32s(r, r);
    let sum = simd.mul_add_e_f32s(sum, square, r);
    let sum = simd.add_f32s(sum, splat(1.0));
    // 2^n by its bits: n + 127 in the place of the exponent.
    let exponent = simd.add_u32s(simd.transmute_u32s_f32s(shifted), simd.splat_u32s(127));
    let power = simd.wrapping_dyn_shl_u32s(exponent, simd.splat_u32s(23));
    simd.mul_f32s(sum, simd.transmute_f32s_u32s(power))
}

/// Computes ln(1 + u) for u in [0, 1]: 2 artanh(s) with s = u / (2 + u), by artanh's series.
#[inline(always)]
pub(crate) fn ln_1p<S: Simd>(simd: S, u: S::f32s) -> S::f32s {
    let s = simd.div_f32s(u, simd.add_f32s(u, simd.splat_f32s(2.0)));
    let square = simd.mul_f32s(s, s);
    // s is at most 1/3: the first term left out is 2e-9 of the sum.
    let mut sum = simd.splat_f32s(1.0 / 15.0);
    for odd in [13.0, 11.0, 9.0, 7.0, 5.0, 3.0] {
        sum = simd.mul_add_e_f32s(sum, square, simd.splat_f32s(1.0 / odd));
    }
    let twice = simd.add_f32s(s, s);
    simd.mul_add_e_f32s(simd.mul_f32s(sum, square), twice, twice)
}
