//! The network: three dense layers with a sigmoid after each.

use burn::module::{Module, Param};
use burn::nn::Linear;
use burn::tensor::activation::sigmoid;
use burn::tensor::{Device, Tensor, TensorData};
use data::PIXELS;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng;
use serde::{Deserialize, Serialize};

/// The shape of an [`Mlp`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MlpConfig {
    /// Units of the two hidden layers; the course has 25 and 15.
    pub hidden_units: [usize; 2],
}

/// A multi-layer perceptron that tells two digits apart.
///
/// ```text
/// a1 = sigmoid(images W1 + b1)    [batch, 400] -> [batch, 25]
/// a2 = sigmoid(a1 W2 + b2)        [batch, 25]  -> [batch, 15]
/// z  = a2 W3 + b3                 [batch, 15]  -> [batch, 1]
/// p  = sigmoid(z)
/// ```
///
/// `z` are the logits, `p` the probabilities that the image shows the positive digit. Kernels
/// are stored `[inputs, units]`, as Keras stores them.
#[derive(Module, Debug)]
pub struct Mlp {
    /// 400 pixels to the first hidden layer.
    pub layer1: Linear,
    /// The first hidden layer to the second.
    pub layer2: Linear,
    /// The second hidden layer to the one logit.
    pub layer3: Linear,
}

/// A layer as `model.summary()` of Keras lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerSummary {
    /// `layer1`, `layer2` or `layer3`.
    pub name: &'static str,
    /// Numbers that go in for each image.
    pub inputs: usize,
    /// Numbers that come out for each image.
    pub units: usize,
}

impl LayerSummary {
    /// Counts the layer's weights and biases.
    #[must_use]
    pub fn parameters(&self) -> usize {
        self.inputs * self.units + self.units
    }
}

impl MlpConfig {
    /// Lists the layers that this shape gives.
    #[must_use]
    pub fn layers(&self) -> [LayerSummary; 3] {
        let [first, second] = self.hidden_units;
        let layer = |name, inputs, units| LayerSummary {
            name,
            inputs,
            units,
        };
        [
            layer("layer1", PIXELS, first),
            layer("layer2", first, second),
            layer("layer3", second, 1),
        ]
    }

    /// Makes the network that training starts from: Glorot-uniform kernels and zero biases, as
    /// Keras's `Dense` has them.
    ///
    /// The numbers are drawn on the host, so that one seed means the same network on every
    /// backend.
    #[must_use]
    pub fn init(&self, seed: u64, device: &Device) -> Mlp {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let [layer1, layer2, layer3] = self.layers().map(|layer| {
            let kernel = glorot_uniform(layer.inputs, layer.units, &mut random);
            dense(&layer, kernel, device)
        });
        Mlp {
            layer1,
            layer2,
            layer3,
        }
    }

    /// Makes a network of zeros, to load a checkpoint into.
    pub(crate) fn zeros(&self, device: &Device) -> Mlp {
        let [layer1, layer2, layer3] = self
            .layers()
            .map(|layer| dense(&layer, vec![0.0; layer.inputs * layer.units], device));
        Mlp {
            layer1,
            layer2,
            layer3,
        }
    }
}

impl Mlp {
    /// Computes the logits: `[batch, 400]` pixels to `[batch, 1]`.
    #[must_use]
    pub fn logits(&self, images: Tensor<2>) -> Tensor<2> {
        let [_, x] = self.hidden_activations(images); // [batch, 400] -> [batch, 15]
        self.layer3.forward(x) // [batch, 15] -> [batch, 1]
    }

    /// Computes the activations of the two hidden layers, in [0, 1].
    pub(crate) fn hidden_activations(&self, images: Tensor<2>) -> [Tensor<2>; 2] {
        let first = sigmoid(self.layer1.forward(images)); // [batch, 400] -> [batch, 25]
        let second = sigmoid(self.layer2.forward(first.clone())); // [batch, 25] -> [batch, 15]
        [first, second]
    }

    /// Computes the probability that each image shows the positive digit: `[batch, 400]`
    /// pixels to `[batch, 1]` numbers in [0, 1].
    #[must_use]
    pub fn forward(&self, images: Tensor<2>) -> Tensor<2> {
        sigmoid(self.logits(images))
    }
}

/// A dense layer with this kernel, row by row, and zero biases.
fn dense(layer: &LayerSummary, kernel: Vec<f32>, device: &Device) -> Linear {
    let bias = vec![0.0_f32; layer.units];
    Linear {
        weight: Param::from_data(TensorData::new(kernel, [layer.inputs, layer.units]), device),
        bias: Some(Param::from_data(
            TensorData::new(bias, [layer.units]),
            device,
        )),
    }
}

/// Draws a kernel from the uniform distribution on ±sqrt(6 / (inputs + units)): equation 16 of
/// Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural
/// networks" (AISTATS 2010), which is Keras's default for `Dense`.
fn glorot_uniform(inputs: usize, units: usize, random: &mut ChaCha8Rng) -> Vec<f32> {
    #[expect(
        clippy::cast_precision_loss,
        reason = "layers have far fewer than 2^52 units"
    )]
    let limit = (6.0 / (inputs + units) as f64).sqrt();
    (0..inputs * units)
        .map(|_| {
            // 53 random bits make the f64s k / 2^53 of [0, 1), each equally likely.
            #[expect(clippy::cast_precision_loss, reason = "53 bits fit an f64")]
            let unit = (random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
            #[expect(clippy::cast_possible_truncation, reason = "weights are f32")]
            let weight = (limit * (2.0 * unit - 1.0)) as f32;
            weight
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAB: MlpConfig = MlpConfig {
        hidden_units: [25, 15],
    };

    fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
        tensor.into_data().try_to_vec().unwrap()
    }

    #[test]
    fn the_lab_s_layers_have_the_parameters_that_keras_prints() {
        let counts = LAB.layers().map(|layer| layer.parameters());
        assert_eq!(counts, [10_025, 390, 16]);
        assert_eq!(LAB.init(0, &Device::flex()).num_params(), 10_431);
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

    #[test]
    fn forward_computes_what_a_hand_calculation_gives() {
        // One unit a layer, and a kernel that reads only pixels 0 and 1:
        //   a1 = sigmoid(1 * 2 + 0.5 * -1 + 0.5) = sigmoid(2)      = 0.8807970780
        //   a2 = sigmoid(3 * a1 - 1)             = sigmoid(1.64239) = 0.8378601
        //   z  = -2 * a2 + 0.25                  = -1.4257201
        //   p  = sigmoid(z)                      = 0.1937664
        let device = Device::flex();
        let config = MlpConfig {
            hidden_units: [1, 1],
        };
        let mut model = config.zeros(&device);
        let mut kernel = vec![0.0_f32; PIXELS];
        (kernel[0], kernel[1]) = (2.0, -1.0);
        let layer = |weights: Vec<f32>, bias: f32| Linear {
            weight: Param::from_data(
                TensorData::new(weights.clone(), [weights.len(), 1]),
                &device,
            ),
            bias: Some(Param::from_data(TensorData::new(vec![bias], [1]), &device)),
        };
        model.layer1 = layer(kernel, 0.5);
        model.layer2 = layer(vec![3.0], -1.0);
        model.layer3 = layer(vec![-2.0], 0.25);
        let mut image = vec![0.0_f32; PIXELS];
        (image[0], image[1]) = (1.0, 0.5);
        let images = Tensor::from_data(TensorData::new(image, [1, PIXELS]), &device);
        let logit = values(model.logits(images.clone()))[0];
        let probability = values(model.forward(images))[0];
        assert!((logit - -1.425_720_1).abs() < 1e-6, "{logit}");
        assert!((probability - 0.193_766_4).abs() < 1e-6, "{probability}");
    }
}
