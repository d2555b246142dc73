//! A histogram of the probabilities, with bars upwards and downwards: of the positive and the negative
//! digit, or of correct and wrong predictions among more digits.

use super::class_data::ClassEvaluation;
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

/// The indices of the two sides; those of digits are the negative and the positive one.
const DOWN: usize = 0;
const UP: usize = 1;

const LIMIT: Stroke = Stroke::dashed(Paint::Ink, 1.3);

/// Two sets of images by their probability: the first is drawn downwards, the second upwards.
struct Sides<'a> {
    probabilities: [&'a [f64]; 2],
    /// Which images they are, after their number: "of digit 3".
    which: [String; 2],
    entries: [Entry; 2],
    paints: [Paint; 2],
    /// The name of the x axis.
    x_name: String,
    /// A probability that is marked by a line, and what it is: "threshold".
    limit: Option<(f64, &'static str)>,
}

/// Draws the bars of both digits and the threshold.
pub(super) fn draw(canvas: &mut Canvas, area: Area, heading: &str, results: &EvaluationResults) {
    let entry = |class: usize, mark, direction| {
        let name = format!("digit {}, {direction}", results.digits[class]);
        Entry::mark(mark, Paint::Series(class), name)
    };
    let [negative, positive] = results.probabilities.each_ref();
    let sides = Sides {
        probabilities: [negative, positive],
        which: results.digits.map(|digit| format!("of digit {digit}")),
        entries: [
            entry(DOWN, Mark::Square, "downwards"),
            entry(UP, Mark::Triangle, "upwards"),
        ],
        paints: [Paint::Series(DOWN), Paint::Series(UP)],
        x_name: format!("probability of digit {}", results.digits[UP]),
        limit: Some((results.threshold, "threshold")),
    };
    draw_sides(canvas, area, heading, sides);
}

/// Draws the largest outputs of the images that are predicted correctly upwards, and of those that are
/// predicted wrongly downwards: where the network was sure, and was wrong. Predictions left of the limit
/// for rejecting are those that were rejected.
pub(super) fn draw_classes(
    canvas: &mut Canvas,
    area: Area,
    heading: &str,
    results: &ClassEvaluation,
) {
    let [wrong, correct] = results.largest_outputs.each_ref();
    let sides = Sides {
        probabilities: [wrong, correct],
        which: ["predicted wrongly", "predicted correctly"].map(str::to_owned),
        entries: [
            Entry::mark(Mark::Square, Paint::Wrong, "wrong, downwards"),
            Entry::mark(Mark::Triangle, Paint::Series(0), "correct, upwards"),
        ],
        paints: [Paint::Wrong, Paint::Series(0)],
        x_name: "largest output".to_owned(),
        limit: (results.reject > 0.0).then_some((results.reject, "rejected below")),
    };
    draw_sides(canvas, area, heading, sides);
}

fn draw_sides(canvas: &mut Canvas, area: Area, heading: &str, sides: Sides<'_>) {
    let bins = sides
        .probabilities
        .map(|of_side| histogram(of_side.iter().copied(), (0.0, 1.0), BINS));
    let Some(axis) = CountAxis::of(bins.iter().flatten()) else {
        let reason = if sides
            .probabilities
            .iter()
            .any(|of_side| !of_side.is_empty())
        {
            SOME_NAN
        } else {
            "no images"
        };
        let area = panel(canvas, area, heading, "", &[]);
        return missing(canvas, area, reason);
    };
    let remark = remark(&sides, &axis);
    let [down, up] = sides.entries;
    let limit = sides
        .limit
        .map(|(value, name)| Entry::line(LIMIT, format!("{name} {}", probability(value))));
    let entries: Vec<Entry> = [up, down].into_iter().chain(limit).collect();
    let area = panel(canvas, area, heading, &remark, &entries);
    draw_axes(canvas, area, &axis, &sides.x_name);
    draw_bars(canvas, area, &axis, &bins, (&sides.which, sides.paints));
    if let Some((limit, _)) = sides.limit {
        let x = area.left + limit.clamp(0.0, 1.0) * area.width;
        canvas.group("threshold", |canvas| {
            canvas.line((x, area.top), (x, area.bottom()), LIMIT);
        });
    }
}

fn draw_bars(
    canvas: &mut Canvas,
    area: Area,
    axis: &CountAxis,
    bins: &[Vec<usize>; 2],
    (which, paints): (&[String; 2], [Paint; 2]),
) {
    for (side, counts) in bins.iter().enumerate() {
        for (bin, images) in counts.iter().enumerate().filter(|(_, images)| **images > 0) {
            let tip = format!(
                "{} {} from {:.2} to {:.2}",
                image_count(*images),
                which[side],
                edge(bin),
                edge(bin + 1)
            );
            let bar = bar(area, bin, side, axis.length(*images));
            canvas.group_with_tip("bar", &tip, |canvas| canvas.rectangle(bar, paints[side]));
        }
    }
}

/// The number of images, and what the plot does not show.
fn remark(sides: &Sides<'_>, axis: &CountAxis) -> String {
    let [down, up] = [DOWN, UP].map(|side| {
        let images = image_count(sides.probabilities[side].len());
        format!("{images} {}", sides.which[side])
    });
    let probabilities = sides.probabilities.into_iter().flatten();
    let without = match probabilities.filter(|value| value.is_nan()).count() {
        0 => String::new(),
        without => format!("; {without} with NaN probability"),
    };
    let scale = if axis.is_logarithmic() {
        "; logarithmic scale"
    } else {
        ""
    };
    format!("{down}, {up}{without}{scale}")
}

/// The lower edge of a bin.
fn edge(bin: usize) -> f64 {
    real(bin) / real(BINS)
}

/// A bar from the middle of the area, upwards or downwards.
fn bar(area: Area, bin: usize, side: usize, length: f64) -> Area {
    const GAP: f64 = 1.0;
    let (_, middle) = area.center();
    let height = length * area.height / 2.0;
    Area {
        left: area.left + edge(bin) * area.width + GAP / 2.0,
        top: if side == UP { middle - height } else { middle },
        width: area.width / real(BINS) - GAP,
        height,
    }
}

fn draw_axes(canvas: &mut Canvas, area: Area, axis: &CountAxis, x_name: &str) {
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
        canvas.text(x_name, below, name);
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
    use crate::charts::evaluation::class_data::classes;
    use crate::charts::evaluation::classes::class_evaluation_part;
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
    fn of_several_digits_the_limit_for_rejecting_is_marked_if_there_is_one() {
        let part = EvaluationPart::Probabilities;
        let mut results = classes(3);
        let without = class_evaluation_part("", "", &results, part).to_inline_svg();
        assert_eq!(groups(&without, "threshold").count(), 0);
        results.reject = 0.75;
        let figure = class_evaluation_part("", "", &results, part);
        let svg = figure.to_inline_svg();
        let limit = numbers(groups(&svg, "threshold").next().unwrap(), "x1")[0];
        let texts = readable_texts(&figure);
        find(&texts, "rejected below 0.75");
        let at = |text: &str| find(&texts, text).center().0;
        assert!((limit - at("0.0") - 0.75 * (at("1.0") - at("0.0"))).abs() < 1.0);
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
