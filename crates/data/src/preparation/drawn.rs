//! What tests draw: planes and pictures of strokes and rings.

use super::picture::Picture;
use super::plane::Plane;

/// A plane with the values of a function of column and row.
pub(super) fn plane(width: usize, height: usize, value: impl Fn(usize, usize) -> f32) -> Plane {
    let values = (0..width * height).map(|at| value(at % width, at / width));
    Plane {
        width,
        height,
        values: values.collect(),
    }
}

/// A plane that is 1 in a shape, and 0 elsewhere.
pub(super) fn shape(width: usize, height: usize, is_in: impl Fn(usize, usize) -> bool) -> Plane {
    plane(width, height, |x, y| f32::from(u8::from(is_in(x, y))))
}

/// An opaque picture of two colours: the first in a shape, and the second elsewhere.
pub(super) fn picture(
    [width, height]: [usize; 2],
    [ink, ground]: [[u8; 3]; 2],
    is_in: impl Fn(usize, usize) -> bool,
) -> Picture {
    let pixels = (0..width * height).map(|at| {
        let [r, g, b] = if is_in(at % width, at / width) {
            ink
        } else {
            ground
        };
        [r, g, b, 255]
    });
    Picture::from_rgba(width, height, &pixels.collect::<Vec<_>>()).unwrap()
}

pub(super) const BLACK_ON_WHITE: [[u8; 3]; 2] = [[0; 3], [255; 3]];

/// How far the middle of a pixel is from a point.
pub(super) fn distance(x: usize, y: usize, point: [f32; 2]) -> f32 {
    (x as f32 + 0.5 - point[0]).hypot(y as f32 + 0.5 - point[1])
}

/// A circle of that radius, drawn with a pen that is `pen` pixels wide.
pub(super) fn is_ring(x: usize, y: usize, centre: [f32; 2], radius: f32, pen: f32) -> bool {
    (distance(x, y, centre) - radius).abs() <= pen / 2.0
}
