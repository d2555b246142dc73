//! From a picture as people make it to what a network was trained on: the ink of a digit in MNIST's framing.
//!
//! The steps for a picture, each in a file: the [colours](color) become one plane; [frames](frame) are cut off; the [`ink`] is
//! what differs from the [`ground`] around it, without its [`noise`]; [`lines`] of paper are removed; [outlined](outline) digits
//! are filled; [pieces](components) of ink, without what is [paler] and touches them, are [grouped](digits) into digits,
//! whose [clipped] strokes are joined; and each digit is [framed](framing). A [`drawing`] has strokes instead, of which the first steps are not needed.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sides and positions of pixels are small whole numbers, and images are f32"
)]

mod clipped;
mod color;
mod components;
mod cuts;
mod digits;
mod distance;
mod drawing;
#[cfg(test)]
mod drawn;
mod extremes;
mod filters;
mod frame;
mod framing;
mod ground;
mod ink;
mod lines;
mod noise;
mod outline;
mod paler;
mod picture;
mod plane;
mod plate;
mod ranks;
mod threshold;

pub use digits::MOST_PIECES;
pub use drawing::{PreparedDrawing, prepare_drawing};
pub use frame::Area;
pub use picture::Picture;
pub(crate) use picture::{PictureRows, level};
pub(crate) use plane::Plane;

use self::components::{Piece, only, pieces};
use self::digits::{Group, groups, is_scattered};
use self::ink::find_ink;

/// A digit that was found in a picture.
#[derive(Debug, Clone)]
pub struct InkedDigit {
    /// Where it is, in pixels of the [ink](Prepared::ink).
    pub area: Area,
    /// 28 x 28 pixels in MNIST's framing, row by row: 0 is ground and 1 is ink; 20 x 20 if the picture was of that size
    /// and framed like the course's.
    pub framed: Vec<f32>,
    /// What a network gets: 400 pixels, column by column.
    pub pixels: Vec<f32>,
    /// Its own ink, as large as the area.
    ink: Plane,
    /// Of a drawing, from which column of the area to which each stroke goes.
    strokes: Option<Vec<[f64; 2]>>,
}

/// The part of a stroke's width that a division may cut off: a digit ends where a pen was lifted, or nearly there.
const MOST_CUT_OFF: f64 = 0.25;

impl InkedDigit {
    fn of(ink: &Plane, pieces: &[Piece], area: Area) -> Self {
        let own = only(ink, pieces.iter(), area);
        let whole = clipped::completed(&own, area, ink.area());
        let framed = framing::framed(whole.as_ref().unwrap_or(&own));
        Self::framed_as(own, area, framed)
    }

    /// A digit of a drawing, whose strokes go from and to these columns of the area.
    fn drawn(ink: &Plane, group: &Group, strokes: Vec<[f64; 2]>) -> Self {
        let own = only(ink, group.pieces.iter(), group.area);
        let framed = framing::framed_drawing(&own);
        Self {
            strokes: Some(strokes),
            ..Self::framed_as(own, group.area, framed)
        }
    }

    fn framed_as(ink: Plane, area: Area, framed: Plane) -> Self {
        Self {
            area,
            pixels: framing::network_pixels(&framed),
            framed: framed.values,
            ink,
            strokes: None,
        }
    }

    /// The columns, from the left of the area, at which two digits that touch each other may be divided: those with the
    /// least ink, in order. A stroke is not cut in two.
    #[must_use]
    pub fn cuts(&self) -> Vec<usize> {
        let mut cuts = cuts::cuts(&self.ink);
        cuts.retain(|cut| {
            let cut = *cut as f64;
            let is_whole =
                |[from, to]: &[f64; 2]| (cut - from).min(to - cut) <= MOST_CUT_OFF * (to - from);
            self.strokes.iter().flatten().all(is_whole)
        });
        cuts
    }

    /// The digit in some of the columns of the area; `None` if there is no ink in them.
    #[must_use]
    pub fn columns(&self, from: usize, to: usize) -> Option<Self> {
        let mut columns = self.ink.area();
        (columns.left, columns.right) = (from, to.min(columns.right));
        if columns.left >= columns.right {
            return None;
        }
        let ink = self.ink.cut(columns);
        let largest = pieces(&ink).into_iter().next()?;
        let area = largest.area;
        let ink = only(&ink, [&largest].into_iter(), area);
        let framed = match self.strokes {
            Some(_) => framing::framed_drawing(&ink),
            None => framing::framed(&ink),
        };
        let area = area.moved(self.area.left + from, self.area.top);
        let strokes = self.strokes.as_ref().map(|_| Vec::new());
        Some(Self {
            strokes,
            ..Self::framed_as(ink, area, framed)
        })
    }
}

/// Why no digit was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoInk {
    /// Nothing differs from its surroundings.
    Blank,
    /// More than [`MOST_PIECES`] marks, none of which stands out: noise, a texture, or too many digits.
    Noise,
}

/// What was found in a picture.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The part of the picture that was looked at, without its frames, in pixels of the [reduced](Picture::size) picture.
    pub within: Area,
    /// The ink in that part, row by row: 0 is ground, 1 is ink.
    pub ink: Vec<f32>,
    /// The digits from left to right, or why there are none.
    pub digits: Result<Vec<InkedDigit>, NoInk>,
}

/// Finds the digits in a picture.
#[must_use]
pub fn prepare(picture: &Picture) -> Prepared {
    let signal = color::signal(picture);
    if let Some(framed) = framing::already_framed(&signal) {
        return as_it_is(framed);
    }
    let within = frame::within_frames(&signal);
    let signal = signal.cut_to(within);
    let (within, signal) = match plate::on_plate(&signal) {
        Some((area, signal)) => (area.moved(within.left, within.top), signal),
        None => (within, signal),
    };
    let Some(found) = find_ink(&signal) else {
        return Prepared {
            within,
            ink: vec![0.0; signal.values.len()],
            digits: Err(NoInk::Blank),
        };
    };
    let ink = lines::without_lines(found);
    let ink = outline::with_bodies(ink);
    let found = pieces(&ink);
    let (ink, pieces) = match paler::without_paler(&ink, &found) {
        Some(ink) => {
            let pieces = pieces(&ink);
            (ink, pieces)
        }
        None => (ink, found),
    };
    let digits = if pieces.is_empty() {
        Err(NoInk::Blank)
    } else if is_scattered(&pieces) {
        Err(NoInk::Noise)
    } else {
        let groups = groups(&ink, pieces);
        Ok(groups.iter().map(|group| digit_of(&ink, group)).collect())
    };
    Prepared {
        within,
        ink: ink.changed(|ink| ink.min(1.0)).values,
        digits,
    }
}

fn digit_of(ink: &Plane, group: &Group) -> InkedDigit {
    InkedDigit::of(ink, &group.pieces, group.area)
}

/// A picture that needs no preparation.
fn as_it_is(ink: Plane) -> Prepared {
    let digit = InkedDigit {
        area: ink.area(),
        pixels: framing::network_pixels(&ink),
        framed: ink.values.clone(),
        ink: ink.clone(),
        strokes: None,
    };
    Prepared {
        within: ink.area(),
        ink: ink.values,
        digits: Ok(vec![digit]),
    }
}

#[cfg(test)]
mod tests {
    use super::drawn::{BLACK_ON_WHITE, distance, is_ring, picture};
    use super::*;

    fn is_zero(x: usize, y: usize) -> bool {
        is_ring(x, y, [60.0, 60.0], 30.0, 8.0)
    }

    #[test]
    fn a_picture_of_one_level_is_blank() {
        for color in [[255; 3], [0; 3], [200, 30, 30]] {
            let found = prepare(&picture([100, 80], [color; 2], |_, _| true));
            assert_eq!(found.digits.unwrap_err(), NoInk::Blank);
            assert_eq!(found.ink.len(), 8000);
        }
    }

    /// Places without an order.
    fn scattered(at: usize) -> usize {
        let mixed = (at + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 33
    }

    #[test]
    fn scattered_spots_are_noise_and_a_digit_among_single_pixels_is_found() {
        let spots = picture([200, 200], BLACK_ON_WHITE, |x, y| {
            let at = scattered(x / 16 + 31 * (y / 16));
            let [dx, dy] = [
                (x % 16).wrapping_sub(at % 10),
                (y % 16).wrapping_sub(at / 16 % 10),
            ];
            dx < 5 && dy < 5
        });
        assert_eq!(prepare(&spots).digits.unwrap_err(), NoInk::Noise);
        let salt = |x: usize, y: usize| scattered(x + 200 * y).is_multiple_of(25);
        let found = prepare(&picture([200, 200], BLACK_ON_WHITE, salt)).digits;
        let areas = found.map(|found| found.iter().map(|one| one.area).collect::<Vec<_>>());
        assert!(areas.is_err(), "{areas:?}");
        // A digit among them is found.
        let with_zero = |x, y| is_zero(x, y) != salt(x, y);
        let found = prepare(&picture([120, 120], BLACK_ON_WHITE, with_zero))
            .digits
            .unwrap();
        assert_eq!(found.len(), 1);
    }

    /// The area, to a pixel; and a hole in the middle of a ring in 28 x 28 pixels.
    fn assert_is_zero(found: &[InkedDigit], expected: [usize; 4]) {
        assert_eq!(found.len(), 1);
        let Area {
            left,
            top,
            right,
            bottom,
        } = found[0].area;
        for (side, expected) in [left, top, right, bottom].into_iter().zip(expected) {
            assert!(side.abs_diff(expected) <= 1, "{:?}", found[0].area);
        }
        let at = |x: usize, y: usize| found[0].framed[28 * y + x];
        assert!(at(14, 14) < 0.05, "the hole");
        for (x, y) in [(5, 14), (22, 14), (14, 5), (14, 22)] {
            assert!(at(x, y) > 0.8, "{x} {y}: {}", at(x, y));
        }
        assert!(at(0, 0) < 0.05 && at(27, 27) < 0.05);
        assert_eq!(found[0].pixels.len(), 400);
    }

    #[test]
    fn a_ring_is_a_zero_in_any_colours() {
        for colors in [
            BLACK_ON_WHITE,
            [[255; 3], [0; 3]],
            [[140; 3], [160; 3]],
            [[255, 255, 0], [0, 0, 200]],
        ] {
            let found = prepare(&picture([120, 120], colors, is_zero));
            assert_is_zero(&found.digits.unwrap(), [26, 26, 94, 94]);
        }
    }

    #[test]
    fn a_ring_in_a_corner_of_a_large_picture_is_a_zero() {
        let picture = picture([300, 200], BLACK_ON_WHITE, |x, y| {
            is_ring(x, y, [30.0, 170.0], 15.0, 5.0)
        });
        assert_is_zero(&prepare(&picture).digits.unwrap(), [12, 152, 48, 188]);
    }

    #[test]
    fn digits_side_by_side_are_found_from_left_to_right() {
        let picture = picture([200, 100], BLACK_ON_WHITE, |x, y| {
            is_ring(x, y, [150.0, 50.0], 25.0, 8.0)
                || ((30..38).contains(&x) && (20..80).contains(&y))
                || is_ring(x, y, [80.0, 50.0], 25.0, 8.0)
        });
        let found = prepare(&picture).digits.unwrap();
        let lefts: Vec<usize> = found.iter().map(|digit| digit.area.left).collect();
        assert_eq!(lefts.len(), 3);
        for (left, expected) in lefts.iter().zip([30, 51, 121]) {
            assert!(left.abs_diff(expected) <= 1, "{lefts:?}");
        }
    }

    /// As MNIST's images are: the pixels are those of the file.
    #[test]
    fn an_image_of_mnist_is_taken_as_it_is() {
        let level = |x: usize, y: usize| {
            let off = (distance(x, y, [14.0, 14.0]) - 8.5).abs();
            [255, 128, 0][(off as usize).min(2)]
        };
        for is_dark in [false, true] {
            let pixels = (0..784).map(|at| {
                let ink: u8 = level(at % 28, at / 28);
                let value = if is_dark { 255 - ink } else { ink };
                [value, value, value, 255]
            });
            let pixels: Vec<[u8; 4]> = pixels.collect();
            let found = prepare(&Picture::from_rgba(28, 28, &pixels).unwrap());
            let found = &found.digits.unwrap()[0];
            let bytes = found.framed.iter().map(|ink| (ink * 255.0).round() as u8);
            assert!(bytes.eq((0..784).map(|at| level(at % 28, at / 28))));
        }
    }

    #[test]
    fn digits_that_touch_are_divided_at_a_column() {
        let picture = picture([200, 100], BLACK_ON_WHITE, |x, y| {
            is_ring(x, y, [70.0, 50.0], 26.0, 8.0) || is_ring(x, y, [129.0, 50.0], 26.0, 8.0)
        });
        let found = prepare(&picture).digits.unwrap();
        let [pair] = found.as_slice() else {
            panic!("{} digits", found.len());
        };
        let touching = 100 - pair.area.left;
        let cut = pair
            .cuts()
            .into_iter()
            .find(|cut| cut.abs_diff(touching) <= 3);
        let cut = cut.unwrap();
        assert_is_zero(&[pair.columns(0, cut).unwrap()], [40, 20, 100, 80]);
        assert_is_zero(&[pair.columns(cut, 500).unwrap()], [99, 20, 159, 80]);
        assert!(pair.columns(cut, cut).is_none());
    }

    #[test]
    fn a_large_picture_is_reduced_by_a_whole_number() {
        let large = picture([1000, 800], BLACK_ON_WHITE, |x, y| {
            is_ring(x, y, [500.0, 400.0], 250.0, 60.0)
        });
        // 500 x 400 pixels are the most.
        assert_eq!((large.size(), large.reduction()), ([500, 400], 2));
        assert_is_zero(&prepare(&large).digits.unwrap(), [110, 60, 390, 340]);
        assert!(Picture::from_rgba(3, 2, &[[0; 4]; 5]).is_none());
        assert!(Picture::from_rgba(0, 0, &[]).is_none());
    }
}
