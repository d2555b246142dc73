//! How much of each pixel is covered by ink, and the rasterizers: strokes of a round pen, and filled outlines.

use super::geometry::{Point, Size};

/// A point of a stroke, and the radius of the pen there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dot {
    pub(crate) at: Point,
    pub(crate) radius: f32,
}

/// Rows of a pixel that a filled outline is sampled at.
const SUBROWS: usize = 4;

#[derive(Clone, Debug)]
pub(crate) struct Mask {
    pub(crate) size: Size,
    pub(crate) values: Vec<f32>,
}

impl Mask {
    pub(crate) fn empty(size: Size) -> Self {
        Self {
            size,
            values: vec![0.0; size.pixels()],
        }
    }

    /// Covers what either covers.
    pub(crate) fn join(&mut self, other: &Self) {
        for (value, more) in self.values.iter_mut().zip(&other.values) {
            *value = value.max(*more);
        }
    }

    pub(crate) fn stroke(&mut self, dots: &[Dot]) {
        if let [dot] = dots {
            self.capsule(*dot, *dot);
        }
        for pair in dots.windows(2) {
            self.capsule(pair[0], pair[1]);
        }
    }

    /// Draws a line between two dots, antialiased: half a pixel at its edge.
    fn capsule(&mut self, from: Dot, to: Dot) {
        let reach = from.radius.max(to.radius) + 1.0;
        let (left, right) = span(
            from.at.x.min(to.at.x) - reach,
            from.at.x.max(to.at.x) + reach,
            self.size.width,
        );
        let (top, bottom) = span(
            from.at.y.min(to.at.y) - reach,
            from.at.y.max(to.at.y) + reach,
            self.size.height,
        );
        let (along_x, along_y) = (to.at.x - from.at.x, to.at.y - from.at.y);
        let length = (along_x * along_x + along_y * along_y).max(1e-12);
        for y in top..bottom {
            for x in left..right {
                let (px, py) = (x as f32 + 0.5 - from.at.x, y as f32 + 0.5 - from.at.y);
                let place = ((px * along_x + py * along_y) / length).clamp(0.0, 1.0);
                let distance = (px - place * along_x).hypot(py - place * along_y);
                let radius = from.radius + place * (to.radius - from.radius);
                let covered = (radius - distance + 0.5).clamp(0.0, 1.0).min(2.0 * radius);
                let value = &mut self.values[y * self.size.width + x];
                *value = value.max(covered);
            }
        }
    }

    /// Fills closed outlines by the rule of non-zero winding.
    pub(crate) fn fill(&mut self, outlines: &[Vec<Point>]) {
        let mut crossings = Vec::new();
        for subrow in 0..self.size.height * SUBROWS {
            let y = (subrow as f32 + 0.5) / SUBROWS as f32;
            crossings.clear();
            for outline in outlines {
                for (index, &from) in outline.iter().enumerate() {
                    let to = outline[(index + 1) % outline.len()];
                    if (from.y <= y) != (to.y <= y) {
                        let x = from.x + (y - from.y) / (to.y - from.y) * (to.x - from.x);
                        crossings.push((x, if to.y > from.y { 1 } else { -1 }));
                    }
                }
            }
            crossings.sort_by(|one, other| one.0.total_cmp(&other.0));
            let mut winding = 0;
            for pair in 0..crossings.len().saturating_sub(1) {
                winding += crossings[pair].1;
                if winding != 0 {
                    self.fill_span(subrow / SUBROWS, crossings[pair].0, crossings[pair + 1].0);
                }
            }
        }
    }

    /// Adds the share of a subrow to the pixels from `from` to `to`.
    fn fill_span(&mut self, y: usize, from: f32, to: f32) {
        let (left, right) = span(from, to + 1.0, self.size.width);
        for x in left..right {
            let covered = (to.min(x as f32 + 1.0) - from.max(x as f32)).max(0.0);
            let value = &mut self.values[y * self.size.width + x];
            *value = (*value + covered / SUBROWS as f32).min(1.0);
        }
    }

    /// The largest value within a radius, or, for thinner ink, the smallest.
    pub(crate) fn spread(&self, radius: f32, choose: fn(f32, f32) -> f32) -> Self {
        let reach = radius.floor() as isize;
        let mut spread = self.clone();
        for dy in -reach..=reach {
            for dx in -reach..=reach {
                if ((dx * dx + dy * dy) as f32) > radius * radius {
                    continue;
                }
                for y in 0..self.size.height {
                    for x in 0..self.size.width {
                        let value = &mut spread.values[y * self.size.width + x];
                        *value = choose(*value, self.at(x as isize + dx, y as isize + dy));
                    }
                }
            }
        }
        spread
    }

    /// The value of a pixel, 0 outside.
    pub(crate) fn at(&self, x: isize, y: isize) -> f32 {
        let inside = |at: isize, end: usize| usize::try_from(at).ok().filter(|at| *at < end);
        match (inside(x, self.size.width), inside(y, self.size.height)) {
            (Some(x), Some(y)) => self.values[y * self.size.width + x],
            _ => 0.0,
        }
    }

    /// Means of blocks of `factor` x `factor` pixels.
    pub(crate) fn reduced(&self, factor: usize) -> Self {
        let mut reduced = Self::empty(Size::new(
            self.size.width / factor,
            self.size.height / factor,
        ));
        let width = reduced.size.width;
        for (index, value) in reduced.values.iter_mut().enumerate() {
            let (x, y) = (index % width * factor, index / width * factor);
            let block = (0..factor * factor)
                .map(|at| self.values[(y + at / factor) * self.size.width + x + at % factor]);
            *value = block.sum::<f32>() / (factor * factor) as f32;
        }
        reduced
    }

    /// The centre of mass, or of the mask if it is empty.
    pub(crate) fn centre(&self) -> Point {
        let (mut mass, mut x, mut y) = (0.0, 0.0, 0.0);
        for (index, value) in self.values.iter().enumerate() {
            mass += value;
            x += value * ((index % self.size.width) as f32 + 0.5);
            y += value * ((index / self.size.width) as f32 + 0.5);
        }
        if mass == 0.0 {
            return self.size.centre();
        }
        Point::new(x / mass, y / mass)
    }
}

/// The pixels from `low` to `high`, as a range within 0 to `end`.
fn span(low: f32, high: f32, end: usize) -> (usize, usize) {
    let low = (low.floor().max(0.0) as usize).min(end);
    (low, (high.ceil().max(0.0) as usize).min(end).max(low))
}
