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
/// Burn's and PyTorch's multiply epsilon with `sqrt(1 - beta_2^t)`, which is 0.03 in the first
/// step: weights of gradients below 1e-5, as those of an image's border, then go another way, and
/// losses differ from Keras's by 1.5e-4 after two epochs.
#[derive(Debug, Clone)]
pub struct Adam {
    /// Decay of the mean of gradients, in [0, 1).
    pub beta_1: f64,
    /// Decay of the mean of squared gradients, in [0, 1).
    pub beta_2: f64,
    /// Guard against division by zero.
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
        // Steps beyond 2^31 change nothing: both powers are 0 long before.
        let t = i32::try_from(step).unwrap_or(i32::MAX);
        let rate = learning_rate * (1.0 - self.beta_2.powi(t)).sqrt() / (1.0 - self.beta_1.powi(t));
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
    fn two_steps_are_those_of_a_hand_calculation() {
        // Gradients 0.1, 1e-6 and 0, twice; rate 0.001. For a steady gradient g, m and sqrt(v)
        // are g times the bias correction, so that a step is rate g / (g + epsilon / c) with
        // c = sqrt(1 - 0.999^t): 0.0316228 and 0.0447102.
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
