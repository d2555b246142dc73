//! What is shown of a picture in which digits were looked for.

use crate::base::bitmap::Bitmap;
use crate::base::color_bitmap::ColorBitmap;
use crate::base::style::Paint;

/// A picture, such as a photograph, what was found in it, and the prediction.
#[derive(Debug, Clone, PartialEq)]
pub struct PreparedPicture {
    /// Its file, for example.
    pub name: String,
    /// The picture, at most about 260,000 pixels.
    pub original: ColorBitmap,
    /// Left and top of the ink in the original, which has the same scale.
    pub offset: [usize; 2],
    /// What was found to be ink, from 0 for the ground to 1; empty if there is none.
    pub ink: Bitmap,
    /// From left to right; empty if there are none.
    pub digits: Vec<FoundDigit>,
    /// The prediction, such as "7, P = 0.98", or why there is none, such as "no prediction: the picture is blank".
    pub prediction: String,
    /// Whether `prediction` is one, and not why there is none.
    pub has_prediction: bool,
}

/// A digit that was found in a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundDigit {
    /// Left, top, right and bottom in pixels of [`PreparedPicture::ink`]; right and bottom are the first outside.
    pub area: [usize; 4],
    /// What the network gets, 20 x 20 pixels, row by row.
    pub network: Bitmap,
    /// What it is, such as "7, P = 0.98"; may be empty.
    pub label: String,
}

impl PreparedPicture {
    /// The area of a digit in pixels of the original.
    pub(super) fn area_in_original(&self, digit: &FoundDigit) -> [usize; 4] {
        let [x, y] = self.offset;
        let [left, top, right, bottom] = digit.area;
        [
            left.saturating_add(x),
            top.saturating_add(y),
            right.saturating_add(x),
            bottom.saturating_add(y),
        ]
    }

    /// Why there is no prediction has the color of what is wrong.
    pub(super) fn prediction_paint(&self) -> Paint {
        if self.has_prediction {
            Paint::Ink
        } else {
            Paint::Wrong
        }
    }
}
