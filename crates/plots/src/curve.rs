//! A curve in the unit square, and its best corner enlarged: the curves of a good network turn so
//! near to it that their turn could not be seen otherwise.

use crate::axes::{Axes, Scale};
use crate::canvas::{Area, Canvas, Point};
use crate::style::{Mark, Paint, Stroke};

/// Both values from 0 to 1.
pub(crate) fn unit_axes(area: Area) -> Axes {
    Axes {
        area,
        x: Scale::between(0.0, 1.0, 5),
        y: Scale::between(0.0, 1.0, 5),
    }
}

/// How the point of the threshold in use looks.
pub(crate) const THRESHOLD_MARK: (Mark, Paint) = (Mark::Diamond, Paint::Series(1));

/// The corner at which the curve of a perfect network turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Corner {
    UpperLeft,
    UpperRight,
}

impl Corner {
    fn x(self) -> f64 {
        match self {
            Self::UpperLeft => 0.0,
            Self::UpperRight => 1.0,
        }
    }

    /// From where to where a square of this side in the corner goes.
    fn ends(self, side: f64) -> (f64, f64) {
        match self {
            Self::UpperLeft => (0.0, side),
            Self::UpperRight => (1.0 - side, 1.0),
        }
    }

    /// How far away two values are, in the direction in which it is more.
    fn distance(self, [x, y]: [f64; 2]) -> f64 {
        (x - self.x()).abs().max(1.0 - y)
    }
}

/// Draws a curve through points in [0, 1], and the point of the threshold.
pub(crate) fn draw(
    canvas: &mut Canvas,
    axes: &Axes,
    class: &str,
    points: &[[f64; 2]],
    threshold: Option<[f64; 2]>,
    corner: Corner,
) {
    if let Some(side) = lens_side(points, threshold, corner) {
        enlarged(canvas, axes, points, threshold, corner, side);
    }
    canvas.group(class, |canvas| line(canvas, axes, points));
    mark(canvas, axes, threshold);
}

fn line(canvas: &mut Canvas, axes: &Axes, points: &[[f64; 2]]) {
    let places = points.iter().map(|[x, y]| axes.point(*x, *y));
    let stroke = Stroke::solid(Paint::Series(0), 2.0);
    canvas.polyline(&distinct(places), stroke);
}

fn mark(canvas: &mut Canvas, axes: &Axes, threshold: Option<[f64; 2]>) {
    let (shape, paint) = THRESHOLD_MARK;
    if let Some([x, y]) = threshold {
        canvas.group("threshold", |canvas| {
            canvas.mark(shape, axes.point(x, y), 5.0, paint);
        });
    }
}

/// Leaves out points that cannot be told from the one before, and those inside of a level or
/// upright line, so that the curve of a million images is no larger a file than can be seen.
fn distinct(places: impl Iterator<Item = Point>) -> Vec<Point> {
    const SEEN: f64 = 0.1;
    let mut kept: Vec<Point> = Vec::new();
    let mut places = places.peekable();
    while let Some(place) = places.next() {
        let near = |kept: &Point| (kept.0 - place.0).abs().max((kept.1 - place.1).abs()) < SEEN;
        if places.peek().is_some() && kept.last().is_some_and(near) {
            continue;
        }
        if kept
            .last_chunk()
            .is_some_and(|[from, to]| goes_on(*from, *to, place))
        {
            kept.pop();
        }
        kept.push(place);
    }
    kept
}

/// Whether a level or upright line from one place to another goes on to a third.
fn goes_on(from: Point, to: Point, place: Point) -> bool {
    const SAME: f64 = 1e-9;
    let stays = |from: f64, to: f64, place: f64| (to - from).abs().max((place - to).abs()) < SAME;
    let on = |from: f64, to: f64, place: f64| (to - from) * (place - to) >= 0.0;
    let level = stays(from.1, to.1, place.1) && on(from.0, to.0, place.0);
    let upright = stays(from.0, to.0, place.0) && on(from.1, to.1, place.1);
    level || upright
}

/// The side of the square in the corner that shows the turn of the curve and the threshold, as a
/// round number; none if they can be seen without a lens, or both are the corner itself.
fn lens_side(points: &[[f64; 2]], threshold: Option<[f64; 2]>, corner: Corner) -> Option<f64> {
    // Beyond it, a lens shows hardly more than the plot.
    const LARGEST: f64 = 0.2;
    let distance = |point: &[f64; 2]| corner.distance(*point);
    let turn = points.iter().map(distance).fold(f64::INFINITY, f64::min);
    let threshold = threshold.as_ref().map_or(0.0, distance);
    // The turn well inside, the threshold not quite at the edge.
    let reach = (4.0 * turn).max(1.2 * threshold);
    let powers = (1..=6).rev().map(|power| 10_f64.powi(power));
    let mut sides = powers.flat_map(|power| [1.0, 2.0, 5.0].map(|factor| factor / power));
    let side = sides.find(|side| *side >= reach)?;
    (reach > 0.0 && side <= LARGEST).then_some(side)
}

/// Draws the square of a corner in the free middle of the plot.
fn enlarged(
    canvas: &mut Canvas,
    axes: &Axes,
    points: &[[f64; 2]],
    threshold: Option<[f64; 2]>,
    corner: Corner,
    side: f64,
) {
    let plot = axes.area;
    let left = match corner {
        Corner::UpperLeft => 0.46,
        Corner::UpperRight => 0.26,
    };
    let area = Area {
        left: plot.left + left * plot.width,
        top: plot.top + 0.3 * plot.height,
        width: 0.48 * plot.width,
        height: 0.48 * plot.height,
    };
    // Half of the line's width belongs to the curve.
    let seen = Area {
        left: area.left - 1.0,
        top: area.top - 1.0,
        width: area.width + 2.0,
        height: area.height + 2.0,
    };
    let (from, to) = corner.ends(side);
    let lens = Axes {
        area,
        x: Scale::between(from, to, 1),
        y: Scale::between(1.0 - side, 1.0, 1),
    };
    canvas.group("enlarged", |canvas| {
        let ground = Area {
            left: area.left - 44.0,
            top: area.top - 8.0,
            width: area.width + 56.0,
            height: area.height + 32.0,
        };
        canvas.rectangle(ground, Paint::Paper);
        let guide = Stroke {
            opacity: 0.5,
            ..Stroke::solid(Paint::Muted, 1.0)
        };
        let (left, bottom) = axes.point(from, 1.0 - side);
        let (right, top) = axes.point(to, 1.0);
        let square = Area {
            left,
            top,
            width: right - left,
            height: bottom - top,
        };
        canvas.outline(square, guide);
        canvas.line((left, bottom), (area.left, area.top), guide);
        canvas.line((right, bottom), (area.right(), area.top), guide);
        canvas.rectangle(area, Paint::Panel);
        lens.draw(canvas, "", "");
        canvas.outline(area, Stroke::solid(Paint::Muted, 1.0));
        canvas.window(seen, |canvas| line(canvas, &lens, points));
        mark(canvas, &lens, threshold);
    });
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::inspect::{group, numbers};

    /// Corners of a curve in shares of its plot, of which it spans the width, and the height
    /// that lies between two places of the page.
    pub(crate) fn corners(svg: &str, class: &str, bottom: f64, top: f64) -> Vec<[f64; 2]> {
        let places = numbers(group(svg, class), "points");
        let (left, right) = (places[0], places[places.len() - 2]);
        let share = |place: &[f64]| {
            let (x, y) = (
                (place[0] - left) / (right - left),
                (place[1] - bottom) / (top - bottom),
            );
            [x, y]
        };
        places.chunks(2).map(share).collect()
    }

    pub(crate) fn assert_close(found: &[[f64; 2]], expected: &[[f64; 2]]) {
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.as_flattened().iter().zip(expected.as_flattened()) {
            // Places are rounded to a hundredth of a pixel.
            assert!((found - expected).abs() < 1e-4, "{found} for {expected}");
        }
    }

    #[test]
    fn a_lens_shows_a_turn_that_is_near_the_corner() {
        let side = |points: &[[f64; 2]], threshold, corner| lens_side(points, threshold, corner);
        let left = Corner::UpperLeft;
        // The turn is 0.01 from the corner, and well inside of a square of 0.05.
        let good = [
            [0.0, 0.0],
            [0.0, 0.99],
            [0.01, 0.99],
            [0.01, 1.0],
            [1.0, 1.0],
        ];
        assert_eq!(side(&good, None, left), Some(0.05));
        assert_eq!(side(&good, Some([0.09, 1.0]), left), Some(0.2));
        let right = good.map(|[x, y]| [1.0 - x, y]);
        assert_eq!(side(&right, None, Corner::UpperRight), Some(0.05));

        let perfect = [[0.0, 0.0], [0.0, 1.0], [1.0, 1.0]];
        assert_eq!(side(&perfect, Some([0.0, 1.0]), left), None);
        assert_eq!(side(&perfect, Some([0.004, 1.0]), left), Some(0.005));
        let bad = [[0.0, 0.0], [0.3, 0.6], [1.0, 1.0]];
        assert_eq!(side(&bad, None, left), None);
        assert_eq!(side(&[], None, left), None);
    }

    #[test]
    fn what_cannot_be_seen_of_a_line_is_left_out_and_its_turns_stay() {
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
        assert_eq!(distinct(places.into_iter()), seen);
    }
}
