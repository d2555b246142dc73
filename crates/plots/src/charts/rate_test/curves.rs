//! Axes and curves of a learning-rate range test.

use super::data::{RateTestChart, RateTestStep};
use crate::base::area::{Area, Point};
use crate::base::axes::{Axes, left_margin};
use crate::base::canvas::Canvas;
use crate::base::mark::Mark;
use crate::base::scale::Scale;
use crate::base::style::Stroke;

const X_TICKS: usize = 8;
const Y_TICKS: usize = 6;

/// Reads a loss of a step.
pub(super) type Read = fn(&RateTestStep) -> f64;

/// The axes, and whether losses are cut off; `None` if nothing can be drawn.
pub(super) fn axes(chart: &RateTestChart, area: Area) -> Option<(Axes, bool)> {
    const RIGHT_MARGIN: f64 = 14.0;
    const HEADROOM: f64 = 0.25;
    let shown = || chart.steps.iter().filter(|step| step.has_place());
    let losses = || {
        shown()
            .flat_map(|step| [step.loss, step.smoothed])
            .filter(|loss| loss.is_finite())
    };
    losses().next()?;
    // Up to where the loss diverges, by what it is there.
    let before =
        |step: &&RateTestStep| chart.diverges.is_none_or(|rate| step.learning_rate <= rate);
    let stable = shown()
        .filter(before)
        .map(|step| step.smoothed)
        .filter(|loss| loss.is_finite());
    let stable: Vec<f64> = stable.collect();
    let largest = stable.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let least = losses().fold(f64::INFINITY, f64::min);
    let limit = largest + HEADROOM * (largest - least).abs();
    let limit = if chart.diverges.is_some() && limit.is_finite() {
        limit
    } else {
        f64::INFINITY
    };
    let y = Scale::around(losses().map(|loss| loss.min(limit)), Y_TICKS);
    let cut = losses().any(|loss| loss > y.ends().1);
    let margin = left_margin(&y);
    let axes = Axes {
        area: Area {
            left: area.left + margin,
            width: area.width - margin - RIGHT_MARGIN,
            ..area
        },
        x: Scale::logarithmic(shown().map(|step| step.learning_rate), X_TICKS),
        y,
    };
    Some((axes, cut))
}

/// Draws a line through the finite losses, with gaps at the others.
pub(super) fn draw_curve(
    canvas: &mut Canvas,
    axes: &Axes,
    chart: &RateTestChart,
    stroke: Stroke,
    loss: Read,
) {
    /// Far above the plot: what is outside is clipped.
    const FAR: f64 = 1e5;
    let shown: Vec<&RateTestStep> = chart.steps.iter().filter(|step| step.has_place()).collect();
    for part in shown.split(|step| !loss(step).is_finite()) {
        let point = |step: &&RateTestStep| {
            let (x, y) = axes.point(step.learning_rate, loss(step));
            (x, y.clamp(-FAR, FAR))
        };
        let points: Vec<Point> = part.iter().map(point).collect();
        match points[..] {
            [] => {}
            [alone] => canvas.mark(Mark::Circle, alone, 2.5, stroke.paint),
            _ => canvas.polyline(&points, stroke),
        }
    }
}
