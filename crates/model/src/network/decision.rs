//! From logits to predictions: probabilities, and the one decision rule.
//!
//! A network that tells two digits apart has one output, the probability of the positive digit: class 1,
//! where class 0 is the negative digit. A network for more digits has one output for each class.

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

/// Computes ln(1 + exp(x)) without overflow: -ln of the probability of the logit -x.
pub(crate) fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
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

/// Returns the class that the logits of one image mean, without a threshold of the user's.
///
/// Of one logit that is 1, the positive digit, if it is at least 0, and otherwise 0. Of several it is
/// the index of the largest, the first of them if several are equal; a NaN is smaller than all numbers.
#[must_use]
#[inline]
pub fn predicted_class(logits: &[f32]) -> usize {
    if let [logit] = logits {
        return usize::from(is_positive_logit(*logit));
    }
    let mut largest = 0;
    for (class, &logit) in logits.iter().enumerate() {
        if logit > logits[largest] || (logits[largest].is_nan() && !logit.is_nan()) {
            largest = class;
        }
    }
    largest
}

/// How the outputs of a network become a prediction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decision {
    /// With one output, the least probability of the positive digit at which it is the prediction, in [0, 1].
    pub threshold: f64,
    /// The least probability of the predicted class, in [0, 1]; below it, or where it is NaN, the prediction is none of the
    /// classes. 0 rejects nothing.
    pub reject: f64,
}

impl Default for Decision {
    /// A threshold of 0.5 without rejection.
    fn default() -> Self {
        Self {
            threshold: DEFAULT_THRESHOLD,
            reject: 0.0,
        }
    }
}

/// What a network predicts for one image.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prediction {
    /// The most probable class, which may have been rejected.
    pub class: usize,
    /// The probability of that class, in [0, 1].
    pub probability: f64,
    /// The second class and its probability. Of a network with one output it is the other of the two.
    pub runner_up: (usize, f64),
    /// Whether the probability is below the limit for rejecting, or NaN where there is one.
    pub is_rejected: bool,
}

impl Decision {
    /// Decides on the logits of one image: one, or one for each class.
    ///
    /// # Panics
    ///
    /// Panics if there is no logit.
    #[must_use]
    pub fn predict(&self, logits: &[f32]) -> Prediction {
        let probability = |class: usize| sigmoid(f64::from(logits[class]));
        let (class, of_class, runner_up) = if let [logit] = logits {
            let positive = sigmoid(f64::from(*logit));
            if is_positive(positive, self.threshold) {
                (1, positive, (0, 1.0 - positive))
            } else {
                (0, 1.0 - positive, (1, positive))
            }
        } else {
            let class = predicted_class(logits);
            let mut without = logits.to_vec();
            without[class] = f32::NAN;
            let second = if without.iter().all(|logit| logit.is_nan()) {
                usize::from(class == 0)
            } else {
                predicted_class(&without)
            };
            (class, probability(class), (second, probability(second)))
        };
        Prediction {
            class,
            probability: of_class,
            runner_up,
            // A NaN is no probability that would be enough.
            is_rejected: of_class < self.reject || (of_class.is_nan() && self.reject > 0.0),
        }
    }
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
    fn of_several_logits_the_largest_is_the_class_and_the_first_of_equal_ones() {
        assert_eq!(predicted_class(&[-3.0, -1.0, -2.0]), 1);
        assert_eq!(predicted_class(&[2.0, 5.0, 5.0]), 1);
        assert_eq!(predicted_class(&[f32::NAN, -1.0, f32::NAN]), 1);
        assert_eq!(predicted_class(&[-1.0, f32::NAN]), 0);
        assert_eq!(predicted_class(&[f32::NAN; 3]), 0);
        assert_eq!([predicted_class(&[0.0]), predicted_class(&[-0.1])], [1, 0]);
    }

    #[test]
    fn a_prediction_has_its_probability_its_runner_up_and_may_be_rejected() {
        let rule = Decision {
            reject: 0.5,
            ..Decision::default()
        };
        // sigmoid(2) = 0.880797, sigmoid(-1) = 0.268941.
        let found = rule.predict(&[-3.0, 2.0, -1.0]);
        assert_eq!(
            (found.class, found.runner_up.0, found.is_rejected),
            (1, 2, false)
        );
        assert!((found.probability - 0.880_797).abs() < 1e-6);
        assert!((found.runner_up.1 - 0.268_941).abs() < 1e-6);
        let found = rule.predict(&[-3.0, -2.0, -1.0]);
        assert_eq!((found.class, found.is_rejected), (2, true));
        assert!(!Decision::default().predict(&[-3.0, -2.0, -1.0]).is_rejected);
        // Of one output both classes have a probability.
        let rule = Decision {
            threshold: 0.9,
            reject: 0.5,
        };
        let found = rule.predict(&[2.0]);
        assert_eq!(
            (found.class, found.runner_up.0, found.is_rejected),
            (0, 1, true)
        );
        assert!((found.probability - 0.119_203).abs() < 1e-6);
    }

    #[test]
    fn a_probability_that_is_nan_is_rejected_if_any_is() {
        let limit = |reject| Decision {
            reject,
            ..Decision::default()
        };
        for logits in [&[f32::NAN][..], &[f32::NAN; 3]] {
            assert!(limit(1e-9).predict(logits).is_rejected, "{logits:?}");
            assert!(!limit(0.0).predict(logits).is_rejected, "{logits:?}");
        }
        // The largest number decides. sigmoid(-1) = 0.27.
        let found = limit(0.25).predict(&[f32::NAN, -1.0, f32::NAN]);
        assert_eq!((found.class, found.is_rejected), (1, false));
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
