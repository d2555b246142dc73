//! The legend of the sequential ramp: a bar of its steps.

use super::data::{Best, MetricAxis, SweepMetric};
use super::metric_axis::Shades;
use crate::base::area::Area;
use crate::base::canvas::Canvas;
use crate::base::count::real;
use crate::base::style::{Paint, RAMP_STEPS};
use crate::base::text::TextStyle;

/// Draws the steps of the ramp from the bottom of an area to its top, the best at the end where the larger values are
/// better.
pub(super) fn draw_steps(canvas: &mut Canvas, area: Area, best: Best) {
    canvas.group("ramp", |canvas| {
        let height = area.height / real(RAMP_STEPS);
        for from_top in 0..RAMP_STEPS {
            let step = match best {
                Best::Highest => RAMP_STEPS - 1 - from_top,
                Best::Lowest => from_top,
            };
            let part = Area {
                top: area.top + real(from_top) * height,
                height,
                ..area
            };
            canvas.rectangle(part, Paint::Ramp(step));
        }
    });
}

/// Draws the bar with its ends and its middle labelled to its right, and below it that it is logarithmic, if it is.
/// Returns where it ends.
pub(super) fn draw_labelled(
    canvas: &mut Canvas,
    area: Area,
    metric: &SweepMetric,
    shades: &Shades<'_>,
) -> f64 {
    const LINE: f64 = 18.0;
    draw_steps(canvas, area, metric.best);
    let style = TextStyle::SMALL;
    let x = area.right() + 6.0;
    canvas.text(&metric.written(shades.high), (x, area.top + 8.0), style);
    canvas.text(&metric.written(shades.low), (x, area.bottom()), style);
    if shades.low < shades.high {
        let (_, middle) = area.center();
        let middle_value = metric.written(shades.middle());
        canvas.text(&middle_value, (x, middle + 4.0), style);
    }
    if metric.axis == MetricAxis::Logarithmic {
        canvas.text("logarithmic", (area.left, area.bottom() + LINE), style);
        area.bottom() + LINE
    } else {
        area.bottom()
    }
}
