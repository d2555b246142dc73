//! The receiver operating characteristic: how many images of the positive digit are found for how
//! many of the other called so, at each threshold.

use crate::axes::Entry;
use crate::canvas::{Area, Canvas};
use crate::curve::{self, Corner, THRESHOLD_MARK, unit_axes};
use crate::evaluation::Answers;
use crate::panel::{NOT_ALL_NUMBERS, missing, panel};
use crate::rounding::{share, unit};
use crate::style::{Paint, Stroke};

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
