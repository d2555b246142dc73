//! Gradient clipping by the norm of all parameters together; Burn clips each parameter separately.

use burn::optim::GradientsParams;
use burn::tensor::Tensor;

use crate::network::Mlp;

/// Scales all gradients by one factor so that their global norm, the square root of the sum of all
/// squares, is at most `limit`: `g * limit / max(norm, limit)`.
///
/// Keras's `global_clipnorm`; Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent
/// neural networks" (ICML 2013).
#[must_use]
pub fn clip_by_global_norm(
    model: &Mlp,
    mut gradients: GradientsParams,
    limit: f64,
) -> GradientsParams {
    let layers = [&model.layer1, &model.layer2, &model.layer3];
    let squares = layers.iter().flat_map(|layer| {
        let weight = gradients.get::<2>(layer.weight.id);
        let bias = layer.bias.as_ref();
        let bias = bias.and_then(|bias| gradients.get::<1>(bias.id));
        [
            weight.map(|gradient| gradient.square().sum()),
            bias.map(|gradient| gradient.square().sum()),
        ]
    });
    let Some(sum) = squares.flatten().reduce(|sum, square| sum + square) else {
        return gradients;
    };
    let factor: Tensor<1> = sum.sqrt().clamp_min(limit).recip() * limit;
    for layer in layers {
        if let Some(gradient) = gradients.remove::<2>(layer.weight.id) {
            let clipped = gradient * factor.clone().unsqueeze();
            gradients.register(layer.weight.id, clipped);
        }
        if let Some(bias) = &layer.bias
            && let Some(gradient) = gradients.remove::<1>(bias.id)
        {
            gradients.register(bias.id, gradient * factor.clone());
        }
    }
    gradients
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;
    use crate::MlpConfig;

    /// Clips the gradients of a network with one unit in each layer: 0.4 for each of the 400 weights
    /// of the first layer, 6 for the last bias, none elsewhere. Their norm is
    /// sqrt(400 * 0.16 + 36) = 10. Returns one gradient of a weight and that of the bias.
    fn clipped(limit: f64) -> (f32, f32) {
        let device = Device::flex();
        let config = MlpConfig {
            hidden_units: [1, 1],
            outputs: 1,
        };
        let model = config.init(0, &device);
        let mut gradients = GradientsParams::new();
        let weight = model.layer1.weight.id;
        let bias = model.layer3.bias.as_ref().unwrap().id;
        gradients.register(weight, Tensor::<2>::full([400, 1], 0.4, &device));
        gradients.register(bias, Tensor::<1>::full([1], 6.0, &device));
        let gradients = clip_by_global_norm(&model, gradients, limit);
        let weight: Vec<f32> = gradients
            .get::<2>(weight)
            .unwrap()
            .into_data()
            .try_to_vec()
            .unwrap();
        let bias: Vec<f32> = gradients
            .get::<1>(bias)
            .unwrap()
            .into_data()
            .try_to_vec()
            .unwrap();
        (weight[399], bias[0])
    }

    #[test]
    fn a_norm_of_10_is_scaled_down_to_the_limit() {
        let (weight, bias) = clipped(1.0);
        assert!((weight - 0.04).abs() < 1e-7, "{weight}");
        assert!((bias - 0.6).abs() < 1e-6, "{bias}");
    }

    #[test]
    fn a_norm_below_the_limit_changes_nothing() {
        let (weight, bias) = clipped(20.0);
        assert!((weight - 0.4).abs() < 1e-7 && (bias - 6.0).abs() < 1e-6);
    }
}
