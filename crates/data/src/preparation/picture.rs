//! A picture in memory, as the preparation takes it.

use super::plane::Plane;

/// At most so many pixels are looked at; larger pictures are reduced first. A digit that fills a seventh of the shorter
/// side of a photograph still has 45 pixels.
const WORKING_PIXELS: usize = 200_000;

/// A picture in colour, upright, reduced by a whole number if it is large.
#[derive(Debug, Clone)]
pub struct Picture {
    /// Red, green, blue and opacity in [0, 1].
    pub(crate) channels: [Plane; 4],
    reduction: usize,
}

impl Picture {
    /// A picture of `[height, width]` pixels, row by row, of red, green, blue and opacity from 0 to 255; `None` if their
    /// number is not that of the sides, or 0.
    #[must_use]
    pub fn from_rgba(width: usize, height: usize, rgba: &[[u8; 4]]) -> Option<Self> {
        if rgba.is_empty() || width.checked_mul(height) != Some(rgba.len()) {
            return None;
        }
        let mut rows = PictureRows::new(width, height);
        for row in rgba.chunks_exact(width) {
            rows.add(row.iter().map(|pixel| pixel.map(level)));
        }
        Some(rows.finish())
    }

    /// Width and height, reduced.
    #[must_use]
    pub fn size(&self) -> [usize; 2] {
        [self.channels[0].width, self.channels[0].height]
    }

    /// By which number the sides of the original were divided.
    #[must_use]
    pub fn reduction(&self) -> usize {
        self.reduction
    }

    /// Red, green and blue of a pixel, in [0, 1], on white where it is transparent.
    ///
    /// # Panics
    ///
    /// When there is no such pixel, as indexing a slice does.
    #[must_use]
    pub fn on_white(&self, x: usize, y: usize) -> [f32; 3] {
        let [red, green, blue, opacity] = self.channels.each_ref().map(|channel| channel.at(x, y));
        [red, green, blue].map(|color| 1.0 - opacity * (1.0 - color))
    }

    /// The picture as it looks after all its planes are changed in the same way.
    pub(crate) fn changed(self, change: impl Fn(Plane) -> Plane) -> Self {
        Self {
            channels: self.channels.map(change),
            ..self
        }
    }
}

/// A level from 0 to 255 in [0, 1].
pub(crate) fn level(byte: u8) -> f32 {
    // Dividing takes as long as all the rest of what is done with a pixel.
    static LEVELS: [f32; 256] = {
        let mut levels = [0.0; 256];
        let mut byte = 0;
        while byte < 256 {
            levels[byte] = byte as f32 / 255.0;
            byte += 1;
        }
        levels
    };
    LEVELS[usize::from(byte)]
}

/// A picture that is made row by row, so that a large one is never in memory as a whole.
pub(crate) struct PictureRows {
    width: usize,
    height: usize,
    reduction: usize,
    rows: usize,
    reduced_width: usize,
    /// Of each pixel of the reduced picture the sums of red, green and blue, each times the opacity, and of the opacity.
    sums: Vec<[f32; 4]>,
}

impl PictureRows {
    /// Neither side may be 0.
    pub(crate) fn new(width: usize, height: usize) -> Self {
        let reduced = |factor: usize| [width.div_ceil(factor), height.div_ceil(factor)];
        let mut reduction = 1;
        while reduced(reduction).iter().product::<usize>() > WORKING_PIXELS {
            reduction += 1;
        }
        let [reduced_width, reduced_height] = reduced(reduction);
        Self {
            width,
            height,
            reduction,
            rows: 0,
            reduced_width,
            sums: vec![[0.0; 4]; reduced_width * reduced_height],
        }
    }

    /// Adds the next row: red, green, blue and opacity of each pixel, in [0, 1].
    pub(crate) fn add(&mut self, mut row: impl Iterator<Item = [f32; 4]>) {
        let start = self.rows / self.reduction * self.reduced_width;
        self.rows += 1;
        let squares = &mut self.sums[start..][..self.reduced_width];
        for sum in squares {
            let [mut red, mut green, mut blue, mut opacity] = *sum;
            for [r, g, b, a] in row.by_ref().take(self.reduction) {
                red += r * a;
                green += g * a;
                blue += b * a;
                opacity += a;
            }
            *sum = [red, green, blue, opacity];
        }
    }

    pub(crate) fn finish(self) -> Picture {
        let Self {
            width,
            height,
            reduction,
            reduced_width,
            sums,
            ..
        } = self;
        let length = |index: usize, all: usize| (all - index * reduction).min(reduction);
        let plane = Plane::filled(reduced_width, sums.len() / reduced_width, 0.0);
        let mut channels = [plane.clone(), plane.clone(), plane.clone(), plane];
        for (at, [red, green, blue, opaque]) in sums.into_iter().enumerate() {
            let (x, y) = (at % reduced_width, at / reduced_width);
            let pixels = length(x, width) * length(y, height);
            let color = |sum: f32| if opaque > 0.0 { sum / opaque } else { 1.0 };
            let values = [
                color(red),
                color(green),
                color(blue),
                opaque / pixels as f32,
            ];
            for (channel, value) in channels.iter_mut().zip(values) {
                channel.values[at] = value;
            }
        }
        Picture {
            channels,
            reduction,
        }
    }
}
