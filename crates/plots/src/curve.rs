//! A curve in the unit square, and its best corner enlarged: the curves of a good network turn so
//! near to it that nothing of them could be seen otherwise.

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
    if let Some(side) = turn(points, threshold, corner) {
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
    const SAME: f64 = 1e-9;
    let mut kept: Vec<Point> = Vec::new();
    let mut places = places.peekable();
    while let Some(place) = places.next() {
        let across = |kept: &Point| (kept.0 - place.0).abs();
        let up = |kept: &Point| (kept.1 - place.1).abs();
        let near = |kept: &Point| across(kept) < SEEN && up(kept) < SEEN;
        if places.peek().is_some() && kept.last().is_some_and(near) {
            continue;
        }
        let on_line = kept.last_chunk::<2>().is_some_and(|ends| {
            ends.iter().all(|end| across(end) < SAME) || ends.iter().all(|end| up(end) < SAME)
        });
        if on_line {
            kept.pop();
        }
        kept.push(place);
    }
    kept
}

/// The side of the square in the corner that holds the whole turn of the curve and the threshold,
/// as a round number; none if it can be seen without a lens, or there is nothing to be seen.
fn turn(points: &[[f64; 2]], threshold: Option<[f64; 2]>, corner: Corner) -> Option<f64> {
    // Beyond it, a lens shows hardly more than the plot.
    const LARGEST: f64 = 0.1;
    const SMALLEST: f64 = 1e-6;
    let on_edge = |from: &[f64; 2], to: &[f64; 2]| {
        let beside = |[x, _]: &[f64; 2]| (x - corner.x()).abs() < SMALLEST;
        let above = |[_, y]: &[f64; 2]| 1.0 - y < SMALLEST;
        (beside(from) && beside(to)) || (above(from) && above(to))
    };
    let turning = points
        .windows(2)
        .filter(|ends| !on_edge(&ends[0], &ends[1]))
        .flatten()
        .chain(&threshold);
    let reach = turning
        .map(|point| corner.distance(*point))
        .fold(0.0, f64::max);
    if reach < SMALLEST {
        return None;
    }
    // Room around it, as a fifth of the side.
    let sides = (1..=6)
        .rev()
        .flat_map(|power| [1.0, 2.0, 5.0].map(|factor| factor * 0.1_f64.powi(power)));
    sides
        .filter(|side| *side <= LARGEST * 1.01)
        .find(|side| *side >= 1.2 * reach)
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
    let (from, to) = match corner {
        Corner::UpperLeft => (0.0, side),
        Corner::UpperRight => (1.0 - side, 1.0),
    };
    let lens = Axes {
        area,
        x: Scale::between(from, to, 1),
        y: Scale::between(1.0 - side, 1.0, 1),
    };
    // The curve runs along the edges of the plot outside of the square: that is how it was chosen.
    let inside: Vec<[f64; 2]> = points
        .iter()
        .map(|[x, y]| [x.clamp(from, to), y.max(1.0 - side)])
        .collect();
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
        canvas.line(axes.point(from, 1.0 - side), (area.left, area.top), guide);
        canvas.line(axes.point(to, 1.0 - side), (area.right(), area.top), guide);
        canvas.rectangle(area, Paint::Panel);
        lens.draw(canvas, "", "");
        canvas.outline(area, Stroke::solid(Paint::Muted, 1.0));
        line(canvas, &lens, &inside);
        mark(canvas, &lens, threshold);
    });
}
