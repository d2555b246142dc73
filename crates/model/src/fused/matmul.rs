//! The matrix multiplication of a layer, a tile of sums at a time in registers.
//!
//! Matrices are stored row by row. Rows have `width` numbers, a multiple of `MAX_LANES`. Each sum adds
//! its terms in their order, in one lane, so that a training gives the same bits every time and with
//! every instruction set that has a fused multiply-add.

#![expect(
    clippy::inline_always,
    reason = "only code inlined into pulp's entry points is compiled for the detected processor"
)]
#![expect(
    clippy::needless_range_loop,
    reason = "loops of a known length are unrolled, so that the sums of a tile stay in registers"
)]

use pulp::Simd;

use super::simd_math::{MAX_LANES, sigmoid, sigmoid_slope};

/// What is computed from each sum before it is stored.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Epilogue<'a> {
    /// Its sigmoid.
    Sigmoid,
    /// The sum times the derivative of the sigmoid with this value, in an array of the shape of the result.
    TimesSlopeOf(&'a [f32]),
}

/// A layer's kernel and bias, in panels of 16 columns one after another, each `[inputs + 1, 16]` with the
/// bias in the last row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Weights<'a> {
    pub(crate) numbers: &'a [f32],
    pub(crate) inputs: usize,
}

impl<'a> Weights<'a> {
    /// The rows of the panel with a column of registers, the bias last, and which of their registers it is.
    #[inline(always)]
    fn column<S: Simd>(self, column: usize) -> (&'a [[f32; MAX_LANES]], usize) {
        let in_panel = MAX_LANES / S::F32_LANES;
        let (rows, _) = self.numbers.as_chunks();
        let start = column / in_panel * (self.inputs + 1);
        (&rows[start..=start + self.inputs], column % in_panel)
    }
}

/// Multiplies rows of numbers by a layer's kernel, adds its bias, applies `epilogue` and stores the
/// result in `out`.
///
/// `input` returns the rows, each at least as long as the layer has inputs. `out` is `[rows, stride]`, with
/// at least one row, of which the first `width` columns are computed.
#[inline(always)]
pub(crate) fn matmul<'a, S: Simd>(
    simd: S,
    input: impl Fn(usize) -> &'a [f32] + Copy,
    weights: Weights<'_>,
    [width, stride]: [usize; 2],
    out: &mut [f32],
    epilogue: Epilogue<'_>,
) {
    let (width, stride) = (width / S::F32_LANES, stride / S::F32_LANES);
    let (out, _) = S::as_mut_simd_f32s(out);
    let mut column = 0;
    while column < width {
        let columns = if width - column == 1 { 1 } else { 2 };
        let tile = Tile {
            weights,
            column,
            stride,
            epilogue,
        };
        // The sums take up half of the registers. They are enough for the processor never to wait for
        // one sum before it can add to the next.
        match (columns, S::REGISTER_COUNT) {
            (1, _) => tile.compute::<S, 8, 1>(simd, input, out),
            (_, 32..) => tile.compute::<S, 8, 2>(simd, input, out),
            _ => tile.compute::<S, 4, 2>(simd, input, out),
        }
        column += columns;
    }
}

/// A tile of sums of [`matmul`]: some rows, and registers from `column` on.
#[derive(Clone, Copy)]
struct Tile<'a> {
    weights: Weights<'a>,
    column: usize,
    /// The registers of a row of `out`.
    stride: usize,
    epilogue: Epilogue<'a>,
}

impl Tile<'_> {
    /// Computes all rows, `ROWS` at a time, of `COLUMNS` registers each.
    #[inline(always)]
    fn compute<'a, S: Simd, const ROWS: usize, const COLUMNS: usize>(
        self,
        simd: S,
        input: impl Fn(usize) -> &'a [f32],
        out: &mut [S::f32s],
    ) {
        let (inputs, column, row_distance) = (self.weights.inputs, self.column, self.stride);
        let columns: [(&[[f32; MAX_LANES]], usize); COLUMNS] =
            std::array::from_fn(|c| self.weights.column::<S>(column + c));
        let biases = columns.map(|(rows, register)| S::as_simd_f32s(&rows[inputs]).0[register]);
        // All slices are as long, so that the loop needs no comparison but its own.
        let columns = columns.map(|(rows, register)| (&rows[..inputs], register));
        let rows = out.len() / row_distance;
        for first in (0..rows).step_by(ROWS) {
            // In an incomplete tile the last row stands in for the missing ones.
            let mut x: [&[f32]; ROWS] = [&[]; ROWS];
            for (r, x) in x.iter_mut().enumerate() {
                *x = &input((first + r).min(rows - 1))[..inputs];
            }
            let mut sums = [biases; ROWS];
            for k in 0..inputs {
                let mut weights = biases;
                for (weight, (rows, register)) in weights.iter_mut().zip(columns) {
                    *weight = S::as_simd_f32s(&rows[k]).0[register];
                }
                for r in 0..ROWS {
                    let x = simd.splat_f32s(x[r][k]);
                    for c in 0..COLUMNS {
                        sums[r][c] = simd.mul_add_e_f32s(x, weights[c], sums[r][c]);
                    }
                }
            }
            // Loops of a known length, so that the sums stay in registers.
            for r in 0..ROWS {
                if first + r >= rows {
                    break;
                }
                let start = (first + r) * row_distance + column;
                let out = &mut out[start..][..COLUMNS];
                match self.epilogue {
                    Epilogue::Sigmoid => out.copy_from_slice(&sums[r]),
                    Epilogue::TimesSlopeOf(activations) => {
                        let activations = &S::as_simd_f32s(activations).0[start..][..COLUMNS];
                        for c in 0..COLUMNS {
                            let slope = sigmoid_slope(simd, activations[c]);
                            out[c] = simd.mul_f32s(sums[r][c], slope);
                        }
                    }
                }
            }
            if let Epilogue::Sigmoid = self.epilogue {
                for row in first..rows.min(first + ROWS) {
                    for sum in &mut out[row * row_distance + column..][..COLUMNS] {
                        *sum = sigmoid(simd, *sum);
                    }
                }
            }
        }
    }
}

/// Rows of a tile of [`output`].
const OUTPUT_ROWS: usize = 8;

/// Multiplies rows of numbers by the kernel of the last layer, adds its bias, and stores the logits in
/// `out`, `[rows, outputs]`.
///
/// `input` returns the rows, each as long as the layer has inputs. `layer` is `[inputs + 1, 16]`, of which
/// the first `outputs` columns are not padding, with the bias in its last row.
#[inline(always)]
pub(crate) fn output<'a, S: Simd>(
    simd: S,
    input: impl Fn(usize) -> &'a [f32],
    layer: &[f32],
    out: &mut [f32],
    outputs: usize,
) {
    let (layer, _) = S::as_simd_f32s(layer);
    let (kernel, bias) = layer.split_at(layer.len() - MAX_LANES / S::F32_LANES);
    let registers = MAX_LANES / S::F32_LANES;
    let (inputs, rows) = (kernel.len() / registers, out.len() / outputs);
    for column in 0..outputs.div_ceil(S::F32_LANES) {
        let start = column * S::F32_LANES;
        let end = outputs.min(start + S::F32_LANES);
        for first in (0..rows).step_by(OUTPUT_ROWS) {
            let mut x: [&[f32]; OUTPUT_ROWS] = [&[]; OUTPUT_ROWS];
            for (r, x) in x.iter_mut().enumerate() {
                *x = &input((first + r).min(rows - 1))[..inputs];
            }
            let mut sums = [bias[column]; OUTPUT_ROWS];
            for (k, weights) in kernel.chunks_exact(registers).enumerate() {
                for r in 0..OUTPUT_ROWS {
                    // Rounded twice, with and without fused multiply-add: so few terms cost nothing.
                    let product = simd.mul_f32s(simd.splat_f32s(x[r][k]), weights[column]);
                    sums[r] = simd.add_f32s(sums[r], product);
                }
            }
            let mut lanes = [0.0; MAX_LANES];
            for (row, sum) in (first..rows).zip(sums) {
                S::as_mut_simd_f32s(&mut lanes).0[0] = sum;
                out[row * outputs + start..row * outputs + end]
                    .copy_from_slice(&lanes[..end - start]);
            }
        }
    }
}
