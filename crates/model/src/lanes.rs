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

/// Adds the product of two matrices to a start value: what `finish` makes of
/// `start + inputs kernel` goes to `out`.
///
/// `inputs` gives the rows, each at least `depth` long; `kernel` is `[depth, width]`, `start`
/// `[width]`, `out` `[rows, width]`.
#[inline(always)]
pub(crate) fn product<'a, S: Simd>(
    simd: S,
    input: impl Fn(usize) -> &'a [f32] + Copy,
    kernel: &[f32],
    start: &[f32],
    out: &mut [f32],
    finish: Finish,
) {
    let (kernel, _) = S::as_simd_f32s(kernel);
    let (start, _) = S::as_simd_f32s(start);
    let (out, _) = S::as_mut_simd_f32s(out);
    let width = start.len();
    let mut column = 0;
    while column < width {
        let is_pair = column + 2 <= width;
        match (is_pair, S::REGISTER_COUNT >= 32) {
            (true, true) => {
                product_columns::<S, 8, 2>(simd, input, kernel, start, out, column, finish);
            }
            (true, false) => {
                product_columns::<S, 4, 2>(simd, input, kernel, start, out, column, finish);
            }
            (false, _) => {
                product_columns::<S, 8, 1>(simd, input, kernel, start, out, column, finish);
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
    start: &[S::f32s],
    out: &mut [S::f32s],
    column: usize,
    finish: Finish,
) {
    let width = start.len();
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
            row.copy_from_slice(&start[column..column + V]);
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

/// Adds the gradients of a layer: `inputs^T deltas` to the kernel's, the sums of `deltas` to the
/// bias's.
///
/// `deltas` is `[rows, width]`, `kernel` `[depth, width]`, `bias` `[width]`. Rows of `inputs` have
/// at least `depth` numbers, rounded up to a multiple of 8.
#[inline(always)]
pub(crate) fn add_gradients<'a, S: Simd>(
    simd: S,
    input: impl Fn(usize) -> &'a [f32] + Copy,
    deltas: &[f32],
    kernel: &mut [f32],
    bias: &mut [f32],
) {
    let (deltas, _) = S::as_simd_f32s(deltas);
    let (kernel, _) = S::as_mut_simd_f32s(kernel);
    let (bias, _) = S::as_mut_simd_f32s(bias);
    let width = bias.len();
    for row in deltas.chunks_exact(width) {
        for (sum, &delta) in bias.iter_mut().zip(row) {
            *sum = simd.add_f32s(*sum, delta);
        }
    }
    let mut column = 0;
    while column < width {
        let is_pair = column + 2 <= width;
        match (is_pair, S::REGISTER_COUNT >= 32) {
            (true, true) => {
                gradient_columns::<S, 8, 2>(simd, input, deltas, kernel, width, column);
            }
            (true, false) => {
                gradient_columns::<S, 4, 2>(simd, input, deltas, kernel, width, column);
            }
            (false, _) => gradient_columns::<S, 8, 1>(simd, input, deltas, kernel, width, column),
        }
        column += 1 + usize::from(is_pair);
    }
}

#[inline(always)]
fn gradient_columns<'a, S: Simd, const R: usize, const V: usize>(
    simd: S,
    input: impl Fn(usize) -> &'a [f32],
    deltas: &[S::f32s],
    kernel: &mut [S::f32s],
    width: usize,
    column: usize,
) {
    let depth = kernel.len() / width;
    let mut first = 0;
    while first < depth {
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
        for r in 0..R.min(depth - first) {
            let kernel = &mut kernel[(first + r) * width + column..][..V];
            for v in 0..V {
                kernel[v] = simd.add_f32s(kernel[v], sums[r][v]);
            }
        }
        first += R;
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
