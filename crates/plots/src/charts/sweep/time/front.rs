//! The Pareto front: which points no other beats.

use crate::base::area::Point;
use crate::charts::sweep::data::{SweepMetric, TimePoint};

/// The points that are better than all that are as fast or faster, in ascending order of time.
pub(super) fn pareto_front<'a>(
    metric: &SweepMetric,
    shown: &[&'a TimePoint],
) -> Vec<&'a TimePoint> {
    let mut by_time = shown.to_vec();
    // Of equally fast ones the best comes first.
    by_time.sort_by(|one, other| {
        let better = if metric.is_better(one.value, other.value) {
            std::cmp::Ordering::Less
        } else if metric.is_better(other.value, one.value) {
            std::cmp::Ordering::Greater
        } else {
            std::cmp::Ordering::Equal
        };
        one.seconds.total_cmp(&other.seconds).then(better)
    });
    let mut front: Vec<&TimePoint> = Vec::new();
    for point in by_time {
        if front
            .last()
            .is_none_or(|last| metric.is_better(point.value, last.value))
        {
            front.push(point);
        }
    }
    front
}

/// The front as steps: until the next better point, the best so far is what the time buys.
pub(super) fn steps(front: &[Point]) -> Vec<Point> {
    let mut steps: Vec<Point> = Vec::new();
    for (x, y) in front {
        if let Some((_, before)) = steps.last().copied() {
            steps.push((*x, before));
        }
        steps.push((*x, *y));
    }
    steps
}

/// Points along a line, so close to each other that no label fits between them.
pub(super) fn along(line: &[Point]) -> Vec<Point> {
    const DISTANCE: f64 = 5.0;
    let mut points = Vec::new();
    for ends in line.windows(2) {
        let [(from_x, from_y), (to_x, to_y)] = [ends[0], ends[1]];
        let (across, down) = (to_x - from_x, to_y - from_y);
        let parts = (across.hypot(down) / DISTANCE).ceil();
        let part = |index: u32| f64::from(index) / parts;
        let indices = (0..).take_while(|index| f64::from(*index) < parts);
        points.extend(indices.map(|index| {
            let part = part(index);
            (from_x + part * across, from_y + part * down)
        }));
    }
    points
}
