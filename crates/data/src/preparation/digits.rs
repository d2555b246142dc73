//! Which pieces of ink are digits, and which are clutter.

use super::components::Piece;
use super::frame::Area;
use super::plane::Plane;

/// Pieces that are one digit.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) area: Area,
    pub(crate) pieces: Vec<Piece>,
}

impl Group {
    fn mass(&self) -> f32 {
        self.pieces.iter().map(|piece| piece.mass).sum()
    }
}

/// More pieces, of which none stands out, are not looked at one by one: noise, or more digits than anybody writes in a row.
pub const MOST_PIECES: usize = 60;

/// Says whether the ink is scattered over the picture, as noise and textures are.
pub(crate) fn is_scattered(pieces: &[Piece]) -> bool {
    let all: f32 = pieces.iter().map(|piece| piece.mass).sum();
    let largest = pieces.first().map_or(0.0, |piece| piece.mass);
    pieces.len() > MOST_PIECES && largest < 0.25 * all
}

/// Groups pieces, the largest first, into what are digits by their size and place, from left to right.
pub(crate) fn groups(ink: &Plane, pieces: Vec<Piece>) -> Vec<Group> {
    let pieces = without_bands(ink.area(), pieces);
    let pieces = without_borders(ink, pieces);
    let pieces = without_enclosing(ink.area(), pieces);
    let pieces = without_underlines(pieces);
    let pieces = without_specks(pieces);
    let mut groups: Vec<Group> = Vec::new();
    let tallest = pieces.iter().map(|piece| piece.area.longer_side()).max();
    for piece in pieces {
        let mut joined = Group {
            area: piece.area,
            pieces: vec![piece],
        };
        let mut apart = Vec::new();
        for group in groups {
            if belong_together(&group.area, &joined.area, tallest.unwrap_or_default()) {
                joined.area = joined.area.joined(&group.area);
                joined.pieces.extend(group.pieces);
            } else {
                apart.push(group);
            }
        }
        apart.push(joined);
        groups = apart;
    }
    let tallest = groups.iter().map(|group| group.area.longer_side()).max();
    let heaviest = groups.iter().map(Group::mass).fold(0.0, f32::max);
    groups.retain(|group| {
        group.area.longer_side() * 20 > 9 * tallest.unwrap_or_default()
            && group.mass() > 0.08 * heaviest
    });
    groups.sort_by_key(|group| group.area.left + group.area.right);
    groups
}

/// Shadows, the edges of paper and of a table, and parts of other digits run into the border; the digit does only if
/// there is nothing else of its size.
fn without_borders(ink: &Plane, pieces: Vec<Piece>) -> Vec<Piece> {
    let border = ink.area();
    let is_clutter = |piece: &Piece| {
        let sides = piece.touches(border);
        sides.count() > 1 || (sides.count() > 0 && is_thin_along(piece, border))
    };
    let pieces = keep_unless(pieces, is_clutter, 0.04);
    let longest = |is_touching: bool| {
        let some = pieces
            .iter()
            .filter(|piece| (piece.touches(border).count() > 0) == is_touching);
        some.map(|piece| piece.area.longer_side())
            .max()
            .unwrap_or(0)
    };
    let [inside, touching] = [longest(false), longest(true)];
    if inside * 5 > 3 * touching || inside * 4 > ink.side() {
        return keep_unless(pieces, |piece| piece.touches(border).count() > 0, 0.2);
    }
    pieces
}

/// A band along a whole side is never a digit, even if there is nothing else: the ground of an empty page is not known well
/// at its border.
fn without_bands(border: Area, mut pieces: Vec<Piece>) -> Vec<Piece> {
    let is_band = |piece: &Piece| {
        let area = piece.area;
        let is_whole =
            area.height() * 10 > 9 * border.height() || area.width() * 10 > 9 * border.width();
        is_whole && piece.touches(border).count() < 4 && is_thin_along(piece, border)
    };
    pieces.retain(|piece| !is_band(piece));
    pieces
}

/// A line below a digit, as people draw it to stress one.
fn without_underlines(pieces: Vec<Piece>) -> Vec<Piece> {
    let areas: Vec<Area> = pieces.iter().map(|piece| piece.area).collect();
    let is_underline = |piece: &Piece| {
        let line = piece.area;
        let is_above = |area: &Area| {
            area.bottom <= line.top + line.height() / 2
                && area.height() > 3 * line.height()
                && area.left < line.right
                && area.right > line.left
        };
        line.width() > 6 * line.height() && areas.iter().any(is_above)
    };
    keep_unless(pieces, is_underline, 0.1)
}

/// A band along one side.
fn is_thin_along(piece: &Piece, border: Area) -> bool {
    let sides = piece.touches(border);
    let (width, height) = (piece.area.width(), piece.area.height());
    let upright =
        sides.left_and_right.contains(&true) && height > 4 * width && width * 12 < border.width();
    let lying =
        sides.top_and_bottom.contains(&true) && width > 4 * height && height * 12 < border.height();
    upright || lying
}

/// A box or a circle around a digit is no digit. What is inside has to be large: some people put a dot or a stroke into a
/// zero. And it is whole: two pieces that the border of the picture cuts are parts of one digit.
fn without_enclosing(border: Area, pieces: Vec<Piece>) -> Vec<Piece> {
    let whole = pieces
        .iter()
        .filter(|piece| piece.touches(border).count() == 0);
    let areas: Vec<(Area, f32)> = whole.map(|piece| (piece.area, piece.mass)).collect();
    let encloses = |piece: &Piece| {
        areas.iter().any(|(area, mass)| {
            *area != piece.area
                && piece.area.contains(area)
                && area.longer_side() * 5 > 2 * piece.area.longer_side()
                && area.height() * 3 > piece.area.height()
                && *mass > 0.06 * piece.mass
        })
    };
    keep_unless(pieces, encloses, 0.0)
}

fn without_specks(pieces: Vec<Piece>) -> Vec<Piece> {
    let largest = pieces
        .iter()
        .map(|piece| piece.area.longer_side())
        .max()
        .unwrap_or_default();
    let heaviest = pieces.iter().map(|piece| piece.mass).fold(0.0, f32::max);
    let is_speck =
        |piece: &Piece| piece.area.longer_side() * 10 < largest || piece.mass < 0.01 * heaviest;
    keep_unless(pieces, is_speck, 0.0)
}

/// Removes clutter, if what remains is at least that share of the heaviest piece of it.
fn keep_unless(
    pieces: Vec<Piece>,
    is_clutter: impl Fn(&Piece) -> bool,
    least_share: f32,
) -> Vec<Piece> {
    let is_kept: Vec<bool> = pieces.iter().map(|piece| !is_clutter(piece)).collect();
    let heaviest = |kept: bool| {
        let of_part = pieces.iter().zip(&is_kept).filter(|(_, is)| **is == kept);
        of_part.map(|(piece, _)| piece.mass).fold(0.0, f32::max)
    };
    if !is_kept.contains(&true) || heaviest(true) < least_share * heaviest(false) {
        return pieces;
    }
    let pieces = pieces.into_iter().zip(is_kept);
    pieces
        .filter_map(|(piece, is_kept)| is_kept.then_some(piece))
        .collect()
}

/// Says whether two groups are parts of one digit: one above the other, or a small one very near to a large one.
fn belong_together(a: &Area, b: &Area, tallest: usize) -> bool {
    let overlap = (a.right.min(b.right) as f64) - (a.left.max(b.left) as f64);
    let narrower = a.width().min(b.width()) as f64;
    let gap_below = (a.top.max(b.top) as f64) - (a.bottom.min(b.bottom) as f64);
    let tallest = tallest as f64;
    if overlap > 0.35 * narrower {
        return gap_below < 0.4 * tallest;
    }
    let lower = a.height().min(b.height()) as f64;
    let higher = a.height().max(b.height()) as f64;
    -overlap < 0.06 * tallest && gap_below < 0.1 * tallest && lower < 0.55 * higher
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preparation::components::pieces;
    use crate::preparation::drawn::{is_ring, shape};

    /// The areas of the digits in an ink of 120 x 100 pixels.
    fn found(is_ink: impl Fn(usize, usize) -> bool) -> Vec<[usize; 4]> {
        let ink = shape(120, 100, is_ink);
        let groups = groups(&ink, pieces(&ink));
        let areas = groups.into_iter().map(|group| group.area);
        areas
            .map(|area| [area.left, area.top, area.right, area.bottom])
            .collect()
    }

    fn is_bar(x: usize, y: usize) -> bool {
        (56..62).contains(&x) && (20..70).contains(&y)
    }

    #[test]
    fn a_line_below_a_digit_is_no_part_of_it() {
        let is_line = |x: usize, y: usize| (30..90).contains(&x) && (76..79).contains(&y);
        assert_eq!(
            found(|x, y| is_bar(x, y) || is_line(x, y)),
            [[56, 20, 62, 70]]
        );
    }

    #[test]
    fn two_marks_side_by_side_are_two_digits_from_left_to_right() {
        let is_second = |x: usize, y: usize| (20..26).contains(&x) && (25..75).contains(&y);
        assert_eq!(
            found(|x, y| is_bar(x, y) || is_second(x, y)),
            [[20, 25, 26, 75], [56, 20, 62, 70]]
        );
    }

    #[test]
    fn a_bar_above_a_gap_belongs_to_its_digit() {
        let is_top = |x: usize, y: usize| (56..80).contains(&x) && (12..17).contains(&y);
        assert_eq!(
            found(|x, y| is_bar(x, y) || is_top(x, y)),
            [[56, 12, 80, 70]]
        );
    }

    #[test]
    fn a_circle_around_a_digit_and_specks_are_left_out() {
        let is_circle = |x: usize, y: usize| is_ring(x, y, [59.0, 45.0], 40.0, 3.0);
        let is_speck = |x: usize, y: usize| (100..102).contains(&x) && (90..92).contains(&y);
        assert_eq!(
            found(|x, y| is_bar(x, y) || is_circle(x, y) || is_speck(x, y)),
            [[56, 20, 62, 70]]
        );
    }

    /// What encloses a stroke is no circle around it if the upper border cuts both.
    #[test]
    fn parts_of_a_digit_that_the_border_cuts_stay_together() {
        let is_stroke = |x: usize, y: usize| (57..63).contains(&x) && y < 25;
        let is_arc = |x: usize, y: usize| is_ring(x, y, [60.0, 5.0], 30.0, 6.0);
        assert_eq!(
            found(|x, y| is_stroke(x, y) || is_arc(x, y)),
            [[27, 0, 93, 38]]
        );
    }

    #[test]
    fn a_band_along_a_side_is_left_out() {
        assert_eq!(
            found(|x, y| is_bar(x, y) || (x < 5 && y > 10)),
            [[56, 20, 62, 70]]
        );
    }

    #[test]
    fn a_band_along_a_whole_side_is_no_digit_even_if_it_is_alone() {
        assert!(found(|x, _| x < 5).is_empty());
        assert!(found(|_, y| y >= 96).is_empty());
        // A stroke that ends above the lower side may be one.
        assert_eq!(found(|x, y| x < 5 && y < 60), [[0, 0, 5, 60]]);
    }
}
