//! Pictures for tests.

use super::data::{FoundDigit, PreparedPicture};
use crate::base::bitmap::Bitmap;
use crate::base::color_bitmap::ColorBitmap;

/// A digit in this area whose input is white.
pub(super) fn digit(area: [usize; 4], label: &str) -> FoundDigit {
    FoundDigit {
        area,
        network: Bitmap {
            columns: 20,
            values: vec![1.0; 400],
        },
        label: label.to_owned(),
    }
}

/// 80 x 40 pixels of brown paper, of which the ink covers 40 x 30 from 20, 10.
pub(super) fn predicted_picture() -> PreparedPicture {
    PreparedPicture {
        name: "seven.jpg".to_owned(),
        original: ColorBitmap {
            columns: 80,
            pixels: vec![[1.0, 0.8, 0.6]; 80 * 40],
        },
        offset: [20, 10],
        ink: Bitmap {
            columns: 40,
            values: vec![0.0; 40 * 30],
        },
        digits: vec![digit([8, 5, 18, 25], "7, P = 0.98")],
        prediction: "7, P = 0.98".to_owned(),
        has_prediction: true,
    }
}

/// The same without ink.
pub(super) fn blank() -> PreparedPicture {
    PreparedPicture {
        name: "blank.png".to_owned(),
        ink: Bitmap {
            columns: 0,
            values: Vec::new(),
        },
        digits: Vec::new(),
        prediction: "no prediction: the picture is blank".to_owned(),
        has_prediction: false,
        ..predicted_picture()
    }
}
