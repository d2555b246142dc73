//! A layer's numbers as the fused training keeps them: padded to whole registers, and aligned.

use std::ops::{Deref, DerefMut};

use crate::fused::{FusedState, LayerValues};
use crate::lanes::LANES;
use crate::tiles::Parameters;

/// A layer's numbers, each `[inputs + 1, width]` with the bias as the last row.
#[derive(Debug)]
pub(crate) struct Layer {
    pub(crate) inputs: usize,
    pub(crate) units: usize,
    /// The units, and columns of zeros that pad them.
    pub(crate) width: usize,
    pub(crate) weights: Aligned,
    gradients: Aligned,
    means: Aligned,
    squares: Aligned,
}

impl Layer {
    /// Takes over the layer with this number, from 0; the last one is `[1, units]` with one bias.
    pub(crate) fn new(state: &FusedState, number: usize, inputs: usize, units: usize) -> Self {
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

    /// Takes some of the layer's numbers out of their padding: the kernel's, and as many of the
    /// bias's as it has.
    pub(crate) fn unpack(&self, values: &[f32], biases: usize) -> (Vec<f32>, Vec<f32>) {
        let (kernel, bias) = values.split_at(self.inputs * self.width);
        let rows = kernel.chunks(self.width);
        let kernel = rows.flat_map(|row| &row[..self.units]).copied().collect();
        (kernel, bias[..biases].to_vec())
    }

    pub(crate) fn weights(&self) -> &[f32] {
        &self.weights
    }

    pub(crate) fn means(&self) -> &[f32] {
        &self.means
    }

    pub(crate) fn squares(&self) -> &[f32] {
        &self.squares
    }

    pub(crate) fn parameters(&mut self) -> Parameters<'_> {
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
pub(crate) struct Aligned {
    values: Vec<f32>,
    start: usize,
    length: usize,
}

impl Aligned {
    pub(crate) fn zeros(length: usize) -> Self {
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
