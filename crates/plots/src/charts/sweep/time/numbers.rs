//! The numbers of the points on the front, and the list that explains them.

use super::front::along;
use crate::base::area::Point;
use crate::base::axes::Axes;
use crate::base::canvas::Canvas;
use crate::base::mark::Mark;
use crate::base::number_format::grouped;
use crate::base::style::Paint;
use crate::base::text::TextStyle;
use crate::charts::point_labels::{PointLabels, Sides};
use crate::charts::sweep::data::{TimeChart, TimePoint};
use crate::charts::sweep::words::short_number;

pub(super) const FRONT_PAINT: Paint = Paint::Series(1);
const FRONT_RADIUS: f64 = 4.5;

/// More points of the front have no room in the list below the plot.
const MAX_LISTED: usize = 16;

/// Draws the marks of the front, and their numbers where there is room, off dots and steps where possible.
pub(super) fn draw_marks(
    canvas: &mut Canvas,
    axes: &Axes,
    chart: &TimeChart,
    front: &[&TimePoint],
    (dots, steps): (&[Point], &[Point]),
) {
    let mut labels = PointLabels::new(axes.area, Sides::Any);
    let place = |point: &TimePoint| axes.point(point.seconds, point.value);
    for point in front {
        labels.keep_free(place(point), FRONT_RADIUS + 1.0);
        canvas.group_with_tip("best", &described(chart, point), |canvas| {
            canvas.mark(Mark::Diamond, place(point), FRONT_RADIUS, FRONT_PAINT);
        });
    }
    let obstacles: Vec<Point> = dots.iter().copied().chain(along(steps)).collect();
    for (number, point) in numbered(front) {
        let center = place(point);
        labels.place(
            canvas,
            &number.to_string(),
            center,
            FRONT_RADIUS,
            &obstacles,
        );
    }
}

/// The points of the front with their numbers, a line for each.
pub(super) fn listed(chart: &TimeChart, front: &[&TimePoint]) -> Vec<String> {
    const LONGEST_NAME: f64 = 600.0;
    let line = |(number, point): (usize, &TimePoint)| {
        let name = TextStyle::SMALL.fitted(&point.name, LONGEST_NAME);
        let point = TimePoint {
            name,
            ..point.clone()
        };
        format!("({number}) {}", described(chart, &point))
    };
    let mut lines: Vec<String> = numbered(front).into_iter().map(line).collect();
    if front.len() > lines.len() {
        lines.push(format!(
            "{} of the {} points on the front are numbered.",
            grouped(lines.len()),
            grouped(front.len())
        ));
    }
    lines
}

/// The points of the front that have a number: all, or as many as there is room for, from the fastest to the best.
fn numbered<'a>(front: &[&'a TimePoint]) -> Vec<(usize, &'a TimePoint)> {
    let count = front.len().min(MAX_LISTED);
    let index = |number: usize| match count {
        0 | 1 => 0,
        _ => (number - 1) * (front.len() - 1) / (count - 1),
    };
    (1..=count)
        .map(|number| (number, front[index(number)]))
        .collect()
}

/// Name, time and metric of a point.
fn described(chart: &TimeChart, point: &TimePoint) -> String {
    let seconds = short_number(point.seconds);
    let value = chart.metric.written(point.value);
    format!("{}: {seconds} s, {value}", point.name)
}
