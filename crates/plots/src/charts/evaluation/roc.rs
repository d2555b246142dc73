//! The receiver operating characteristic: true positive rate against false positive rate.

use super::curve::{Curve, REFERENCE, threshold_entry, unit_axes};
use super::data::EvaluationResults;
use super::enlarged::{self, Corner};
use crate::base::area::Area;
use crate::base::canvas::Canvas;
use crate::base::legend::Entry;
use crate::base::number_format::probability;
use crate::charts::panel::{SOME_NAN, missing, panel};

/// Draws the curve, the area under it as text, and the diagonal of predictions by chance.
///
/// Points are joined by straight lines: images of equal probability change their prediction at the
/// same threshold, and the area counts them by a slanted line. Without such images, all lines are
/// horizontal or vertical.
pub(super) fn draw(canvas: &mut Canvas, area: Area, heading: &str, results: &EvaluationResults) {
    let threshold = results.rates();
    let remark = results
        .roc_auc
        .map(|area| format!("AUC {}", probability(area)));
    let remark = remark.unwrap_or_default();
    if results.roc.is_empty() {
        let reason = match threshold {
            None => "needs images of both digits",
            Some(_) => SOME_NAN,
        };
        let area = panel(canvas, area, heading, &remark, &[]);
        return missing(canvas, area, reason);
    }
    let mut entries = vec![Entry::line(REFERENCE, "chance")];
    entries.extend(threshold.map(|_| threshold_entry(results.threshold)));
    let axes = unit_axes(panel(canvas, area, heading, &remark, &entries));
    axes.draw(canvas, "false positive rate", "true positive rate");
    canvas.line(axes.point(0.0, 0.0), axes.point(1.0, 1.0), REFERENCE);
    let curve = Curve {
        points: &results.roc,
        threshold,
    };
    enlarged::draw(canvas, &axes, "roc", &curve, Corner::UpperLeft);
}

#[cfg(test)]
mod tests {
    use crate::charts::evaluation::curve::tests::{assert_close, corners};
    use crate::charts::evaluation::data::six_images;
    use crate::charts::evaluation::{EvaluationPart, evaluation, evaluation_part};
    use crate::test_support::{assert_near, dashed_lines, find, group, numbers, readable_texts};

    #[test]
    fn the_roc_curve_goes_through_its_points_and_the_threshold() {
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
        // One of three negative images is predicted positive, and two of three positive ones are.
        let mark = numbers(group(&svg, "threshold"), "d");
        let (left, right) = (places[0], places[places.len() - 2]);
        let x = (mark[0] - left) / (right - left);
        // A diamond starts at its upper corner, 1.25 radii of 5 pixels above its center.
        let y = (mark[1] + 6.25 - bottom) / (top - bottom);
        assert_close(&[[x, y]], &[[third, 2.0 * third]]);
    }

    #[test]
    fn the_unit_square_is_a_square_on_the_page() {
        for figure in [
            evaluation_part("", "", &six_images(), EvaluationPart::Roc),
            evaluation("Evaluation", "a note", &six_images()),
        ] {
            let svg = figure.to_inline_svg();
            let places = numbers(group(&svg, "roc"), "points");
            let last = places.len() - 2;
            let (across, up) = (places[last] - places[0], places[1] - places[last + 1]);
            assert!((across - up).abs() < 0.05, "{across} {up}");
        }
    }

    #[test]
    fn chance_is_the_diagonal_and_rates_are_at_their_axes() {
        let mut results = six_images();
        results.threshold = 0.75;
        let figure = evaluation_part("", "", &results, EvaluationPart::Roc);
        let svg = figure.to_inline_svg();
        let points = numbers(group(&svg, "roc"), "points");
        let (left, bottom) = (points[0], points[1]);
        let (right, top) = (points[points.len() - 2], points[points.len() - 1]);
        assert_near(&dashed_lines(&svg)[0], &[left, bottom, right, top]);
        let texts = readable_texts(&figure);
        assert!(find(&texts, "false positive rate").center().1 > bottom);
        assert!(find(&texts, "true positive rate").center().0 < left);
        find(&texts, "threshold 0.75");
    }
}
