//! A row of the table: the original, the found ink, what the network gets, and the prediction.

use super::data::PreparedPicture;
use super::scaled::{Scaled, draw_box};
use super::tiles::Tiles;
use crate::base::area::Point;
use crate::base::canvas::Canvas;
use crate::base::heading::{MARGIN, paragraph};
use crate::base::style::Paint;
use crate::base::text::TextStyle;

/// The largest size of the original and of the ink.
const MAX_SIZE: (f64, f64) = (220.0, 160.0);
const PREDICTION_WIDTH: f64 = 220.0;

/// Between two columns.
const GAP: f64 = 24.0;

/// From the upper edge of a row to the baseline of its name, and to its images.
const NAME_BASELINE: f64 = 12.0;
const NAME_HEIGHT: f64 = 22.0;

const HEADINGS: [&str; 4] = [
    "picture",
    "found ink",
    "what the network gets",
    "prediction",
];

/// Where the columns are; all rows share it.
pub(super) struct Columns {
    lefts: [f64; 4],
    tiles: Tiles,
}

impl Columns {
    pub(super) fn of(pictures: &[PreparedPicture]) -> Self {
        let tiles = Tiles::of(pictures);
        let network_width = tiles.width().max(TextStyle::HEADING.width(HEADINGS[2]));
        let ink = MARGIN + MAX_SIZE.0 + GAP;
        let network = ink + MAX_SIZE.0 + GAP;
        let prediction = network + network_width.ceil() + GAP;
        Self {
            lefts: [MARGIN, ink, network, prediction],
            tiles,
        }
    }

    /// The width of a row.
    pub(super) fn width(&self) -> f64 {
        self.lefts[3] + PREDICTION_WIDTH - MARGIN
    }

    pub(super) fn draw_headings(&self, canvas: &mut Canvas, baseline: f64) {
        canvas.group("headings", |canvas| {
            for (text, left) in HEADINGS.into_iter().zip(self.lefts) {
                canvas.text(text, (left, baseline), TextStyle::HEADING);
            }
        });
    }

    /// Draws a picture's row; returns its lower edge.
    pub(super) fn draw_row(&self, canvas: &mut Canvas, picture: &PreparedPicture, top: f64) -> f64 {
        let style = TextStyle::SMALL.painted(Paint::Ink);
        let name = style.fitted(&picture.name, self.width());
        if !name.is_empty() {
            canvas.text(&name, (MARGIN, top + NAME_BASELINE), style);
        }
        let [left, ink_left, network_left, prediction_left] = self.lefts;
        let top = top + NAME_HEIGHT;

        let original = Scaled::new(picture.original.size(), (left, top), MAX_SIZE);
        let mut bottom = original.area.bottom();
        canvas.group("original", |canvas| {
            original.draw(canvas, picture.original.colors());
            for digit in &picture.digits {
                draw_box(canvas, original.box_around(picture.area_in_original(digit)));
            }
        });

        bottom = bottom.max(draw_ink(canvas, picture, (ink_left, top)));
        if picture.digits.is_empty() {
            draw_none(canvas, (network_left, top));
        }
        let network = (network_left, top);
        bottom = bottom.max(self.tiles.draw(canvas, picture, network));

        let style = TextStyle::HEADING.painted(picture.prediction_paint());
        let at = (prediction_left, top);
        let height = paragraph(canvas, &picture.prediction, at, PREDICTION_WIDTH, style);
        bottom.max(top + height)
    }
}

/// Draws the ink in white on black, with the boxes of the digits; returns its lower edge.
fn draw_ink(canvas: &mut Canvas, picture: &PreparedPicture, corner: Point) -> f64 {
    let size = picture.ink.size();
    if size.1 == 0 {
        draw_none(canvas, corner);
        return corner.1;
    }
    let ink = Scaled::new(size, corner, MAX_SIZE);
    canvas.group("ink", |canvas| {
        ink.draw(canvas, picture.ink.gray());
        for digit in &picture.digits {
            draw_box(canvas, ink.box_around(digit.area));
        }
    });
    ink.area.bottom()
}

/// Says that there is nothing to draw, on the first line below this corner.
fn draw_none(canvas: &mut Canvas, (left, top): Point) {
    canvas.text(
        "none",
        (left, top + 13.0),
        TextStyle::LABEL.painted(Paint::Muted),
    );
}
