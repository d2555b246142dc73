//! Small images inside a picture, as PNG.

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
}
