//! The lines of several curves in one plot, each with its digit on it.

use super::curve::visible;
use super::enlarged::{self, Corner};
use crate::base::area::Point;
use crate::base::axes::Axes;
use crate::base::badge::Badges;
use crate::base::canvas::Canvas;
use crate::base::count::real;
use crate::base::style::{Paint, Stroke};

/// The curve of a class.
pub(super) struct ClassCurve {
    /// The index of the class.
    pub(super) class: usize,
    pub(super) digit: u8,
    /// The area under the curve; `None` where it is undefined.
    pub(super) score: Option<f64>,
    pub(super) points: Vec<[f64; 2]>,
}

/// Draws the curves with their digits, the best on top, and their corner enlarged if most of them turn
/// close to it.
pub(super) fn draw(
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
    use crate::test_support::{assert_near, count};

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
}
