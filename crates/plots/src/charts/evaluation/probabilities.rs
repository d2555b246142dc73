//! A histogram of the probabilities: bars of the positive digit upwards, of the negative downwards.

use super::count_axis::{CountAxis, short};
use super::data::EvaluationResults;
use crate::base::area::Area;
use crate::base::canvas::Canvas;
use crate::base::count::real;
use crate::base::histogram::histogram;
use crate::base::legend::Entry;
use crate::base::mark::Mark;
use crate::base::number_format::{images as image_count, probability};
use crate::base::style::{Paint, Stroke};
use crate::base::text::{Anchor, TextStyle};
use crate::charts::panel::{SOME_NAN, missing, panel};

/// Bins of equal width from 0 to 1.
const BINS: usize = 20;

/// The indices of the digits.
const NEGATIVE: usize = 0;
const POSITIVE: usize = 1;

const THRESHOLD: Stroke = Stroke::dashed(Paint::Ink, 1.3);

/// Draws the bars of both digits and the threshold.
pub(super) fn draw(canvas: &mut Canvas, area: Area, heading: &str, results: &EvaluationResults) {
    let probabilities = results.probabilities.each_ref();
    let bins = probabilities.map(|of_digit| histogram(of_digit.iter().copied(), (0.0, 1.0), BINS));
    let Some(axis) = CountAxis::of(bins.iter().flatten()) else {
        let reason = if probabilities.iter().any(|of_digit| !of_digit.is_empty()) {
            SOME_NAN
        } else {
            "no images"
        };
        let area = panel(canvas, area, heading, "", &[]);
        return missing(canvas, area, reason);
    };
    let entry = |class: usize, mark, direction| {
        let name = format!("digit {}, {direction}", results.digits[class]);
        Entry::mark(mark, Paint::Series(class), name)
    };
    let threshold = format!("threshold {}", probability(results.threshold));
    let entries = [
        entry(POSITIVE, Mark::Triangle, "upwards"),
        entry(NEGATIVE, Mark::Square, "downwards"),
        Entry::line(THRESHOLD, threshold),
    ];
    let area = panel(canvas, area, heading, &remark(results, &axis), &entries);
    draw_axes(canvas, area, &axis, results.digits[POSITIVE]);
    draw_bars(canvas, area, &axis, results.digits, &bins);
    let x = area.left + results.threshold.clamp(0.0, 1.0) * area.width;
    canvas.group("threshold", |canvas| {
        canvas.line((x, area.top), (x, area.bottom()), THRESHOLD);
    });
}

fn draw_bars(
    canvas: &mut Canvas,
    area: Area,
    axis: &CountAxis,
    digits: [u8; 2],
    bins: &[Vec<usize>; 2],
) {
    for (class, counts) in bins.iter().enumerate() {
        for (bin, images) in counts.iter().enumerate().filter(|(_, images)| **images > 0) {
            let tip = format!(
                "{} of digit {} from {:.2} to {:.2}",
                image_count(*images),
                digits[class],
                edge(bin),
                edge(bin + 1)
            );
            let bar = bar(area, bin, class, axis.length(*images));
            canvas.group_with_tip("bar", &tip, |canvas| {
                canvas.rectangle(bar, Paint::Series(class));
            });
        }
    }
}

/// The number of images, and what the plot does not show.
fn remark(results: &EvaluationResults, axis: &CountAxis) -> String {
    let [negative, positive] = [NEGATIVE, POSITIVE].map(|class| {
        let images = image_count(results.probabilities[class].len());
        format!("{images} of digit {}", results.digits[class])
    });
    let probabilities = results.probabilities.iter().flatten();
    let without = match probabilities.filter(|value| value.is_nan()).count() {
        0 => String::new(),
        without => format!("; {without} with NaN probability"),
    };
    let scale = if axis.is_logarithmic() {
        "; logarithmic scale"
    } else {
        ""
    };
    format!("{negative}, {positive}{without}{scale}")
}

/// The lower edge of a bin.
fn edge(bin: usize) -> f64 {
    real(bin) / real(BINS)
}

/// A bar from the middle of the area, upwards for the positive digit and downwards for the other.
fn bar(area: Area, bin: usize, class: usize, length: f64) -> Area {
    const GAP: f64 = 1.0;
    let (_, middle) = area.center();
    let height = length * area.height / 2.0;
    Area {
        left: area.left + edge(bin) * area.width + GAP / 2.0,
        top: if class == POSITIVE {
            middle - height
        } else {
            middle
        },
        width: area.width / real(BINS) - GAP,
        height,
    }
}

fn draw_axes(canvas: &mut Canvas, area: Area, axis: &CountAxis, digit: u8) {
    canvas.group("axes", |canvas| {
        draw_counts(canvas, area, axis);
        let (middle_x, middle) = area.center();
        let line = Stroke::solid(Paint::Muted, 1.0);
        canvas.line((area.left, middle), (area.right(), middle), line);
        let label = TextStyle::SMALL.anchored(Anchor::Middle);
        for tenths in (0..=10).step_by(2) {
            let tick = f64::from(tenths) / 10.0;
            let (x, bottom) = (area.left + tick * area.width, area.bottom());
            canvas.line(
                (x, bottom),
                (x, bottom + 4.0),
                Stroke::solid(Paint::Grid, 1.0),
            );
            canvas.text(&format!("{tick:.1}"), (x, bottom + 18.0), label);
        }
        let name = TextStyle::LABEL.anchored(Anchor::Middle);
        let below = (middle_x, area.bottom() + 38.0);
        canvas.text(&format!("probability of digit {digit}"), below, name);
        canvas.text_upwards("number of images", (area.left - 44.0, middle), name);
    });
}

/// Draws grid lines and labels of the counts, upwards and downwards.
fn draw_counts(canvas: &mut Canvas, area: Area, axis: &CountAxis) {
    let (_, middle) = area.center();
    let style = TextStyle::SMALL.anchored(Anchor::End);
    for &tick in axis.ticks() {
        let height = axis.length(tick) * area.height / 2.0;
        // Leave space for the 0 in the middle.
        if height <= style.size {
            continue;
        }
        for y in [middle - height, middle + height] {
            canvas.line(
                (area.left, y),
                (area.right(), y),
                Stroke::solid(Paint::Grid, 1.0),
            );
            canvas.text(&short(tick), (area.left - 8.0, y + 4.0), style);
        }
    }
    canvas.text("0", (area.left - 8.0, middle + 4.0), style);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::evaluation::data::six_images;
    use crate::charts::evaluation::{EvaluationPart, evaluation_part};
    use crate::test_support::{area, find, groups, numbers, readable_texts, tips};

    #[test]
    fn bars_of_the_positive_digit_go_up_and_those_of_the_negative_down() {
        let results = EvaluationResults {
            probabilities: [vec![0.02, 0.03], vec![0.97]],
            ..six_images()
        };
        let figure = evaluation_part("", "", &results, EvaluationPart::Probabilities);
        let svg = figure.to_inline_svg();
        assert_eq!(
            tips(&svg, "bar"),
            [
                "2 images of digit 3 from 0.00 to 0.05",
                "1 image of digit 8 from 0.95 to 1.00",
            ]
        );
        let [down, up] = [0, 1].map(|index| groups(&svg, "bar").nth(index).unwrap());
        assert!(down.contains("fill-series0") && up.contains("fill-series1"));
        let side = |bar: &str, name: &str| numbers(bar, name)[0];
        assert!((side(up, "y") + side(up, "height") - side(down, "y")).abs() < 0.02);
        assert!((side(down, "height") - 2.0 * side(up, "height")).abs() < 0.02);
        // From the first of twenty bins to the last.
        let width = side(up, "width") + 1.0;
        assert!((side(up, "x") - side(down, "x") - 19.0 * width).abs() < 0.02);
        // The threshold of 0.5 is between the tenth and the eleventh bin.
        let threshold = groups(&svg, "threshold").next().unwrap();
        let left = side(down, "x") - 0.5;
        assert!((side(threshold, "x1") - left - 10.0 * width).abs() < 0.02);
    }

    #[test]
    fn bars_end_at_the_labels_of_their_counts() {
        let results = EvaluationResults {
            threshold: 0.25,
            probabilities: [vec![0.02, 0.03], vec![0.97]],
            ..six_images()
        };
        let figure = evaluation_part("", "", &results, EvaluationPart::Probabilities);
        let svg = figure.to_inline_svg();
        let [down, up] = [0, 1].map(|index| area(groups(&svg, "bar").nth(index).unwrap()));
        let texts = readable_texts(&figure);
        // Labels are centered on their counts by eye, the upper one first.
        let [upper_one, lower_two] = [("1", 0), ("2", 1)].map(|(text, index)| {
            let mut found = texts.iter().filter(|written| written.text == text);
            found.nth(index).unwrap().center().1
        });
        assert!((up[1] - upper_one).abs() < 2.0);
        assert!((down[1] + down[3] - lower_two).abs() < 2.0);
        let (left, width) = (down[0] - 0.5, 20.0 * (down[2] + 1.0));
        for (text, value) in [("0.0", 0.0), ("0.2", 0.2), ("1.0", 1.0)] {
            assert!((find(&texts, text).center().0 - left - value * width).abs() < 1.0);
        }
        let threshold = groups(&svg, "threshold").next().unwrap();
        assert!((numbers(threshold, "x1")[0] - left - width / 4.0).abs() < 0.1);
        find(&texts, "threshold 0.25");
        find(&texts, "probability of digit 8");
        assert!(find(&texts, "number of images").center().0 < left);
    }

    #[test]
    fn the_legend_has_the_colors_of_the_bars() {
        let figure = evaluation_part("", "", &six_images(), EvaluationPart::Probabilities);
        let svg = figure.to_inline_svg();
        let legend = groups(&svg, "legend").next().unwrap();
        let order = [
            "fill-series1",
            "digit 8, upwards",
            "fill-series0",
            "digit 3, downwards",
        ];
        let places = order.map(|part| legend.find(part).unwrap());
        assert!(places.is_sorted(), "{places:?}");
    }
}
