//! How far each pixel of a shape is from its edge.

use super::plane::Plane;

/// A step to a pixel that touches at a corner.
const DIAGONAL: f32 = 1.4;

/// The distance of each pixel above 0 from the nearest pixel that is not, in pixels; outside the plane nothing is above
/// 0.
pub(crate) fn distances(shape: &Plane) -> Plane {
    chamfer(shape, |value| value > 0.0, 0.0)
}

/// The distance of each pixel outside of a shape from the nearest pixel above 0, in pixels.
pub(crate) fn distances_to(shape: &Plane) -> Plane {
    chamfer(shape, |value| value <= 0.0, f32::MAX)
}

/// By two passes with steps of 1 and 1.4 (chamfer distance; Borgefors, "Distance transformations in digital images",
/// 1986), which is exact to some percent.
fn chamfer(shape: &Plane, is_measured: impl Fn(f32) -> bool, beyond: f32) -> Plane {
    let (width, height) = (shape.width, shape.height);
    let wide = width + 2;
    let mut padded = vec![beyond; wide * (height + 2)];
    for y in 0..height {
        for x in 0..width {
            let distance = if is_measured(shape.at(x, y)) {
                f32::MAX
            } else {
                0.0
            };
            padded[(y + 1) * wide + x + 1] = distance;
        }
    }
    for at in wide + 1..wide * (height + 1) {
        if padded[at] > 0.0 {
            let straight = padded[at - 1].min(padded[at - wide]) + 1.0;
            let diagonal = padded[at - wide - 1].min(padded[at - wide + 1]) + DIAGONAL;
            padded[at] = straight.min(diagonal);
        }
    }
    for at in (wide..wide * (height + 1) - 1).rev() {
        if padded[at] > 0.0 {
            let straight = padded[at + 1].min(padded[at + wide]) + 1.0;
            let diagonal = padded[at + wide + 1].min(padded[at + wide - 1]) + DIAGONAL;
            padded[at] = padded[at].min(straight).min(diagonal);
        }
    }
    let rows = padded[wide..].chunks_exact(wide).take(height);
    Plane {
        width,
        height,
        values: rows.flat_map(|row| &row[1..=width]).copied().collect(),
    }
}

/// The radius of the largest disc in a shape, in pixels.
pub(crate) fn largest_distance(shape: &Plane) -> f32 {
    distances(shape).values.into_iter().fold(0.0, f32::max)
}
