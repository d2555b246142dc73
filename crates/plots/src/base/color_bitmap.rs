//! Pictures in color as numbers, such as photographs.

use super::bitmap::byte;
use super::raster::Pixels;

/// A picture in color, row by row from the upper left.
#[derive(Debug, Clone, PartialEq)]
pub struct ColorBitmap {
    /// Pixels per row.
    pub columns: usize,
    /// Red, green and blue in [0, 1].
    pub pixels: Vec<[f32; 3]>,
}

impl ColorBitmap {
    /// The number of columns, at least 1, and of complete rows.
    pub(crate) fn size(&self) -> (usize, usize) {
        let columns = self.columns.max(1);
        (columns, self.pixels.len() / columns)
    }

    /// The colors in bytes; values are clamped to [0, 1].
    pub(crate) fn colors(&self) -> Pixels {
        let values = self.pixels.as_flattened().iter();
        Pixels {
            columns: self.columns,
            rgb: values.map(|value| byte(f64::from(*value))).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colors_are_bytes_from_0_to_255_and_clamped() {
        let picture = ColorBitmap {
            columns: 2,
            pixels: vec![[0.0, 0.5, 1.0], [-1.0, 2.0, f32::NAN]],
        };
        assert_eq!(picture.colors().rgb, [0, 128, 255, 0, 255, 0]);
    }

    #[test]
    fn only_complete_rows_count() {
        let size = |columns, pixels| {
            let pixels = vec![[0.0; 3]; pixels];
            ColorBitmap { columns, pixels }.size()
        };
        assert_eq!(
            [size(3, 7), size(0, 0), size(5, 4)],
            [(3, 2), (1, 0), (5, 0)]
        );
    }
}
