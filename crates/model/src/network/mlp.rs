//! The network as a Burn module: three dense layers with a sigmoid after each.

use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::Tensor;
use burn::tensor::activation::sigmoid;

/// A multi-layer perceptron that tells digits apart: two, with one output, or more, with one for each.
///
/// ```text
/// a1 = sigmoid(images W1 + b1)    [batch, 400] -> [batch, 25]
/// a2 = sigmoid(a1 W2 + b2)        [batch, 25]  -> [batch, 15]
/// z  = a2 W3 + b3                 [batch, 15]  -> [batch, outputs]
/// p  = sigmoid(z)
/// ```
///
/// `z` are the logits, `p` the probabilities that the image shows the digit of each output, which is
/// the positive one of two. Several outputs are independent of each other: their probabilities need
/// not add up to 1. Kernels are stored `[inputs, units]`, as Keras stores them.
#[derive(Module, Debug)]
pub struct Mlp {
    /// 400 pixels to the first hidden layer.
    pub layer1: Linear,
    /// The first hidden layer to the second.
    pub layer2: Linear,
    /// The second hidden layer to the logits.
    pub layer3: Linear,
}

impl Mlp {
    /// Computes the logits: `[batch, 400]` pixels to `[batch, outputs]`.
    #[must_use]
    pub fn logits(&self, images: Tensor<2>) -> Tensor<2> {
        let [_, x] = self.hidden_activations(images); // [batch, 400] -> [batch, 15]
        self.layer3.forward(x) // [batch, 15] -> [batch, outputs]
    }

    /// Computes the activations of the two hidden layers, `[batch, 25]` and `[batch, 15]`, in [0, 1].
    pub(crate) fn hidden_activations(&self, images: Tensor<2>) -> [Tensor<2>; 2] {
        let first = sigmoid(self.layer1.forward(images)); // [batch, 400] -> [batch, 25]
        let second = sigmoid(self.layer2.forward(first.clone())); // [batch, 25] -> [batch, 15]
        [first, second]
    }

    /// Computes the probability that each image shows the digit of each output: `[batch, 400]`
    /// pixels to `[batch, outputs]` numbers in [0, 1].
    #[must_use]
    pub fn forward(&self, images: Tensor<2>) -> Tensor<2> {
        sigmoid(self.logits(images))
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData};
    use data::PIXELS;

    use super::super::dense::dense;
    use super::*;

    fn values(tensor: Tensor<2>) -> Vec<f32> {
        tensor.into_data().try_to_vec().unwrap()
    }

    #[test]
    fn forward_computes_what_a_hand_calculation_gives() {
        // One unit a layer, and a kernel that reads only pixels 0 and 1:
        //   a1 = sigmoid(1 * 2 + 0.5 * -1 + 0.5) = sigmoid(2)      = 0.8807970780
        //   a2 = sigmoid(3 * a1 - 1)             = sigmoid(1.64239) = 0.8378601
        //   z  = -2 * a2 + 0.25                  = -1.4257201
        //   p  = sigmoid(z)                      = 0.1937664
        let device = Device::flex();
        let layer =
            |kernel: Vec<f32>, bias: f32| dense([kernel.len(), 1], kernel, vec![bias], &device);
        let mut kernel = vec![0.0; PIXELS];
        (kernel[0], kernel[1]) = (2.0, -1.0);
        let model = Mlp {
            layer1: layer(kernel, 0.5),
            layer2: layer(vec![3.0], -1.0),
            layer3: layer(vec![-2.0], 0.25),
        };
        let mut image = vec![0.0_f32; PIXELS];
        (image[0], image[1]) = (1.0, 0.5);
        let images = Tensor::from_data(TensorData::new(image, [1, PIXELS]), &device);
        let logit = values(model.logits(images.clone()))[0];
        let probability = values(model.forward(images))[0];
        assert!((logit - -1.425_720_1).abs() < 1e-6, "{logit}");
        assert!((probability - 0.193_766_4).abs() < 1e-6, "{probability}");
    }
}
