//! From logits to predictions: the probability of the positive digit, and the one decision rule.

use burn::tensor::{Bool, Tensor};

/// The probability at which the two digits are equally likely.
pub const DEFAULT_THRESHOLD: f64 = 0.5;

/// The logit that belongs to [`DEFAULT_THRESHOLD`].
const DEFAULT_LOGIT: f32 = 0.0;

/// Computes 1 / (1 + exp(-logit)), the probability of the positive digit, in [0, 1].
#[must_use]
pub fn sigmoid(logit: f64) -> f64 {
    1.0 / (1.0 + (-logit).exp())
}

/// Applies the decision rule: the prediction is the positive digit if its probability is at least the
/// threshold, both in [0, 1].
///
/// A NaN is never positive.
#[must_use]
#[inline]
pub fn is_positive(probability: f64, threshold: f64) -> bool {
    probability >= threshold
}

/// Applies the decision rule at [`DEFAULT_THRESHOLD`] to a logit: positive if it is at least 0.
///
/// This is what accuracy during training counts, without computing a sigmoid.
#[must_use]
#[inline]
pub fn is_positive_logit(logit: f32) -> bool {
    logit >= DEFAULT_LOGIT
}

/// Applies [`is_positive_logit`] to each logit, `[batch, 1]`, on the logits' device.
pub(crate) fn positive_logits(logits: Tensor<2>) -> Tensor<2, Bool> {
    logits.greater_equal_scalar(DEFAULT_LOGIT)
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    #[test]
    fn sigmoid_is_the_logistic_function() {
        // 1 / (1 + e^-2), with Python.
        assert!((sigmoid(2.0) - 0.880_797_077_977_882_4).abs() < 1e-15);
        assert!((sigmoid(-2.0) - 0.119_202_922_022_117_56).abs() < 1e-15);
        assert_eq!(sigmoid(0.0).to_bits(), 0.5_f64.to_bits());
    }

    #[test]
    fn a_probability_equal_to_the_threshold_is_positive() {
        assert!(is_positive(0.7, 0.7));
        assert!(is_positive(0.700_001, 0.7));
        assert!(!is_positive(0.699_999, 0.7));
        assert!(!is_positive(f64::NAN, 0.0));
    }

    #[test]
    fn on_logits_the_rule_is_the_same_as_on_probabilities() {
        let logits = [-200.0, -1.0, -1e-6, -0.0, 0.0, 1e-6, 1.0, 200.0, f32::NAN];
        let expected = [false, false, false, true, true, true, true, true, false];
        let by_logit = logits.map(is_positive_logit);
        let by_probability =
            logits.map(|logit| is_positive(sigmoid(f64::from(logit)), DEFAULT_THRESHOLD));
        let tensor = Tensor::<1>::from_floats(logits, &Device::flex()).unsqueeze_dim(1);
        let by_tensor: Vec<bool> = positive_logits(tensor).into_data().iter().collect();
        assert_eq!(by_logit, expected);
        assert_eq!(by_probability, expected);
        assert_eq!(by_tensor, expected);
    }
}
