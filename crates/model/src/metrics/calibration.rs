//! Calibration: how often images with a given predicted probability are in fact positive.

use super::ratio::{mean, ratio, real};
use crate::network::sigmoid;

/// Bins of equal width over the probabilities, [0, 0.1) to [0.9, 1].
const BINS: usize = 10;

/// The images whose predicted probabilities of the positive digit lie in the same tenth of [0, 1].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CalibrationBin {
    /// Mean predicted probability of the positive digit, in [0, 1].
    pub mean_probability: f64,
    /// Share of images that show the positive digit, in [0, 1].
    pub positive_share: f64,
    /// Images in the bin, at least one.
    pub images: usize,
}

/// Computes the calibration curve, or reliability diagram: the non-empty bins of
/// [`ClassMetrics::calibration_error`](crate::ClassMetrics::calibration_error), in ascending order of
/// probability. Of a network for several digits [`one_vs_rest`](crate::one_vs_rest) gives the logits of each of them, and
/// which images are positive.
///
/// The same as scikit-learn's `calibration_curve` with ten bins, except that a probability on the
/// edge of two bins belongs to the upper one. A logit that is NaN makes the mean of the first bin
/// NaN.
///
/// # Panics
///
/// Panics if `logits` and `positive` differ in length.
#[must_use]
pub fn calibration_curve(logits: &[f32], positive: &[bool]) -> Vec<CalibrationBin> {
    assert_eq!(logits.len(), positive.len(), "one label for each logit");
    let mut probabilities = [0.0; BINS];
    let mut counts = [[0; 2]; BINS];
    for (&logit, &positive) in logits.iter().zip(positive) {
        let probability = sigmoid(f64::from(logit));
        let bin = bin(probability);
        probabilities[bin] += probability;
        counts[bin][usize::from(positive)] += 1;
    }
    let bins = probabilities.into_iter().zip(counts);
    bins.filter(|(_, counts)| *counts != [0; 2])
        .map(|(probabilities, [negatives, positives])| {
            let images = negatives + positives;
            CalibrationBin {
                mean_probability: mean(probabilities, images),
                positive_share: ratio(positives, images),
                images,
            }
        })
        .collect()
}

/// Sums up the expected calibration error, image by image.
///
/// A bin's share of images times |share of positives - mean probability| is |the sum of
/// probability - target over its images| / n, so that one sum for each bin is enough.
#[derive(Default)]
pub(super) struct CalibrationError {
    bins: [f64; BINS],
}

impl CalibrationError {
    /// Adds an image: the predicted probability of the positive digit, minus its target, 0 or 1.
    pub(super) fn add(&mut self, probability: f64, error: f64) {
        self.bins[bin(probability)] += error;
    }

    /// Computes the error over all images, of which there are `examples`.
    pub(super) fn value(&self, examples: usize) -> f64 {
        mean(self.bins.iter().map(|sum| sum.abs()).sum(), examples)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the bin is the integer part of a number from 0 to 10; a NaN goes into the first bin"
)]
fn bin(probability: f64) -> usize {
    // A probability of 1 belongs to the last bin.
    ((probability * real(BINS)) as usize).min(BINS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    // tests/references/curves.rs compares with scikit-learn.

    #[test]
    fn a_bin_includes_its_lower_edge_and_the_last_one_also_1() {
        let edges = [0.0, 0.099_999, 0.1, 0.5, 0.899_999, 0.9, 1.0];
        assert_eq!(edges.map(bin), [0, 0, 1, 5, 8, 9, 9]);
    }

    #[test]
    fn without_images_there_are_no_bins() {
        assert_eq!(calibration_curve(&[], &[]), []);
    }

    #[test]
    fn a_nan_of_either_sign_goes_into_the_first_bin() {
        for nan in [f32::NAN, -f32::NAN] {
            for positive in [true, false] {
                let bins = calibration_curve(&[2.0, nan, -3.0], &[true, positive, false]);
                assert!(bins[0].mean_probability.is_nan());
                assert_eq!((bins[0].images, bins[1].images, bins.len()), (2, 1, 2));
            }
        }
    }

    #[test]
    fn infinite_logits_go_into_the_first_and_the_last_bin() {
        let logits = [f32::NEG_INFINITY, 0.0, f32::INFINITY];
        let bin = |mean_probability, positive_share| CalibrationBin {
            mean_probability,
            positive_share,
            images: 1,
        };
        let expected = [bin(0.0, 0.0), bin(0.5, 1.0), bin(1.0, 1.0)];
        assert_eq!(calibration_curve(&logits, &[false, true, true]), expected);
    }
}
