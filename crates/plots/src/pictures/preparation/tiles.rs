//! What the network gets: a small image for each digit.

use super::data::{FoundDigit, PreparedPicture};
use crate::base::area::{Area, Point};
use crate::base::canvas::Canvas;
use crate::base::count::real;
use crate::base::number_format::grouped;
use crate::base::style::Paint;
use crate::base::text::{Anchor, TextStyle};

/// If a picture has more digits, the rest is not drawn.
const MAX_TILES: usize = 8;
/// Side by side.
const MAX_COLUMNS: usize = 4;

/// The side of the square around an image: all pixels of a digit are equally large.
const SIDE: f64 = 60.0;
const GAP: f64 = 8.0;

/// From an image to the baseline of its label, and to the next row.
const LABEL_BASELINE: f64 = 14.0;
const LABEL_HEIGHT: f64 = 22.0;

/// A wider label is shortened in the middle.
const MAX_LABEL_WIDTH: f64 = 110.0;

/// The distances of the images, which all pictures share.
pub(super) struct Tiles {
    column_width: f64,
    columns: usize,
}

impl Tiles {
    /// Columns are as wide as the labels need.
    pub(super) fn of(pictures: &[PreparedPicture]) -> Self {
        let digits = pictures.iter().flat_map(|picture| shown(&picture.digits));
        let labels = digits.map(|digit| TextStyle::SMALL.width(&digit.label));
        let most = pictures.iter().map(|picture| picture.digits.len()).max();
        Self {
            column_width: labels.fold(SIDE, f64::max).min(MAX_LABEL_WIDTH).ceil(),
            columns: most.unwrap_or_default().clamp(1, MAX_COLUMNS),
        }
    }

    pub(super) fn width(&self) -> f64 {
        real(self.columns) * (self.column_width + GAP) - GAP
    }

    /// Draws the images and labels of a picture's digits; returns their lower edge. A label is left out if it is the
    /// prediction for the whole picture, which is beside it.
    pub(super) fn draw(
        &self,
        canvas: &mut Canvas,
        picture: &PreparedPicture,
        (left, top): Point,
    ) -> f64 {
        let mut bottom = top;
        for row in shown(&picture.digits).chunks(self.columns) {
            for (column, digit) in row.iter().enumerate() {
                let left = left + real(column) * (self.column_width + GAP);
                canvas.group("network-input", |canvas| {
                    self.draw_one(canvas, digit, &picture.prediction, (left, bottom));
                });
            }
            bottom += SIDE + LABEL_HEIGHT;
        }
        let left_out = picture.digits.len().saturating_sub(MAX_TILES);
        if left_out > 0 {
            let text = format!("and {} more", grouped(left_out));
            canvas.text(&text, (left, bottom + 10.0), TextStyle::SMALL);
            bottom += LABEL_HEIGHT;
        }
        bottom
    }

    fn draw_one(
        &self,
        canvas: &mut Canvas,
        digit: &FoundDigit,
        prediction: &str,
        (left, top): Point,
    ) {
        let middle = left + self.column_width / 2.0;
        let square = Area {
            left: (middle - SIDE / 2.0).round(),
            top: top.round(),
            width: SIDE,
            height: SIDE,
        };
        canvas.image(digit.network.centered_in(square), &digit.network.gray());
        if digit.label != prediction && !digit.label.is_empty() {
            let style = TextStyle::SMALL.painted(Paint::Ink);
            let label = style.fitted(&digit.label, self.column_width);
            let at = (middle, square.bottom() + LABEL_BASELINE);
            canvas.text(&label, at, style.anchored(Anchor::Middle));
        }
    }
}

fn shown(digits: &[FoundDigit]) -> &[FoundDigit] {
    &digits[..digits.len().min(MAX_TILES)]
}
