//! A picture that was read, as its drawing shows it: the original, the found ink, what the network gets, and the prediction.

use data::SIDE;
use plots::{Bitmap, ColorBitmap, FoundDigit, PreparedPicture};

use crate::reading::picture::ReadPicture;

/// What is said of a picture.
pub(crate) struct ShownPrediction {
    /// For each digit that was found.
    pub(crate) labels: Vec<String>,
    pub(crate) text: String,
    pub(crate) has_prediction: bool,
}

impl ShownPrediction {
    /// Of a picture with one digit.
    pub(crate) fn of_digit(text: String) -> Self {
        Self {
            labels: vec![text.clone()],
            text,
            has_prediction: true,
        }
    }
}

/// Combines a picture with its prediction.
pub(crate) fn prepared_picture(
    name: String,
    read: &ReadPicture,
    prediction: ShownPrediction,
) -> PreparedPicture {
    let [width, height] = read.picture.size();
    let pixels = (0..width * height).map(|at| read.picture.on_white(at % width, at / width));
    let within = read.prepared.within;
    let digits = read.digits.iter().zip(prediction.labels);
    let digits = digits.map(|(digit, label)| FoundDigit {
        area: [
            digit.area.left,
            digit.area.top,
            digit.area.right,
            digit.area.bottom,
        ],
        network: Bitmap {
            columns: SIDE,
            values: data::row_major(&digit.pixels),
        },
        label,
    });
    PreparedPicture {
        name,
        original: ColorBitmap {
            columns: width,
            pixels: pixels.collect(),
        },
        offset: [within.left, within.top],
        ink: Bitmap {
            columns: within.width(),
            values: read.prepared.ink.clone(),
        },
        digits: digits.collect(),
        prediction: prediction.text,
        has_prediction: prediction.has_prediction,
    }
}
