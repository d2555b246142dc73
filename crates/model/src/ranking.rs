//! Images in the order of their logits, and the figures that depend on nothing else.

use crate::metrics::real;

/// Images sorted by logit, the largest first, those of one logit together.
pub(crate) struct Ranking {
    ties: Vec<Tie>,
    positives: usize,
    negatives: usize,
}

/// How many images share one logit.
struct Tie {
    positives: f64,
    negatives: f64,
}

impl Ranking {
    /// Sorts images by logit; `positive` says for each whether it is the positive digit.
    ///
    /// A NaN has no rank: its counts are NaN, and so is whatever is computed from them.
    pub(crate) fn new(logits: &[f32], positive: &[bool]) -> Self {
        let targets = positive.iter().copied();
        let mut images: Vec<(f32, bool)> = logits.iter().copied().zip(targets).collect();
        images.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
        #[expect(clippy::float_cmp, reason = "a tie is the same number")]
        let ties = images.chunk_by(|a, b| a.0 == b.0).map(|tied| {
            let one = if tied[0].0.is_nan() { f64::NAN } else { 1.0 };
            let positives = positives_of(tied);
            Tie {
                positives: one * real(positives),
                negatives: one * real(tied.len() - positives),
            }
        });
        let positives = positives_of(&images);
        Self {
            ties: ties.collect(),
            positives,
            negatives: images.len() - positives,
        }
    }

    /// The chance that a positive image gets a larger logit than a negative one, ties counting
    /// half; none if only one class is present.
    ///
    /// The Mann-Whitney form of the area (Hanley and McNeil, Radiology 143, 1982).
    pub(crate) fn area_under_roc(&self) -> Option<f64> {
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

    /// The precision with each logit as the threshold, weighted by the recall gained there; none
    /// if no image is positive.
    ///
    /// As scikit-learn's `average_precision_score` has it: the sum of `(R[n] - R[n - 1]) P[n]`
    /// over the distinct logits, the largest first, where R is recall and P precision.
    pub(crate) fn average_precision(&self) -> Option<f64> {
        if self.positives == 0 {
            return None;
        }
        let mut sum = 0.0;
        let (mut true_positives, mut called_positive) = (0.0, 0.0);
        for tie in &self.ties {
            true_positives += tie.positives;
            called_positive += tie.positives + tie.negatives;
            sum += tie.positives * (true_positives / called_positive);
        }
        Some(sum / real(self.positives))
    }

    /// How many negative and how many positive images are called positive with each logit as the
    /// threshold, the largest first: `[false positives, true positives]`.
    pub(crate) fn called_positive(&self) -> Vec<[f64; 2]> {
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

fn positives_of(images: &[(f32, bool)]) -> usize {
    images.iter().filter(|(_, positive)| *positive).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tie_wins_half_a_pair_and_is_one_threshold() {
        // Of the four pairs of a positive and a negative image, two are won and one is tied.
        // Recall and precision after each logit: 3.0 (1/2, 1/1), 1.0 (2/2, 2/3), 0.0 (2/2, 2/4).
        let ranking = Ranking::new(&[1.0, 3.0, 0.0, 1.0], &[true, true, false, false]);
        assert_eq!(ranking.area_under_roc(), Some(3.5 / 4.0));
        let expected = 1.0 / 2.0 * 1.0 + 1.0 / 2.0 * (2.0 / 3.0);
        assert!((ranking.average_precision().unwrap() - expected).abs() < 1e-12);
    }

    #[test]
    fn the_two_zeros_are_one_logit() {
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
    fn one_class_has_no_area_and_no_positive_image_no_average_precision() {
        let ranking = Ranking::new(&[1.0, 2.0], &[true, true]);
        assert_eq!(ranking.area_under_roc(), None);
        assert_eq!(ranking.average_precision(), Some(1.0));
        let ranking = Ranking::new(&[1.0, f32::NAN], &[false, false]);
        assert_eq!(ranking.area_under_roc(), None);
        assert_eq!(ranking.average_precision(), None);
    }

    #[test]
    fn a_nan_of_either_sign_leaves_no_rank() {
        for nan in [f32::NAN, -f32::NAN] {
            for positive in [true, false] {
                let ranking = Ranking::new(&[1.0, nan, 0.0], &[true, positive, false]);
                assert!(ranking.area_under_roc().unwrap().is_nan());
                assert!(ranking.average_precision().unwrap().is_nan());
            }
        }
    }
}
