//! Curves behind the figures of [`evaluate`](crate::evaluate), as points to draw.

use crate::metrics::{CALIBRATION_BINS, calibration_bin, real, sigmoid};
use crate::ranking::Ranking;

/// Computes the ROC curve: `[false positive rate, true positive rate]` with each logit as the
/// threshold, from [0, 0], where nothing is called positive, to [1, 1], where all is.
///
/// `positive` says for each logit whether its image is the positive digit. There is no curve if
/// only one class is present or a logit is NaN.
///
/// Points between two others on a straight line are left out, where the steps to them are equal:
/// scikit-learn's `roc_curve` with `drop_intermediate=True`. The area under the straight lines is
/// [`Evaluation::roc_auc`](crate::Evaluation::roc_auc).
///
/// # Panics
///
/// Panics if the two differ in length.
#[must_use]
#[expect(clippy::float_cmp, reason = "counts are whole numbers")]
pub fn roc_curve(logits: &[f32], positive: &[bool]) -> Option<Vec<[f64; 2]>> {
    assert_eq!(logits.len(), positive.len(), "one target for each logit");
    let called = Ranking::new(logits, positive).called_positive();
    let &[negatives, positives] = called.last()?;
    // Of a NaN, too, this is not true.
    let has_both = negatives > 0.0 && positives > 0.0;
    let corners = with_neighbours(&called, |before, here, after| {
        (0..2).any(|class| here[class] - before[class] != after[class] - here[class])
    });
    let rates = corners.map(|[false_, true_]| [false_ / negatives, true_ / positives]);
    has_both.then(|| std::iter::once([0.0, 0.0]).chain(rates).collect())
}

/// Computes the precision-recall curve: `[recall, precision]` with each logit as the threshold,
/// the largest first, so that recall grows from 0 to 1.
///
/// There is no curve if no image is positive or a logit is NaN.
///
/// The first point, [0, 1], belongs to no threshold: nothing is called positive there. Of the
/// points of one recall only the first and the last are there: scikit-learn's
/// `precision_recall_curve` with `drop_intermediate=True`, which goes the other way round. The
/// precision of a point holds for the recall gained since the point before, so that the curve is
/// drawn in steps; the area under them is
/// [`Evaluation::average_precision`](crate::Evaluation::average_precision).
///
/// # Panics
///
/// Panics if the two differ in length.
#[must_use]
#[expect(clippy::float_cmp, reason = "counts are whole numbers")]
pub fn precision_recall_curve(logits: &[f32], positive: &[bool]) -> Option<Vec<[f64; 2]>> {
    assert_eq!(logits.len(), positive.len(), "one target for each logit");
    let called = Ranking::new(logits, positive).called_positive();
    let &[_, positives] = called.last()?;
    let ends = with_neighbours(&called, |[_, before], [_, here], [_, after]| {
        before != here || here != after
    });
    let points = ends.map(|[false_, true_]| [true_ / positives, true_ / (true_ + false_)]);
    (positives > 0.0).then(|| std::iter::once([0.0, 1.0]).chain(points).collect())
}

/// The images whose probabilities of the positive digit lie in the same tenth of [0, 1].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CalibrationBin {
    /// Mean probability of the positive digit, in [0, 1].
    pub mean_probability: f64,
    /// Share of images that are the positive digit, in [0, 1].
    pub positive_share: f64,
    /// Images in the bin, at least one.
    pub images: usize,
}

/// Computes how often images are positive by the probability they were given: the bins of
/// [`Evaluation::calibration_error`](crate::Evaluation::calibration_error), the smallest
/// probabilities first, without the empty ones.
///
/// scikit-learn's `calibration_curve` with ten bins, except for a probability on the edge of two,
/// which it puts into the lower one. A logit that is NaN makes the mean of the first bin NaN.
///
/// # Panics
///
/// Panics if the two differ in length.
#[must_use]
pub fn calibration_curve(logits: &[f32], positive: &[bool]) -> Vec<CalibrationBin> {
    assert_eq!(logits.len(), positive.len(), "one target for each logit");
    let mut probabilities = [0.0; CALIBRATION_BINS];
    let mut counts = [[0; 2]; CALIBRATION_BINS];
    for (&logit, &positive) in logits.iter().zip(positive) {
        let probability = sigmoid(f64::from(logit));
        let bin = calibration_bin(probability);
        probabilities[bin] += probability;
        counts[bin][usize::from(positive)] += 1;
    }
    let bins = probabilities.into_iter().zip(counts);
    bins.filter(|(_, counts)| *counts != [0; 2])
        .map(|(probabilities, [negatives, positives])| {
            let images = negatives + positives;
            CalibrationBin {
                mean_probability: probabilities / real(images),
                positive_share: real(positives) / real(images),
                images,
            }
        })
        .collect()
}

/// The first point, the last, and those between that `keep` wants when shown them with their
/// neighbours.
fn with_neighbours(
    points: &[[f64; 2]],
    keep: impl Fn([f64; 2], [f64; 2], [f64; 2]) -> bool,
) -> impl Iterator<Item = [f64; 2]> {
    let last = points.len() - 1;
    (0..points.len())
        .filter(move |&here| {
            here == 0 || here == last || keep(points[here - 1], points[here], points[here + 1])
        })
        .map(|here| points[here])
}

#[cfg(test)]
mod tests {
    use super::*;

    // tests/curves.rs compares with scikit-learn.

    #[test]
    fn a_tie_of_both_classes_is_a_slope_and_points_on_a_line_are_left_out() {
        // By hand: called positive, false and true, after 3, 2, 1 and 0: (0, 1), (0, 2), (2, 3),
        // (2, 4). The first point starts at no corner, but is always there.
        let logits = [3.0, 2.0, 1.0, 1.0, 1.0, 0.0];
        let positive = [true, true, false, true, false, true];
        let expected = [[0.0, 0.0], [0.0, 0.25], [0.0, 0.5], [1.0, 0.75], [1.0, 1.0]];
        assert_eq!(roc_curve(&logits, &positive).unwrap(), expected);
        let expected = [
            [0.0, 1.0],
            [0.25, 1.0],
            [0.5, 1.0],
            [0.75, 3.0 / 5.0],
            [1.0, 4.0 / 6.0],
        ];
        assert_eq!(
            precision_recall_curve(&logits, &positive).unwrap(),
            expected
        );
    }

    #[test]
    fn one_class_has_no_roc_curve_and_no_positive_image_no_precision_recall_curve() {
        assert_eq!(roc_curve(&[1.0, 2.0], &[true, true]), None);
        let all_positive = precision_recall_curve(&[1.0, 2.0], &[true, true]);
        assert_eq!(all_positive.unwrap(), [[0.0, 1.0], [0.5, 1.0], [1.0, 1.0]]);
        assert_eq!(roc_curve(&[1.0, 2.0], &[false, false]), None);
        assert_eq!(precision_recall_curve(&[1.0, 2.0], &[false, false]), None);
    }

    #[test]
    fn no_images_have_no_curve_and_no_bin() {
        assert_eq!(roc_curve(&[], &[]), None);
        assert_eq!(precision_recall_curve(&[], &[]), None);
        assert_eq!(calibration_curve(&[], &[]), []);
    }

    #[test]
    fn a_nan_of_either_sign_leaves_no_curve_and_a_first_bin_without_a_mean() {
        for nan in [f32::NAN, -f32::NAN] {
            for positive in [true, false] {
                let (logits, positive) = ([2.0, nan, -3.0], [true, positive, false]);
                assert_eq!(roc_curve(&logits, &positive), None);
                assert_eq!(precision_recall_curve(&logits, &positive), None);
                let bins = calibration_curve(&logits, &positive);
                assert!(bins[0].mean_probability.is_nan());
                assert_eq!((bins[0].images, bins[1].images, bins.len()), (2, 1, 2));
            }
        }
    }

    #[test]
    fn infinite_logits_are_the_ends_of_the_curves_and_bins() {
        let logits = [f32::NEG_INFINITY, 0.0, f32::INFINITY];
        let positive = [false, true, true];
        let expected = [[0.0, 0.0], [0.0, 0.5], [0.0, 1.0], [1.0, 1.0]];
        assert_eq!(roc_curve(&logits, &positive).unwrap(), expected);
        let bin = |mean_probability, positive_share| CalibrationBin {
            mean_probability,
            positive_share,
            images: 1,
        };
        let expected = [bin(0.0, 0.0), bin(0.5, 1.0), bin(1.0, 1.0)];
        assert_eq!(calibration_curve(&logits, &positive), expected);
    }
}
