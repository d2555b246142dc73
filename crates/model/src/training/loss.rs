//! Binary cross-entropy from logits.

use burn::tensor::Tensor;

/// Computes the binary cross-entropy of each output of each image, in nats, from logits and targets of 0
/// or 1, all `[batch, outputs]`.
///
/// With the margin `m = z` for a target of 1 and `m = -z` for a target of 0 this is `softplus(-m)`,
/// computed as `max(-m, 0) + ln(1 + exp(-|m|))` so that no logit overflows, and with `log1p` so that
/// small losses keep their precision. Keras computes `binary_crossentropy(from_logits=True)` in the
/// same form.
#[must_use]
pub fn binary_cross_entropy(logits: Tensor<2>, targets: Tensor<2>) -> Tensor<2> {
    let margin = logits * (targets * 2.0 - 1.0);
    let overshoot = margin.clone().neg().clamp_min(0.0);
    // |m| is written as m + 2 max(-m, 0): at m = 0 the gradient of `abs` is 0, but that of the loss
    // must be -1/2.
    let distance = margin + overshoot.clone() * 2.0;
    overshoot + distance.neg().exp().log1p()
}

/// Sums the losses of each image over its outputs, `[batch, outputs]` to `[batch, 1]`, as the classic
/// course sums them. Keras's `BinaryCrossentropy` takes the mean.
pub(super) fn sum_over_outputs(losses: Tensor<2>) -> Tensor<2> {
    let [_, outputs] = losses.dims();
    if outputs == 1 {
        losses
    } else {
        losses.sum_dim(1)
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    fn column(values: &[f32], device: &Device) -> Tensor<2> {
        Tensor::<1>::from_floats(values, device).unsqueeze_dim(1)
    }

    fn losses(logits: &[f32], target: f32) -> Vec<f32> {
        let device = Device::flex();
        let targets = vec![target; logits.len()];
        binary_cross_entropy(column(logits, &device), column(&targets, &device))
            .into_data()
            .try_to_vec()
            .unwrap()
    }

    #[test]
    fn the_loss_is_that_of_the_exact_formula() {
        // -ln sigmoid(z) for a target of 1, with 30 digits (Python, mpmath).
        let exact = [
            (-3.0, 3.048_587_4),
            (0.0, std::f32::consts::LN_2),
            (0.5, 0.474_077),
            (10.0, 4.539_889_9e-5),
            (16.0, 1.125_351_7e-7),
        ];
        for (logit, expected) in exact {
            let positive = losses(&[logit], 1.0)[0];
            let negative = losses(&[-logit], 0.0)[0];
            assert!(
                (positive / expected - 1.0).abs() < 1e-6,
                "{logit}: {positive}"
            );
            assert_eq!(positive.to_bits(), negative.to_bits());
        }
    }

    #[test]
    fn the_loss_stays_finite_at_a_logit_of_200_either_way() {
        assert_eq!(losses(&[-200.0, 200.0], 1.0), [200.0, 0.0]);
        assert_eq!(losses(&[-200.0, 200.0], 0.0), [0.0, 200.0]);
    }

    #[test]
    fn the_gradient_is_probability_minus_target_everywhere() {
        let device = Device::flex().autodiff();
        let logits = [-200.0, -2.0, 0.0, 2.0, 200.0];
        // sigmoid(2) = 0.880797
        let probabilities = [0.0, 0.119_202_92, 0.5, 0.880_797_1, 1.0];
        for target in [0.0, 1.0] {
            let z = column(&logits, &device).require_grad();
            let targets = column(&[target; 5], &device);
            let gradients = binary_cross_entropy(z.clone(), targets).sum().backward();
            let gradient = z.grad(&gradients).unwrap();
            let gradient: Vec<f32> = gradient.into_data().try_to_vec().unwrap();
            for (found, probability) in gradient.iter().zip(probabilities) {
                assert!(
                    (found - (probability - target)).abs() < 1e-6,
                    "{gradient:?}"
                );
            }
        }
    }
}
