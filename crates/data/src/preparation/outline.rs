//! Digits of which only the outline is drawn: what lies between its lines is ink.

use super::components::{Piece, regions};
use super::distance::{distances, mean_width, width_of_mean};
use super::plane::Plane;

/// A pixel with that much ink is part of a line.
const LINE: f32 = 0.3;
/// The body of an outlined digit is at least so many times as long as it is wide. The hole of a zero that is five times
/// as high as wide is 5.4 times as long as its mean width.
const LEAST_LENGTH: f32 = 6.0;
/// The width of the body as a share of its height, and the width of the line as a share of that of the body, are together
/// less. Between a digit and a circle around it they are more.
const THICKEST: f32 = 0.4;
/// The shorter side of the plane in which strips are looked for first, at most.
const COARSE: usize = 160;
/// A smaller body, as a share of the picture, is none.
const LEAST_SHARE: f32 = 0.002;

/// The ink with the bodies of outlined digits filled: long enclosed strips of ground, along which a thin line runs that has
/// the ground around the digit on its other side.
pub(crate) fn with_bodies(ink: Plane) -> Plane {
    let is_long = |strip: &Strip| strip.length() > LEAST_LENGTH;
    // Most pictures have no such strip, which is soon seen.
    if !strips(&coarse(&ink)).iter().any(is_long) {
        return ink;
    }
    let ground = ground_of(&ink);
    let line = mean_width(&distances(&ground.map(|ground| 1.0 - ground)));
    // A hole of the digit lies behind its body, and two lines.
    let reach = line.ceil() as usize + 2;
    let outside = outside_of(&ground).dilated(reach);
    let mut filled = ink;
    for strip in strips(&ground).iter().filter(|strip| is_long(strip)) {
        let pixels = &strip.piece.pixels;
        let is_near = |at: &&u32| outside.values[**at as usize] > 0.0;
        let near = pixels.iter().filter(is_near).count();
        let height = strip.piece.area.longer_side() as f32;
        if strip.width / height + line / strip.width < THICKEST && near * 20 > pixels.len() {
            for at in pixels {
                filled.values[*at as usize] = 1.0;
            }
        }
    }
    filled
}

/// A part of the ground that ink encloses.
struct Strip {
    piece: Piece,
    /// Its mean width.
    width: f32,
}

impl Strip {
    /// How many times as long as wide it is.
    fn length(&self) -> f32 {
        self.piece.pixels.len() as f32 / (self.width * self.width)
    }
}

/// 1 where there is no line, and 0 elsewhere.
fn ground_of(ink: &Plane) -> Plane {
    ink.map(|ink| f32::from(u8::from(ink <= LINE)))
}

/// The ground in squares, those with a line left out.
fn coarse(ink: &Plane) -> Plane {
    let factor = ink.side().div_ceil(COARSE);
    let mut ground = Plane::filled(ink.width.div_ceil(factor), ink.height.div_ceil(factor), 1.0);
    for (y, row) in ink.values.chunks_exact(ink.width).enumerate() {
        let squares = &mut ground.values[y / factor * ground.width..][..ground.width];
        for (square, inks) in squares.iter_mut().zip(row.chunks(factor)) {
            if inks.iter().any(|ink| *ink > LINE) {
                *square = 0.0;
            }
        }
    }
    ground
}

/// The enclosed parts of a ground.
fn strips(ground: &Plane) -> Vec<Strip> {
    let least = LEAST_SHARE * ground.values.len() as f32;
    let enclosed: Vec<Piece> = regions(ground)
        .into_iter()
        .filter(|piece| piece.touches(ground.area()).count() == 0 && piece.mass > least)
        .collect();
    if enclosed.is_empty() {
        return Vec::new();
    }
    let distances = distances(ground);
    let strip = |piece: Piece| Strip {
        width: width_of(&piece, &distances),
        piece,
    };
    enclosed.into_iter().map(strip).collect()
}

/// The parts of a ground that run into the border.
fn outside_of(ground: &Plane) -> Plane {
    let mut outside = ground.map(|_| 0.0);
    for piece in regions(ground) {
        if piece.touches(ground.area()).count() > 0 {
            for at in &piece.pixels {
                outside.values[*at as usize] = 1.0;
            }
        }
    }
    outside
}

/// The mean width of a strip, by the distances of its pixels from its edge.
fn width_of(strip: &Piece, distances: &Plane) -> f32 {
    let of_strip = strip.pixels.iter().map(|at| distances.values[*at as usize]);
    width_of_mean(of_strip.sum::<f32>() / strip.pixels.len() as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preparation::drawn::{is_ring, shape};

    /// A line two pixels wide around a bar of 12 x 90 pixels.
    fn outlined_bar() -> Plane {
        shape(80, 120, |x, y| {
            let is_in = |margin: usize| {
                (34 - margin..46 + margin).contains(&x) && (15 - margin..105 + margin).contains(&y)
            };
            is_in(2) && !is_in(0)
        })
    }

    #[test]
    fn the_body_of_an_outlined_one_is_ink() {
        let bar = |x, y| (32..48).contains(&x) && (13..107).contains(&y);
        assert_eq!(with_bodies(outlined_bar()), shape(80, 120, bar));
    }

    /// The body lies between two circles; what is in the inner one is ground.
    #[test]
    fn the_hole_of_an_outlined_zero_stays() {
        let centre = [60.0, 60.0];
        let circles = shape(120, 120, |x, y| {
            is_ring(x, y, centre, 50.0, 2.0) || is_ring(x, y, centre, 36.0, 2.0)
        });
        let found = with_bodies(circles);
        let middle: Vec<f32> = [17, 60].into_iter().map(|x| found.at(x, 60)).collect();
        assert_eq!(middle, [1.0, 0.0]);
        let ink: f32 = found.values.iter().sum();
        let expected = std::f32::consts::PI * (51.0 * 51.0 - 35.0 * 35.0);
        assert!((ink / expected - 1.0).abs() < 0.02, "{ink}");
    }

    #[test]
    fn zeros_and_digits_in_circles_stay_as_they_are() {
        let centre = [60.0, 60.0];
        // Four times as high as wide, with a thin pen.
        let narrow = shape(120, 120, |x, y| is_ring(x * 4, y, [240.0, 60.0], 50.0, 8.0));
        let ring = shape(120, 120, |x, y| is_ring(x, y, centre, 40.0, 3.0));
        let circled = shape(120, 120, |x, y| {
            is_ring(x, y, centre, 55.0, 3.0) || is_ring(x, y, centre, 28.0, 8.0)
        });
        for ink in [narrow, ring, circled] {
            assert_eq!(with_bodies(ink.clone()), ink);
        }
    }
}
