//! A small reliability diagram for each class: curves of ten classes in one plot could not be told apart.

use super::calibration::{radius, shown};
use super::class_data::{ClassEvaluation, ClassResults};
use super::curve::REFERENCE;
use crate::base::area::Area;
use crate::base::axes::Axes;
use crate::base::canvas::Canvas;
use crate::base::count::real;
use crate::base::legend::Entry;
use crate::base::mark::Mark;
use crate::base::number_format::{images, probability};
use crate::base::scale::Scale;
use crate::base::style::Paint;
use crate::base::text::{Anchor, TextStyle};
use crate::charts::panel::{SOME_NAN, missing, panel};

/// The largest number of diagrams in a row.
const COLUMNS: usize = 5;

/// Between two diagrams: the tick labels of the right one.
const GAP: f64 = 40.0;

/// Space above a diagram for its digit and its calibration error, and below it for tick labels.
const ABOVE: f64 = 34.0;
const BELOW: f64 = 30.0;

/// The largest side of a diagram.
const MAX_SIDE: f64 = 240.0;

/// Space beside and below the diagrams for the names of the axes, and above them for the legend.
const LEFT: f64 = 58.0;
const FOOT: f64 = 20.0;
const HEAD: f64 = 50.0;

/// The height of the diagrams of so many classes without heading.
pub(super) fn height(width: f64, classes: usize) -> f64 {
    let rows = classes.div_ceil(columns(classes));
    HEAD + real(rows) * (ABOVE + side(width, classes) + BELOW) + FOOT
}

/// As many diagrams in each row as possible.
fn columns(classes: usize) -> usize {
    let rows = classes.div_ceil(COLUMNS).max(1);
    classes.div_ceil(rows).max(1)
}

fn side(width: f64, classes: usize) -> f64 {
    let columns = real(columns(classes));
    ((width - LEFT + GAP) / columns - GAP).min(MAX_SIDE)
}

/// Draws the diagrams, in the order of the classes.
pub(super) fn draw(canvas: &mut Canvas, area: Area, heading: &str, results: &ClassEvaluation) {
    let digits = &results.confusion_matrix.digits;
    let classes: Vec<(&u8, &ClassResults)> = digits.iter().zip(&results.classes).collect();
    let entries = [
        Entry::line(REFERENCE, "perfect"),
        Entry::mark(
            Mark::Circle,
            Paint::Series(0),
            "bin, larger for more images",
        ),
    ];
    let inside = panel(
        canvas,
        area,
        heading,
        "each digit against all others",
        &entries,
    );
    if classes.is_empty() {
        return missing(canvas, inside, "no classes");
    }
    let (columns, side) = (columns(classes.len()), side(area.width, classes.len()));
    let top = inside.top;
    for (index, (digit, class)) in classes.iter().enumerate() {
        let (row, column) = (index / columns, index % columns);
        let diagram = Area {
            left: area.left + LEFT + real(column) * (side + GAP),
            top: top + real(row) * (ABOVE + side + BELOW) + ABOVE,
            width: side,
            height: side,
        };
        canvas.group_with_tip("class", &format!("digit {digit}"), |canvas| {
            draw_diagram(canvas, diagram, **digit, class);
        });
    }
    let rows = real(classes.len().div_ceil(columns));
    let bottom = top + rows * (ABOVE + side + BELOW);
    let right = area.left + LEFT + real(columns) * (side + GAP) - GAP;
    let name = TextStyle::LABEL.anchored(Anchor::Middle);
    let middle = f64::midpoint(area.left + LEFT, right);
    canvas.text("mean output", (middle, bottom + 8.0), name);
    let beside = (area.left + 14.0, f64::midpoint(top, bottom));
    canvas.text_upwards("fraction of images of the digit", beside, name);
}

fn draw_diagram(canvas: &mut Canvas, area: Area, digit: u8, class: &ClassResults) {
    let title = TextStyle::HEADING;
    let baseline = area.top - 8.0;
    let name = format!("digit {digit}");
    canvas.text(&name, (area.left, baseline), title);
    if let Some(error) = class.calibration_error {
        let error = format!("error {}", probability(error));
        let style = TextStyle::SMALL.anchored(Anchor::End);
        let error = style.fitted(&error, area.width - title.width(&name) - 6.0);
        canvas.text(&error, (area.right(), baseline), style);
    }
    let bins = shown(&class.calibration);
    let Some(largest) = bins.iter().map(|bin| bin.images).max() else {
        let has_images = class.calibration.iter().any(|bin| bin.images > 0);
        let reason = if has_images { SOME_NAN } else { "no images" };
        return missing(canvas, area, reason);
    };
    let axes = Axes {
        area,
        x: Scale::between(0.0, 1.0, 2),
        y: Scale::between(0.0, 1.0, 2),
    };
    axes.draw(canvas, "", "");
    canvas.line(axes.point(0.0, 0.0), axes.point(1.0, 1.0), REFERENCE);
    for bin in bins {
        let center = axes.point(bin.mean_probability, bin.positive_fraction);
        let tip = format!(
            "{}: mean output {}, fraction of digit {digit} {}",
            images(bin.images),
            probability(bin.mean_probability),
            probability(bin.positive_fraction)
        );
        canvas.group_with_tip("point", &tip, |canvas| {
            canvas.mark(
                Mark::Circle,
                center,
                radius(bin.images, largest),
                Paint::Series(0),
            );
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::evaluation::EvaluationPart;
    use crate::charts::evaluation::class_data::classes;
    use crate::charts::evaluation::classes::class_evaluation_part;
    use crate::test_support::{
        assert_near, assert_texts, count, dashed_lines, groups, numbers, tips,
    };

    #[test]
    fn diagrams_are_in_rows_as_equal_as_possible() {
        let rows = |classes| (columns(classes), classes.div_ceil(columns(classes)));
        assert_eq!(
            [1, 3, 5, 6, 7, 10].map(rows),
            [(1, 1), (3, 1), (5, 1), (3, 2), (4, 2), (5, 2)]
        );
    }

    #[test]
    fn each_class_has_a_diagram_with_its_bins() {
        let results = classes(10);
        let figure = class_evaluation_part("", "", &results, EvaluationPart::Calibration);
        assert_eq!(count(&figure, "class"), 10);
        assert_eq!(count(&figure, "point"), 20);
        // class / 10 / 2.
        assert_texts(&figure, &["digit 7", "error 0.35", "mean output"]);
        let svg = figure.to_inline_svg();
        assert_eq!(
            tips(&svg, "point")[7],
            "10 images: mean output 0.95, fraction of digit 3 0.7"
        );
        // The diagonal of the fourth diagram.
        let [left, bottom, right, top] = dashed_lines(&svg)[3];
        let mark = groups(&svg, "point").nth(7).unwrap();
        let found = numbers(mark, "d");
        // 10 of at most 90 images.
        let radius = 3.0;
        let expected = [
            left + 0.95 * (right - left) - radius,
            bottom + 0.7 * (top - bottom),
        ];
        assert_near(&found[..2], &expected);
    }

    #[test]
    fn a_class_without_images_says_so() {
        let mut results = classes(3);
        results.classes[1].calibration = Vec::new();
        let figure = class_evaluation_part("", "", &results, EvaluationPart::Calibration);
        assert_eq!(count(&figure, "missing"), 1);
        assert_texts(&figure, &["no images"]);
        results.classes.clear();
        let figure = class_evaluation_part("", "", &results, EvaluationPart::Calibration);
        assert_texts(&figure, &["no classes"]);
    }
}
