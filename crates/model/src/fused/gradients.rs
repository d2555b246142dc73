//! The gradients of a layer's parameters, a tile of sums at a time in registers.
//!
//! As in `matmul.rs`, each sum runs over its terms in their order.

#![expect(
    clippy::inline_always,
    reason = "only code inlined into pulp's entry points is compiled for the detected processor"
)]
#![expect(
    clippy::needless_range_loop,
    reason = "loops of a known length are unrolled, so that the sums of a tile stay in registers"
)]

use std::ops::Range;

use pulp::Simd;

use super::adam_step::{Accumulation, LayerMut, LayerRegisters};
use super::network::CHUNK_IMAGES;
use super::simd_math::{MAX_LANES, sigmoid_slope};

/// The images of a block and what the layer above has found for them.
#[derive(Clone, Copy)]
pub(crate) struct Deltas<'a> {
    /// `[images, stride]`, the gradients of the loss before the sigmoid.
    pub(crate) numbers: &'a [f32],
    pub(crate) stride: usize,
    /// The first column that is used.
    pub(crate) first: usize,
}

/// Computes the gradients of some panels of a layer, `inputs^T deltas` for the kernel and the sum of
/// `deltas` for the bias, and accumulates them, chunk by chunk.
///
/// `rows` are those of `inputs`, each of as many numbers as the layer has inputs, rounded up to a
/// multiple of 8.
#[inline(always)]
pub(crate) fn accumulate<'a, S: Simd>(
    simd: S,
    accumulation: Accumulation<S>,
    rows: &(impl Iterator<Item = &'a [f32]> + Clone),
    deltas: Deltas<'_>,
    layer: LayerMut<'_>,
    inputs: usize,
) {
    let layer = &mut LayerRegisters::new(layer);
    let registers = layer.weights.len() / (inputs + 1);
    let images = deltas.numbers.len() / deltas.stride;
    let mut column = 0;
    while column < registers {
        let columns = if registers - column == 1 { 1 } else { 2 };
        let mut rows = rows.clone();
        for start in (0..images).step_by(CHUNK_IMAGES) {
            let end = images.min(start + CHUNK_IMAGES);
            let chunk = Chunk {
                accumulation: accumulation.of_chunk(start == 0, end == images),
                deltas,
                images: start..end,
                inputs,
                column,
            };
            if columns == 1 {
                chunk.accumulate::<1>(simd, &rows, layer);
            } else {
                chunk.accumulate::<2>(simd, &rows, layer);
            }
            rows.nth(CHUNK_IMAGES - 1);
        }
        column += columns;
    }
}

/// A chunk of images, for the gradients in some registers of each row, from `column` on.
struct Chunk<'a, S: Simd> {
    accumulation: Accumulation<S>,
    deltas: Deltas<'a>,
    images: Range<usize>,
    inputs: usize,
    column: usize,
}

impl<S: Simd> Chunk<'_, S> {
    /// Accumulates the gradients of `COLUMNS` registers.
    #[inline(always)]
    fn accumulate<'a, const COLUMNS: usize>(
        self,
        simd: S,
        inputs_of: &(impl Iterator<Item = &'a [f32]> + Clone),
        layer: &mut LayerRegisters<'_, S>,
    ) {
        let Self {
            accumulation,
            deltas,
            images,
            inputs,
            column,
        } = self;
        let (numbers, _) = S::as_simd_f32s(deltas.numbers);
        let stride = deltas.stride / S::F32_LANES;
        let rows = &numbers[images.start * stride..images.end * stride];
        let tile = |deltas| Tile::<S, COLUMNS> {
            accumulation,
            deltas,
            inputs,
            column,
        };
        if stride == COLUMNS {
            let (deltas, _) = rows.as_chunks();
            return tile(deltas).accumulate(simd, inputs_of, layer);
        }
        // Next to each other: in their rows they may be pages apart.
        let first = deltas.first / S::F32_LANES + column;
        let mut packed = [[simd.splat_f32s(0.0); COLUMNS]; CHUNK_IMAGES];
        for (packed, row) in packed.iter_mut().zip(rows.chunks_exact(stride)) {
            packed.copy_from_slice(&row[first..first + COLUMNS]);
        }
        tile(&packed[..images.len()]).accumulate(simd, inputs_of, layer);
    }
}

/// The gradients of a chunk of images in some registers of each row, from `column` on.
struct Tile<'a, S: Simd, const COLUMNS: usize> {
    accumulation: Accumulation<S>,
    /// Those of each image.
    deltas: &'a [[S::f32s; COLUMNS]],
    inputs: usize,
    column: usize,
}

impl<S: Simd, const COLUMNS: usize> Tile<'_, S, COLUMNS> {
    /// Accumulates the gradients of all rows of the kernel and of the bias.
    #[inline(always)]
    fn accumulate<'a>(
        &self,
        simd: S,
        inputs_of: &(impl Iterator<Item = &'a [f32]> + Clone),
        layer: &mut LayerRegisters<'_, S>,
    ) {
        let mut first = 0;
        while first < self.inputs {
            // The sums take up half of the registers. With more, the processor could not begin with the
            // sums of the next rows while it still divides for the update of these.
            first += match S::REGISTER_COUNT {
                32.. => self.rows::<8>(simd, inputs_of.clone(), first, layer),
                _ => self.rows::<4>(simd, inputs_of.clone(), first, layer),
            };
        }
        for c in 0..COLUMNS {
            let mut sum = simd.splat_f32s(0.0);
            for deltas in self.deltas {
                sum = simd.add_f32s(sum, deltas[c]);
            }
            layer.add_gradient(simd, self.accumulation, self.index(self.inputs, c), sum);
        }
    }

    /// Accumulates those of at most `ROWS` rows of the kernel; returns `ROWS`.
    #[inline(always)]
    fn rows<'a, const ROWS: usize>(
        &self,
        simd: S,
        inputs_of: impl Iterator<Item = &'a [f32]>,
        first: usize,
        layer: &mut LayerRegisters<'_, S>,
    ) -> usize {
        let mut sums = [[simd.splat_f32s(0.0); COLUMNS]; ROWS];
        for (deltas, inputs) in self.deltas.iter().zip(inputs_of) {
            let x = &inputs[first..first + ROWS];
            for r in 0..ROWS {
                let x = simd.splat_f32s(x[r]);
                for c in 0..COLUMNS {
                    sums[r][c] = simd.mul_add_e_f32s(x, deltas[c], sums[r][c]);
                }
            }
        }
        // Loops of a known length, so that the sums stay in registers.
        let rows = ROWS.min(self.inputs - first);
        if !self.accumulation.is_first {
            for r in 0..ROWS {
                if r == rows {
                    break;
                }
                for c in 0..COLUMNS {
                    let gradient = layer.gradients[self.index(first + r, c)];
                    sums[r][c] = simd.add_f32s(gradient, sums[r][c]);
                }
            }
        }
        let Some(adam) = self.accumulation.adam else {
            for r in 0..ROWS {
                if r == rows {
                    break;
                }
                for c in 0..COLUMNS {
                    layer.gradients[self.index(first + r, c)] = sums[r][c];
                }
            }
            return ROWS;
        };
        for (row, sums) in (first..self.inputs).zip(sums) {
            for (c, sum) in sums.into_iter().enumerate() {
                layer.update(simd, adam, self.index(row, c), sum);
            }
        }
        ROWS
    }

    /// The index of a register in its panel.
    #[inline(always)]
    fn index(&self, row: usize, c: usize) -> usize {
        let in_panel = MAX_LANES / S::F32_LANES;
        let (panel, register) = ((self.column + c) / in_panel, (self.column + c) % in_panel);
        (panel * (self.inputs + 1) + row) * in_panel + register
    }
}

/// Computes from the gradients of the loss before the last sigmoid, `deltas` `[images, outputs]`, those
/// before the sigmoid of the layer below, in `below` `[images, stride]`; `activations`, of the same shape,
/// are that layer's.
///
/// `kernel` is `[outputs, width]`: a row for each output.
#[inline(always)]
pub(crate) fn deltas_below_last<S: Simd>(
    simd: S,
    deltas: &[f32],
    kernel: &[f32],
    activations: &[f32],
    below: &mut [f32],
    [width, stride, outputs]: [usize; 3],
) {
    let registers = width / S::F32_LANES;
    let (kernel, others) = S::as_simd_f32s(&kernel[..outputs * width])
        .0
        .split_at(registers);
    let rows = activations
        .chunks_exact(stride)
        .zip(below.chunks_exact_mut(stride));
    for (deltas, (activations, below)) in deltas.chunks_exact(outputs).zip(rows) {
        let (activations, _) = S::as_simd_f32s(&activations[..width]);
        let (below, _) = S::as_mut_simd_f32s(&mut below[..width]);
        let (first, deltas) = (simd.splat_f32s(deltas[0]), &deltas[1..]);
        let columns = activations.iter().zip(kernel).zip(below);
        for (column, ((&a, &weight), below)) in columns.enumerate() {
            let mut sum = simd.mul_f32s(first, weight);
            for (output, &delta) in deltas.iter().enumerate() {
                let weight = others[output * registers + column];
                sum = simd.mul_add_e_f32s(simd.splat_f32s(delta), weight, sum);
            }
            *below = simd.mul_f32s(sum, sigmoid_slope(simd, a));
        }
    }
}

/// Does the same as [`accumulate`] for the last layer, image by image.
///
/// `layer` is `[outputs + 1, width]`: a row of the kernel for each output, of which the first `units`
/// columns are not padding, and a row of the biases followed by zeros. `activations` is `[images, stride]`,
/// `deltas` `[images, outputs]`.
#[inline(always)]
pub(crate) fn accumulate_last<S: Simd>(
    simd: S,
    accumulation: Accumulation<S>,
    activations: &[f32],
    stride: usize,
    deltas: &[f32],
    layer: LayerMut<'_>,
    [units, outputs]: [usize; 2],
) {
    let width = layer.weights.len() / (outputs + 1);
    if accumulation.is_first {
        layer.gradients.fill(0.0);
    }
    let (gradients, biases) = layer.gradients.split_at_mut(outputs * width);
    let (sums, _) = S::as_mut_simd_f32s(gradients);
    let registers = width / S::F32_LANES;
    for (deltas, row) in deltas
        .chunks_exact(outputs)
        .zip(activations.chunks_exact(stride))
    {
        let (row, _) = S::as_simd_f32s(&row[..width]);
        let outputs = deltas.iter().zip(&mut *biases);
        for ((&delta, bias), sums) in outputs.zip(sums.chunks_exact_mut(registers)) {
            *bias += delta;
            let delta = simd.splat_f32s(delta);
            for (&a, sum) in row.iter().zip(sums) {
                *sum = simd.mul_add_e_f32s(a, delta, *sum);
            }
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
