//! Adam as Keras computes it.

use burn::optim::{AdamState, AdaptiveMomentumState, Optimizer};
use burn::tensor::{Device, Tensor};

/// Adam: Kingma and Ba, "Adam: A Method for Stochastic Optimization" (ICLR 2015), in the form at
/// the end of their section 2, which is Keras's.
///
/// ```text
/// m = beta_1 m + (1 - beta_1) g
/// v = beta_2 v + (1 - beta_2) g^2
/// w = w - rate sqrt(1 - beta_2^t) / (1 - beta_1^t) * m / (sqrt(v) + epsilon)
/// ```
///
/// Burn and PyTorch multiply epsilon by `sqrt(1 - beta_2^t)`, which is 0.03 in the first step. That
/// changes the updates of weights with gradients below 1e-5, such as those of pixels at an image's
/// border, and after two epochs losses differ from Keras's by 1.5e-4.
#[derive(Debug, Clone)]
pub struct Adam {
    /// Decay of the first moment m, the mean of the gradients, in [0, 1).
    pub beta_1: f64,
    /// Decay of the second moment v, the mean of the squared gradients, in [0, 1).
    pub beta_2: f64,
    /// Added to the denominator, to prevent a division by zero.
    pub epsilon: f64,
}

impl Default for Adam {
    /// Keras's defaults.
    fn default() -> Self {
        Self {
            beta_1: 0.9,
            beta_2: 0.999,
            epsilon: 1e-7,
        }
    }
}

impl Adam {
    /// Computes the bias-corrected learning rate of step `t`, counted from 1:
    /// `rate sqrt(1 - beta_2^t) / (1 - beta_1^t)`.
    pub(crate) fn corrected_rate(&self, learning_rate: f64, t: u64) -> f64 {
        // Beyond step 2^31 nothing changes: both powers are 0 long before.
        let t = i32::try_from(t).unwrap_or(i32::MAX);
        learning_rate * (1.0 - self.beta_2.powi(t)).sqrt() / (1.0 - self.beta_1.powi(t))
    }
}

impl Optimizer for Adam {
    type State<const D: usize> = AdamState<D>;

    fn step<const D: usize>(
        &self,
        learning_rate: f64,
        weights: Tensor<D>,
        gradient: Tensor<D>,
        state: Option<AdamState<D>>,
    ) -> (Tensor<D>, Option<AdamState<D>>) {
        let first = gradient.clone() * (1.0 - self.beta_1);
        let second = gradient.square() * (1.0 - self.beta_2);
        let (step, m, v) = match state.map(|state| state.momentum) {
            None => (1, first, second),
            Some(old) => (
                old.time.saturating_add(1),
                old.moment_1 * self.beta_1 + first,
                old.moment_2 * self.beta_2 + second,
            ),
        };
        let rate = self.corrected_rate(learning_rate, step as u64);
        let change = m.clone() * rate / (v.clone().sqrt() + self.epsilon);
        let state = AdamState::new(AdaptiveMomentumState::new(step, m, v));
        (weights - change, Some(state))
    }

    fn to_device<const D: usize>(state: AdamState<D>, device: &Device) -> AdamState<D> {
        AdamState::new(state.momentum.to_device(device))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_steps_agree_with_a_hand_calculation() {
        // Gradients 0.1, 1e-6 and 0, twice; rate 0.001. For a constant gradient g, m is
        // g (1 - 0.9^t) and sqrt(v) is g c with c = sqrt(1 - 0.999^t), which is 0.0316228 and
        // 0.0447102. So a step is rate g / (g + epsilon / c).
        let device = Device::flex();
        let adam = Adam::default();
        let gradient = || Tensor::<1>::from_floats([0.1, 1e-6, 0.0], &device);
        let weights = Tensor::<1>::from_floats([1.0, 0.0, 0.5], &device);
        let (weights, state) = adam.step(0.001, weights, gradient(), None);
        let (weights, state) = adam.step(0.001, weights, gradient(), state);
        let found: Vec<f32> = weights.into_data().try_to_vec().unwrap();
        let small = |c: f64| 0.001 * 1e-6 / (1e-6 + 1e-7 / c);
        let second = -(small(0.031_622_776_6) + small(0.044_710_178_9));
        assert!((f64::from(found[0]) - 0.998).abs() < 1e-6, "{found:?}");
        assert!(
            (f64::from(found[1]) / second - 1.0).abs() < 1e-4,
            "{found:?}"
        );
        assert!((found[2] - 0.5).abs() < 1e-9, "{found:?}");
        assert_eq!(state.unwrap().momentum.time, 2);
    }
}
