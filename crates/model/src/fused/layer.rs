//! A layer's parameters in the memory layout of the fused step: padded to whole registers and aligned.

use super::adam_step::LayerMut;
use super::aligned::AlignedVec;
use super::simd_math::MAX_LANES;
use super::state::LayerValues;

/// A layer's weights, `[inputs + 1, width]` with the bias in the last row.
#[derive(Debug)]
pub(crate) struct Layer {
    /// Which of the network's layers it is, from 0.
    index: usize,
    pub(crate) inputs: usize,
    pub(crate) units: usize,
    /// The units, and the columns of zeros that pad them.
    pub(crate) width: usize,
    /// Numbers of the bias.
    biases: usize,
    pub(crate) weights: AlignedVec,
}

impl Layer {
    /// Packs the network's layer at this index; the last one is `[1, units]` with one bias.
    pub(crate) fn new(network: &LayerValues, index: usize, inputs: usize, units: usize) -> Self {
        assert!(units > 0, "a layer has units");
        let layer = Self {
            index,
            inputs,
            units,
            width: padded(units),
            biases: network.biases[index].len(),
            weights: AlignedVec::zeros(0),
        };
        Self {
            weights: layer.pack(network),
            ..layer
        }
    }

    /// Packs one number for each of the layer's parameters in the layout of its weights.
    pub(crate) fn pack(&self, network: &LayerValues) -> AlignedVec {
        let (kernel, bias) = (&network.kernels[self.index], &network.biases[self.index]);
        assert_eq!(kernel.len(), self.inputs * self.units, "[inputs, units]");
        assert_eq!(bias.len(), self.biases, "[units]");
        let mut packed = self.zeros();
        let rows = kernel.chunks(self.units).chain([bias.as_slice()]);
        for (row, padded) in rows.zip(packed.chunks_mut(self.width)) {
            padded[..row.len()].copy_from_slice(row);
        }
        packed
    }

    /// Unpacks numbers from that layout: those of the kernel and those of the bias.
    pub(crate) fn unpack(&self, packed: &[f32]) -> (Vec<f32>, Vec<f32>) {
        let (kernel, bias) = packed.split_at(self.inputs * self.width);
        let rows = kernel.chunks(self.width);
        let kernel = rows.flat_map(|row| &row[..self.units]).copied().collect();
        (kernel, bias[..self.biases].to_vec())
    }

    fn zeros(&self) -> AlignedVec {
        AlignedVec::zeros((self.inputs + 1) * self.width)
    }
}

/// The gradients and moments of a layer, in the layout of its weights.
#[derive(Debug)]
pub(crate) struct LayerTraining {
    gradients: AlignedVec,
    pub(crate) first_moments: AlignedVec,
    pub(crate) second_moments: AlignedVec,
}

impl LayerTraining {
    /// Packs this layer's moments of the network's.
    pub(crate) fn new(layer: &Layer, first: &LayerValues, second: &LayerValues) -> Self {
        Self {
            gradients: layer.zeros(),
            first_moments: layer.pack(first),
            second_moments: layer.pack(second),
        }
    }

    /// Borrows them together with the weights of their layer.
    pub(crate) fn with<'a>(&'a mut self, layer: &'a mut Layer) -> LayerMut<'a> {
        LayerMut {
            weights: &mut layer.weights,
            gradients: &mut self.gradients,
            first_moments: &mut self.first_moments,
            second_moments: &mut self.second_moments,
        }
    }
}

/// Rounds the length of a row up to whole registers, and adds a register to a multiple of 1 KB: a
/// level-1 cache has few lines for addresses at such distances.
fn padded(units: usize) -> usize {
    let width = units.next_multiple_of(MAX_LANES);
    if width.is_multiple_of(256) {
        width + MAX_LANES
    } else {
        width
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_support::weights;
    use super::*;

    #[test]
    fn rows_are_padded_to_whole_registers_but_never_a_multiple_of_1_kb() {
        let widths = [1, 15, 16, 17, 25, 250, 256, 512].map(padded);
        assert_eq!(widths, [16, 16, 16, 32, 32, 272, 272, 528]);
    }

    #[test]
    fn unpacking_gives_the_packed_numbers_and_the_padding_is_0() {
        let network = weights([25, 15], 1);
        let layer = Layer::new(&network, 1, 25, 15);
        let expected = (network.kernels[1].clone(), network.biases[1].clone());
        assert_eq!(layer.unpack(&layer.weights), expected);
        let last_columns = layer.weights.iter().skip(15).step_by(16);
        assert_eq!(last_columns.filter(|value| **value == 0.0).count(), 26);
    }
}
