//! The reliability diagram: of the images with a probability of 0.8, are four in five the positive
//! digit?

use super::curve::{REFERENCE, unit_axes};
use super::data::{CalibrationBin, EvaluationResults};
use crate::base::area::{Area, Point};
use crate::base::axes::Axes;
use crate::base::canvas::Canvas;
use crate::base::count::real;
use crate::base::legend::Entry;
use crate::base::mark::Mark;
use crate::base::number_format::{images, probability};
use crate::base::style::Paint;
use crate::charts::panel::{SOME_NAN, missing, panel};
use crate::charts::point_labels::{PointLabels, Sides};

const PAINT: Paint = Paint::Series(0);

const Y_NAME: &str = "fraction of positives";

/// Radii of the marks, from a single image to the largest bin.
const MIN_RADIUS: f64 = 3.0;
const MAX_RADIUS: f64 = 7.0;

/// The distance of labels from marks, so that it is visible which label belongs to which mark.
const LABEL_DISTANCE: f64 = 3.0;

/// Draws the bins as points, larger for more images and labeled with their number of images, and the
/// diagonal of perfect calibration.
pub(super) fn draw(canvas: &mut Canvas, area: Area, heading: &str, results: &EvaluationResults) {
    let mut bins = shown(&results.calibration);
    // The largest bins are labeled first, in case there is not enough space for all.
    bins.sort_by_key(|bin| std::cmp::Reverse(bin.images));
    let remark = results
        .calibration_error
        .map(|error| format!("expected calibration error {}", probability(error)));
    let remark = remark.unwrap_or_default();
    if bins.is_empty() {
        let reason = if results.calibration.iter().any(|bin| bin.images > 0) {
            SOME_NAN
        } else {
            "no images"
        };
        let area = panel(canvas, area, heading, &remark, &[]);
        return missing(canvas, area, reason);
    }
    let entries = [
        Entry::line(REFERENCE, "perfect"),
        Entry::mark(Mark::Circle, PAINT, "bin, number of images"),
    ];
    let axes = unit_axes(panel(canvas, area, heading, &remark, &entries));
    axes.draw(canvas, "mean predicted probability", Y_NAME);
    canvas.line(axes.point(0.0, 0.0), axes.point(1.0, 1.0), REFERENCE);
    draw_bins(canvas, &axes, &bins);
}

/// Draws the bins, the largest first, and then as many labels as there is space for.
fn draw_bins(canvas: &mut Canvas, axes: &Axes, bins: &[CalibrationBin]) {
    let largest = bins[0].images;
    let marks: Vec<(&CalibrationBin, Point, f64)> = bins
        .iter()
        .map(|bin| {
            let center = axes.point(bin.mean_probability, bin.positive_fraction);
            (bin, center, radius(bin.images, largest))
        })
        .collect();
    // Labels of the outer bins may extend a little beyond the plot, but not to the tick labels.
    let inside = Area {
        left: axes.area.left - 8.0,
        width: axes.area.width + 20.0,
        ..axes.area
    };
    let mut labels = PointLabels::new(inside, Sides::AboveOrBelow);
    for (bin, center, radius) in &marks {
        labels.keep_free(*center, *radius + LABEL_DISTANCE);
        let tip = format!(
            "{}: mean probability {}, {Y_NAME} {}",
            images(bin.images),
            probability(bin.mean_probability),
            probability(bin.positive_fraction)
        );
        canvas.group_with_tip("point", &tip, |canvas| {
            canvas.mark(Mark::Circle, *center, *radius, PAINT);
        });
    }
    for (bin, center, radius) in marks {
        let distance = radius + LABEL_DISTANCE;
        labels.place(canvas, &bin.images.to_string(), center, distance, &[]);
    }
}

/// The bins with images and a point.
pub(super) fn shown(bins: &[CalibrationBin]) -> Vec<CalibrationBin> {
    let shown = bins.iter().copied().filter(|bin| {
        bin.images > 0 && bin.mean_probability.is_finite() && bin.positive_fraction.is_finite()
    });
    shown.collect()
}

/// The area of a mark is proportional to its images, down to a visible minimum.
pub(super) fn radius(images: usize, largest: usize) -> f64 {
    (MAX_RADIUS * (real(images) / real(largest)).sqrt()).max(MIN_RADIUS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::evaluation::data::six_images;
    use crate::charts::evaluation::{EvaluationPart, evaluation_part};
    use crate::test_support::{
        assert_near, dashed_lines, find, groups, numbers, readable_texts, tips,
    };

    #[test]
    fn areas_are_proportional_to_the_images_down_to_a_minimum() {
        assert!((radius(400, 400) - 7.0).abs() < 1e-9);
        assert!((radius(100, 400) - 3.5).abs() < 1e-9);
        assert!((radius(1, 400) - 3.0).abs() < 1e-9);
    }

    #[test]
    fn bins_without_images_or_with_nan_are_left_out() {
        let bin = |images, mean_probability| CalibrationBin {
            mean_probability,
            positive_fraction: 0.5,
            images,
        };
        let bins = [bin(0, 0.5), bin(3, 0.25), bin(2, f64::NAN)];
        assert_eq!(shown(&bins), [bin(3, 0.25)]);
    }

    #[test]
    fn bins_are_at_their_probability_and_fraction_with_their_number_of_images() {
        let bin = |mean_probability, positive_fraction, images| CalibrationBin {
            mean_probability,
            positive_fraction,
            images,
        };
        let results = EvaluationResults {
            calibration: vec![bin(0.1, 0.0, 1), bin(0.4, 0.75, 4), bin(0.9, 1.0, 9)],
            ..six_images()
        };
        let figure = evaluation_part("", "", &results, EvaluationPart::Calibration);
        let svg = figure.to_inline_svg();
        // Perfect calibration, from (0, 0) to (1, 1).
        let [left, bottom, right, top] = dashed_lines(&svg)[0];
        let texts = readable_texts(&figure);
        assert!(right > left && bottom > top);
        assert!(find(&texts, "mean predicted probability").center().1 > bottom);
        assert!(find(&texts, "fraction of positives").center().0 < left);
        // The largest first: radii of 7, 7 · 2 / 3, and at least 3.
        let expected = [
            (0.9, 1.0, 7.0, "9"),
            (0.4, 0.75, 4.67, "4"),
            (0.1, 0.0, 3.0, "1"),
        ];
        for (mark, (x, y, radius, label)) in groups(&svg, "point").zip(expected) {
            let point = (left + x * (right - left), bottom + y * (top - bottom));
            // A circle starts at its left with its two radii.
            let found = numbers(mark, "d");
            assert_near(&found[..3], &[point.0 - radius, point.1, radius]);
            let label = find(&texts, label).center();
            assert!((label.0 - point.0).abs() < 9.0 && (label.1 - point.1).abs() < 25.0);
        }
        assert_eq!(
            tips(&svg, "point")[1],
            "4 images: mean probability 0.4, fraction of positives 0.75"
        );
    }
}
