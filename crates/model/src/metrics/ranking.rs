//! Images ranked by their logits or other scores, and the metrics that depend on the ranking alone.

use super::ratio::real;

/// Images sorted by logit, or another score, in descending order; images with the same logit are grouped.
pub(super) struct Ranking {
    ties: Vec<Tie>,
    positives: usize,
    negatives: usize,
}

/// The number of images with the same logit; NaN if the logit is.
struct Tie {
    positives: f64,
    negatives: f64,
}

impl Ranking {
    /// Sorts images by logit; `positive` says for each whether it shows the positive digit.
    ///
    /// A logit that is NaN has no rank: its counts are NaN, and so is everything computed from them.
    pub(super) fn new<S: Copy + Into<f64>>(logits: &[S], positive: &[bool]) -> Self {
        let logits = logits.iter().map(|logit| (*logit).into());
        let mut images: Vec<(f64, bool)> = logits.zip(positive.iter().copied()).collect();
        images.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
        #[expect(clippy::float_cmp, reason = "a tie is exact equality")]
        let ties = images.chunk_by(|a, b| a.0 == b.0).map(|tied| {
            let one = if tied[0].0.is_nan() { f64::NAN } else { 1.0 };
            let positives = count_positives(tied);
            Tie {
                positives: one * real(positives),
                negatives: one * real(tied.len() - positives),
            }
        });
        let positives = count_positives(&images);
        Self {
            ties: ties.collect(),
            positives,
            negatives: images.len() - positives,
        }
    }

    /// Computes the probability that a positive image has a larger logit than a negative one, where
    /// ties count half; `None` if only one class is present.
    ///
    /// The area by the Mann-Whitney statistic (Hanley and McNeil, Radiology 143, 1982).
    pub(super) fn area_under_roc(&self) -> Option<f64> {
        if self.positives == 0 || self.negatives == 0 {
            return None;
        }
        let mut pairs_won = 0.0;
        let mut positives_above = 0.0;
        for tie in &self.ties {
            pairs_won += tie.negatives * (positives_above + tie.positives / 2.0);
            positives_above += tie.positives;
        }
        Some(pairs_won / (real(self.positives) * real(self.negatives)))
    }

    /// Computes the precision with each logit as the threshold, weighted by the increase in recall
    /// there; `None` if no image is positive.
    ///
    /// The sum of `(R[n] - R[n - 1]) P[n]` over the distinct logits in descending order, where R is
    /// recall and P precision, as in scikit-learn's `average_precision_score`.
    pub(super) fn average_precision(&self) -> Option<f64> {
        if self.positives == 0 {
            return None;
        }
        let mut sum = 0.0;
        let (mut true_positives, mut positive_predictions) = (0.0, 0.0);
        for tie in &self.ties {
            true_positives += tie.positives;
            positive_predictions += tie.positives + tie.negatives;
            sum += tie.positives * (true_positives / positive_predictions);
        }
        Some(sum / real(self.positives))
    }

    /// Counts the positive predictions with each logit as the threshold, in descending order:
    /// `[false positives, true positives]`.
    ///
    /// An image whose logit equals the threshold is a positive prediction, by the rule of
    /// [`is_positive`](crate::is_positive).
    pub(super) fn positive_predictions(&self) -> Vec<[f64; 2]> {
        let running = self
            .ties
            .iter()
            .scan([0.0; 2], |[negatives, positives], tie| {
                *negatives += tie.negatives;
                *positives += tie.positives;
                Some([*negatives, *positives])
            });
        running.collect()
    }
}

fn count_positives(images: &[(f64, bool)]) -> usize {
    images.iter().filter(|(_, positive)| *positive).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tie_counts_as_half_a_pair_and_as_one_threshold() {
        // In three of the four pairs of a positive and a negative image the positive one has the
        // larger logit, and in one the two are tied. Recall and precision at each threshold: 3.0
        // (1/2, 1/1), 1.0 (2/2, 2/3), 0.0 (2/2, 2/4).
        let ranking = Ranking::new(&[1.0, 3.0, 0.0, 1.0], &[true, true, false, false]);
        assert_eq!(ranking.area_under_roc(), Some(3.5 / 4.0));
        let expected = 1.0 / 2.0 * 1.0 + 1.0 / 2.0 * (2.0 / 3.0);
        assert!((ranking.average_precision().unwrap() - expected).abs() < 1e-12);
    }

    #[test]
    fn positive_and_negative_zero_are_the_same_logit() {
        let ranking = Ranking::new(&[0.0, -0.0], &[true, false]);
        assert_eq!(ranking.area_under_roc(), Some(0.5));
        assert_eq!(ranking.average_precision(), Some(0.5));
    }

    #[test]
    fn infinite_logits_are_the_largest_and_the_smallest() {
        let ranking = Ranking::new(
            &[f32::NEG_INFINITY, 0.0, f32::INFINITY],
            &[false, true, true],
        );
        assert_eq!(ranking.area_under_roc(), Some(1.0));
        assert_eq!(ranking.average_precision(), Some(1.0));
    }

    #[test]
    fn with_one_class_there_is_no_area_and_without_positives_no_average_precision() {
        let ranking = Ranking::new(&[1.0, 2.0], &[true, true]);
        assert_eq!(ranking.area_under_roc(), None);
        assert_eq!(ranking.average_precision(), Some(1.0));
        let ranking = Ranking::new(&[1.0, f32::NAN], &[false, false]);
        assert_eq!(ranking.area_under_roc(), None);
        assert_eq!(ranking.average_precision(), None);
    }

    #[test]
    fn a_nan_of_either_sign_makes_both_areas_nan() {
        for nan in [f32::NAN, -f32::NAN] {
            for positive in [true, false] {
                let ranking = Ranking::new(&[1.0, nan, 0.0], &[true, positive, false]);
                assert!(ranking.area_under_roc().unwrap().is_nan());
                assert!(ranking.average_precision().unwrap().is_nan());
            }
        }
    }
}
