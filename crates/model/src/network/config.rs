//! The shape of the network, and networks of that shape.

use burn::tensor::Device;
use data::PIXELS;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::dense::dense;
use super::glorot::glorot_uniform;
use super::mlp::Mlp;
use super::parameters::LAYERS;

/// The shape of an [`Mlp`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MlpConfig {
    /// Units of the two hidden layers; the course has 25 and 15.
    pub hidden_units: [usize; 2],
    /// Outputs: 1 to tell two classes apart, otherwise one for each class.
    pub outputs: usize,
}

/// A layer, as Keras's `model.summary()` lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerSummary {
    /// `layer1`, `layer2` or `layer3`.
    pub name: &'static str,
    /// Inputs for each image.
    pub inputs: usize,
    /// Outputs for each image.
    pub units: usize,
}

impl LayerSummary {
    /// Counts the layer's weights and biases.
    #[must_use]
    pub fn parameters(&self) -> usize {
        self.inputs * self.units + self.units
    }

    fn shape(&self) -> [usize; 2] {
        [self.inputs, self.units]
    }
}

impl MlpConfig {
    /// Lists the three layers, from the pixels to the logits.
    #[must_use]
    pub fn layers(&self) -> [LayerSummary; 3] {
        let [first, second] = self.hidden_units;
        let [names1, names2, names3] = LAYERS;
        [
            (names1, PIXELS, first),
            (names2, first, second),
            (names3, second, self.outputs),
        ]
        .map(|(names, inputs, units)| LayerSummary {
            name: names.layer,
            inputs,
            units,
        })
    }

    /// Makes the network that training starts from: Glorot-uniform kernels and zero biases, like
    /// Keras's `Dense`.
    ///
    /// The random numbers are drawn on the host, so that a seed gives the same network on every
    /// backend.
    #[must_use]
    pub fn init(&self, seed: u64, device: &Device) -> Mlp {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let [layer1, layer2, layer3] = self.layers().map(|layer| {
            let kernel = glorot_uniform(layer.inputs, layer.units, &mut random);
            dense(layer.shape(), kernel, vec![0.0; layer.units], device)
        });
        Mlp {
            layer1,
            layer2,
            layer3,
        }
    }

    /// Makes a network of its six parameters, each kernel before its bias.
    pub(crate) fn with_parameters(
        &self,
        mut parameters: impl Iterator<Item = Vec<f32>>,
        device: &Device,
    ) -> Mlp {
        let mut next = || parameters.next().unwrap_or_default();
        let [layer1, layer2, layer3] = self.layers().map(|layer| {
            let (kernel, bias) = (next(), next());
            dense(layer.shape(), kernel, bias, device)
        });
        Mlp {
            layer1,
            layer2,
            layer3,
        }
    }

    /// Makes a network whose parameters are all 0, to load a checkpoint into.
    pub(crate) fn zeros(&self, device: &Device) -> Mlp {
        let [layer1, layer2, layer3] = self.layers().map(|layer| {
            let kernel = vec![0.0; layer.inputs * layer.units];
            dense(layer.shape(), kernel, vec![0.0; layer.units], device)
        });
        Mlp {
            layer1,
            layer2,
            layer3,
        }
    }
}

#[cfg(test)]
mod tests {
    use burn::module::Module;
    use burn::tensor::Tensor;

    use super::*;

    const LAB: MlpConfig = MlpConfig {
        hidden_units: [25, 15],
        outputs: 1,
    };

    fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
        tensor.into_data().try_to_vec().unwrap()
    }

    #[test]
    fn the_lab_s_layers_have_the_parameter_counts_that_keras_prints() {
        let layers = LAB.layers();
        assert_eq!(
            layers.each_ref().map(|layer| layer.name),
            ["layer1", "layer2", "layer3"]
        );
        assert_eq!(layers.map(|layer| layer.parameters()), [10_025, 390, 16]);
        assert_eq!(LAB.init(0, &Device::flex()).num_params(), 10_431);
    }

    #[test]
    fn more_outputs_change_only_the_last_layer_and_its_random_numbers() {
        let ten = MlpConfig { outputs: 10, ..LAB };
        assert_eq!(
            ten.layers().map(|layer| layer.parameters()),
            [10_025, 390, 160]
        );
        let (one, ten) = (LAB.init(3, &Device::flex()), ten.init(3, &Device::flex()));
        assert_eq!(
            values(one.layer2.weight.val()),
            values(ten.layer2.weight.val())
        );
        assert_eq!(ten.layer3.weight.dims(), [15, 10]);
        // sqrt(6 / 25) = 0.489898.
        let kernel = values(ten.layer3.weight.val());
        assert!(kernel.iter().all(|weight| weight.abs() <= 0.489_898));
        assert!(kernel.iter().any(|weight| weight.abs() > 0.45));
    }

    #[test]
    fn kernels_are_glorot_uniform_and_biases_zero() {
        let model = LAB.init(3, &Device::flex());
        let biases = values(model.layer1.bias.as_ref().unwrap().val());
        assert_eq!(biases, [0.0; 25]);
        let kernel = values(model.layer1.weight.val());
        // sqrt(6 / 425) = 0.118818; a uniform distribution on ±l has variance l^2 / 3.
        let limit = 0.118_818;
        assert!(kernel.iter().all(|weight| weight.abs() <= limit));
        let variance = kernel.iter().map(|weight| weight * weight).sum::<f32>() / 10_000.0;
        assert!((variance - limit * limit / 3.0).abs() < 2e-4, "{variance}");
        assert!(kernel.iter().any(|&weight| weight > 0.98 * limit));
        assert!(kernel.iter().any(|&weight| weight < -0.98 * limit));
    }

    #[test]
    fn one_seed_gives_one_network_and_another_seed_another() {
        let kernel = |seed| values(LAB.init(seed, &Device::flex()).layer1.weight.val());
        assert_eq!(kernel(1), kernel(1));
        assert_ne!(kernel(1), kernel(2));
    }
}
