//! Images inside a picture, as PNG.

/// Pixels in red, green and blue, row by row from the upper left.
pub(crate) struct Pixels {
    pub(crate) columns: usize,
    pub(crate) rgb: Vec<u8>,
}

impl Pixels {
    /// Encodes the complete rows as PNG; `None` if there is no complete row.
    pub(crate) fn to_png(&self) -> Option<Vec<u8>> {
        let columns = self.columns.max(1);
        let rows = self.rgb.len() / (3 * columns);
        if rows == 0 {
            return None;
        }
        let mut bytes = Vec::new();
        let side = |pixels: usize| u32::try_from(pixels).unwrap_or(u32::MAX);
        let mut encoder = png::Encoder::new(&mut bytes, side(columns), side(rows));
        encoder.set_color(png::ColorType::Rgb);
        encoder
            .write_header()
            .and_then(|mut writer| writer.write_image_data(&self.rgb[..rows * 3 * columns]))
            .expect("writing to memory, as many bytes as the header says");
        Some(bytes)
    }

    /// The mean of each square of `factor` x `factor` pixels, of fewer at the right and lower edge; a factor of 0 counts
    /// as 1.
    pub(crate) fn reduced(self, factor: usize) -> Self {
        if factor <= 1 {
            return self;
        }
        let columns = self.columns.max(1);
        let rows: Vec<&[u8]> = self.rgb.chunks_exact(3 * columns).collect();
        let mut rgb = Vec::new();
        for rows in rows.chunks(factor) {
            for left in (0..columns).step_by(factor) {
                let right = columns.min(left + factor);
                let squares = rows.iter().map(|row| &row[3 * left..3 * right]);
                rgb.extend(mean_color(squares));
            }
        }
        Self {
            columns: columns.div_ceil(factor),
            rgb,
        }
    }
}

/// The mean color of parts of rows, which have at least one pixel.
fn mean_color<'a>(parts: impl Iterator<Item = &'a [u8]>) -> [u8; 3] {
    let (mut sums, mut pixels) = ([0_usize; 3], 0);
    for pixel in parts.flat_map(|part| part.chunks_exact(3)) {
        pixels += 1;
        for (sum, value) in sums.iter_mut().zip(pixel) {
            *sum += usize::from(*value);
        }
    }
    sums.map(|sum| u8::try_from((sum + pixels / 2) / pixels.max(1)).unwrap_or(u8::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reduced_pixels_are_means_of_squares_and_of_what_is_left_at_the_edges() {
        // Three columns and three rows; the green of a pixel is its number, blue is constant.
        let image = || Pixels {
            columns: 3,
            rgb: (0..9).flat_map(|pixel| [200, 10 * pixel, 7]).collect(),
        };
        let halved = image().reduced(2);
        assert_eq!(halved.columns, 2);
        // (0 + 10 + 30 + 40) / 4, (20 + 50) / 2, (60 + 70) / 2 and 80.
        let greens = [20, 35, 65, 80];
        assert_eq!(halved.rgb, greens.map(|green| [200, green, 7]).concat());
        assert_eq!(image().reduced(100).rgb, [200, 40, 7]);
        for factor in [0, 1] {
            assert_eq!(image().reduced(factor).rgb, image().rgb);
        }
        let nothing = Pixels {
            columns: 0,
            rgb: Vec::new(),
        };
        assert!(nothing.reduced(2).to_png().is_none());
    }
}
