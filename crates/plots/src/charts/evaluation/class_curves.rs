//! The curves of several classes in one plot, each class against all others.

use std::cmp::Ordering;

use super::class_data::{ClassEvaluation, ClassResults};
use super::curve::{REFERENCE, unit_axes, visible};
use super::enlarged::{self, Corner};
use super::precision_recall::steps;
use crate::base::area::{Area, Point};
use crate::base::axes::Axes;
use crate::base::badge::Badges;
use crate::base::canvas::Canvas;
use crate::base::count::real;
use crate::base::legend::Entry;
use crate::base::number_format::probability;
use crate::base::style::{Paint, Stroke};
use crate::charts::panel::{missing, panel};

/// The curve of a class.
struct ClassCurve {
    /// The index of the class.
    class: usize,
    digit: u8,
    /// The area under the curve; `None` where it is undefined.
    score: Option<f64>,
    points: Vec<[f64; 2]>,
}

/// Draws the receiver operating characteristic of each class, with the diagonal of predictions by chance.
pub(super) fn draw_roc(canvas: &mut Canvas, area: Area, heading: &str, results: &ClassEvaluation) {
    let curves = curves(results, |class| (class.roc_auc, class.roc.clone()));
    let chance = Entry::line(REFERENCE, "chance");
    let area = draw_legend(canvas, area, heading, "AUC", &curves, Some(chance));
    let Some(axes) = draw_axes(canvas, area, &curves, ["false", "true"].map(rate)) else {
        return;
    };
    canvas.line(axes.point(0.0, 0.0), axes.point(1.0, 1.0), REFERENCE);
    draw_curves(canvas, &axes, "roc", &curves, Corner::UpperLeft);
}

/// Draws precision against recall of each class, in steps.
pub(super) fn draw_precision_recall(
    canvas: &mut Canvas,
    area: Area,
    heading: &str,
    results: &ClassEvaluation,
) {
    let curves = curves(results, |class| {
        (class.average_precision, steps(&class.precision_recall))
    });
    let area = draw_legend(canvas, area, heading, "average precision", &curves, None);
    let names = ["recall", "precision"].map(str::to_owned);
    if let Some(axes) = draw_axes(canvas, area, &curves, names) {
        draw_curves(
            canvas,
            &axes,
            "precision-recall",
            &curves,
            Corner::UpperRight,
        );
    }
}

fn rate(kind: &str) -> String {
    format!("{kind} positive rate")
}

/// The curves of all classes, the best first; those without a score last.
fn curves(
    results: &ClassEvaluation,
    of: impl Fn(&ClassResults) -> (Option<f64>, Vec<[f64; 2]>),
) -> Vec<ClassCurve> {
    let digits = results.confusion_matrix.digits.iter();
    let classes = digits.zip(&results.classes).enumerate();
    let mut curves: Vec<ClassCurve> = classes
        .map(|(class, (digit, results))| {
            let (score, points) = of(results);
            ClassCurve {
                class,
                digit: *digit,
                score,
                points,
            }
        })
        .collect();
    curves.sort_by(|one, other| {
        let [one, other] = [one, other].map(|curve| curve.score.filter(|score| !score.is_nan()));
        match (one, other) {
            (Some(one), Some(other)) => other.total_cmp(&one),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        }
    });
    curves
}

/// Draws the mean score, and a legend of the classes with their scores; returns the area of the plot.
fn draw_legend(
    canvas: &mut Canvas,
    area: Area,
    heading: &str,
    name: &str,
    curves: &[ClassCurve],
    reference: Option<Entry>,
) -> Area {
    let scores: Vec<f64> = curves.iter().filter_map(|curve| curve.score).collect();
    let remark = if scores.is_empty() {
        String::new()
    } else {
        let mean = scores.iter().sum::<f64>() / real(scores.len());
        format!(
            "each digit against all others: mean {name} {}",
            probability(mean)
        )
    };
    let entries = curves.iter().map(|curve| {
        let score = curve.score.map_or("-".to_owned(), probability);
        Entry::line(
            Stroke::of_class(curve.class),
            format!("{}: {score}", curve.digit),
        )
    });
    let entries: Vec<Entry> = entries.chain(reference).collect();
    panel(canvas, area, heading, &remark, &entries)
}

/// Draws the axes; `None`, and the reason, if no class has a curve.
fn draw_axes(
    canvas: &mut Canvas,
    area: Area,
    curves: &[ClassCurve],
    [x_name, y_name]: [String; 2],
) -> Option<Axes> {
    if curves.iter().all(|curve| curve.points.is_empty()) {
        missing(
            canvas,
            area,
            "needs images of two digits, without NaN outputs",
        );
        return None;
    }
    let axes = unit_axes(area);
    axes.draw(canvas, &x_name, &y_name);
    Some(axes)
}

/// Draws the curves with their digits, the best on top, and their corner enlarged if most of them turn
/// close to it.
fn draw_curves(
    canvas: &mut Canvas,
    axes: &Axes,
    group: &str,
    curves: &[ClassCurve],
    corner: Corner,
) {
    let turns = curves
        .iter()
        .map(|curve| enlarged::turn(&curve.points, corner));
    if let Some(side) = enlarged::side(middle(turns), 0.0) {
        enlarged::draw_corner(canvas, axes, corner, side, |canvas, enlarged| {
            enlarged::draw_lines(canvas, enlarged, |canvas| {
                for curve in curves.iter().rev() {
                    draw_line(canvas, enlarged, curve);
                }
            });
            draw_digits(canvas, enlarged, curves, corner);
        });
    }
    for curve in curves.iter().rev() {
        canvas.group(group, |canvas| draw_line(canvas, axes, curve));
    }
    draw_digits(canvas, axes, curves, corner);
}

/// The median of the distances that are neither 0, as for perfect predictions, nor infinite; 0 if there
/// are none.
fn middle(turns: impl Iterator<Item = f64>) -> f64 {
    let mut turns: Vec<f64> = turns
        .filter(|turn| *turn > 0.0 && turn.is_finite())
        .collect();
    turns.sort_by(f64::total_cmp);
    turns.get(turns.len() / 2).copied().unwrap_or(0.0)
}

fn on_page(axes: &Axes, curve: &ClassCurve) -> Vec<Point> {
    visible(curve.points.iter().map(|[x, y]| axes.point(*x, *y)))
}

fn draw_line(canvas: &mut Canvas, axes: &Axes, curve: &ClassCurve) {
    canvas.polyline(&on_page(axes, curve), Stroke::of_class(curve.class));
}

/// Draws the digit of each curve on it, where a ray from the corner opposite of the best one crosses it:
/// each curve on another ray, so that also curves on top of each other have their digits apart.
fn draw_digits(canvas: &mut Canvas, axes: &Axes, curves: &[ClassCurve], corner: Corner) {
    let area = axes.area;
    let from = match corner {
        Corner::UpperLeft => (area.right(), area.bottom()),
        Corner::UpperRight => (area.left, area.bottom()),
    };
    let inward = if from.0 > area.left { -1.0 } else { 1.0 };
    let mut badges = Badges::default();
    for (curve, index) in curves.iter().zip(0..) {
        let angle = std::f64::consts::FRAC_PI_2 * (real(index) + 0.5) / real(curves.len());
        let direction = (inward * angle.cos(), -angle.sin());
        let crossing = crossing(&on_page(axes, curve), from, direction);
        let inside = crossing.filter(|point| area.grown(0.5).contains(*point));
        if let Some(point) = inside {
            badges.place(canvas, curve.digit, point, Paint::Class(curve.class));
        }
    }
}

/// The first point at which a ray crosses a line through points.
fn crossing(line: &[Point], from: Point, (dx, dy): (f64, f64)) -> Option<Point> {
    // Positive on one side of the ray, negative on the other.
    let side = |(x, y): Point| (x - from.0) * dy - (y - from.1) * dx;
    let pairs = line.windows(2);
    let crossings = pairs.filter_map(|pair| {
        let (start, end) = (pair[0], pair[1]);
        let (before, after) = (side(start), side(end));
        if before * after > 0.0 || before.to_bits() == after.to_bits() {
            return None;
        }
        let part = before / (before - after);
        let point = (
            start.0 + part * (end.0 - start.0),
            start.1 + part * (end.1 - start.1),
        );
        let is_ahead = (point.0 - from.0) * dx + (point.1 - from.1) * dy > 0.0;
        is_ahead.then_some(point)
    });
    crossings.into_iter().next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::evaluation::EvaluationPart;
    use crate::charts::evaluation::class_data::classes;
    use crate::charts::evaluation::classes::class_evaluation_part;
    use crate::test_support::{
        assert_near, assert_texts, count, dashed_lines, group, groups, numbers, texts,
    };

    #[test]
    fn each_class_has_a_curve_and_an_entry_and_the_best_is_first() {
        let results = classes(10);
        for (part, class, scores) in [
            // 1 - (class / 10)² / 2, and 1 - (class / 10)².
            (EvaluationPart::Roc, "roc", ["0: 1", "1: 0.995", "9: 0.595"]),
            (
                EvaluationPart::PrecisionRecall,
                "precision-recall",
                ["0: 1", "1: 0.99", "9: 0.19"],
            ),
        ] {
            let figure = class_evaluation_part("", "", &results, part);
            assert_eq!(count(&figure, class), 10);
            let texts = texts(&figure);
            let places = scores.map(|score| texts.iter().position(|text| text == score).unwrap());
            assert!(places.is_sorted(), "{texts:?}");
            let svg = figure.to_inline_svg();
            // The best is drawn last, on top.
            let drawn: Vec<&str> = groups(&svg, class).collect();
            assert!(drawn[9].contains("stroke-class0") && drawn[0].contains("stroke-class9"));
        }
    }

    #[test]
    fn the_worst_class_is_first_in_the_data_and_last_in_the_legend() {
        let mut results = classes(4);
        results.classes.reverse();
        results.classes[1].roc_auc = None;
        results.classes[1].roc = Vec::new();
        let figure = class_evaluation_part("", "", &results, EvaluationPart::Roc);
        let legend: Vec<String> = texts(&figure)
            .into_iter()
            .filter(|text| text.contains(": ") && text.len() < 12)
            .collect();
        assert_eq!(legend, ["3: 1", "2: 0.995", "0: 0.955", "1: -"]);
        assert_texts(&figure, &["each digit against all others: mean AUC 0.9833"]);
    }

    #[test]
    fn a_curve_goes_through_its_points() {
        let figure = class_evaluation_part("", "", &classes(3), EvaluationPart::Roc);
        let svg = figure.to_inline_svg();
        let chance = dashed_lines(&svg).into_iter();
        let [left, bottom, right, top] = chance
            .filter(|line| line[0] < line[2] && line[1] > line[3])
            .max_by(|one, other| (one[2] - one[0]).total_cmp(&(other[2] - other[0])))
            .unwrap();
        let x = |rate: f64| left + rate * (right - left);
        let y = |rate: f64| bottom + rate * (top - bottom);
        // The worst of three, the third class, misses a fifth.
        let worst = numbers(group(&svg, "roc"), "points");
        let expected = [[0.0, 0.0], [0.0, 0.8], [0.2, 1.0], [1.0, 1.0]];
        let expected = expected.map(|[fp, tp]| [x(fp), y(tp)]);
        assert_near(&worst, expected.as_flattened());
    }

    #[test]
    fn digits_are_on_their_curves() {
        // A ray at 45 degrees upwards from the lower right corner of a square of 100.
        let curve = [(0.0, 100.0), (0.0, 20.0), (30.0, 0.0), (100.0, 0.0)];
        let found = crossing(&curve, (100.0, 100.0), (-1.0, -1.0)).unwrap();
        // x = y on the line from (0, 20) to (30, 0): y = 20 - 2 / 3 x.
        assert_near(&[found.0, found.1], &[12.0, 12.0]);
        assert_eq!(crossing(&curve, (100.0, 100.0), (1.0, 1.0)), None);
        let figure = class_evaluation_part("", "", &classes(10), EvaluationPart::Roc);
        assert!(count(&figure, "badge") >= 10);
    }

    #[test]
    fn curves_that_are_all_missing_say_why() {
        let mut results = classes(3);
        for class in &mut results.classes {
            class.roc = Vec::new();
            class.roc_auc = Some(f64::NAN);
        }
        let figure = class_evaluation_part("", "", &results, EvaluationPart::Roc);
        assert_eq!(count(&figure, "missing"), 1);
        results.classes.clear();
        let figure = class_evaluation_part("", "", &results, EvaluationPart::Roc);
        assert_eq!(count(&figure, "missing"), 1);
    }
}
