//! Precision against recall at each threshold.

use crate::axes::Entry;
use crate::canvas::{Area, Canvas};
use crate::curve::{self, Corner, THRESHOLD_MARK, unit_axes};
use crate::evaluation::Answers;
use crate::panel::{NOT_ALL_NUMBERS, missing, panel};
use crate::style::{Paint, Stroke};
use crate::wording::{share, unit};

/// Draws the curve, the average precision as text, and the precision of answers by chance.
pub(crate) fn draw(canvas: &mut Canvas, room: Area, answers: &Answers) {
    const HEADING: &str = "Precision and recall";
    let [[tn, fp], [fn_, tp]] = answers.confusion_matrix;
    let positives = tp.saturating_add(fn_);
    let base_rate = share(positives, positives.saturating_add(tn).saturating_add(fp));
    let precision = share(tp, tp.saturating_add(fp));
    let recall = share(tp, positives);
    let threshold = recall
        .zip(precision)
        .map(|(recall, precision)| [recall, precision]);

    let remark = answers.average_precision;
    let remark = remark.map(|average| format!("average precision {}", unit(average)));
    let remark = remark.unwrap_or_default();
    if answers.precision_recall.is_empty() {
        let area = panel(canvas, room, HEADING, &remark, &[]);
        let why = match positives {
            0 => format!("needs images of digit {}", answers.digits[1]),
            _ => NOT_ALL_NUMBERS.to_owned(),
        };
        missing(canvas, area, &why);
        return;
    }
    let chance = Stroke::dashed(Paint::Muted, 1.3);
    let base = base_rate.map(|rate| Entry {
        line: Some(chance),
        mark: None,
        name: format!("base rate {}", unit(rate)),
    });
    let marked = threshold.map(|_| Entry {
        line: None,
        mark: Some(THRESHOLD_MARK),
        name: format!("threshold {}", unit(answers.threshold)),
    });
    let entries: Vec<Entry> = base.into_iter().chain(marked).collect();
    let axes = unit_axes(panel(canvas, room, HEADING, &remark, &entries));
    axes.draw(canvas, "recall", "precision");
    if let Some(rate) = base_rate {
        canvas.line(axes.point(0.0, rate), axes.point(1.0, rate), chance);
    }
    let steps = steps(&answers.precision_recall);
    let corner = Corner::UpperRight;
    curve::draw(canvas, &axes, "precision-recall", &steps, threshold, corner);
}

/// The corners of the curve: a precision holds for the recall gained since the point before, as
/// the average precision counts it, and is not interpolated.
fn steps(points: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let mut before = 0.0;
    let corners = points.iter().flat_map(|&[recall, precision]| {
        let from = std::mem::replace(&mut before, recall);
        [[from, precision], [recall, precision]]
    });
    corners.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::tests::{assert_close, corners};
    use crate::evaluation::{EvaluationPart, evaluation_part, six_images};
    use crate::inspect::{group, numbers};

    #[test]
    fn a_precision_holds_back_to_the_recall_before() {
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
    fn precision_holds_back_to_the_recall_before() {
        let svg =
            evaluation_part("", "", &six_images(), EvaluationPart::PrecisionRecall).to_inline_svg();
        let places = numbers(group(&svg, "precision-recall"), "points");
        // The curve begins at a precision of 1 and ends at one half.
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
}
