//! What is paler than a digit and touches it: the ring of a cup, a bar of a window, a line of the paper.

use super::components::Piece;
use super::plane::Plane;

/// More is ink of the digit,
const STRONG: f32 = 0.75;
/// and less is paler.
const PALE: f32 = 0.6;
/// The edge of a stroke is so many pixels wide.
const EDGE: usize = 3;
/// The strong and the pale part of a piece each have at least that share of its pixels.
const LEAST_SHARE: f32 = 0.03;
/// The pale part away from the edge has at least that share: the paler end of a stroke has less.
const LEAST_PALE: f32 = 0.1;
/// What is between the two is less than that share of the pale part: in strokes that fade it is more.
const BETWEEN: f32 = 0.05;

/// The ink without what is clearly paler than the piece of ink that it touches; `None` if there is nothing like that.
pub(crate) fn without_paler(ink: &Plane, pieces: &[Piece]) -> Option<Plane> {
    let mut cleaned: Option<Plane> = None;
    for piece in pieces {
        for at in paler(ink, piece) {
            cleaned.get_or_insert_with(|| ink.clone()).values[at] = 0.0;
        }
    }
    cleaned
}

/// The pixels of a piece that are paler than the rest of it, and away from its edge; none if it fades.
fn paler(ink: &Plane, piece: &Piece) -> Vec<usize> {
    let level = |at: &u32| ink.values[*at as usize];
    let least = LEAST_SHARE * piece.pixels.len() as f32;
    let is_much = |count: usize| count as f32 > least;
    let strong = piece.pixels.iter().filter(|at| level(at) > STRONG).count();
    let pale = piece.pixels.iter().filter(|at| level(at) < PALE).count();
    if !is_much(strong) || !is_much(pale) {
        return Vec::new();
    }
    let part = ink.cut(piece.area);
    let near_strong = part
        .map(|ink| f32::from(u8::from(ink > STRONG)))
        .dilated(EDGE);
    let is_away = |at: &usize| {
        let [x, y] = [
            at % ink.width - piece.area.left,
            at / ink.width - piece.area.top,
        ];
        near_strong.at(x, y) <= 0.0
    };
    let away = piece.pixels.iter().map(|at| *at as usize).filter(is_away);
    let (pale, between): (Vec<usize>, Vec<usize>) = away.partition(|at| ink.values[*at] < PALE);
    let is_more = pale.len() as f32 > LEAST_PALE * piece.pixels.len() as f32;
    if is_more && (between.len() as f32) < BETWEEN * pale.len() as f32 {
        pale
    } else {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preparation::components::pieces;
    use crate::preparation::drawn::{is_ring, plane};

    fn is_digit(x: usize, y: usize) -> bool {
        (40..50).contains(&x) && (20..80).contains(&y)
    }

    #[test]
    fn a_pale_ring_that_crosses_a_stroke_is_removed() {
        let ink = plane(120, 100, |x, y| {
            if is_digit(x, y) {
                1.0
            } else if is_ring(x, y, [70.0, 50.0], 30.0, 5.0) {
                0.45
            } else {
                0.0
            }
        });
        let found = without_paler(&ink, &pieces(&ink)).unwrap();
        for y in 0..100 {
            for x in 0..120 {
                let expected = f32::from(u8::from(is_digit(x, y)));
                // Beside the stroke a rest of the ring stays.
                if !(37..53).contains(&x) {
                    assert!((found.at(x, y) - expected).abs() < 1e-6, "{x} {y}");
                }
            }
        }
        assert!((20..80).all(|y| found.at(45, y) > 0.9));
    }

    #[test]
    fn the_paler_end_of_a_stroke_stays() {
        let ended = plane(120, 100, |x, y| {
            if is_digit(x, y) {
                1.0
            } else if (50..62).contains(&x) && (45..50).contains(&y) {
                0.45
            } else {
                0.0
            }
        });
        assert!(without_paler(&ended, &pieces(&ended)).is_none());
    }

    #[test]
    fn a_stroke_that_fades_stays() {
        let fading = plane(120, 100, |x, y| {
            let is_stroke = (10..110).contains(&x) && (40..50).contains(&y);
            if is_stroke {
                1.0 - 0.006 * x as f32
            } else {
                0.0
            }
        });
        assert!(without_paler(&fading, &pieces(&fading)).is_none());
    }
}
