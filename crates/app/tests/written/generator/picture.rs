//! A picture in colour, values 0 to 1 as in a file, and what is done to it.

use super::geometry::{Point, Size};
use super::mask::Mask;
use super::random::Random;

pub(crate) type Colour = [f32; 3];

pub(crate) const BLACK: Colour = [0.0; 3];
pub(crate) const WHITE: Colour = [1.0; 3];

pub(crate) fn grey(value: f32) -> Colour {
    [value; 3]
}

/// The brightness of a colour: the weights of Rec. 709, as the `image` crate and most programs use them.
pub(crate) fn luma(colour: Colour) -> f32 {
    0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]
}

pub(crate) fn blend(from: Colour, to: Colour, share: f32) -> Colour {
    std::array::from_fn(|channel| from[channel] + (to[channel] - from[channel]) * share)
}

#[derive(Clone)]
pub(crate) struct Picture {
    pub(crate) size: Size,
    pub(crate) pixels: Vec<Colour>,
    pub(crate) alpha: Option<Vec<f32>>,
}

impl Picture {
    pub(crate) fn plain(size: Size, colour: Colour) -> Self {
        Self {
            size,
            pixels: vec![colour; size.pixels()],
            alpha: None,
        }
    }

    /// Ink of a colour on a ground.
    pub(crate) fn of_ink(mask: &Mask, ink: Colour, ground: Colour) -> Self {
        let mut picture = Self::plain(mask.size, ground);
        picture.ink(mask, ink);
        picture
    }

    /// Only ink, on a transparent ground.
    pub(crate) fn transparent(mask: &Mask, ink: Colour) -> Self {
        Self {
            alpha: Some(mask.values.clone()),
            ..Self::plain(mask.size, ink)
        }
    }

    pub(crate) fn ink(&mut self, mask: &Mask, colour: Colour) {
        for (pixel, covered) in self.pixels.iter_mut().zip(&mask.values) {
            *pixel = blend(*pixel, colour, *covered);
        }
    }

    /// Changes each pixel by its place.
    pub(crate) fn change(&mut self, mut change: impl FnMut(f32, f32, Colour) -> Colour) {
        let width = self.size.width;
        for (index, pixel) in self.pixels.iter_mut().enumerate() {
            *pixel = change((index % width) as f32, (index / width) as f32, *pixel);
        }
    }

    /// Multiplies each pixel by the light at its place; what is too bright stays white.
    pub(crate) fn light(&mut self, light: impl Fn(f32, f32) -> f32) {
        self.change(|x, y, colour| colour.map(|value| (value * light(x, y)).clamp(0.0, 1.0)));
    }

    /// Noise of a standard deviation, grey, and a third of it in each channel for itself.
    pub(crate) fn noise(&mut self, deviation: f32, random: &mut Random) {
        self.change(|_, _, colour| {
            let common = random.normal();
            colour.map(|value| {
                (value + deviation * (common + 0.33 * random.normal())).clamp(0.0, 1.0)
            })
        });
    }

    /// The mean of squares of `2 radius + 1` pixels, twice.
    pub(crate) fn blurred(&self, radius: usize) -> Self {
        let mut picture = self.clone();
        for _ in 0..2 {
            picture.smooth(radius, 1, self.size.width);
            picture.smooth(radius, self.size.width, self.size.height);
        }
        picture
    }

    /// Means along rows (a step of 1) or columns (a step of the width), of `length` pixels.
    fn smooth(&mut self, radius: usize, step: usize, length: usize) {
        let lines = self.size.pixels() / length;
        let start_of = |line: usize| if step == 1 { line * length } else { line };
        for line in 0..lines {
            let start = start_of(line);
            let values: Vec<Colour> = (0..length)
                .map(|at| self.pixels[start + at * step])
                .collect();
            for at in 0..length {
                let (from, to) = (at.saturating_sub(radius), (at + radius).min(length - 1));
                let mut sum = BLACK;
                for value in &values[from..=to] {
                    sum = std::array::from_fn(|channel| sum[channel] + value[channel]);
                }
                self.pixels[start + at * step] = sum.map(|value| value / (to - from + 1) as f32);
            }
        }
    }

    /// The colour at a place between pixels; none outside.
    pub(crate) fn sampled(&self, at: Point) -> Option<Colour> {
        let (width, height) = (self.size.width, self.size.height);
        if at.x < 0.0 || at.y < 0.0 || at.x >= width as f32 - 1.0 || at.y >= height as f32 - 1.0 {
            return None;
        }
        let (left, top) = (at.x as usize, at.y as usize);
        let pixel = |x: usize, y: usize| self.pixels[y * width + x];
        let across = |y: usize| blend(pixel(left, y), pixel(left + 1, y), at.x.fract());
        Some(blend(across(top), across(top + 1), at.y.fract()))
    }

    /// Enlarges each pixel to a square.
    pub(crate) fn enlarged(&self, factor: usize) -> Self {
        let size = Size::new(self.size.width * factor, self.size.height * factor);
        let mut picture = Self::plain(size, BLACK);
        let (width, small) = (size.width, self.size.width);
        for (index, pixel) in picture.pixels.iter_mut().enumerate() {
            *pixel = self.pixels[index / width / factor * small + index % width / factor];
        }
        picture
    }

    /// Fills a rectangle, cut where it leaves the picture.
    pub(crate) fn rectangle(
        &mut self,
        left: f32,
        top: f32,
        right: f32,
        bottom: f32,
        colour: Colour,
    ) {
        self.change(|x, y, old| {
            let inside = x >= left && x < right && y >= top && y < bottom;
            if inside { colour } else { old }
        });
    }

    /// Paints a frame of a thickness, some pixels away from the border.
    pub(crate) fn frame(&mut self, inset: f32, thickness: f32, colour: Colour) {
        let (width, height) = (self.size.wide(), self.size.high());
        self.change(|x, y, old| {
            let from_border = x.min(y).min(width - 1.0 - x).min(height - 1.0 - y);
            let inside = from_border >= inset && from_border < inset + thickness;
            if inside { colour } else { old }
        });
    }
}
