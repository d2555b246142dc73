//! A layer's parameters in the memory layout of the fused step: padded to whole registers and aligned.

use super::adam_step::LayerMut;
use super::aligned::AlignedVec;
use super::matmul::Weights;
use super::simd_math::MAX_LANES;
use super::state::LayerValues;

/// How a layer's kernel is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// Panels of 16 units one after another, each `[inputs + 1, 16]` with the biases in the last row: the
    /// numbers that a tile of sums needs lie next to each other, and so do the units of a thread.
    Panels,
    /// A row of its inputs' weights for each unit, and a row of all biases: `[units + 1, width]`.
    ByUnit,
}

/// A layer's weights and biases.
#[derive(Debug)]
pub(crate) struct Layer {
    /// Which of the network's layers it is, from 0.
    index: usize,
    pub(crate) inputs: usize,
    pub(crate) units: usize,
    layout: Layout,
    /// The units, or the inputs of the last layer, and the zeros that pad them to whole registers.
    pub(crate) width: usize,
    /// The distance of two rows of activations, `[images, stride]`.
    pub(crate) stride: usize,
    pub(crate) weights: AlignedVec,
}

impl Layer {
    /// Packs the network's hidden layer at this index.
    pub(crate) fn hidden(network: &LayerValues, index: usize, inputs: usize, units: usize) -> Self {
        Self::new(network, index, [inputs, units], Layout::Panels)
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
        let row = match layout {
            Layout::Panels => units,
            Layout::ByUnit => inputs,
        };
        let width = row.next_multiple_of(MAX_LANES);
        assert!(units <= width, "the biases are a row");
        let layer = Self {
            index,
            inputs,
            units,
            layout,
            width,
            stride: padded(width),
            weights: AlignedVec::zeros(0),
        };
        Self {
            weights: layer.pack(network),
            ..layer
        }
    }

    /// The weights of a hidden layer.
    pub(crate) fn weights(&self) -> Weights<'_> {
        Weights {
            numbers: &self.weights,
            inputs: self.inputs,
        }
    }

    /// The numbers of a panel.
    pub(crate) fn panel(&self) -> usize {
        (self.inputs + 1) * MAX_LANES
    }

    /// Packs one number for each of the layer's parameters in the layout of its weights.
    pub(crate) fn pack(&self, network: &LayerValues) -> AlignedVec {
        let (kernel, bias) = (&network.kernels[self.index], &network.biases[self.index]);
        assert_eq!(kernel.len(), self.inputs * self.units, "[inputs, units]");
        assert_eq!(bias.len(), self.units, "[units]");
        let mut packed = self.zeros();
        match self.layout {
            Layout::Panels => {
                let rows = kernel.chunks_exact(self.units).chain([bias.as_slice()]);
                for (row, numbers) in rows.enumerate() {
                    let panels = packed.chunks_exact_mut(self.panel());
                    for (panel, numbers) in panels.zip(numbers.chunks(MAX_LANES)) {
                        panel[row * MAX_LANES..][..numbers.len()].copy_from_slice(numbers);
                    }
                }
            }
            Layout::ByUnit => {
                let (rows, last) = packed.split_at_mut(self.units * self.width);
                last[..bias.len()].copy_from_slice(bias);
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
        match self.layout {
            Layout::Panels => {
                let mut numbers = Vec::with_capacity((self.inputs + 1) * self.width);
                for row in 0..=self.inputs {
                    let end = (row + 1) * self.units;
                    for panel in packed.chunks_exact(self.panel()) {
                        numbers.extend_from_slice(&panel[row * MAX_LANES..][..MAX_LANES]);
                    }
                    // The padding.
                    numbers.truncate(end);
                }
                let bias = numbers.split_off(self.inputs * self.units);
                (numbers, bias)
            }
            Layout::ByUnit => {
                let (rows, last) = packed.split_at(self.units * self.width);
                let rows = rows.chunks_exact(self.width);
                let input = |input: usize| rows.clone().map(move |row| row[input]);
                let kernel = (0..self.inputs).flat_map(input).collect();
                (kernel, last[..self.units].to_vec())
            }
        }
    }

    fn zeros(&self) -> AlignedVec {
        AlignedVec::zeros(match self.layout {
            Layout::Panels => (self.inputs + 1) * self.width,
            Layout::ByUnit => (self.units + 1) * self.width,
        })
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

/// Returns the distance of rows of activations: a register more than their length if that is a multiple
/// of 1 KB, because a level-1 cache has few lines for addresses at such distances.
fn padded(width: usize) -> usize {
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
    fn layers_are_padded_to_whole_registers_and_rows_are_never_a_multiple_of_1_kb_apart() {
        let layers = [1, 15, 16, 17, 25, 250, 256, 512].map(|units| {
            let layer = Layer::hidden(&weights([units, 1, 1], 1), 0, 400, units);
            [layer.width, layer.stride]
        });
        let widths = [16, 16, 16, 32, 32, 256, 256, 512];
        assert_eq!(layers.map(|[width, _]| width), widths);
        let strides = [16, 16, 16, 32, 32, 272, 272, 528];
        assert_eq!(layers.map(|[_, stride]| stride), strides);
    }

    #[test]
    fn unpacking_gives_the_packed_numbers_and_the_padding_is_0() {
        let network = weights([25, 15, 1], 1);
        let layer = Layer::hidden(&network, 1, 25, 15);
        let expected = (network.kernels[1].clone(), network.biases[1].clone());
        assert_eq!(layer.unpack(&layer.weights), expected);
        let last_columns = layer.weights.iter().skip(15).step_by(16);
        assert_eq!(last_columns.filter(|value| **value == 0.0).count(), 26);
        // Of 25 units, 16 are in the first panel and 9 in the second.
        let layer = Layer::hidden(&network, 0, 400, 25);
        let expected = (network.kernels[0].clone(), network.biases[0].clone());
        assert_eq!(layer.unpack(&layer.weights), expected);
        let second = &layer.weights[401 * 16..];
        assert_eq!(second[..9], network.kernels[0][16..25]);
        assert_eq!(second[400 * 16..][..9], network.biases[0][16..]);
        assert_eq!(second[9..16], [0.0; 7]);
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
