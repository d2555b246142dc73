//! From a picture as people make it to what a network was trained on: the ink of a digit in MNIST's framing.
//!
//! The steps, each in a file: the [colours](color) become one plane; [frames](frame) are cut off; the [ink](ink) is
//! what differs from the ground around it; [lines](lines) of paper are removed; [pieces](components) of ink are
//! [grouped](digits) into digits; and each digit is [framed](framing).

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sides and positions of pixels are small whole numbers, and images are f32"
)]

mod color;
mod components;
mod cuts;
mod digits;
mod distance;
mod frame;
mod framing;
mod ink;
mod lines;
mod picture;
mod plane;
mod plate;
mod threshold;

pub use frame::Area;
pub use ink::Polarity;
pub use picture::Picture;
pub(crate) use picture::PictureRows;
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
}

impl InkedDigit {
    fn of(ink: &Plane, pieces: &[Piece], area: Area) -> Self {
        Self::new(only(ink, pieces.iter()).cut(area), area)
    }

    fn new(ink: Plane, area: Area) -> Self {
        let framed = framing::framed(&ink);
        Self {
            area,
            pixels: framing::network_pixels(&framed),
            framed: framed.values,
            ink,
        }
    }

    /// The columns, from the left of the area, at which two digits that touch each other may be divided: those with the
    /// least ink, in order.
    #[must_use]
    pub fn cuts(&self) -> Vec<usize> {
        cuts::cuts(&self.ink)
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
        let ink = only(&ink, [&largest].into_iter()).cut(area);
        Some(Self::new(
            ink,
            area.moved(self.area.left + from, self.area.top),
        ))
    }
}

/// Why no digit was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoInk {
    /// Nothing differs from its surroundings.
    Blank,
    /// Many small marks, and none that stands out.
    Noise,
}

/// What was found in a picture.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The part of the picture that was looked at, without its frames, in pixels of the [reduced](Picture::size) picture.
    pub within: Area,
    /// The ink in that part, row by row: 0 is ground, 1 is ink.
    pub ink: Vec<f32>,
    /// Whether it is darker or brighter than its ground; `None` without ink.
    pub polarity: Option<Polarity>,
    /// The digits from left to right, or why there are none.
    pub digits: Result<Vec<InkedDigit>, NoInk>,
}

/// Finds the digits in a picture.
#[must_use]
pub fn prepare(picture: &Picture) -> Prepared {
    let signal = color::signal(picture);
    if let Some(framed) = framing::already_framed(&signal) {
        return as_it_is(&signal, framed);
    }
    let within = frame::within_frames(&signal);
    let signal = signal.cut(within);
    let (within, signal) = match plate::on_plate(&signal) {
        Some((area, signal)) => (area.moved(within.left, within.top), signal),
        None => (within, signal),
    };
    let Some(found) = find_ink(&signal) else {
        return Prepared {
            within,
            ink: vec![0.0; signal.values.len()],
            polarity: None,
            digits: Err(NoInk::Blank),
        };
    };
    let ink = lines::without_lines(&found.plane);
    let pieces = pieces(&ink);
    let digits = if pieces.is_empty() {
        Err(NoInk::Blank)
    } else if is_scattered(&pieces) {
        Err(NoInk::Noise)
    } else {
        let groups = groups(&ink, pieces);
        let digit = |group: &Group| InkedDigit::of(&ink, &group.pieces, group.area);
        Ok(groups.iter().map(digit).collect())
    };
    Prepared {
        within,
        ink: ink.map(|ink| ink.min(1.0)).values,
        polarity: Some(found.polarity),
        digits,
    }
}

/// A picture that needs no preparation.
fn as_it_is(signal: &Plane, ink: Plane) -> Prepared {
    let is_inverted = ink.values != signal.values;
    let digit = InkedDigit {
        area: ink.area(),
        pixels: framing::network_pixels(&ink),
        framed: ink.values.clone(),
        ink: ink.clone(),
    };
    Prepared {
        within: ink.area(),
        ink: ink.values,
        polarity: Some(if is_inverted {
            Polarity::DarkOnLight
        } else {
            Polarity::LightOnDark
        }),
        digits: Ok(vec![digit]),
    }
}
