//! A network and its training as plain numbers: the input and output of the fused step.

use burn::tensor::Device;

use crate::error::ModelError;
use crate::network::{Mlp, MlpConfig, named_weights, parameter_names};

/// One number for each parameter of the network, such as its value or its gradient.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerValues {
    /// Those of the three kernels, each `[inputs, units]` row by row.
    pub kernels: [Vec<f32>; 3],
    /// Those of the three biases, each `[units]`.
    pub biases: [Vec<f32>; 3],
}

impl LayerValues {
    /// Makes as many zeros as the network has parameters.
    fn zeros_like(&self) -> Self {
        let zeros = |values: &Vec<f32>| vec![0.0; values.len()];
        Self {
            kernels: self.kernels.each_ref().map(zeros),
            biases: self.biases.each_ref().map(zeros),
        }
    }

    /// Reads the parameters of a network of tensors.
    ///
    /// # Errors
    ///
    /// [`ModelError::Device`] if the device fails to return them.
    pub fn read(model: &Mlp) -> Result<Self, ModelError> {
        let parameters = named_weights(model)?.into_iter();
        Ok(Self::from_parameters(parameters.map(|part| part.values)))
    }

    /// Takes the six parameters in the order of [`named_weights`].
    pub(crate) fn from_parameters(mut parameters: impl Iterator<Item = Vec<f32>>) -> Self {
        let mut next = || parameters.next().unwrap_or_default();
        let layers = [(); 3].map(|()| (next(), next()));
        let [(kernel1, bias1), (kernel2, bias2), (kernel3, bias3)] = layers;
        Self {
            kernels: [kernel1, kernel2, kernel3],
            biases: [bias1, bias2, bias3],
        }
    }

    /// Returns the six parameters in the order of [`named_weights`].
    pub(crate) fn parameters(&self) -> impl Iterator<Item = &[f32]> {
        let layers = self.kernels.iter().zip(&self.biases);
        layers.flat_map(|(kernel, bias)| [kernel.as_slice(), bias.as_slice()])
    }
}

impl LayerValues {
    /// Lists all numbers, layer by layer, each kernel before its bias.
    #[must_use]
    pub fn to_numbers(&self) -> Vec<f32> {
        self.parameters().flatten().copied().collect()
    }

    /// Takes the numbers of a network in the order of [`to_numbers`](Self::to_numbers); `None` if there are more
    /// or fewer of them than the network has parameters.
    #[must_use]
    pub fn from_numbers(config: &MlpConfig, mut numbers: &[f32]) -> Option<Self> {
        let mut parameters = Vec::with_capacity(6);
        for layer in config.layers() {
            for length in [layer.inputs * layer.units, layer.units] {
                parameters.push(numbers.split_off(..length)?.to_vec());
            }
        }
        let all = numbers.is_empty().then_some(parameters)?;
        Some(Self::from_parameters(all.into_iter()))
    }

    /// Makes the network of tensors with these parameters on a device.
    ///
    /// # Panics
    ///
    /// Panics if the lengths are not those of the parameters of a network of `config`.
    #[must_use]
    pub fn network(&self, config: &MlpConfig, device: &Device) -> Mlp {
        config.with_parameters(self.parameters().map(<[f32]>::to_vec), device)
    }
}

/// Everything that a training needs to be resumed.
#[derive(Debug, Clone, PartialEq)]
pub struct FusedState {
    /// The network's parameters.
    pub weights: LayerValues,
    /// Adam's first moments m, the moving averages of the gradients.
    pub first_moments: LayerValues,
    /// Adam's second moments v, the moving averages of the squared gradients.
    pub second_moments: LayerValues,
    /// Steps taken, Adam's t.
    pub steps: u64,
}

impl FusedState {
    /// Makes the state before the first step.
    #[must_use]
    pub fn new(weights: LayerValues) -> Self {
        Self {
            first_moments: weights.zeros_like(),
            second_moments: weights.zeros_like(),
            weights,
            steps: 0,
        }
    }

    /// Returns the name of the first parameter with a weight that is NaN or infinite.
    #[must_use]
    pub fn first_non_finite(&self) -> Option<&'static str> {
        let is_non_finite = |values: &[f32]| values.iter().any(|value| !value.is_finite());
        let mut parameters = self.weights.parameters().zip(parameter_names());
        let (_, name) = parameters.find(|(values, _)| is_non_finite(values))?;
        Some(name)
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_support::weights;
    use super::*;

    #[test]
    fn numbers_become_the_same_values_and_the_same_network_again() {
        let values = weights([3, 2, 4], 1);
        let config = MlpConfig {
            hidden_units: [3, 2],
            outputs: 4,
        };
        let numbers = values.to_numbers();
        // 400 x 3 + 3 + 3 x 2 + 2 + 2 x 4 + 4.
        assert_eq!(numbers.len(), 1223);
        assert_eq!(numbers[1200..1203], values.biases[0]);
        let read = LayerValues::from_numbers(&config, &numbers).unwrap();
        assert_eq!(read, values);
        for wrong in [&numbers[1..], &[numbers.as_slice(), &[0.0]].concat()] {
            assert_eq!(LayerValues::from_numbers(&config, wrong), None);
        }
        let network = values.network(&config, &Device::flex());
        assert_eq!(LayerValues::read(&network).unwrap(), values);
    }

    #[test]
    fn the_first_non_finite_parameter_is_named() {
        let mut state = FusedState::new(weights([3, 2, 1], 1));
        assert_eq!(state.first_non_finite(), None);
        state.weights.biases[2][0] = f32::NAN;
        assert_eq!(state.first_non_finite(), Some("layer3.bias"));
        state.weights.kernels[1][5] = f32::NEG_INFINITY;
        assert_eq!(state.first_non_finite(), Some("layer2.weight"));
        state.weights.biases[0][2] = f32::INFINITY;
        assert_eq!(state.first_non_finite(), Some("layer1.bias"));
    }
}
