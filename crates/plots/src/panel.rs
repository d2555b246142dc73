//! A part of a page that holds several plots: its heading, and the room that is left.

use crate::axes::{BOTTOM_MARGIN, Entry, LEFT_MARGIN, legend};
use crate::canvas::{Anchor, Area, Canvas, TextStyle};
use crate::style::{Dash, Paint, Stroke};

/// The height of a legend of one line, which is kept free where there is no legend, so that the
/// plots of a row begin at the same height.
const LEGEND: f64 = 20.0;

/// Draws heading, remark and legend at the top of a part's room; gives the plot's area, with
/// margins for the axes left of it and below.
pub(crate) fn panel(
    canvas: &mut Canvas,
    room: Area,
    heading: &str,
    remark: &str,
    entries: &[Entry],
) -> Area {
    let fitted = TextStyle::HEADING.fitted(heading, room.width);
    canvas.text(&fitted, (room.left, room.top + 13.0), TextStyle::HEADING);
    let fitted = TextStyle::SMALL.fitted(remark, room.width);
    canvas.text(&fitted, (room.left, room.top + 31.0), TextStyle::SMALL);
    let height = legend(canvas, entries, room.left, room.top + 54.0, room.width).max(LEGEND);
    let top = room.top + 48.0 + height;
    Area {
        left: room.left + LEFT_MARGIN,
        top,
        width: room.width - LEFT_MARGIN,
        height: room.bottom() - BOTTOM_MARGIN - top,
    }
}

/// Why there is no curve although there are images.
pub(crate) const NOT_ALL_NUMBERS: &str = "not all probabilities are numbers";

/// Says in the middle of a plot why it is missing.
pub(crate) fn missing(canvas: &mut Canvas, area: Area, why: &str) {
    canvas.group("missing", |canvas| {
        let frame = Stroke {
            dash: Dash::Dots,
            ..Stroke::solid(Paint::Muted, 1.0)
        };
        canvas.outline(area, frame);
        let (x, y) = area.center();
        let style = TextStyle::LABEL
            .anchored(Anchor::Middle)
            .painted(Paint::Muted);
        canvas.text(&style.fitted(why, area.width - 16.0), (x, y + 4.5), style);
    });
}
