//! The gradients of a layer's parameters, a tile of sums at a time in registers.
//!
//! As in `matmul.rs`, each sum runs over its terms in their order.

#![expect(
    clippy::inline_always,
    reason = "only code inlined into pulp's entry points is compiled for the detected processor"
)]

use pulp::Simd;

use super::adam_step::{Accumulation, LayerMut, LayerRegisters};
use super::simd_math::sigmoid_slope;

/// Computes a layer's gradients, `inputs^T deltas` for the kernel and the sum of `deltas` for the bias,
/// and accumulates them.
///
/// `deltas` is `[rows, width]`, the gradients of the loss before the sigmoid. `input` returns the rows
/// of `inputs`, each of as many numbers as the layer has inputs, rounded up to a multiple of 8.
#[inline(always)]
pub(crate) fn accumulate<'a, S: Simd>(
    simd: S,
    accumulation: Accumulation<S>,
    input: impl Fn(usize) -> &'a [f32] + Copy,
    deltas: &[f32],
    layer: LayerMut<'_>,
    width: usize,
) {
    let width = width / S::F32_LANES;
    let (deltas, _) = S::as_simd_f32s(deltas);
    let layer = &mut LayerRegisters::new(layer);
    let mut column = 0;
    while column < width {
        column += match (width - column, S::REGISTER_COUNT) {
            (1, _) => {
                accumulate_tile::<S, 8, 1>(simd, accumulation, input, deltas, layer, width, column)
            }
            (_, 32..) => {
                accumulate_tile::<S, 8, 2>(simd, accumulation, input, deltas, layer, width, column)
            }
            _ => {
                accumulate_tile::<S, 4, 2>(simd, accumulation, input, deltas, layer, width, column)
            }
        };
    }
}

/// [`accumulate`] for `COLUMNS` registers of each row of the layer, in tiles of `ROWS` rows; returns
/// `COLUMNS`.
#[inline(always)]
fn accumulate_tile<'a, S: Simd, const ROWS: usize, const COLUMNS: usize>(
    simd: S,
    accumulation: Accumulation<S>,
    input: impl Fn(usize) -> &'a [f32],
    deltas: &[S::f32s],
    layer: &mut LayerRegisters<'_, S>,
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
                let index = row * width + column + c;
                layer.add_gradient(simd, accumulation, index, sum);
            }
        }
    }
    for c in column..column + COLUMNS {
        let mut sum = simd.splat_f32s(0.0);
        for deltas in deltas.chunks_exact(width) {
            sum = simd.add_f32s(sum, deltas[c]);
        }
        layer.add_gradient(simd, accumulation, inputs * width + c, sum);
    }
    COLUMNS
}

/// Does the same as [`accumulate`] for the last layer, and replaces `activations`, those of the layer
/// below, by that layer's gradients before the sigmoid.
///
/// `layer` is `[outputs + 1, width]`: a row of the kernel for each output, of which the first `units`
/// columns are not padding, and a row of the biases followed by zeros. `activations` is `[rows, width]`,
/// `deltas` `[rows, outputs]`.
#[inline(always)]
pub(crate) fn accumulate_last<S: Simd>(
    simd: S,
    accumulation: Accumulation<S>,
    activations: &mut [f32],
    deltas: &[f32],
    layer: LayerMut<'_>,
    [units, outputs]: [usize; 2],
) {
    let width = layer.weights.len() / (outputs + 1);
    if accumulation.is_first {
        layer.gradients.fill(0.0);
    }
    let (kernel, _) = S::as_simd_f32s(&layer.weights[..outputs * width]);
    let (gradients, biases) = layer.gradients.split_at_mut(outputs * width);
    let (sums, _) = S::as_mut_simd_f32s(gradients);
    let registers = width / S::F32_LANES;
    let (kernel, other_kernels) = kernel.split_at(registers);
    let (sums, other_sums) = sums.split_at_mut(registers);
    let rows = activations.chunks_exact_mut(width);
    for (deltas, row) in deltas.chunks_exact(outputs).zip(rows) {
        for (bias, delta) in biases.iter_mut().zip(deltas) {
            *bias += delta;
        }
        let (row, _) = S::as_mut_simd_f32s(row);
        let (first, others) = (simd.splat_f32s(deltas[0]), &deltas[1..]);
        let of_first = row.iter_mut().zip(kernel).zip(&mut *sums);
        for (column, ((a, &weight), sum)) in of_first.enumerate() {
            *sum = simd.mul_add_e_f32s(*a, first, *sum);
            let mut below = simd.mul_f32s(first, weight);
            for (output, &delta) in others.iter().enumerate() {
                let (index, delta) = (output * registers + column, simd.splat_f32s(delta));
                other_sums[index] = simd.mul_add_e_f32s(*a, delta, other_sums[index]);
                below = simd.mul_add_e_f32s(delta, other_kernels[index], below);
            }
            *a = simd.mul_f32s(below, sigmoid_slope(simd, *a));
        }
    }
    // The padding units of the layer below have activations of sigmoid(0), which is not 0.
    for gradient in gradients.chunks_exact_mut(width) {
        gradient[units..].fill(0.0);
    }
    // The sums are in `gradients` already, so that 0 is added to them.
    let accumulation = Accumulation {
        is_first: false,
        ..accumulation
    };
    let mut layer = LayerRegisters::new(layer);
    for index in 0..layer.weights.len() {
        layer.add_gradient(simd, accumulation, index, simd.splat_f32s(0.0));
    }
}
