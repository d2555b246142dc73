//! Connected pieces of ink.

use super::frame::Area;
use super::plane::Plane;

/// A pixel with that much ink belongs to a piece,
const WEAK: f32 = 0.3;
/// if the piece has a pixel with that much.
const STRONG: f32 = 0.55;

/// A piece of ink whose pixels touch each other, also at their corners.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    pub(crate) area: Area,
    /// The indices of its pixels.
    pub(crate) pixels: Vec<u32>,
    /// The sum of their ink.
    pub(crate) mass: f32,
}

impl Piece {
    pub(crate) fn touches(&self, border: Area) -> Sides {
        let area = &self.area;
        Sides {
            left_and_right: [area.left <= border.left, area.right >= border.right],
            top_and_bottom: [area.top <= border.top, area.bottom >= border.bottom],
        }
    }
}

/// Sides of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sides {
    pub(crate) left_and_right: [bool; 2],
    pub(crate) top_and_bottom: [bool; 2],
}

impl Sides {
    pub(crate) fn count(self) -> usize {
        let sides = self.left_and_right.into_iter().chain(self.top_and_bottom);
        sides.filter(|is_touched| *is_touched).count()
    }
}

/// Which pixels touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Touching {
    AtSides,
    AtCornersToo,
}

/// Finds the pieces of ink, the one with most ink first.
pub(crate) fn pieces(ink: &Plane) -> Vec<Piece> {
    connected(ink, Touching::AtCornersToo)
}

/// Finds the parts of a shape whose pixels touch each other at their sides, the largest first: of ground, parts that a
/// line one pixel wide divides.
pub(crate) fn regions(shape: &Plane) -> Vec<Piece> {
    connected(shape, Touching::AtSides)
}

fn connected(ink: &Plane, touching: Touching) -> Vec<Piece> {
    let (width, height) = (ink.width, ink.height);
    let mut is_open: Vec<bool> = ink.values.iter().map(|value| *value > WEAK).collect();
    let mut found = Vec::new();
    let mut stack = Vec::new();
    for start in 0..is_open.len() {
        if !is_open[start] {
            continue;
        }
        is_open[start] = false;
        stack.push(start);
        let mut pixels = Vec::new();
        let mut area = Area {
            left: width,
            top: height,
            right: 0,
            bottom: 0,
        };
        let (mut mass, mut strongest) = (0.0, 0.0_f32);
        while let Some(at) = stack.pop() {
            let (x, y) = (at % width, at / width);
            pixels.push(u32::try_from(at).unwrap_or(u32::MAX));
            mass += ink.values[at].min(1.0);
            strongest = strongest.max(ink.values[at]);
            area.left = area.left.min(x);
            area.right = area.right.max(x + 1);
            area.top = area.top.min(y);
            area.bottom = area.bottom.max(y + 1);
            for next_y in y.saturating_sub(1)..(y + 2).min(height) {
                for next_x in x.saturating_sub(1)..(x + 2).min(width) {
                    let is_corner = next_x != x && next_y != y;
                    let next = next_y * width + next_x;
                    if is_open[next] && !(is_corner && touching == Touching::AtSides) {
                        is_open[next] = false;
                        stack.push(next);
                    }
                }
            }
        }
        if strongest >= STRONG {
            found.push(Piece { area, pixels, mass });
        }
    }
    found.sort_by(|a, b| b.mass.total_cmp(&a.mass));
    found
}

/// The ink of some pieces, with the pixels beside them, and none elsewhere.
pub(crate) fn only<'a>(ink: &Plane, pieces: impl Iterator<Item = &'a Piece>) -> Plane {
    let mut mask = Plane::filled(ink.width, ink.height, 0.0);
    for piece in pieces {
        for at in &piece.pixels {
            mask.values[*at as usize] = 1.0;
        }
    }
    mask.dilated(1)
        .with(ink, |mask, ink| if mask > 0.0 { ink.min(1.0) } else { 0.0 })
}
