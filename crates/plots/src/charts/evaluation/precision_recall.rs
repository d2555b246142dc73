//! Precision against recall at each threshold.

use super::curve::{Curve, REFERENCE, threshold_entry, unit_axes};
use super::data::EvaluationResults;
use super::enlarged::{self, Corner};
use crate::base::area::Area;
use crate::base::canvas::Canvas;
use crate::base::count::fraction;
use crate::base::legend::Entry;
use crate::base::number_format::probability;
use crate::charts::panel::{SOME_NAN, missing, panel};

/// Draws the curve, the average precision as text, and the precision of predictions by chance.
pub(super) fn draw(canvas: &mut Canvas, area: Area, heading: &str, results: &EvaluationResults) {
    let [negatives, positives] = results.images_by_label();
    let remark = results
        .average_precision
        .map(|average| format!("average precision {}", probability(average)));
    let remark = remark.unwrap_or_default();
    if results.precision_recall.is_empty() {
        let reason = match positives {
            0 => format!("needs images of digit {}", results.digits[1]),
            _ => SOME_NAN.to_owned(),
        };
        let area = panel(canvas, area, heading, &remark, &[]);
        return missing(canvas, area, &reason);
    }
    let base_rate = fraction(positives, positives.saturating_add(negatives));
    let threshold = results.recall_and_precision();
    let base_rate_entry = |rate| Entry::line(REFERENCE, format!("base rate {}", probability(rate)));
    let entries: Vec<Entry> = base_rate
        .map(base_rate_entry)
        .into_iter()
        .chain(threshold.map(|_| threshold_entry(results.threshold)))
        .collect();
    let axes = unit_axes(panel(canvas, area, heading, &remark, &entries));
    axes.draw(canvas, "recall", "precision");
    if let Some(rate) = base_rate {
        canvas.line(axes.point(0.0, rate), axes.point(1.0, rate), REFERENCE);
    }
    let curve = Curve {
        points: &steps(&results.precision_recall),
        threshold,
    };
    enlarged::draw(
        canvas,
        &axes,
        "precision-recall",
        &curve,
        Corner::UpperRight,
    );
}

/// The corners of the curve: a precision applies to the recall gained since the previous point, as
/// in the average precision, and is not interpolated.
pub(super) fn steps(points: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let mut previous = 0.0;
    let corners = points.iter().flat_map(|&[recall, precision]| {
        let from = std::mem::replace(&mut previous, recall);
        [[from, precision], [recall, precision]]
    });
    corners.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::evaluation::curve::tests::{assert_close, corners};
    use crate::charts::evaluation::data::six_images;
    use crate::charts::evaluation::{EvaluationPart, evaluation_part};
    use crate::test_support::{assert_near, dashed_lines, find, group, numbers, readable_texts};

    #[test]
    fn a_precision_applies_from_the_previous_recall() {
        // Labels 1, 0, 1 from the largest probability: precisions 1, 1/2, 2/3 at recalls 1/2,
        // 1/2, 1. The average precision is 1/2 * 1 + 1/2 * 2/3.
        let points = [[0.5, 1.0], [0.5, 0.5], [1.0, 2.0 / 3.0]];
        let expected = [
            [0.0, 1.0],
            [0.5, 1.0],
            [0.5, 0.5],
            [0.5, 0.5],
            [0.5, 2.0 / 3.0],
            [1.0, 2.0 / 3.0],
        ];
        assert_eq!(steps(&points), expected);
    }

    #[test]
    fn the_curve_goes_through_its_steps() {
        let svg =
            evaluation_part("", "", &six_images(), EvaluationPart::PrecisionRecall).to_inline_svg();
        let places = numbers(group(&svg, "precision-recall"), "points");
        // The curve starts at a precision of 1 and ends at one half.
        let (top, half) = (places[1], places[places.len() - 1]);
        let bottom = half + (half - top);
        let two_thirds = 2.0 / 3.0;
        let expected = [
            [0.0, 1.0],
            [two_thirds, 1.0],
            [two_thirds, 0.5],
            [two_thirds, 0.6],
            [1.0, 0.6],
            [1.0, 0.5],
        ];
        assert_close(&corners(&svg, "precision-recall", bottom, top), &expected);
    }

    #[test]
    fn base_rate_and_threshold_are_those_of_the_confusion_matrix() {
        // 12 of 20 images are positive; 9 of them and 2 others are predicted positive.
        let results = EvaluationResults {
            confusion_matrix: [[6, 2], [3, 9]],
            precision_recall: vec![[0.0, 1.0], [1.0, 0.5]],
            ..six_images()
        };
        let figure = evaluation_part("", "", &results, EvaluationPart::PrecisionRecall);
        let svg = figure.to_inline_svg();
        // From recall 0 and precision 1 down to 0.5, and then to recall 1.
        let points = numbers(group(&svg, "precision-recall"), "points");
        let (left, top) = (points[0], points[1]);
        let (right, half) = (points[points.len() - 2], points[points.len() - 1]);
        let y = |precision: f64| top + (1.0 - precision) / 0.5 * (half - top);
        assert_near(&dashed_lines(&svg)[0], &[left, y(0.6), right, y(0.6)]);
        let texts = readable_texts(&figure);
        find(&texts, "base rate 0.6");
        assert!(find(&texts, "precision").center().0 < left);
        assert!(find(&texts, "recall").center().1 > half);
        // Recall 9 / 12, precision 9 / 11; a diamond starts 6.25 pixels above its center.
        let mark = numbers(group(&svg, "threshold"), "d");
        let x = left + 0.75 * (right - left);
        assert_near(&mark[..2], &[x, y(9.0 / 11.0) - 6.25]);
    }
}
