//! The legend of the activations picture.

use super::connections::stroke;
use super::unit_column::{CELL_HEIGHT, draw_cell};
use crate::base::area::{Area, Point};
use crate::base::canvas::Canvas;
use crate::base::legend::{Entry, legend};
use crate::base::number_format::{compact, fixed};
use crate::base::style::Paint;
use crate::base::text::{Anchor, TextStyle};

/// Draws what cells and lines mean in this width; returns the height.
///
/// `strongest` is the largest contribution, 0 if there are no connections.
pub(super) fn draw(
    canvas: &mut Canvas,
    strongest: f64,
    remark: Option<&str>,
    (left, top): Point,
    width: f64,
) -> f64 {
    const CELL: f64 = 34.0;
    let baseline = top + 14.5;
    let mut cell = Area {
        left,
        top,
        width: CELL,
        height: CELL_HEIGHT,
    };
    canvas.group("key", |canvas| {
        for value in [0.0, 0.5, 1.0] {
            draw_cell(canvas, cell, value);
            let style = TextStyle::SMALL
                .painted(Paint::Ink)
                .anchored(Anchor::Middle);
            let at = (cell.center().0, baseline - 0.5);
            canvas.text(&fixed(value, 1), at, style);
            cell.left += CELL;
        }
        let at = (cell.left + 8.0, baseline);
        canvas.text("activation", at, TextStyle::LABEL);
    });
    let mut entries = Vec::new();
    if strongest > 0.0 {
        let at_most = compact(strongest);
        entries.push(Entry::line(stroke(1.0, 1.0), "raises the activation"));
        entries.push(Entry::line(stroke(-1.0, 1.0), "lowers it"));
        entries.push(Entry::text(format!(
            "width: |activation × weight|, at most {at_most}"
        )));
    }
    entries.extend(remark.map(Entry::text));
    let entries_left = cell.left + 100.0;
    legend(
        canvas,
        &entries,
        (entries_left, baseline),
        left + width - entries_left,
    )
}
