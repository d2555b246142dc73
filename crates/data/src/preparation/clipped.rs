//! Digits that the border of the picture cuts: two strokes that lean towards each other where they leave the picture meet
//! outside of it, and are joined there by an arc.

use super::distance::{distances, mean_width};
use super::frame::Area;
use super::plane::Plane;

/// A pixel with that much ink is of a stroke.
const STROKE: f32 = 0.5;
/// Strokes lean towards each other by more columns a row.
const LEAST_LEANING: f32 = 0.2;

/// The ink of a digit in its area, with what the border of the picture cuts off as far as it can be told: an arc between
/// two strokes that leave the picture on one side.
pub(crate) fn completed(ink: &Plane, area: Area, picture: Area) -> Option<Plane> {
    let cut = [
        area.left <= picture.left,
        area.top <= picture.top,
        area.right >= picture.right,
        area.bottom >= picture.bottom,
    ];
    match cut {
        [true, false, false, false] => {
            with_arcs_above(&ink.transposed()).map(|ink| ink.transposed())
        }
        [false, true, false, false] => with_arcs_above(ink),
        [false, false, true, false] => {
            let turned = ink.clone().mirrored().transposed();
            with_arcs_above(&turned).map(|ink| ink.transposed().mirrored())
        }
        [false, false, false, true] => {
            with_arcs_above(&ink.clone().upside_down()).map(Plane::upside_down)
        }
        _ => None,
    }
}

/// A stroke that leaves the plane at the top.
#[derive(Debug, Clone, Copy)]
struct Stroke {
    /// The middle of its columns in the first row.
    middle: f32,
    /// How many columns further right it is a row higher.
    leaning: f32,
}

/// The plane with rows above in which strokes are joined; `None` if there are none to be joined.
fn with_arcs_above(ink: &Plane) -> Option<Plane> {
    let width = mean_width(&distances(&ink.map(|ink| ink - STROKE)));
    let strokes: Vec<Stroke> = runs(ink, 0)
        .into_iter()
        .map(|run| Stroke::from_above(ink, run, width))
        .collect();
    let pairs: &[[usize; 2]] = match strokes.len() {
        2 => &[[0, 1]],
        3 => &[[0, 1], [1, 2]],
        4 => &[[0, 1], [2, 3]],
        _ => return None,
    };
    let arcs: Vec<Vec<[f32; 2]>> = pairs
        .iter()
        .filter_map(|[left, right]| arc(strokes[*left], strokes[*right], width))
        .collect();
    let highest = arcs.iter().flatten().map(|[_, y]| *y).reduce(f32::min)?;
    let above = (width / 2.0 - highest).ceil().max(0.0) as usize;
    let mut values = vec![0.0; above * ink.width];
    values.extend_from_slice(&ink.values);
    let mut joined = Plane {
        height: ink.height + above,
        values,
        ..*ink
    };
    for [x, y] in arcs.into_iter().flatten() {
        draw_dot(&mut joined, [x, y + above as f32], width / 2.0);
    }
    Some(joined)
}

/// The first columns and the ones after the last of the strokes in a row.
fn runs(ink: &Plane, row: usize) -> Vec<[usize; 2]> {
    let row = &ink.values[row * ink.width..][..ink.width];
    let mut runs: Vec<[usize; 2]> = Vec::new();
    for (x, _) in row.iter().enumerate().filter(|(_, ink)| **ink > STROKE) {
        match runs.last_mut() {
            Some([_, end]) if x <= *end + 1 => *end = x + 1,
            _ => runs.push([x, x + 1]),
        }
    }
    runs
}

impl Stroke {
    /// Follows a stroke down from the first row, by one and a half times its width.
    fn from_above(ink: &Plane, first: [usize; 2], width: f32) -> Self {
        let middle = |[from, to]: [usize; 2]| (from + to) as f32 / 2.0;
        let length = |[from, to]: [usize; 2]| to - from;
        let depth = (1.5 * width) as usize + 3;
        let (mut run, mut rows) = (first, 0);
        for y in 1..depth.min(ink.height) {
            let next = runs(ink, y)
                .into_iter()
                .find(|next| next[0] < run[1] && next[1] > run[0]);
            match next {
                Some(next) if length(next) * 2 <= length(first) * 3 + 2 => (run, rows) = (next, y),
                _ => break,
            }
        }
        let leaning = (middle(first) - middle(run)) / (rows.max(1) as f32);
        Self {
            middle: middle(first),
            leaning,
        }
    }
}

/// Points of the arc, close together, by which two strokes go on: a cubic curve that is nearly a part of a circle if both
/// lean alike.
fn arc(left: Stroke, right: Stroke, width: f32) -> Option<Vec<[f32; 2]>> {
    let apart = right.middle - left.middle;
    let inward = [left.leaning.atan(), (-right.leaning).atan()];
    if apart < 1.5 * width || left.leaning - right.leaning < LEAST_LEANING {
        return None;
    }
    let turn = std::f32::consts::PI - inward[0] - inward[1];
    let reach = 4.0 / 3.0 * (turn / 4.0).tan() * apart / (2.0 * (turn / 2.0).sin());
    let from = [left.middle, 0.0];
    let to = [right.middle, 0.0];
    let by = |angle: f32| [reach * angle.sin(), -reach * angle.cos()];
    let [out, back] = [by(inward[0]), by(inward[1])];
    let controls = [
        from,
        [from[0] + out[0], out[1]],
        [to[0] - back[0], back[1]],
        to,
    ];
    let steps = (4.0 * apart) as usize + 4;
    let point = |step: usize| {
        let t = step as f32 / steps as f32;
        let s = 1.0 - t;
        let shares = [s * s * s, 3.0 * s * s * t, 3.0 * s * t * t, t * t * t];
        [0, 1].map(|axis| {
            shares
                .iter()
                .zip(&controls)
                .map(|(share, at)| share * at[axis])
                .sum()
        })
    };
    Some((0..=steps).map(point).collect())
}

/// Draws a disc of ink, its edge antialiased.
fn draw_dot(ink: &mut Plane, [x, y]: [f32; 2], radius: f32) {
    let range = |at: f32, length: usize| {
        let from = (at - radius - 1.0).max(0.0) as usize;
        from..((at + radius + 1.0).max(0.0) as usize + 1).min(length)
    };
    for row in range(y, ink.height) {
        for column in range(x, ink.width) {
            let distance = (column as f32 + 0.5 - x).hypot(row as f32 + 0.5 - y);
            let value = &mut ink.values[row * ink.width + column];
            *value = value.max((radius + 0.5 - distance).clamp(0.0, 1.0));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preparation::drawn::{distance, is_ring, shape};

    /// A ring of radius 30 of which the upper 15 pixels are cut off, in its bounding box.
    fn cut_ring() -> Plane {
        shape(68, 53, |x, y| is_ring(x, y, [34.0, 19.0], 30.0, 8.0))
    }

    const PICTURE: Area = Area {
        left: 0,
        top: 0,
        right: 300,
        bottom: 300,
    };

    fn area(left: usize, top: usize, ink: &Plane) -> Area {
        ink.area().moved(left, top)
    }

    #[test]
    fn a_ring_that_a_side_cuts_is_a_whole_ring() {
        let above = cut_ring();
        let below = above.clone().upside_down();
        let left = above.transposed();
        let right = left.clone().mirrored();
        for (ink, [x, y]) in [
            (above, [100, 0]),
            (below, [100, 247]),
            (left, [0, 100]),
            (right, [247, 100]),
        ] {
            let whole = completed(&ink, area(x, y, &ink), PICTURE).unwrap();
            let sides = [whole.width, whole.height];
            assert!(sides.iter().all(|side| side.abs_diff(68) <= 5), "{sides:?}");
            // Ink everywhere along the ring, and none in its hole.
            for angle in 0..360 {
                let (sin, cos) = (angle as f32).to_radians().sin_cos();
                let at = [34.0 + 30.0 * cos, 34.0 + 30.0 * sin];
                let near = whole.values.iter().enumerate().any(|(index, ink)| {
                    let (x, y) = (index % whole.width, index / whole.width);
                    *ink > 0.5 && distance(x, y, at) < 5.0
                });
                assert!(near, "{angle} {sides:?}");
            }
            assert!(whole.at(34, 34) < 0.1);
        }
    }

    #[test]
    fn strokes_that_do_not_lean_towards_each_other_stay_apart() {
        // A V: its arms lean outwards.
        let arms = shape(60, 40, |x, y| {
            x.abs_diff(10 + y / 2) < 4 || x.abs_diff(50 - y / 2) < 4
        });
        assert!(completed(&arms, area(100, 0, &arms), PICTURE).is_none());
    }

    #[test]
    fn a_digit_away_from_the_border_or_in_a_corner_is_kept() {
        let ring = cut_ring();
        for [x, y] in [[100, 1], [0, 0]] {
            assert!(completed(&ring, area(x, y, &ring), PICTURE).is_none());
        }
    }
}
