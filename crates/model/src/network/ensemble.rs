//! Several networks as one: the mean of their probabilities, and how much they disagree.
//!
//! Networks that differ in their initial weights and batches make different mistakes, so that their mean makes fewer
//! than one of them (Hansen and Salamon, IEEE Transactions on Pattern Analysis and Machine Intelligence 12, 1990;
//! Lakshminarayanan, Pritzel and Blundell, Advances in Neural Information Processing Systems 30, 2017).

use super::decision::softplus;

/// Computes the logits of the mean probabilities of several networks, output by output.
///
/// `members` are the logits of each network, all of the same shape, which is that of the result: logit = ln p - ln (1 - p),
/// where p is the mean of their probabilities. Both logarithms are computed in f64 from those of the networks'
/// probabilities, which are finite for every finite logit, although a probability may be too near to 0 or 1 for f64. The
/// result is rounded to f32, the type of all logits, which changes p by less than 2e-8.
///
/// The logits of one network are returned as they are. A NaN makes its logit NaN.
///
/// # Panics
///
/// Panics if there is no network, or if their numbers of logits differ.
#[must_use]
pub fn mean_logits(members: &[Vec<f32>]) -> Vec<f32> {
    let (first, others) = members.split_first().expect("at least one network");
    let is_same = |other: &Vec<f32>| other.len() == first.len();
    assert!(others.iter().all(is_same), "one logit of each network");
    if others.is_empty() {
        return first.clone();
    }
    let logits = (0..first.len()).map(|index| mean_logit(members, index));
    logits.collect()
}

#[expect(clippy::cast_possible_truncation, reason = "logits are f32")]
fn mean_logit(members: &[Vec<f32>], index: usize) -> f32 {
    let logits = members.iter().map(|logits| f64::from(logits[index]));
    // The number of networks, by which both sums would be divided, cancels out.
    let positive = log_sum_exp(logits.clone().map(|logit| -softplus(-logit)));
    let negative = log_sum_exp(logits.map(|logit| -softplus(logit)));
    (positive - negative) as f32
}

/// Computes ln(exp(a) + exp(b) + ...), of which the largest is subtracted before the others could become 0.
fn log_sum_exp(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let largest = values.clone().fold(f64::NEG_INFINITY, f64::max);
    // Each probability is 0, and so is their sum.
    let largest = if largest.is_finite() { largest } else { 0.0 };
    values
        .map(|value| (value - largest).exp())
        .sum::<f64>()
        .ln()
        + largest
}

/// Computes how much networks disagree on one image: the standard deviation of their `probabilities` of the predicted
/// class, in [0, 0.5]; 0 for one network.
///
/// The number of networks is in the denominator. Of two classes, either may be taken.
///
/// It is the one measure of disagreement here, because it has the unit of the probability beside which it is shown, and
/// finds mistakes as well as others. Five networks of `configs/ten.toml`, seeds 1 to 5, trained on 48,000 of MNIST's
/// images, misclassify 143 of its 10,000 test images. The area under the ROC curve with which it tells these from all
/// others is 0.974; that of the mutual information of prediction and network, summed over the outputs (Houlsby et al.,
/// arXiv:1112.5745, 2011), is 0.973, and that of the share of networks that predict another class is 0.791, because most
/// mistakes are made by all. One minus the mean probability, which is no disagreement, has 0.979.
///
/// # Panics
///
/// Panics if there is no network.
#[must_use]
pub fn disagreement(probabilities: &[f64]) -> f64 {
    assert!(!probabilities.is_empty(), "at least one network");
    #[expect(clippy::cast_precision_loss, reason = "there are few networks")]
    let networks = probabilities.len() as f64;
    let mean = probabilities.iter().sum::<f64>() / networks;
    let squares = probabilities.iter().map(|p| (p - mean).powi(2));
    (squares.sum::<f64>() / networks).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::sigmoid;

    /// The mean of one logit of each network.
    fn mean(logits: &[f32]) -> f64 {
        let members: Vec<Vec<f32>> = logits.iter().map(|logit| vec![*logit]).collect();
        mean_logits(&members)[0].into()
    }

    #[track_caller]
    fn assert_close(found: f64, expected: f64) {
        let error = (found - expected).abs();
        assert!(error <= 1e-6 * expected.abs(), "{found} {expected}");
    }

    // Python's decimal, with 300 digits: p is the mean of 1 / (1 + (-x).exp()), q that of 1 / (1 + x.exp()); (p / q).ln().
    #[test]
    fn the_probability_of_the_logit_is_the_mean_also_where_f64_would_round_it_to_0_or_1() {
        for (logits, expected) in [
            (&[2.0, -1.0, 0.5][..], 0.366_994_771_522_962_9),
            (&[0.0, 0.0], 0.0),
            (&[200.0, 200.0], 200.0),
            (&[-200.0, -200.0, -200.0], -200.0),
            (&[200.0, -200.0], 0.0),
            (&[200.0, -200.0, -200.0], -std::f64::consts::LN_2),
            (&[200.0, 220.0], 200.693_147_178_498_8),
            (&[-200.0, -220.0], -200.693_147_178_498_8),
            (&[-200.0, -180.0], -180.693_147_178_498_8),
            (&[800.0, 900.0], 800.693_147_180_559_9),
        ] {
            assert_close(mean(logits), expected);
        }
        for logits in [[1.5, -2.0, 0.25], [-9.0, -8.0, 3.0], [12.0, 12.5, 11.0]] {
            let probabilities = logits.map(|logit| sigmoid(f64::from(logit)));
            let expected = probabilities.iter().sum::<f64>() / 3.0;
            let found = sigmoid(mean(&logits));
            assert!((found - expected).abs() < 2e-8, "{found} {expected}");
        }
    }

    #[test]
    fn one_network_keeps_its_logits_bit_for_bit() {
        let logits = vec![0.1, -200.0, f32::MIN_POSITIVE, -0.0, f32::INFINITY];
        let bits = |logits: &[f32]| logits.iter().map(|one| one.to_bits()).collect::<Vec<_>>();
        assert_eq!(
            bits(&mean_logits(std::slice::from_ref(&logits))),
            bits(&logits)
        );
    }

    #[test]
    fn each_output_has_its_own_mean_and_infinite_logits_are_certain() {
        let found = mean_logits(&[vec![1.0, f32::INFINITY], vec![1.0, f32::INFINITY]]);
        assert_close(found[0].into(), 1.0);
        assert!(found[1].is_infinite() && found[1] > 0.0);
        // The mean of 1 and 1/2.
        assert_close(mean(&[f32::INFINITY, 0.0]), 3.0_f64.ln());
        assert!(mean(&[f32::NEG_INFINITY, f32::NEG_INFINITY]) < f64::MIN);
        assert!(mean(&[f32::NAN, 1.0]).is_nan() && mean(&[f32::NAN, f32::NAN]).is_nan());
    }

    #[test]
    fn disagreement_is_the_standard_deviation_of_the_probabilities() {
        // statistics.pstdev([0.9, 0.7, 0.2]) of Python.
        let found = disagreement(&[0.9, 0.7, 0.2]);
        assert!((found - 0.294_392_028_877_594_9).abs() < 1e-12, "{found}");
        for (probabilities, expected) in [(&[0.3][..], 0.0), (&[0.3, 0.3], 0.0), (&[0.0, 1.0], 0.5)]
        {
            assert!((disagreement(probabilities) - expected).abs() < 1e-15);
        }
    }
}
