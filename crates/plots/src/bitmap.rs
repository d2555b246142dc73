//! Small images as data: digits, and what units look for.

use crate::canvas::Pixels;

/// A small image, row by row from the upper left.
#[derive(Debug, Clone, PartialEq)]
pub struct Bitmap {
    /// Pixels in a row.
    pub columns: usize,
    /// In [0, 1] from ground to ink for a digit, in any range for weights.
    pub values: Vec<f32>,
}

impl Bitmap {
    /// Ink on dark ground, as the notebook shows digits; values beyond [0, 1] are cut.
    pub(crate) fn gray(&self) -> Pixels {
        self.colored(|value| [byte(f64::from(value)); 3])
    }

    /// From `-limit` to `limit` on the scale of [`diverging`].
    pub(crate) fn diverging(&self, limit: f64) -> Pixels {
        self.colored(|value| diverging(f64::from(value) / limit))
    }

    fn colored(&self, color: impl Fn(f32) -> [u8; 3]) -> Pixels {
        Pixels {
            columns: self.columns,
            rgb: self.values.iter().flat_map(|value| color(*value)).collect(),
        }
    }
}

/// A color for a number in [-1, 1], beyond which numbers are cut.
///
/// The scale grows lighter from one end to the other, so that the sign can be told in black and
/// white: dark blue below zero, grey at it, pale yellow above.
pub(crate) fn diverging(value: f64) -> [u8; 3] {
    const STOPS: [[f64; 3]; 5] = [
        [10.0, 38.0, 84.0],
        [66.0, 110.0, 163.0],
        [164.0, 166.0, 168.0],
        [233.0, 189.0, 116.0],
        [255.0, 246.0, 214.0],
    ];
    let value = if value.is_nan() { 0.0 } else { value };
    let place = (value.clamp(-1.0, 1.0) + 1.0) * 2.0;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to 3"
    )]
    let index = (place.floor() as usize).min(3);
    #[expect(clippy::cast_precision_loss, reason = "0 to 3")]
    let share = place - index as f64;
    let mix = |channel: usize| {
        let (from, to) = (STOPS[index][channel], STOPS[index + 1][channel]);
        byte((from + (to - from) * share) / 255.0)
    };
    [mix(0), mix(1), mix(2)]
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "cut to 0 to 255"
)]
fn byte(share: f64) -> u8 {
    (share.clamp(0.0, 1.0) * 255.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ink_is_white_and_numbers_beyond_the_range_are_cut() {
        let image = Bitmap {
            columns: 2,
            values: vec![-0.1, 0.0, 0.5, 1.1],
        };
        let expected = [0, 0, 0, 0, 0, 0, 128, 128, 128, 255, 255, 255];
        assert_eq!(image.gray().rgb, expected);
    }

    #[test]
    fn the_scale_with_two_ends_grows_lighter_all_the_way() {
        // Relative luminance as in ITU-R BT.709, by the bytes.
        let luminance = |value: f64| {
            let [red, green, blue] = diverging(value).map(f64::from);
            0.2126 * red + 0.7152 * green + 0.0722 * blue
        };
        let steps: Vec<f64> = (-10..=10)
            .map(|step| luminance(f64::from(step) / 10.0))
            .collect();
        assert!(steps.is_sorted());
        assert_eq!(diverging(0.0), [164, 166, 168]);
        assert_eq!(diverging(f64::NAN), diverging(0.0));
        assert_eq!(diverging(7.0), diverging(1.0));
    }
}
