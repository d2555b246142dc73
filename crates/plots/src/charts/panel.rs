//! One of several plots on a page: its heading, and the area that is left for the plot.

use crate::base::area::Area;
use crate::base::axes::{BOTTOM_MARGIN, LEFT_MARGIN};
use crate::base::canvas::Canvas;
use crate::base::legend::{Entry, legend};
use crate::base::style::{Paint, Stroke};
use crate::base::text::{Anchor, TextStyle};

/// The height of a legend of one line. It is left free where there is no legend, so that plots side
/// by side start at the same height.
const LEGEND_HEIGHT: f64 = 20.0;

/// Draws heading, remark and legend at the top of an area and returns the area of the plot, with
/// margins for the axes to the left and below.
pub(crate) fn panel(
    canvas: &mut Canvas,
    area: Area,
    heading: &str,
    remark: &str,
    entries: &[Entry],
) -> Area {
    let fitted = TextStyle::HEADING.fitted(heading, area.width);
    canvas.text(&fitted, (area.left, area.top + 13.0), TextStyle::HEADING);
    let fitted = TextStyle::SMALL.fitted(remark, area.width);
    canvas.text(&fitted, (area.left, area.top + 31.0), TextStyle::SMALL);
    let baseline = (area.left, area.top + 54.0);
    let height = legend(canvas, entries, baseline, area.width).max(LEGEND_HEIGHT);
    let top = area.top + 48.0 + height;
    Area {
        left: area.left + LEFT_MARGIN,
        top,
        width: area.width - LEFT_MARGIN,
        height: area.bottom() - BOTTOM_MARGIN - top,
    }
}

/// Why a plot is missing although there are images.
pub(crate) const SOME_NAN: &str = "some probabilities are NaN";

/// Writes in the middle of the area why the plot is missing.
pub(crate) fn missing(canvas: &mut Canvas, area: Area, reason: &str) {
    canvas.group("missing", |canvas| {
        canvas.outline(area, Stroke::dotted(Paint::Muted, 1.0));
        let (x, y) = area.center();
        let style = TextStyle::LABEL
            .anchored(Anchor::Middle)
            .painted(Paint::Muted);
        canvas.text(
            &style.fitted(reason, area.width - 16.0),
            (x, y + 4.5),
            style,
        );
    });
}
