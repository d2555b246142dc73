//! A layer's numbers as the fused network keeps them: padded to whole registers, and aligned.

use std::ops::{Deref, DerefMut};

use crate::fused_state::LayerValues;
use crate::lanes::LANES;
use crate::tiles::Parameters;

/// A layer's weights, `[inputs + 1, width]` with the bias as the last row.
#[derive(Debug)]
pub(crate) struct Layer {
    /// The layer's place in the network, from 0.
    number: usize,
    pub(crate) inputs: usize,
    pub(crate) units: usize,
    /// The units, and columns of zeros that pad them.
    pub(crate) width: usize,
    /// Numbers of the bias.
    biases: usize,
    pub(crate) weights: Aligned,
}

impl Layer {
    /// Takes over the layer with this number; the last one is `[1, units]` with one bias.
    pub(crate) fn new(network: &LayerValues, number: usize, inputs: usize, units: usize) -> Self {
        assert!(units > 0, "a layer has units");
        let layer = Self {
            number,
            inputs,
            units,
            width: padded(units),
            biases: network.biases[number].len(),
            weights: Aligned::zeros(0),
        };
        Self {
            weights: layer.pack(network),
            ..layer
        }
    }

    /// Lays out a number for each of the layer's parameters as its weights are.
    pub(crate) fn pack(&self, network: &LayerValues) -> Aligned {
        let (kernel, bias) = (&network.kernels[self.number], &network.biases[self.number]);
        assert_eq!(kernel.len(), self.inputs * self.units, "[inputs, units]");
        assert_eq!(bias.len(), self.biases, "[units]");
        let mut packed = self.zeros();
        let rows = kernel.chunks(self.units).chain([bias.as_slice()]);
        for (row, place) in rows.zip(packed.chunks_mut(self.width)) {
            place[..row.len()].copy_from_slice(row);
        }
        packed
    }

    /// Takes numbers out of that layout again: the kernel's and the bias's.
    pub(crate) fn unpack(&self, packed: &[f32]) -> (Vec<f32>, Vec<f32>) {
        let (kernel, bias) = packed.split_at(self.inputs * self.width);
        let rows = kernel.chunks(self.width);
        let kernel = rows.flat_map(|row| &row[..self.units]).copied().collect();
        (kernel, bias[..self.biases].to_vec())
    }

    fn zeros(&self) -> Aligned {
        Aligned::zeros((self.inputs + 1) * self.width)
    }
}

/// What a training knows of a layer beside its weights, laid out as they are.
#[derive(Debug)]
pub(crate) struct Memory {
    gradients: Aligned,
    pub(crate) means: Aligned,
    pub(crate) squares: Aligned,
}

impl Memory {
    /// Takes over Adam's means of this layer.
    pub(crate) fn new(layer: &Layer, means: &LayerValues, squares: &LayerValues) -> Self {
        Self {
            gradients: layer.zeros(),
            means: layer.pack(means),
            squares: layer.pack(squares),
        }
    }

    /// Puts the weights of its layer beside it.
    pub(crate) fn with<'a>(&'a mut self, layer: &'a mut Layer) -> Parameters<'a> {
        Parameters {
            weights: &mut layer.weights,
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
