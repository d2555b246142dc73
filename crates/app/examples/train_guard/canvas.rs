//! Ink on a square canvas: strokes and outlines with antialiased edges, and what can happen to a picture.

use crate::dice::Dice;

/// The side of a canvas in pixels; what is drawn is about 44 high, so that a pixel of MNIST is about two of these.
pub(crate) const CANVAS: usize = 64;

/// A point of a canvas; x to the right, y down.
pub(crate) type Point = [f32; 2];

/// A picture: 0 is ground, 1 is ink.
#[derive(Clone)]
pub(crate) struct Canvas {
    pub(crate) ink: Vec<f32>,
}

impl Canvas {
    pub(crate) fn empty() -> Self {
        Self {
            ink: vec![0.0; CANVAS * CANVAS],
        }
    }

    /// Makes a picture of a function of x and y.
    pub(crate) fn of(mut ink: impl FnMut(f32, f32) -> f32) -> Self {
        let at = |index: usize| ((index % CANVAS) as f32, (index / CANVAS) as f32);
        let pixels = (0..CANVAS * CANVAS).map(at);
        Self {
            ink: pixels.map(|(x, y)| ink(x, y)).collect(),
        }
    }

    /// The ink between pixels; there is none outside.
    pub(crate) fn at(&self, x: f32, y: f32) -> f32 {
        bilinear(&self.ink, CANVAS, x, y)
    }

    /// Draws a line along the points with a round pen.
    pub(crate) fn stroke(&mut self, points: &[Point], radius: f32) {
        for pair in points.windows(2) {
            self.segment(pair[0], pair[1], radius, 1.0);
        }
    }

    /// Draws one straight line; with `ink` 0 it rubs out.
    pub(crate) fn segment(&mut self, from: Point, to: Point, radius: f32, ink: f32) {
        let reach = radius + 1.0;
        let range = |axis: usize| {
            let low = from[axis].min(to[axis]) - reach;
            let high = from[axis].max(to[axis]) + reach;
            let last = (CANVAS - 1) as f32;
            low.clamp(0.0, last) as usize..=high.clamp(0.0, last) as usize
        };
        let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
        let length = (dx * dx + dy * dy).max(1e-6);
        for row in range(1) {
            for column in range(0) {
                let (x, y) = (column as f32 - from[0], row as f32 - from[1]);
                let part = ((x * dx + y * dy) / length).clamp(0.0, 1.0);
                let (x, y) = (x - part * dx, y - part * dy);
                let covered = (radius + 0.5 - (x * x + y * y).sqrt()).clamp(0.0, 1.0);
                let pixel = &mut self.ink[row * CANVAS + column];
                *pixel = if ink > 0.0 {
                    pixel.max(covered)
                } else {
                    pixel.min(1.0 - covered)
                };
            }
        }
    }

    /// Fills closed outlines by the nonzero rule, sampled at four heights of a pixel.
    pub(crate) fn fill(&mut self, outlines: &[Vec<Point>]) {
        const HEIGHTS: usize = 4;
        let mut crossings: Vec<(f32, i32)> = Vec::new();
        for line in 0..CANVAS * HEIGHTS {
            let y = (line as f32 + 0.5) / HEIGHTS as f32 - 0.5;
            crossings.clear();
            for outline in outlines {
                let ends = outline.iter().cycle().skip(1);
                for (from, to) in outline.iter().zip(ends) {
                    if (from[1] <= y) != (to[1] <= y) {
                        let part = (y - from[1]) / (to[1] - from[1]);
                        let winding = if from[1] < to[1] { 1 } else { -1 };
                        crossings.push((from[0] + part * (to[0] - from[0]), winding));
                    }
                }
            }
            crossings.sort_by(|a, b| a.0.total_cmp(&b.0));
            let row = &mut self.ink[line / HEIGHTS * CANVAS..][..CANVAS];
            let mut winding = 0;
            for pair in crossings.windows(2) {
                winding += pair[0].1;
                if winding != 0 {
                    add_span(row, pair[0].0 + 0.5, pair[1].0 + 0.5, 1.0 / HEIGHTS as f32);
                }
            }
        }
    }

    /// Blurs by the mean of `2 reach + 1` pixels along both axes, twice.
    pub(crate) fn blurred(&self, reach: usize) -> Self {
        let mut ink = self.ink.clone();
        for _ in 0..2 {
            ink = box_blur(&ink, reach);
            ink = transposed(&box_blur(&transposed(&ink), reach));
        }
        Self { ink }
    }

    /// Makes ink of what is above a level, with a soft edge: low levels thicken a blurred picture, high ones thin it.
    pub(crate) fn thresholded(&self, level: f32, softness: f32) -> Self {
        let ink = self.ink.iter();
        Self {
            ink: ink
                .map(|ink| ((ink - level) / softness + 0.5).clamp(0.0, 1.0))
                .collect(),
        }
    }

    /// Turns, shears and scales about the middle, and bends a little.
    pub(crate) fn warped(&self, dice: &mut Dice, strength: f32) -> Self {
        let angle = (dice.normal() * 7.0 * strength)
            .clamp(-20.0, 20.0)
            .to_radians();
        let shear = dice.normal() * 0.12 * strength;
        let aspect = (dice.normal() * 0.12 * strength).exp();
        let scale = dice.between(0.85, 1.1);
        let (sin, cos) = angle.sin_cos();
        let middle = (CANVAS - 1) as f32 / 2.0;
        let waves: Vec<[f32; 4]> = (0..4)
            .map(|_| {
                let size = dice.around(1.3 * strength);
                [
                    size,
                    dice.between(0.04, 0.16),
                    dice.between(0.04, 0.16),
                    dice.around(3.1),
                ]
            })
            .collect();
        let bend =
            |x: f32, y: f32, wave: &[f32; 4]| wave[0] * (x * wave[1] + y * wave[2] + wave[3]).sin();
        Self::of(|x, y| {
            let (x, y) = ((x - middle) / scale, (y - middle) / scale);
            let (x, y) = (cos * x - sin * y, sin * x + cos * y);
            let (x, y) = ((x + shear * y) * aspect, y / aspect);
            let to_x = x + bend(x, y, &waves[0]) + bend(x, y, &waves[1]);
            let to_y = y + bend(x, y, &waves[2]) + bend(x, y, &waves[3]);
            self.at(to_x + middle, to_y + middle)
        })
    }

    /// Turns by quarters of a circle, clockwise.
    pub(crate) fn quarter_turned(&self, quarters: usize) -> Self {
        let mut turned = self.clone();
        for _ in 0..quarters {
            turned.ink = transposed(&turned.ink);
            for row in turned.ink.chunks_exact_mut(CANVAS) {
                row.reverse();
            }
        }
        turned
    }

    pub(crate) fn mirrored(&self) -> Self {
        let mut mirrored = self.clone();
        for row in mirrored.ink.chunks_exact_mut(CANVAS) {
            row.reverse();
        }
        mirrored
    }

    /// Left, top, right and bottom of the ink, in pixels, with the last ones; `None` without ink.
    pub(crate) fn bounds(&self) -> Option<[usize; 4]> {
        let is_ink = |&index: &usize| self.ink[index] > 0.3;
        let inked: Vec<usize> = (0..CANVAS * CANVAS).filter(is_ink).collect();
        let columns = || inked.iter().map(|index| index % CANVAS);
        let rows = || inked.iter().map(|index| index / CANVAS);
        Some([
            columns().min()?,
            rows().min()?,
            columns().max()?,
            rows().max()?,
        ])
    }

    /// Adds the ink of another picture, moved.
    pub(crate) fn add(&mut self, other: &Self, [right, down]: Point, scale: f32) {
        let moved = Self::of(|x, y| other.at((x - right) / scale, (y - down) / scale));
        for (ink, more) in self.ink.iter_mut().zip(moved.ink) {
            *ink = ink.max(more);
        }
    }
}

/// Adds `weight` to the pixels between two positions of a row, in part where they are covered in part.
fn add_span(row: &mut [f32], from: f32, to: f32, weight: f32) {
    let from = from.clamp(0.0, CANVAS as f32);
    let to = to.clamp(from, CANVAS as f32);
    let last = (to.ceil() as usize).min(CANVAS);
    for (column, pixel) in row.iter_mut().enumerate().take(last).skip(from as usize) {
        let covered = to.min(column as f32 + 1.0) - from.max(column as f32);
        *pixel = (*pixel + covered * weight).min(1.0);
    }
}

fn box_blur(ink: &[f32], reach: usize) -> Vec<f32> {
    let mut blurred = Vec::with_capacity(ink.len());
    for row in ink.chunks_exact(CANVAS) {
        let mut sum: f32 = row[..reach].iter().sum();
        for column in 0..CANVAS {
            sum += row.get(column + reach).unwrap_or(&0.0);
            if column > reach {
                sum -= row[column - reach - 1];
            }
            blurred.push(sum / (2 * reach + 1) as f32);
        }
    }
    blurred
}

fn transposed(ink: &[f32]) -> Vec<f32> {
    let columns = 0..CANVAS;
    columns
        .flat_map(|column| ink.iter().skip(column).step_by(CANVAS))
        .copied()
        .collect()
}

/// The value between the pixels of a square picture, 0 outside.
pub(crate) fn bilinear(pixels: &[f32], side: usize, x: f32, y: f32) -> f32 {
    if x <= -1.0 || y <= -1.0 || x >= side as f32 || y >= side as f32 {
        return 0.0;
    }
    let (left, top) = (x.floor(), y.floor());
    let (right_part, bottom_part) = (x - left, y - top);
    let pixel = |column: f32, row: f32| {
        if column < 0.0 || row < 0.0 || column >= side as f32 || row >= side as f32 {
            return 0.0;
        }
        pixels[row as usize * side + column as usize]
    };
    let upper = pixel(left, top) * (1.0 - right_part) + pixel(left + 1.0, top) * right_part;
    let lower =
        pixel(left, top + 1.0) * (1.0 - right_part) + pixel(left + 1.0, top + 1.0) * right_part;
    upper * (1.0 - bottom_part) + lower * bottom_part
}
