//! The reliability diagram: whether of the images with a probability of 0.8 four in five are the
//! positive digit.

use crate::axes::Entry;
use crate::canvas::{Area, Canvas, Point};
use crate::curve::unit_axes;
use crate::evaluation::{Answers, CalibrationBin};
use crate::labels::{Labels, Sides};
use crate::panel::{NOT_ALL_NUMBERS, missing, panel};
use crate::style::{Mark, Paint, Stroke};
use crate::wording::{images, unit};

/// Radii of the marks, from a single image to the largest bin.
const SMALLEST: f64 = 3.0;
const LARGEST: f64 = 7.0;

/// How far numbers stay from marks, so that it can be seen to which one they belong.
const APART: f64 = 3.0;

/// Draws the bins as points, larger for more images and each with its number of images, and the
/// diagonal on which they lie if probabilities mean what they say.
pub(crate) fn draw(canvas: &mut Canvas, room: Area, answers: &Answers) {
    let perfect = Stroke::dashed(Paint::Muted, 1.3);
    let mut bins = filled(&answers.calibration);
    // Where there is not room for all their numbers, the largest have theirs.
    bins.sort_by_key(|bin| std::cmp::Reverse(bin.images));
    let remark = answers.calibration_error;
    let remark = remark.map(|error| format!("calibration error {}", unit(error)));
    let remark = remark.unwrap_or_default();
    if bins.is_empty() {
        let area = panel(canvas, room, "Calibration", &remark, &[]);
        let why = if answers.calibration.iter().any(|bin| bin.images > 0) {
            NOT_ALL_NUMBERS
        } else {
            "no images"
        };
        missing(canvas, area, why);
        return;
    }
    let entries = [
        Entry {
            line: Some(perfect),
            mark: None,
            name: "perfect".to_owned(),
        },
        Entry {
            line: None,
            mark: Some((Mark::Circle, Paint::Series(0))),
            name: "bin, with its images".to_owned(),
        },
    ];
    let axes = unit_axes(panel(canvas, room, "Calibration", &remark, &entries));
    let digit = answers.digits[1];
    axes.draw(
        canvas,
        "mean probability",
        &format!("share of digit {digit}"),
    );
    canvas.line(axes.point(0.0, 0.0), axes.point(1.0, 1.0), perfect);

    let most = bins[0].images;
    let marks: Vec<(&CalibrationBin, Point, f64)> = bins
        .iter()
        .map(|bin| {
            let place = axes.point(bin.mean_probability, bin.positive_share);
            (bin, place, radius(bin.images, most))
        })
        .collect();
    // The numbers of the outer bins may reach a little beyond the plot, not to the axis's numbers.
    let inside = Area {
        left: axes.area.left - 8.0,
        width: axes.area.width + 20.0,
        ..axes.area
    };
    let mut labels = Labels::new(inside, Sides::AboveOrBelow);
    for (bin, place, radius) in &marks {
        labels.keep_free(*place, *radius + APART);
        let probability = unit(bin.mean_probability);
        let share = unit(bin.positive_share);
        let tip = format!(
            "{}: mean probability {probability}, share of digit {digit} {share}",
            images(bin.images)
        );
        canvas.group_with_tip("point", &tip, |canvas| {
            canvas.mark(Mark::Circle, *place, *radius, Paint::Series(0));
        });
    }
    for (bin, place, radius) in marks {
        labels.place(canvas, &bin.images.to_string(), place, radius + APART, &[]);
    }
}

/// The bins that have images and a place.
fn filled(bins: &[CalibrationBin]) -> Vec<CalibrationBin> {
    let filled = bins.iter().copied().filter(|bin| {
        bin.images > 0 && bin.mean_probability.is_finite() && bin.positive_share.is_finite()
    });
    filled.collect()
}

/// An area in proportion to the images, as far as it can be seen.
#[expect(clippy::cast_precision_loss, reason = "no more than a pixel's part")]
fn radius(images: u64, most: u64) -> f64 {
    (LARGEST * (images as f64 / most as f64).sqrt()).max(SMALLEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_are_in_proportion_to_the_images_until_they_are_too_small() {
        assert!((radius(400, 400) - 7.0).abs() < 1e-9);
        assert!((radius(100, 400) - 3.5).abs() < 1e-9);
        assert!((radius(1, 400) - 3.0).abs() < 1e-9);
    }

    #[test]
    fn bins_without_images_or_place_are_left_out() {
        let bin = |images, mean_probability| CalibrationBin {
            mean_probability,
            positive_share: 0.5,
            images,
        };
        let bins = [bin(0, 0.5), bin(3, 0.25), bin(2, f64::NAN)];
        assert_eq!(filled(&bins), [bin(3, 0.25)]);
    }
}
