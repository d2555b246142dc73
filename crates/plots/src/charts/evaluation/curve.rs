//! A curve in the unit square, with the point of the threshold in use.

use crate::base::area::{Area, Point};
use crate::base::axes::Axes;
use crate::base::canvas::Canvas;
use crate::base::legend::Entry;
use crate::base::mark::Mark;
use crate::base::number_format::probability;
use crate::base::scale::Scale;
use crate::base::style::{Paint, Stroke};

/// The line that shows what predictions by chance, or perfect ones, would give.
pub(super) const REFERENCE: Stroke = Stroke::dashed(Paint::Muted, 1.3);

const THRESHOLD_MARK: Mark = Mark::Diamond;
const THRESHOLD_PAINT: Paint = Paint::Series(1);

/// The legend entry of the threshold.
pub(super) fn threshold_entry(threshold: f64) -> Entry {
    let name = format!("threshold {}", probability(threshold));
    Entry::mark(THRESHOLD_MARK, THRESHOLD_PAINT, name)
}

/// Axes from 0 to 1 of equal length, in the upper left of the area.
pub(super) fn unit_axes(area: Area) -> Axes {
    const STEPS: usize = 5;
    let side = area.width.min(area.height);
    Axes {
        area: Area {
            width: side,
            height: side,
            ..area
        },
        x: Scale::between(0.0, 1.0, STEPS),
        y: Scale::between(0.0, 1.0, STEPS),
    }
}

/// A curve through points in [0, 1], and the point of the threshold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Curve<'a> {
    pub(super) points: &'a [[f64; 2]],
    pub(super) threshold: Option<[f64; 2]>,
}

impl Curve<'_> {
    pub(super) fn draw_line(&self, canvas: &mut Canvas, axes: &Axes) {
        let points = self.points.iter().map(|[x, y]| axes.point(*x, *y));
        let stroke = Stroke::solid(Paint::Series(0), 2.0);
        canvas.polyline(&visible(points), stroke);
    }

    pub(super) fn draw_threshold(&self, canvas: &mut Canvas, axes: &Axes) {
        if let Some([x, y]) = self.threshold {
            canvas.group("threshold", |canvas| {
                canvas.mark(THRESHOLD_MARK, axes.point(x, y), 5.0, THRESHOLD_PAINT);
            });
        }
    }
}

/// Drops points too close to the previous one and points inside horizontal or vertical lines, so
/// that the curve of a million images is not a large file.
pub(super) fn visible(points: impl Iterator<Item = Point>) -> Vec<Point> {
    const RESOLUTION: f64 = 0.1;
    let mut kept: Vec<Point> = Vec::new();
    let mut points = points.peekable();
    while let Some(point) = points.next() {
        let near =
            |kept: &Point| (kept.0 - point.0).abs().max((kept.1 - point.1).abs()) < RESOLUTION;
        if points.peek().is_some() && kept.last().is_some_and(near) {
            continue;
        }
        if kept
            .last_chunk()
            .is_some_and(|[from, to]| continues(*from, *to, point))
        {
            kept.pop();
        }
        kept.push(point);
    }
    kept
}

/// Whether a horizontal or vertical line from one point to another continues to a third.
fn continues(from: Point, to: Point, point: Point) -> bool {
    const SAME: f64 = 1e-9;
    let stays = |from: f64, to: f64, point: f64| (to - from).abs().max((point - to).abs()) < SAME;
    let on = |from: f64, to: f64, point: f64| (to - from) * (point - to) >= 0.0;
    let horizontal = stays(from.1, to.1, point.1) && on(from.0, to.0, point.0);
    let vertical = stays(from.0, to.0, point.0) && on(from.1, to.1, point.1);
    horizontal || vertical
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::test_support::{group, numbers};

    /// The points of a curve as fractions of its plot, whose width it spans, and whose height is
    /// from `bottom` to `top` on the page.
    pub(in crate::charts::evaluation) fn corners(
        svg: &str,
        class: &str,
        bottom: f64,
        top: f64,
    ) -> Vec<[f64; 2]> {
        let places = numbers(group(svg, class), "points");
        let (left, right) = (places[0], places[places.len() - 2]);
        let fraction = |place: &[f64]| {
            let (x, y) = (
                (place[0] - left) / (right - left),
                (place[1] - bottom) / (top - bottom),
            );
            [x, y]
        };
        places.chunks(2).map(fraction).collect()
    }

    pub(in crate::charts::evaluation) fn assert_close(found: &[[f64; 2]], expected: &[[f64; 2]]) {
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.as_flattened().iter().zip(expected.as_flattened()) {
            // Points are rounded to a hundredth of a pixel.
            assert!((found - expected).abs() < 1e-4, "{found} for {expected}");
        }
    }

    #[test]
    fn invisible_points_of_a_line_are_dropped_and_its_turns_stay() {
        let places = [
            (0.0, 9.0),
            (0.0, 7.0),
            (0.0, 5.0),
            // Down and up again.
            (0.0, 8.0),
            (0.0, 6.0),
            (0.05, 6.0),
            (4.0, 6.0),
            (8.0, 6.0),
            (8.05, 6.05),
        ];
        let seen = [
            (0.0, 9.0),
            (0.0, 5.0),
            (0.0, 8.0),
            (0.0, 6.0),
            (8.0, 6.0),
            (8.05, 6.05),
        ];
        assert_eq!(visible(places.into_iter()), seen);
    }
}
