//! Values of a metric as dots, with their mean and its interval.

use crate::base::area::Point;
use crate::base::canvas::Canvas;
use crate::base::count::real;
use crate::base::legend::Entry;
use crate::base::mark::Mark;
use crate::base::style::{Paint, Stroke};

pub(super) const DOT_RADIUS: f64 = 3.0;
const MEAN_RADIUS: f64 = 4.0;
const LEFT_OUT_RADIUS: f64 = 4.5;

/// How far the bars at the ends of an interval extend on either side of its line.
const END_BAR: f64 = 5.0;
const INTERVAL: Stroke = Stroke::solid(Paint::Ink, 1.6);

/// The color of dots.
pub(super) const DOT_PAINT: Paint = Paint::Series(0);

/// Along which axis of the page the metric is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MetricDirection {
    Up,
    Across,
}

impl MetricDirection {
    /// A point by its place along the metric's axis and along the other.
    fn point(self, metric: f64, other: f64) -> Point {
        match self {
            Self::Up => (other, metric),
            Self::Across => (metric, other),
        }
    }
}

/// Draws dots so that dense regions are darker: in layers, each of which is translucent.
pub(super) fn draw_dots(canvas: &mut Canvas, dots: &[Point]) {
    const LAYERS: usize = 6;
    const OPACITY: f64 = 0.4;
    let tenth = |number: f64| (number * 10.0).round() / 10.0;
    canvas.group("points", |canvas| {
        for layer in 0..LAYERS.min(dots.len()) {
            let dots = dots.iter().skip(layer).step_by(LAYERS);
            let dots = dots.map(|(x, y)| (tenth(*x), tenth(*y)));
            canvas.marks(Mark::Circle, dots, DOT_RADIUS, DOT_PAINT, OPACITY);
        }
    });
}

/// A distance from the middle for one of several dots, within `half` on either side: always the same, and different
/// for neighbors.
pub(super) fn jitter(index: usize, count: usize, half: f64) -> f64 {
    // The golden ratio's multiples modulo 1 are spread evenly.
    const GOLDEN: f64 = 0.618_033_988_749_894_9;
    if count < 2 {
        return 0.0;
    }
    (((real(index) + 0.5) * GOLDEN).fract() * 2.0 - 1.0) * half
}

/// The mean of some values and the ends of its interval, as places on the page along the metric's axis.
pub(super) struct MeanMark {
    pub(super) mean: f64,
    /// The ends as far as they are within the axis.
    pub(super) interval: Option<[IntervalEnd; 2]>,
    /// The place along the other axis.
    pub(super) other: f64,
    pub(super) direction: MetricDirection,
    pub(super) mark: Mark,
}

/// An end of an interval on the page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum IntervalEnd {
    Inside(f64),
    /// The interval continues beyond the end of the axis, which is here.
    Beyond(f64),
}

impl IntervalEnd {
    /// An end limited to the part of the page from one place to another.
    pub(super) fn within(place: f64, [one, other]: [f64; 2]) -> Self {
        const ROUNDING: f64 = 0.01;
        let (low, high) = (one.min(other), one.max(other));
        if place.is_nan() || (low - ROUNDING..=high + ROUNDING).contains(&place) {
            Self::Inside(place)
        } else {
            Self::Beyond(place.clamp(low, high))
        }
    }

    fn place(self) -> f64 {
        match self {
            Self::Inside(place) | Self::Beyond(place) => place,
        }
    }
}

impl MeanMark {
    pub(super) fn draw(&self, canvas: &mut Canvas) {
        let at = |metric, other| self.direction.point(metric, other);
        if let Some(ends) = self.interval {
            let [from, to] = ends.map(IntervalEnd::place);
            canvas.line(at(from, self.other), at(to, self.other), INTERVAL);
            for end in ends {
                if let IntervalEnd::Inside(place) = end {
                    let [from, to] = [self.other - END_BAR, self.other + END_BAR];
                    canvas.line(at(place, from), at(place, to), INTERVAL);
                }
            }
        }
        let center = at(self.mean, self.other);
        // White around the mark separates it from its interval and from dots nearby.
        canvas.mark(Mark::Circle, center, MEAN_RADIUS + 1.2, Paint::Paper);
        canvas.mark(self.mark, center, MEAN_RADIUS, Paint::Ink);
    }

    pub(super) fn goes_beyond(&self) -> bool {
        let ends = self.interval.iter().flatten();
        ends.into_iter()
            .any(|end| matches!(end, IntervalEnd::Beyond(_)))
    }
}

/// The mark of values of which some have no place on the axis.
pub(super) fn draw_left_out(canvas: &mut Canvas, at: Point, tip: &str) {
    canvas.group_with_tip("left-out", tip, |canvas| {
        canvas.mark(Mark::Cross, at, LEFT_OUT_RADIUS, Paint::Wrong);
    });
}

/// The legend of the same.
pub(super) fn left_out_entry(why: &str) -> Entry {
    Entry::mark(
        Mark::Cross,
        Paint::Wrong,
        format!("has values that are {why}"),
    )
}

/// The legend of dots.
pub(super) fn dot_entry() -> Entry {
    Entry::mark(Mark::Circle, DOT_PAINT, "one point: a trained network")
}

/// The legend of a mean with its interval.
pub(super) fn mean_entry(mark: Mark, name: &str) -> Entry {
    Entry {
        line: Some(INTERVAL),
        mark: Some((mark, Paint::Ink)),
        name: name.to_owned(),
    }
}

/// What it means that an interval has no bar at an end.
pub(super) fn beyond_remark(marks: &[MeanMark]) -> Option<String> {
    let any = marks.iter().any(MeanMark::goes_beyond);
    any.then(|| "Intervals without a bar at an end continue beyond the chart.".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_is_the_same_each_time_and_stays_inside() {
        let of =
            |count| -> Vec<f64> { (0..count).map(|index| jitter(index, count, 6.0)).collect() };
        assert_eq!(of(1), [0.0]);
        let many = of(100);
        assert_eq!(many, of(100));
        assert!(many.iter().all(|distance| distance.abs() <= 6.0));
        assert!(many.windows(2).all(|pair| (pair[0] - pair[1]).abs() > 1.0));
    }

    #[test]
    fn an_end_outside_the_axis_is_cut() {
        let end = |place| IntervalEnd::within(place, [200.0, 100.0]);
        assert_eq!(end(150.0), IntervalEnd::Inside(150.0));
        assert_eq!(end(100.0), IntervalEnd::Inside(100.0));
        assert_eq!(end(90.0), IntervalEnd::Beyond(100.0));
        assert_eq!(end(f64::INFINITY), IntervalEnd::Beyond(200.0));
    }
}
