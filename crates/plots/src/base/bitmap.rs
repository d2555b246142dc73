//! Small images as numbers: digits, and the weights of units.

use super::area::Area;
use super::count::real;
use super::raster::Pixels;

/// A small image, row by row from the upper left.
#[derive(Debug, Clone, PartialEq)]
pub struct Bitmap {
    /// Pixels per row.
    pub columns: usize,
    /// In [0, 1] from background to ink for a digit; any numbers for weights.
    pub values: Vec<f32>,
}

impl Bitmap {
    /// The number of columns, at least 1, and of complete rows.
    pub(crate) fn size(&self) -> (usize, usize) {
        let columns = self.columns.max(1);
        (columns, self.values.len() / columns)
    }

    /// The largest area with the proportions of the image that fits in a square, in its center.
    pub(crate) fn centered_in(&self, square: Area) -> Area {
        let (columns, rows) = self.size();
        let pixel = square.width / real(columns.max(rows));
        let (width, height) = (real(columns) * pixel, real(rows) * pixel);
        let (x, y) = square.center();
        Area {
            left: x - width / 2.0,
            top: y - height / 2.0,
            width,
            height,
        }
    }

    /// White ink on black, as the course's notebook shows digits; values are clamped to [0, 1].
    pub(crate) fn gray(&self) -> Pixels {
        self.colored(|value| [byte(f64::from(value)); 3])
    }

    /// The colors of values from `-limit` to `limit` on the [`diverging`] scale.
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

/// The color of a number, which is clamped to [-1, 1]: dark blue below zero, gray at zero, pale
/// yellow above. NaN has the color of zero.
///
/// The scale becomes lighter from end to end, so that the sign is visible in black and white.
pub(crate) fn diverging(value: f64) -> [u8; 3] {
    const STOPS: [[f64; 3]; 5] = [
        [10.0, 38.0, 84.0],
        [66.0, 110.0, 163.0],
        [164.0, 166.0, 168.0],
        [233.0, 189.0, 116.0],
        [255.0, 246.0, 214.0],
    ];
    let value = if value.is_nan() { 0.0 } else { value };
    let position = (value.clamp(-1.0, 1.0) + 1.0) * 2.0;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to 3"
    )]
    let index = (position.floor() as usize).min(3);
    let part = position - real(index);
    let mix = |channel: usize| {
        let (from, to) = (STOPS[index][channel], STOPS[index + 1][channel]);
        byte((from + (to - from) * part) / 255.0)
    };
    [mix(0), mix(1), mix(2)]
}

/// A fraction of 255, which is clamped to [0, 1]; 0 for NaN.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to 0 to 255"
)]
pub(crate) fn byte(fraction: f64) -> u8 {
    (fraction.clamp(0.0, 1.0) * 255.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ink_is_white_and_values_are_clamped() {
        let image = Bitmap {
            columns: 2,
            values: vec![-0.1, 0.0, 0.5, 1.1],
        };
        let expected = [0, 0, 0, 0, 0, 0, 128, 128, 128, 255, 255, 255];
        assert_eq!(image.gray().rgb, expected);
    }

    #[test]
    fn the_diverging_scale_becomes_lighter_from_end_to_end() {
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

    #[test]
    fn images_keep_their_proportions_in_a_square() {
        let square = Area {
            left: 10.0,
            top: 10.0,
            width: 60.0,
            height: 60.0,
        };
        let placed = |columns, pixels| {
            let image = Bitmap {
                columns,
                values: vec![0.0; pixels],
            };
            let area = image.centered_in(square);
            (area.left, area.top, area.width, area.height)
        };
        assert_eq!(placed(20, 400), (10.0, 10.0, 60.0, 60.0));
        assert_eq!(placed(10, 200), (25.0, 10.0, 30.0, 60.0));
        assert_eq!(placed(30, 90), (10.0, 37.0, 60.0, 6.0));
        assert_eq!(placed(0, 0), (10.0, 40.0, 60.0, 0.0));
    }

    #[test]
    fn weights_have_the_colors_of_their_size_and_sign() {
        let image = Bitmap {
            columns: 2,
            values: vec![-0.2, 0.2],
        };
        let (dark_blue, pale_yellow) = ([10, 38, 84], [255, 246, 214]);
        assert_eq!(image.diverging(0.2).rgb, [dark_blue, pale_yellow].concat());
        // A quarter of the way from gray to the ends is halfway to the next color.
        let halfway = [115.0, 138.0, 165.5, 198.5, 177.5, 142.0];
        for (found, expected) in image.diverging(0.8).rgb.into_iter().zip(halfway) {
            assert!((f64::from(found) - expected).abs() < 1.0, "{found}");
        }
    }
}
