//! A layer's parameters in the memory layout of the fused step: padded to whole registers and aligned.

use super::adam_step::LayerMut;
use super::aligned::AlignedVec;
use super::simd_math::MAX_LANES;
use super::state::LayerValues;

/// How a layer's kernel is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// A row of its units' weights for each input, as in the network.
    ByInput,
    /// A row of its inputs' weights for each unit.
    ByUnit,
}

/// A layer's weights, `[inputs + 1, width]` with the bias in the last row, or of the last layer
/// `[units + 1, width]`.
#[derive(Debug)]
pub(crate) struct Layer {
    /// Which of the network's layers it is, from 0.
    index: usize,
    pub(crate) inputs: usize,
    pub(crate) units: usize,
    layout: Layout,
    /// The numbers of a row, and the zeros that pad them.
    pub(crate) width: usize,
    pub(crate) weights: AlignedVec,
}

impl Layer {
    /// Packs the network's hidden layer at this index.
    pub(crate) fn hidden(network: &LayerValues, index: usize, inputs: usize, units: usize) -> Self {
        Self::new(network, index, [inputs, units], Layout::ByInput)
    }

    /// Packs the last layer of the network.
    pub(crate) fn last(network: &LayerValues, inputs: usize, units: usize) -> Self {
        Self::new(network, 2, [inputs, units], Layout::ByUnit)
    }

    fn new(
        network: &LayerValues,
        index: usize,
        [inputs, units]: [usize; 2],
        layout: Layout,
    ) -> Self {
        assert!(units > 0, "a layer has units");
        let width = match layout {
            Layout::ByInput => padded(units),
            Layout::ByUnit => padded(inputs),
        };
        assert!(units <= width, "the biases are a row");
        let layer = Self {
            index,
            inputs,
            units,
            layout,
            width,
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
        assert_eq!(bias.len(), self.units, "[units]");
        let mut packed = self.zeros();
        let (rows, last) = packed.split_at_mut(self.rows() * self.width);
        last[..bias.len()].copy_from_slice(bias);
        match self.layout {
            Layout::ByInput => {
                let rows = rows.chunks_exact_mut(self.width);
                for (row, numbers) in rows.zip(kernel.chunks_exact(self.units)) {
                    row[..self.units].copy_from_slice(numbers);
                }
            }
            Layout::ByUnit => {
                for (unit, row) in rows.chunks_exact_mut(self.width).enumerate() {
                    let numbers = kernel.iter().skip(unit).step_by(self.units);
                    row.iter_mut()
                        .zip(numbers)
                        .for_each(|(to, from)| *to = *from);
                }
            }
        }
        packed
    }

    /// Unpacks numbers from that layout: those of the kernel and those of the bias.
    pub(crate) fn unpack(&self, packed: &[f32]) -> (Vec<f32>, Vec<f32>) {
        let (rows, last) = packed.split_at(self.rows() * self.width);
        let rows = rows.chunks_exact(self.width);
        let kernel = match self.layout {
            Layout::ByInput => rows.flat_map(|row| &row[..self.units]).copied().collect(),
            Layout::ByUnit => {
                let input = |input: usize| rows.clone().map(move |row| row[input]);
                (0..self.inputs).flat_map(input).collect()
            }
        };
        (kernel, last[..self.units].to_vec())
    }

    /// The rows of the kernel.
    fn rows(&self) -> usize {
        match self.layout {
            Layout::ByInput => self.inputs,
            Layout::ByUnit => self.units,
        }
    }

    fn zeros(&self) -> AlignedVec {
        AlignedVec::zeros((self.rows() + 1) * self.width)
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
        let network = weights([25, 15, 1], 1);
        let layer = Layer::hidden(&network, 1, 25, 15);
        let expected = (network.kernels[1].clone(), network.biases[1].clone());
        assert_eq!(layer.unpack(&layer.weights), expected);
        let last_columns = layer.weights.iter().skip(15).step_by(16);
        assert_eq!(last_columns.filter(|value| **value == 0.0).count(), 26);
    }

    #[test]
    fn the_last_layer_has_a_row_for_each_unit() {
        let network = LayerValues {
            kernels: [vec![], vec![], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]],
            biases: [vec![], vec![], vec![7.0, 8.0]],
        };
        let layer = Layer::last(&network, 3, 2);
        let expected = [[1.0, 3.0, 5.0], [2.0, 4.0, 6.0], [7.0, 8.0, 0.0]];
        for (row, expected) in layer.weights.chunks(16).zip(expected) {
            assert_eq!(row[..3], expected);
            assert_eq!(row[3..], [0.0; 13]);
        }
        let expected = (network.kernels[2].clone(), network.biases[2].clone());
        assert_eq!(layer.unpack(&layer.weights), expected);
    }
}
