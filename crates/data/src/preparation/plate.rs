//! A sheet of paper on a table, a sticker, a key: something that a digit stands on, smaller than the picture.

use super::components::{Piece, pieces};
use super::distance::largest_distance;
use super::frame::Area;
use super::plane::{Plane, quantile};
use super::threshold::otsu;

/// The sides of the small plane in which plates are looked for.
const SMALL: usize = 120;
/// The smallest plate, as a share of the picture.
const LEAST_SHARE: f32 = 0.06;

/// Finds a plate with something on it, and returns where it is and its part of the picture, in which what is outside of
/// it is of its own level.
pub(crate) fn on_plate(signal: &Plane) -> Option<(Area, Plane)> {
    let factor = signal.side().div_ceil(SMALL);
    let small = signal.reduced(factor);
    let split = otsu(&small.values).filter(|split| split.separation > 0.6)?;
    let dark = small.map(|value| f32::from(u8::from(value < split.threshold)));
    let bright = dark.map(|is_dark| 1.0 - is_dark);
    let shape = [dark, bright]
        .iter()
        .find_map(|level| pieces(level).first().and_then(|piece| plate(level, piece)))?;
    // The edge of the plate is left out.
    let inside = shape
        .eroded(2)
        .enlarged(factor, signal.width, signal.height);
    let area = area_of(&inside)?;
    let (inside, mut part) = (inside.cut(area), signal.cut(area));
    let is_inside = |inside: f32| inside > 0.5;
    let pixels = part.values.iter().zip(&inside.values);
    let mut on_it: Vec<f32> = pixels
        .filter(|(_, inside)| is_inside(**inside))
        .map(|(value, _)| *value)
        .collect();
    let level = quantile(&mut on_it, 0.5);
    for (value, inside) in part.values.iter_mut().zip(&inside.values) {
        if !is_inside(*inside) {
            *value = level;
        }
    }
    Some((area, part))
}

/// The shape of a plate, its holes filled, if a piece is one: solid, and with a hole that has the shape of strokes.
fn plate(level: &Plane, piece: &Piece) -> Option<Plane> {
    let border = level.area();
    if piece.touches(border).count() > 2 {
        return None;
    }
    let mut others = level.map(|_| 1.0);
    for at in &piece.pixels {
        others.values[*at as usize] = 0.0;
    }
    let mut filled = others.map(|other| 1.0 - other);
    let mut holes = level.map(|_| 0.0);
    let mut longest = 0;
    let holes_in_it: Vec<Piece> = pieces(&others)
        .into_iter()
        .filter(|hole| hole.touches(border).count() == 0)
        .collect();
    for hole in &holes_in_it {
        for at in &hole.pixels {
            let at = *at as usize;
            filled.values[at] = 1.0;
            // The inside of a zero is of the plate's level.
            holes.values[at] = 1.0 - level.values[at];
        }
        longest = longest.max(hole.area.longer_side());
    }
    let all = filled.values.iter().sum::<f32>();
    let sides = piece.area;
    let shorter = sides.width().min(sides.height()) as f32;
    let of_holes = largest_distance(&holes);
    // A plate is a disc or has straight sides. A bold 8 or 9 has a waist, and holes that are a large part of it.
    let radius = largest_distance(&filled);
    let is_solid = piece.pixels.len() as f32 > 0.9 * all;
    let is_round_or_straight = radius > if is_solid { 0.38 } else { 0.44 } * shorter;
    let is_plate = all > LEAST_SHARE * level.values.len() as f32
        && piece.pixels.len() as f32 > 0.6 * all
        && all > 0.5 * (sides.width() * sides.height()) as f32
        && is_round_or_straight
        && sides.longer_side() as f32 <= 2.2 * shorter
        && longest * 4 > sides.longer_side()
        && !are_halves(&holes_in_it)
        && holes.values.iter().sum::<f32>() > 12.0 * of_holes * of_holes;
    is_plate.then_some(filled)
}

/// Says whether the largest hole and the next, the larger first, are the halves of one, as in a zero with a slash through
/// it. Digits are beside each other.
fn are_halves(holes: &[Piece]) -> bool {
    let [one, other, ..] = holes else {
        return false;
    };
    let (a, b) = (one.area, other.area);
    let across = a.right.min(b.right).saturating_sub(a.left.max(b.left));
    let down = a.bottom.min(b.bottom).saturating_sub(a.top.max(b.top));
    other.pixels.len() * 2 > one.pixels.len() && across > 0 && down > 0
}

fn area_of(shape: &Plane) -> Option<Area> {
    let mut area: Option<Area> = None;
    for (y, row) in shape.values.chunks_exact(shape.width).enumerate() {
        let is_inside = |value: &f32| *value > 0.5;
        if let (Some(left), Some(right)) = (
            row.iter().position(is_inside),
            row.iter().rposition(is_inside),
        ) {
            let line = Area {
                left,
                top: y,
                right: right + 1,
                bottom: y + 1,
            };
            area = Some(area.map_or(line, |area| area.joined(&line)));
        }
    }
    area
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preparation::drawn::{distance, plane};

    fn is_one(x: usize, y: usize) -> bool {
        (70..80).contains(&x) && (50..100).contains(&y)
    }

    #[test]
    fn a_white_digit_on_a_dark_disc_is_looked_for_on_the_disc() {
        let signal = plane(160, 150, |x, y| {
            let is_disc = distance(x, y, [75.0, 75.0]) <= 50.0;
            if is_disc && !is_one(x, y) { 0.2 } else { 1.0 }
        });
        let (area, part) = on_plate(&signal).unwrap();
        // The disc goes from 25 to 125, and its edge is left out.
        let sides = [
            (area.left, 25),
            (area.top, 25),
            (area.right, 125),
            (area.bottom, 125),
        ];
        for (side, expected) in sides {
            assert!(side.abs_diff(expected) <= 8, "{area:?}");
        }
        for y in 0..part.height {
            for x in 0..part.width {
                let is_white = is_one(x + area.left, y + area.top);
                let expected = if is_white { 1.0 } else { 0.2 };
                assert!((part.at(x, y) - expected).abs() < 0.01, "{x} {y}");
            }
        }
    }

    #[test]
    fn without_a_plate_there_is_none() {
        let one = plane(160, 150, |x, y| if is_one(x, y) { 0.2 } else { 1.0 });
        assert!(on_plate(&one).is_none());
        // With nothing on it, it may be ink itself.
        let disc = plane(160, 150, |x, y| {
            if distance(x, y, [75.0, 75.0]) <= 50.0 {
                0.2
            } else {
                1.0
            }
        });
        assert!(on_plate(&disc).is_none());
        assert!(on_plate(&plane(160, 150, |_, _| 0.5)).is_none());
    }

    #[test]
    fn a_bold_zero_with_a_slash_is_no_plate() {
        let signal = plane(120, 150, |x, y| {
            let from_middle = |half_width: f32, half_height: f32| {
                let [dx, dy] = [x as f32 - 60.0, y as f32 - 75.0];
                (dx / half_width).hypot(dy / half_height)
            };
            let is_ring = from_middle(42.0, 60.0) <= 1.0 && from_middle(22.0, 40.0) > 1.0;
            let is_slash = from_middle(42.0, 60.0) <= 1.0 && (5 * x + 4 * y).abs_diff(600) < 40;
            if is_ring || is_slash { 0.2 } else { 1.0 }
        });
        assert!(on_plate(&signal).is_none());
    }

    /// Its hole has the shape of a 1, and would be one on a plate.
    #[test]
    fn a_bold_9_is_no_plate() {
        let signal = plane(110, 120, |x, y| {
            let is_oval = |half_width: f32, half_height: f32| {
                let [dx, dy] = [x as f32 - 60.0, y as f32 - 45.0];
                (dx / half_width).hypot(dy / half_height) <= 1.0
            };
            let is_tail = (70..105).contains(&y) && x.abs_diff(123 - 9 * y / 10) < 7;
            let is_nine = (is_oval(22.0, 40.0) && !is_oval(4.5, 26.0)) || is_tail;
            if is_nine { 0.2 } else { 1.0 }
        });
        assert!(on_plate(&signal).is_none());
    }
}
