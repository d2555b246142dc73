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
    // With a border around it, every pixel has neighbours.
    let wide = width + 2;
    let mut is_open = vec![false; wide * (height + 2)];
    let rows = is_open[wide..].chunks_exact_mut(wide);
    for (to, from) in rows.zip(ink.values.chunks_exact(width)) {
        for (to, from) in to[1..].iter_mut().zip(from) {
            *to = *from > WEAK;
        }
    }
    let neighbours: &[usize] = match touching {
        Touching::AtSides => &[1, wide, wide + 2, 2 * wide + 1],
        Touching::AtCornersToo => {
            let (this, below) = (wide, 2 * wide);
            &[0, 1, 2, this, this + 2, below, below + 1, below + 2]
        }
    };
    let mut found = Vec::new();
    let mut stack = Vec::new();
    for start in wide + 1..wide * (height + 1) {
        if !is_open[start] {
            continue;
        }
        is_open[start] = false;
        stack.push(start);
        let mut pixels = Vec::new();
        while let Some(at) = stack.pop() {
            pixels.push((at / wide - 1) * width + at % wide - 1);
            let first = at - wide - 1;
            for neighbour in neighbours {
                let next = first + neighbour;
                if is_open[next] {
                    is_open[next] = false;
                    stack.push(next);
                }
            }
        }
        found.extend(piece_of(ink, &pixels));
    }
    found.sort_by(|a, b| b.mass.total_cmp(&a.mass));
    found
}

/// The piece of these pixels; `None` if its ink is weak everywhere.
fn piece_of(ink: &Plane, pixels: &[usize]) -> Option<Piece> {
    let mut area = Area {
        left: ink.width,
        top: ink.height,
        right: 0,
        bottom: 0,
    };
    let (mut mass, mut strongest) = (0.0, 0.0_f32);
    for at in pixels {
        let (x, y) = (at % ink.width, at / ink.width);
        area.left = area.left.min(x);
        area.right = area.right.max(x + 1);
        area.top = area.top.min(y);
        area.bottom = area.bottom.max(y + 1);
        mass += ink.values[*at].min(1.0);
        strongest = strongest.max(ink.values[*at]);
    }
    let pixels = pixels.iter().map(|at| *at as u32).collect();
    (strongest >= STRONG).then_some(Piece { area, pixels, mass })
}

/// The ink of some pieces in an area, with the pixels beside them, and none elsewhere.
pub(crate) fn only<'a>(ink: &Plane, pieces: impl Iterator<Item = &'a Piece>, area: Area) -> Plane {
    let mut only = Plane::filled(area.width(), area.height(), 0.0);
    for at in pieces.flat_map(|piece| &piece.pixels) {
        let (x, y) = (*at as usize % ink.width, *at as usize / ink.width);
        let columns = x.saturating_sub(1).max(area.left)..(x + 2).min(area.right);
        for y in y.saturating_sub(1).max(area.top)..(y + 2).min(area.bottom) {
            for x in columns.clone() {
                only.values[(y - area.top) * only.width + x - area.left] = ink.at(x, y).min(1.0);
            }
        }
    }
    only
}
