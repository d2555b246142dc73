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

/// Between the baselines of heading and remark.
const HEADING_HEIGHT: f64 = 18.0;

/// From the top of the remark to that of the legend.
const REMARK_HEIGHT: f64 = 30.0;

/// The height of a panel without heading whose plot is a square, if its legend is one line.
pub(crate) fn height_of_square(width: f64) -> f64 {
    REMARK_HEIGHT + LEGEND_HEIGHT + (width - LEFT_MARGIN) + BOTTOM_MARGIN
}

/// The same with a heading.
pub(crate) fn height_of_square_with_heading(width: f64) -> f64 {
    HEADING_HEIGHT + height_of_square(width)
}

/// Draws heading, remark and legend at the top of an area and returns the area of the plot, with
/// margins for the axes to the left and below.
///
/// An empty heading, for a plot whose page has its title, takes no space.
pub(crate) fn panel(
    canvas: &mut Canvas,
    area: Area,
    heading: &str,
    remark: &str,
    entries: &[Entry],
) -> Area {
    let mut top = area.top;
    if !heading.is_empty() {
        let fitted = TextStyle::HEADING.fitted(heading, area.width);
        canvas.text(&fitted, (area.left, top + 13.0), TextStyle::HEADING);
        top += HEADING_HEIGHT;
    }
    let fitted = TextStyle::SMALL.fitted(remark, area.width);
    canvas.text(&fitted, (area.left, top + 13.0), TextStyle::SMALL);
    let baseline = (area.left, top + 36.0);
    let height = legend(canvas, entries, baseline, area.width).max(LEGEND_HEIGHT);
    top += REMARK_HEIGHT + height;
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
