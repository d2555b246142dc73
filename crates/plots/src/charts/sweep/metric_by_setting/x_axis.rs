//! The labels of a setting below its axis.

use super::groups::Shown;
use crate::base::axes::{Axes, BOTTOM_MARGIN};
use crate::base::canvas::Canvas;
use crate::base::count::real;
use crate::base::heading::MARGIN;
use crate::base::style::{Paint, Stroke};
use crate::base::text::{Anchor, TextStyle};
use crate::charts::sweep::data::SettingChart;
use crate::charts::sweep::value_marks::DOT_RADIUS;

/// The space for labels that are turned, in pixels.
const TURNED_LABELS: f64 = 130.0;

/// Draws the labels and the name of the x axis, and returns their height.
pub(super) fn draw_x(
    canvas: &mut Canvas,
    axes: &Axes,
    chart: &SettingChart,
    shown: &Shown<'_>,
) -> f64 {
    const GAP: f64 = 8.0;
    let area = axes.area;
    let bottom = area.bottom();
    let labels = &shown.places.labels;
    let room = area.width / real(labels.len().max(1)) - GAP;
    let style = TextStyle::SMALL.anchored(Anchor::Middle);
    let widest = labels
        .iter()
        .map(|(_, label)| style.width(label))
        .fold(0.0, f64::max);
    let turned = shown.places.is_categories() && widest > room;
    let mut free_from = f64::NEG_INFINITY;
    canvas.group("axes", |canvas| {
        for (place, label) in labels {
            let (x, _) = axes.point(*place, 0.0);
            canvas.line(
                (x, bottom),
                (x, bottom + 4.0),
                Stroke::solid(Paint::Grid, 1.0),
            );
            if turned {
                let style = style.anchored(Anchor::End);
                let label = style.fitted(label, TURNED_LABELS);
                canvas.text_upwards(&label, (x + 4.0, bottom + GAP), style);
                continue;
            }
            // The first and the last label stay on the page.
            let half = style.width(label) / 2.0;
            let middle = x.min(area.right() + MARGIN - 2.0 - half);
            if middle - half >= free_from {
                canvas.text(label, (middle, bottom + 18.0), style);
                free_from = middle + half + GAP;
            }
        }
        let style = TextStyle::LABEL.anchored(Anchor::Middle);
        let name = style.fitted(&shown.places.name(&chart.setting), area.width);
        let below = if turned {
            widest.min(TURNED_LABELS) + 28.0
        } else {
            38.0
        };
        canvas.text(&name, (area.center().0, bottom + below), style);
    });
    let labels = if turned {
        widest.min(TURNED_LABELS) - 10.0
    } else {
        0.0
    };
    BOTTOM_MARGIN + labels + DOT_RADIUS
}
