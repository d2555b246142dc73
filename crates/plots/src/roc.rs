//! The receiver operating characteristic: how many images of the positive digit are found for how
//! many of the other called so, at each threshold.

use crate::axes::Entry;
use crate::canvas::{Area, Canvas};
use crate::curve::{self, Corner, THRESHOLD_MARK, unit_axes};
use crate::evaluation::Answers;
use crate::panel::{NOT_ALL_NUMBERS, missing, panel};
use crate::style::{Paint, Stroke};
use crate::wording::{share, unit};

/// Draws the curve, the area under it as text, and the diagonal of answers by chance.
///
/// Points are joined by straight lines: images of one probability are answered together, and a
/// slanted line is what the area counts them for. Without such images, the lines are steps.
pub(crate) fn draw(canvas: &mut Canvas, room: Area, answers: &Answers) {
    let chance = Stroke::dashed(Paint::Muted, 1.3);
    let threshold = rates(answers);
    let mut entries = vec![Entry {
        line: Some(chance),
        mark: None,
        name: "chance".to_owned(),
    }];
    entries.extend(threshold.map(|_| Entry {
        line: None,
        mark: Some(THRESHOLD_MARK),
        name: format!("threshold {}", unit(answers.threshold)),
    }));
    let remark = answers.roc_auc.map(|area| format!("area {}", unit(area)));
    let remark = remark.unwrap_or_default();
    if answers.roc.is_empty() {
        let area = panel(canvas, room, "ROC curve", &remark, &[]);
        let why = match threshold {
            None => "needs images of both digits",
            Some(_) => NOT_ALL_NUMBERS,
        };
        missing(canvas, area, why);
        return;
    }
    let axes = unit_axes(panel(canvas, room, "ROC curve", &remark, &entries));
    axes.draw(canvas, "false positive rate", "true positive rate");
    canvas.line(axes.point(0.0, 0.0), axes.point(1.0, 1.0), chance);
    let corner = Corner::UpperLeft;
    curve::draw(canvas, &axes, "roc", &answers.roc, threshold, corner);
}

/// False and true positive rate at the threshold.
fn rates(answers: &Answers) -> Option<[f64; 2]> {
    let [[tn, fp], [fn_, tp]] = answers.confusion_matrix;
    let false_positives = share(fp, tn.saturating_add(fp))?;
    let true_positives = share(tp, tp.saturating_add(fn_))?;
    Some([false_positives, true_positives])
}

#[cfg(test)]
mod tests {
    use crate::curve::tests::{assert_close, corners};
    use crate::evaluation::{EvaluationPart, evaluation_part, six_images};
    use crate::inspect::{group, numbers};

    #[test]
    fn the_roc_curve_goes_through_its_points_and_the_threshold_lies_on_it() {
        let svg = evaluation_part("", "", &six_images(), EvaluationPart::Roc).to_inline_svg();
        let places = numbers(group(&svg, "roc"), "points");
        let (bottom, top) = (places[1], places[places.len() - 1]);
        let third = 1.0 / 3.0;
        let expected = [
            [0.0, 0.0],
            [0.0, 2.0 * third],
            [2.0 * third, 2.0 * third],
            [2.0 * third, 1.0],
            [1.0, 1.0],
        ];
        assert_close(&corners(&svg, "roc", bottom, top), &expected);
        // One of three negative images is called positive, two of three positive ones are.
        let mark = numbers(group(&svg, "threshold"), "d");
        let (left, right) = (places[0], places[places.len() - 2]);
        let x = (mark[0] - left) / (right - left);
        // A diamond begins at its upper corner, 1.25 radii of 5 pixels above its middle.
        let y = (mark[1] + 6.25 - bottom) / (top - bottom);
        assert_close(&[[x, y]], &[[third, 2.0 * third]]);
    }
}
