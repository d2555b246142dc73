//! Precision against recall at each threshold.

use crate::axes::Entry;
use crate::canvas::{Area, Canvas};
use crate::curve::{self, Corner, THRESHOLD_MARK, unit_axes};
use crate::evaluation::Answers;
use crate::panel::{missing, panel};
use crate::rounding::{share, unit};
use crate::style::{Paint, Stroke};

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
        let why = format!("needs images of digit {}", answers.digits[1]);
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

/// The corners of the curve from the left: a precision holds from the recall before it to its own,
/// as the average precision counts it, and is not interpolated.
fn steps(points: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let recall_falls = points
        .first()
        .zip(points.last())
        .is_some_and(|(first, last)| first[0] > last[0]);
    let mut rising = points.to_vec();
    if recall_falls {
        rising.reverse();
    }
    let mut before = 0.0;
    let corners = rising.into_iter().flat_map(|[recall, precision]| {
        [
            [std::mem::replace(&mut before, recall), precision],
            [recall, precision],
        ]
    });
    corners.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_precision_holds_back_to_the_recall_before_in_either_order() {
        // Labels 1, 0, 1 from the largest probability: precisions 1, 1/2, 2/3 at recalls 1/2,
        // 1/2, 1. The average precision is 1/2 * 1 + 1/2 * 2/3.
        let mut points = vec![[0.5, 1.0], [0.5, 0.5], [1.0, 2.0 / 3.0]];
        let expected = [
            [0.0, 1.0],
            [0.5, 1.0],
            [0.5, 0.5],
            [0.5, 0.5],
            [0.5, 2.0 / 3.0],
            [1.0, 2.0 / 3.0],
        ];
        assert_eq!(steps(&points), expected);
        points.reverse();
        assert_eq!(steps(&points), expected);
    }
}
