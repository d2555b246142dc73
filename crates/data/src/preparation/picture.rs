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
            rows.add(
                row.iter()
                    .map(|pixel| pixel.map(|value| f32::from(value) / 255.0)),
            );
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

/// A picture that is made row by row, so that a large one is never in memory as a whole.
pub(crate) struct PictureRows {
    width: usize,
    height: usize,
    reduction: usize,
    rows: usize,
    /// Sums of red, green and blue, each times the opacity, and of the opacity.
    sums: [Plane; 4],
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
        let plane = Plane::filled(reduced_width, reduced_height, 0.0);
        Self {
            width,
            height,
            reduction,
            rows: 0,
            sums: [plane.clone(), plane.clone(), plane.clone(), plane],
        }
    }

    /// Adds the next row: red, green, blue and opacity of each pixel, in [0, 1].
    pub(crate) fn add(&mut self, row: impl Iterator<Item = [f32; 4]>) {
        let width = self.sums[0].width;
        let start = self.rows / self.reduction * width;
        self.rows += 1;
        let [red, green, blue, opacity] = &mut self.sums;
        let (mut at, mut left) = (start, self.reduction);
        for [r, g, b, a] in row {
            if left == 0 {
                (at, left) = (at + 1, self.reduction);
            }
            left -= 1;
            red.values[at] += r * a;
            green.values[at] += g * a;
            blue.values[at] += b * a;
            opacity.values[at] += a;
        }
    }

    pub(crate) fn finish(self) -> Picture {
        let Self {
            width,
            height,
            reduction,
            sums: [mut red, mut green, mut blue, mut opacity],
            ..
        } = self;
        let length = |index: usize, all: usize| (all - index * reduction).min(reduction);
        for at in 0..opacity.values.len() {
            let (x, y) = (at % opacity.width, at / opacity.width);
            let pixels = length(x, width) * length(y, height);
            let opaque = opacity.values[at];
            for color in [&mut red, &mut green, &mut blue] {
                color.values[at] = if opaque > 0.0 {
                    color.values[at] / opaque
                } else {
                    1.0
                };
            }
            opacity.values[at] = opaque / pixels as f32;
        }
        Picture {
            channels: [red, green, blue, opacity],
            reduction,
        }
    }
}
