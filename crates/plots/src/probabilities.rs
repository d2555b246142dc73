//! A histogram of the probabilities: those of the positive digit upwards, of the other downwards.

use crate::axes::Entry;
use crate::canvas::{Anchor, Area, Canvas, TextStyle};
use crate::evaluation::Answers;
use crate::panel::{NOT_ALL_NUMBERS, missing, panel};
use crate::style::{Mark, Paint, Stroke};
use crate::wording::{self, unit};

/// Bins of equal width from 0 to 1.
const BINS: usize = 20;

/// Draws the bars of both digits and the threshold.
pub(crate) fn draw(canvas: &mut Canvas, room: Area, answers: &Answers) {
    let bins = [0, 1].map(|class| histogram(&answers.probabilities[class]));
    let threshold = Stroke::dashed(Paint::Ink, 1.3);
    let Some(axis) = CountAxis::of(&bins) else {
        let area = panel(canvas, room, "Probabilities", "", &[]);
        let why = if answers.probabilities.iter().any(|some| !some.is_empty()) {
            NOT_ALL_NUMBERS
        } else {
            "no images"
        };
        missing(canvas, area, why);
        return;
    };
    let entry = |class: usize, mark, direction| Entry {
        line: None,
        mark: Some((mark, paint(class))),
        name: format!("digit {}, {direction}", answers.digits[class]),
    };
    let entries = [
        entry(1, Mark::Triangle, "upwards"),
        entry(0, Mark::Square, "downwards"),
        Entry {
            line: Some(threshold),
            mark: None,
            name: format!("threshold {}", unit(answers.threshold)),
        },
    ];
    let area = panel(
        canvas,
        room,
        "Probabilities",
        &remark(answers, &axis),
        &entries,
    );
    draw_axes(canvas, area, &axis, answers.digits[1]);
    for (class, bins) in bins.iter().enumerate() {
        for (bin, images) in bins.iter().enumerate().filter(|(_, images)| **images > 0) {
            let bar = bar(area, bin, class, axis.share(*images));
            let (from, to) = (edge(bin), edge(bin + 1));
            let digit = answers.digits[class];
            let tip = format!(
                "{} of digit {digit} from {from:.2} to {to:.2}",
                wording::images(*images)
            );
            canvas.group_with_tip("bar", &tip, |canvas| canvas.rectangle(bar, paint(class)));
        }
    }
    let x = area.left + answers.threshold.clamp(0.0, 1.0) * area.width;
    canvas.group("threshold", |canvas| {
        canvas.line((x, area.top), (x, area.bottom()), threshold);
    });
}

fn paint(class: usize) -> Paint {
    Paint::Series(class)
}

/// How many images there are, and what the plot does not show by itself.
fn remark(answers: &Answers, axis: &CountAxis) -> String {
    let [negative, positive] = [0, 1].map(|class| {
        let images = wording::images(answers.probabilities[class].len() as u64);
        format!("{images} of digit {}", answers.digits[class])
    });
    let probabilities = answers.probabilities.iter().flatten();
    let without = match probabilities.filter(|value| value.is_nan()).count() {
        0 => String::new(),
        without => format!(", {without} without a probability"),
    };
    let scale = if axis.logarithmic {
        "; logarithmic scale"
    } else {
        ""
    };
    format!("{negative}, {positive}{without}{scale}")
}

/// Images by bin; those that are not a number are in none.
fn histogram(probabilities: &[f64]) -> [u64; BINS] {
    let mut bins = [0; BINS];
    for probability in probabilities.iter().filter(|value| !value.is_nan()) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "cut to 0 to 20"
        )]
        let bin = (probability.clamp(0.0, 1.0) * real(BINS as u64)) as usize;
        // A probability of 1 belongs to the last bin.
        bins[bin.min(BINS - 1)] += 1;
    }
    bins
}

/// The probability at which a bin begins.
fn edge(bin: usize) -> f64 {
    real(bin as u64) / real(BINS as u64)
}

/// A bar from the middle of the area upwards for the positive digit, downwards for the other.
fn bar(area: Area, bin: usize, class: usize, share: f64) -> Area {
    const GAP: f64 = 1.0;
    let (_, middle) = area.center();
    let height = share * area.height / 2.0;
    Area {
        left: area.left + edge(bin) * area.width + GAP / 2.0,
        top: if class == 1 { middle - height } else { middle },
        width: area.width / real(BINS as u64) - GAP,
        height,
    }
}

/// How high a bar is for how many images.
struct CountAxis {
    most: u64,
    /// In proportion to the logarithm of one more than the images, which is 0 for none.
    logarithmic: bool,
}

impl CountAxis {
    /// None if all bins are empty. Logarithmic if the lowest bar could hardly be seen otherwise.
    fn of(bins: &[[u64; BINS]; 2]) -> Option<Self> {
        const HARDLY_SEEN: u64 = 20;
        let filled = bins
            .as_flattened()
            .iter()
            .copied()
            .filter(|images| *images > 0);
        let (least, most) = (filled.clone().min()?, filled.max()?);
        Some(Self {
            most,
            logarithmic: least.saturating_mul(HARDLY_SEEN) < most,
        })
    }

    /// The height of a bar, from 0 to 1.
    fn share(&self, images: u64) -> f64 {
        // The highest bar stays below the edge.
        const ROOM: f64 = 0.94;
        let (images, most) = (real(images), real(self.most));
        let share = if self.logarithmic {
            images.ln_1p() / most.ln_1p()
        } else {
            images / most
        };
        ROOM * share
    }

    /// Numbers to write at the axis beside 0.
    fn ticks(&self) -> Vec<u64> {
        let powers = (0..19).map(|power| 10_u64.pow(power));
        if self.logarithmic {
            return powers.take_while(|tick| *tick <= self.most).collect();
        }
        let mut steps = powers.flat_map(|power| [1, 2, 5].map(|factor| factor * power));
        let step = steps.find(|step| self.most / step <= 4).unwrap_or(u64::MAX);
        (1..=self.most / step).map(|index| index * step).collect()
    }
}

fn draw_axes(canvas: &mut Canvas, area: Area, axis: &CountAxis, digit: u8) {
    canvas.group("axes", |canvas| {
        let (_, middle) = area.center();
        let number = TextStyle::SMALL.anchored(Anchor::End);
        let grid = Stroke::solid(Paint::Grid, 1.0);
        let heights = axis.ticks().into_iter().map(|tick| {
            let height = axis.share(tick) * area.height / 2.0;
            (tick, height)
        });
        // The number of the middle line needs room too.
        for (tick, height) in heights.filter(|(_, height)| *height > number.size) {
            for y in [middle - height, middle + height] {
                canvas.line((area.left, y), (area.right(), y), grid);
                canvas.text(&short(tick), (area.left - 8.0, y + 4.0), number);
            }
        }
        canvas.text("0", (area.left - 8.0, middle + 4.0), number);
        let line = Stroke::solid(Paint::Muted, 1.0);
        canvas.line((area.left, middle), (area.right(), middle), line);
        let centered = TextStyle::SMALL.anchored(Anchor::Middle);
        for tenths in (0..=10).step_by(2) {
            let share = f64::from(tenths) / 10.0;
            let x = area.left + share * area.width;
            canvas.line((x, area.bottom()), (x, area.bottom() + 4.0), grid);
            canvas.text(&format!("{share:.1}"), (x, area.bottom() + 18.0), centered);
        }
        let name = TextStyle::LABEL.anchored(Anchor::Middle);
        let (x, y) = area.center();
        let below = (x, area.bottom() + 38.0);
        canvas.text(&format!("probability of digit {digit}"), below, name);
        canvas.text_upwards("images", (area.left - 44.0, y), name);
    });
}

/// A round count in few characters: 500, 20k, 3M.
fn short(count: u64) -> String {
    if count >= 1_000_000 && count.is_multiple_of(1_000_000) {
        format!("{}M", count / 1_000_000)
    } else if count >= 10_000 && count.is_multiple_of(1000) {
        format!("{}k", count / 1000)
    } else {
        count.to_string()
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn real(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::{EvaluationPart, evaluation_part, six_images};
    use crate::inspect::{count, group, numbers};

    #[test]
    fn probabilities_go_into_twenty_bins() {
        let bins = histogram(&[0.0, 0.049, 0.05, 0.5, 0.99, 1.0, f64::NAN]);
        let mut expected = [0; BINS];
        (expected[0], expected[1], expected[10], expected[19]) = (2, 1, 1, 2);
        assert_eq!(bins, expected);
    }

    #[test]
    fn a_single_image_beside_hundreds_is_seen() {
        let mut bins = [[0; BINS]; 2];
        assert!(CountAxis::of(&bins).is_none());
        (bins[0][0], bins[1][19]) = (20, 1);
        let axis = CountAxis::of(&bins).unwrap();
        assert!(!axis.logarithmic);
        assert_eq!(axis.ticks(), [5, 10, 15, 20]);
        assert!((axis.share(10) / axis.share(20) - 0.5).abs() < 1e-9);
        bins[0][0] = 10_000;
        let axis = CountAxis::of(&bins).unwrap();
        assert!(axis.logarithmic);
        assert_eq!(axis.ticks(), [1, 10, 100, 1000, 10_000]);
        assert!(axis.share(1) > 0.05 && axis.share(10_000) <= 1.0);
        assert!(axis.share(0) < 1e-9);
    }

    #[test]
    fn counts_are_short() {
        let counts = [1, 500, 5000, 20_000, 1_500_000, 3_000_000];
        assert_eq!(
            counts.map(short),
            ["1", "500", "5000", "20k", "1500k", "3M"]
        );
    }

    #[test]
    fn bars_of_the_positive_digit_go_up_and_those_of_the_other_down() {
        let answers = Answers {
            probabilities: [vec![0.02, 0.03], vec![0.97]],
            ..six_images()
        };
        let figure = evaluation_part("", "", &answers, EvaluationPart::Probabilities);
        let svg = figure.to_inline_svg();
        assert_eq!(count(&figure, "bar"), 2);
        let down = group(&svg, "bar");
        let up = group(&svg[svg.find(down).unwrap() + down.len()..], "bar");
        let side = |bar: &str, name: &str| numbers(bar, name)[0];
        assert!((side(up, "y") + side(up, "height") - side(down, "y")).abs() < 0.02);
        assert!((side(down, "height") - 2.0 * side(up, "height")).abs() < 0.02);
        // From the first of twenty bins to the last.
        let width = side(up, "width") + 1.0;
        assert!((side(up, "x") - side(down, "x") - 19.0 * width).abs() < 0.02);
    }
}
