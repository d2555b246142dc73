//! The losses of one image, from its logits.

use super::one_vs_rest::class_of_output;
use crate::network::softplus;

/// Computes the binary cross-entropy of each output against its target, 1 if the image belongs to the output's class and
/// otherwise 0, and sums it over the outputs; in nats.
pub(super) fn binary_cross_entropy(logits: &[f32], class: usize) -> f64 {
    let losses = logits.iter().enumerate().map(|(output, &logit)| {
        let logit = f64::from(logit);
        let is_own = class == class_of_output(output, logits.len());
        softplus(if is_own { -logit } else { logit })
    });
    losses.sum()
}

/// Computes -ln of the class's share in the sum of the probabilities of all classes, of which each has a logit; in nats.
///
/// Logarithms of the probabilities do not become 0 for any finite logit; the largest is subtracted before they are
/// turned into probabilities again.
pub(super) fn normalized_cross_entropy(logits: &[f32], class: usize) -> f64 {
    let log_probability = |logit: &f32| -softplus(-f64::from(*logit));
    let largest = logits
        .iter()
        .map(log_probability)
        .fold(f64::NEG_INFINITY, f64::max);
    let shares = logits
        .iter()
        .map(|logit| (log_probability(logit) - largest).exp());
    shares.sum::<f64>().ln() + largest - log_probability(&logits[class])
}

#[cfg(test)]
mod tests {
    use super::*;

    // tests/references/classes.rs compares with scikit-learn.

    #[track_caller]
    fn assert_close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-12, "{found} {expected}");
    }

    #[test]
    fn both_losses_stay_finite_at_logits_of_200() {
        // exp(-200) is lost beside 1. All three probabilities are exp(-200), 1 and 1.
        let logits = [-200.0, 200.0, 200.0];
        assert_close(binary_cross_entropy(&logits, 0), 600.0);
        assert_close(binary_cross_entropy(&logits, 1), 200.0);
        assert_close(
            normalized_cross_entropy(&logits, 0),
            200.0 + std::f64::consts::LN_2,
        );
        assert_close(normalized_cross_entropy(&logits, 1), std::f64::consts::LN_2);
        // Equally small probabilities are equal shares.
        assert_close(normalized_cross_entropy(&[-800.0; 4], 3), 4.0_f64.ln());
    }

    #[test]
    fn a_nan_makes_the_losses_nan() {
        for class in 0..2 {
            assert!(binary_cross_entropy(&[f32::NAN, 1.0], class).is_nan());
            assert!(normalized_cross_entropy(&[f32::NAN, 1.0], class).is_nan());
        }
    }
}
