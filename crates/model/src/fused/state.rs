//! A network and its training as plain numbers: the input and output of the fused step.

use burn::tensor::Device;

use crate::error::ModelError;
use crate::network::{Mlp, MlpConfig, named_weights, parameter_names, set_parameters};

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

    /// Makes a network of tensors with these parameters on a device.
    #[must_use]
    pub fn network(&self, device: &Device) -> Mlp {
        let [first, second, outputs] = self.biases.each_ref().map(Vec::len);
        let shape = MlpConfig {
            hidden_units: [first, second],
            outputs,
        };
        self.replace_in(shape.zeros(device))
    }

    /// Replaces the parameters of a network of tensors, which keep their ids and device.
    pub(crate) fn replace_in(&self, mut network: Mlp) -> Mlp {
        let layers = [
            &mut network.layer1,
            &mut network.layer2,
            &mut network.layer3,
        ];
        let values = self.kernels.iter().zip(&self.biases);
        for (layer, (kernel, bias)) in layers.into_iter().zip(values) {
            set_parameters(layer, kernel, bias);
        }
        network
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
    fn a_network_of_tensors_has_these_parameters() {
        let weights = weights([3, 2, 1], 1);
        let network = weights.network(&Device::flex());
        assert_eq!(LayerValues::read(&network).unwrap(), weights);
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
