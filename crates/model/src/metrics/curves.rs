//! The ROC curve and the precision-recall curve, as points to draw.

use super::ranking::Ranking;

/// Computes the ROC curve: `[false positive rate, true positive rate]` with each logit as the
/// threshold, from [0, 0], where every prediction is negative, to [1, 1], where every prediction is positive.
///
/// `positive` says for each logit whether its image shows the positive digit; of a network for several digits
/// [`one_vs_rest`](crate::one_vs_rest) gives both for each of them. Returns `None` if only
/// one class is present or a logit is NaN.
///
/// A point halfway between its two neighbours on a straight line is left out, like scikit-learn's
/// `roc_curve` with `drop_intermediate=True`. The area under the lines between the points is
/// [`ClassMetrics::roc_auc`](crate::ClassMetrics::roc_auc).
///
/// # Panics
///
/// Panics if `logits` and `positive` differ in length.
#[must_use]
#[expect(clippy::float_cmp, reason = "counts are whole numbers")]
pub fn roc_curve(logits: &[f32], positive: &[bool]) -> Option<Vec<[f64; 2]>> {
    assert_eq!(logits.len(), positive.len(), "one label for each logit");
    let counts = Ranking::new(logits, positive).positive_predictions();
    let &[negatives, positives] = counts.last()?;
    // False for NaN counts, too.
    let has_both = negatives > 0.0 && positives > 0.0;
    let corners = with_neighbours(&counts, |before, here, after| {
        (0..2).any(|class| here[class] - before[class] != after[class] - here[class])
    });
    let rates = corners.map(|[false_, true_]| [false_ / negatives, true_ / positives]);
    has_both.then(|| std::iter::once([0.0, 0.0]).chain(rates).collect())
}

/// Computes the precision-recall curve: `[recall, precision]` with each logit as the threshold,
/// the largest first, so that recall grows from 0 to 1.
///
/// `positive` says for each logit whether its image shows the positive digit; of a network for several digits
/// [`one_vs_rest`](crate::one_vs_rest) gives both for each of them. Returns `None` if no
/// image is positive or a logit is NaN.
///
/// The first point, [0, 1], belongs to no threshold: every prediction is negative there. Of several points
/// with the same recall only the first and the last are kept. scikit-learn's `precision_recall_curve`
/// with `drop_intermediate=True` gives the same points in reverse order. The curve is drawn in steps:
/// the precision of a point holds back to the recall of the point before it. The area under the steps
/// is [`ClassMetrics::average_precision`](crate::ClassMetrics::average_precision).
///
/// # Panics
///
/// Panics if `logits` and `positive` differ in length.
#[must_use]
#[expect(clippy::float_cmp, reason = "counts are whole numbers")]
pub fn precision_recall_curve(logits: &[f32], positive: &[bool]) -> Option<Vec<[f64; 2]>> {
    assert_eq!(logits.len(), positive.len(), "one label for each logit");
    let counts = Ranking::new(logits, positive).positive_predictions();
    let &[_, positives] = counts.last()?;
    let ends = with_neighbours(&counts, |[_, before], [_, here], [_, after]| {
        before != here || here != after
    });
    let points = ends.map(|[false_, true_]| [true_ / positives, true_ / (true_ + false_)]);
    (positives > 0.0).then(|| std::iter::once([0.0, 1.0]).chain(points).collect())
}

/// Returns the first point, the last one, and those between for which `keep` is true of the point
/// before, the point itself and the point after.
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

    // tests/references/curves.rs compares with scikit-learn.

    #[test]
    fn a_tie_of_both_classes_is_a_slope_and_points_on_a_line_are_left_out() {
        // By hand: false and true positives at the thresholds 3, 2, 1 and 0: (0, 1), (0, 2), (2, 3),
        // (2, 4). The first of them is on a line with its neighbours, but the first is always kept.
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
    fn without_both_classes_there_is_no_roc_curve_and_without_positives_no_curve() {
        assert_eq!(roc_curve(&[1.0, 2.0], &[true, true]), None);
        let all_positive = precision_recall_curve(&[1.0, 2.0], &[true, true]);
        assert_eq!(all_positive.unwrap(), [[0.0, 1.0], [0.5, 1.0], [1.0, 1.0]]);
        assert_eq!(roc_curve(&[1.0, 2.0], &[false, false]), None);
        assert_eq!(precision_recall_curve(&[1.0, 2.0], &[false, false]), None);
    }

    #[test]
    fn without_images_there_is_no_curve() {
        assert_eq!(roc_curve(&[], &[]), None);
        assert_eq!(precision_recall_curve(&[], &[]), None);
    }

    #[test]
    fn with_a_nan_of_either_sign_there_is_no_curve() {
        for nan in [f32::NAN, -f32::NAN] {
            for positive in [true, false] {
                let (logits, positive) = ([2.0, nan, -3.0], [true, positive, false]);
                assert_eq!(roc_curve(&logits, &positive), None);
                assert_eq!(precision_recall_curve(&logits, &positive), None);
            }
        }
    }

    #[test]
    fn infinite_logits_are_the_first_and_the_last_threshold() {
        let logits = [f32::NEG_INFINITY, 0.0, f32::INFINITY];
        let positive = [false, true, true];
        let expected = [[0.0, 0.0], [0.0, 0.5], [0.0, 1.0], [1.0, 1.0]];
        assert_eq!(roc_curve(&logits, &positive).unwrap(), expected);
    }
}
