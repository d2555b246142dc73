//! The network that travels: three dense layers on 400 pixels, each followed by a sigmoid.

use data::PIXELS;

use crate::error::InteropError;

/// The number of layers.
pub const LAYERS: usize = 3;

/// The most outputs: one for each digit.
pub(crate) const MAX_OUTPUTS: usize = 10;

/// A dense layer.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// The inputs for each image.
    pub inputs: usize,
    /// The units, which are the outputs for each image.
    pub units: usize,
    /// The weights `[inputs, units]`, row by row, as Keras has them.
    pub kernel: Vec<f32>,
    /// The biases `[units]`.
    pub bias: Vec<f32>,
}

/// A network: 400 pixels, two hidden layers, and one output for two digits or one for each digit. A sigmoid follows each
/// layer.
///
/// The pixels are column by column, 0 for paper and 1 for ink.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    layers: Vec<Layer>,
    digits: Option<Vec<u8>>,
}

impl Network {
    /// Checks that layers are those of such a network.
    ///
    /// # Errors
    ///
    /// [`InteropError::LayerCount`] if there are not three, [`InteropError::Inputs`] if the first does not take 400 inputs,
    /// [`InteropError::LayerInputs`] if another does not take the outputs of the one before, [`InteropError::Units`] if a
    /// layer has none, [`InteropError::Outputs`] if the last has more than ten, [`InteropError::Length`] if the numbers of
    /// weights or biases are not those of the sizes, and [`InteropError::NonFinite`] if one is NaN or infinite.
    pub fn new(layers: Vec<Layer>) -> Result<Self, InteropError> {
        if layers.len() != LAYERS {
            let found = layers.iter().map(|layer| [layer.inputs, layer.units]);
            return Err(InteropError::LayerCount {
                found: found.collect(),
            });
        }
        let mut inputs = PIXELS;
        for (number, layer) in (1..).zip(&layers) {
            check_inputs(number, layer, inputs)?;
            check_numbers(number, layer)?;
            inputs = layer.units;
        }
        if inputs > MAX_OUTPUTS {
            return Err(InteropError::Outputs { found: inputs });
        }
        Ok(Self {
            layers,
            digits: None,
        })
    }

    /// The same network with the digits that it tells apart, in the order of its classes: two for one output, otherwise
    /// one for each output.
    ///
    /// # Errors
    ///
    /// [`InteropError::Digits`] if they are as many as no network with these outputs has, or not different digits.
    pub fn with_digits(self, digits: &[u8]) -> Result<Self, InteropError> {
        let fits = data::Classes::new(digits).is_ok_and(|known| known.outputs() == self.outputs());
        if !fits {
            return Err(InteropError::Digits {
                found: digits.to_vec(),
                outputs: self.outputs(),
            });
        }
        Ok(Self {
            digits: Some(digits.to_vec()),
            ..self
        })
    }

    /// The three layers, from the pixels to the outputs.
    #[must_use]
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The digits that it tells apart, in the order of its classes, if they are known.
    #[must_use]
    pub fn digits(&self) -> Option<&[u8]> {
        self.digits.as_deref()
    }

    /// The number of outputs.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.layers.last().map_or(0, |layer| layer.units)
    }

    /// The number of weights and biases.
    #[must_use]
    pub fn parameters(&self) -> usize {
        let sizes = self.layers.iter();
        sizes
            .map(|layer| layer.kernel.len() + layer.bias.len())
            .sum()
    }

    /// Computes the outputs of images `[n, 400]` in f64: probabilities `[n, outputs]` in [0, 1].
    #[must_use]
    pub fn probabilities(&self, pixels: &[f32]) -> Vec<f64> {
        let images = pixels.chunks_exact(PIXELS);
        images.flat_map(|image| self.outputs_of(image)).collect()
    }

    fn outputs_of(&self, image: &[f32]) -> Vec<f64> {
        let mut values: Vec<f64> = image.iter().map(|&pixel| pixel.into()).collect();
        for layer in &self.layers {
            let mut sums: Vec<f64> = layer.bias.iter().map(|&bias| bias.into()).collect();
            for (value, weights) in values.iter().zip(layer.kernel.chunks_exact(layer.units)) {
                for (sum, &weight) in sums.iter_mut().zip(weights) {
                    *sum += value * f64::from(weight);
                }
            }
            values = sums.into_iter().map(sigmoid).collect();
        }
        values
    }
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn check_inputs(number: usize, layer: &Layer, expected: usize) -> Result<(), InteropError> {
    let found = layer.inputs;
    if found != expected {
        return Err(match number {
            1 => InteropError::Inputs { found },
            _ => InteropError::LayerInputs {
                layer: number,
                expected,
                found,
            },
        });
    }
    if layer.units == 0 {
        return Err(InteropError::Units { layer: number });
    }
    Ok(())
}

fn check_numbers(number: usize, layer: &Layer) -> Result<(), InteropError> {
    let expected = layer.inputs.checked_mul(layer.units);
    let lengths = [layer.kernel.len(), layer.bias.len()];
    if expected != Some(lengths[0]) || lengths[1] != layer.units {
        return Err(InteropError::Length {
            layer: number,
            sizes: [layer.inputs, layer.units],
            lengths,
        });
    }
    let mut numbers = layer.kernel.iter().chain(&layer.bias);
    if numbers.any(|number| !number.is_finite()) {
        return Err(InteropError::NonFinite { layer: number });
    }
    Ok(())
}

#[cfg(test)]
pub(crate) mod test_support {
    use super::{Layer, Network};

    /// A network with different numbers everywhere, of these hidden units and outputs.
    pub(crate) fn network([first, second, outputs]: [usize; 3]) -> Network {
        let mut state = 1_u32;
        let mut numbers = |count: usize| -> Vec<f32> {
            let next = (0..count).map(|_| {
                // Numerical Recipes' generator; the upper bits are the good ones.
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                #[expect(clippy::cast_precision_loss, reason = "16 bits")]
                let number = (state >> 16) as f32 / 65_536.0 - 0.5;
                number / 2.0
            });
            next.collect()
        };
        let mut layer = |inputs: usize, units: usize| Layer {
            inputs,
            units,
            kernel: numbers(inputs * units),
            bias: numbers(units),
        };
        Network::new(vec![
            layer(400, first),
            layer(first, second),
            layer(second, outputs),
        ])
        .unwrap()
    }
}

#[cfg(test)]
mod tests {
    use super::test_support::network;
    use super::*;

    #[test]
    fn the_probabilities_are_those_of_the_formula() {
        // With zero kernels, each output is the sigmoid of its bias: 1 / (1 + e^-2) = 0.8807970779778823.
        let layer = |inputs: usize, units: usize, bias: f32| Layer {
            inputs,
            units,
            kernel: vec![0.0; inputs * units],
            bias: vec![bias; units],
        };
        let network =
            Network::new(vec![layer(400, 3, 1.0), layer(3, 2, 0.5), layer(2, 1, 2.0)]).unwrap();
        let found = network.probabilities(&[0.5; 800]);
        assert_eq!(found.len(), 2);
        assert!((found[1] - 0.880_797_077_977_882_3).abs() < 1e-15);
        // 400 pixels of 0.01, weights of 0.5: a sum of 2, then 1 / (1 + e^-1.8807970779778823) of two units with
        // weights of 1, then the same with one weight of 1 and one of 0.
        let ones = |inputs: usize, units: usize, kernel: Vec<f32>| Layer {
            inputs,
            units,
            kernel,
            bias: vec![0.0; units],
        };
        let network = Network::new(vec![
            ones(400, 1, vec![0.5; 400]),
            ones(1, 2, vec![1.0, -1.0]),
            ones(2, 1, vec![1.0, 0.0]),
        ])
        .unwrap();
        // Python: s = lambda x: 1 / (1 + math.exp(-x)); s(s(s(400 * float(np.float32(0.01)) * 0.5)))
        let found = network.probabilities(&[0.01; 400])[0];
        assert!((found - 0.669_735_136_6).abs() < 1e-9, "{found}");
    }

    #[test]
    fn layers_that_do_not_fit_are_named() {
        let layers = || network([25, 15, 1]).layers().to_vec();
        let error = |change: fn(&mut Vec<Layer>)| {
            let mut changed = layers();
            change(&mut changed);
            Network::new(changed).unwrap_err().to_string()
        };
        assert!(error(|layers| layers.truncate(2)).contains("2 layers"));
        assert!(error(|layers| layers[1].inputs = 24).contains("layer 2"));
        assert!(error(|layers| layers[2].bias[0] = f32::NAN).contains("layer 3"));
        assert!(error(|layers| layers[1].bias.truncate(3)).contains("layer 2"));
    }

    #[test]
    fn digits_are_as_many_as_the_outputs_need() {
        let two = network([3, 2, 1]);
        assert_eq!(
            two.clone().with_digits(&[3, 8]).unwrap().digits(),
            Some(&[3, 8][..])
        );
        for wrong in [&[0, 1, 2][..], &[3], &[3, 3], &[1, 12]] {
            assert!(two.clone().with_digits(wrong).is_err(), "{wrong:?}");
        }
        assert!(network([3, 2, 3]).with_digits(&[0, 1, 2]).is_ok());
        assert!(network([3, 2, 3]).with_digits(&[0, 1]).is_err());
    }
}
