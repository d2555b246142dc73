//! Several digits in a row, and how glyphs stand side by side.

use super::Made;
use super::file::File;
use super::geometry::{Affine, Rect, Size};
use super::glyph::Glyph;
use super::mask::Mask;
use super::picture::{BLACK, Picture, WHITE};
use super::random::Random;
use super::sources::{Origin, Sources};
use super::surface::{self, Ruling};

pub(crate) struct RowKind {
    pub(crate) name: &'static str,
    /// How many digits.
    digits: (usize, usize),
    gaps: Gaps,
    on: On,
}

/// Between the boxes of digits of height 1.
#[derive(Clone, Copy)]
enum Gaps {
    Between(f32, f32),
    /// The ink of neighbours touches.
    Touching,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum On {
    /// White on black, as in MNIST.
    Black,
    White,
    Ruled,
    /// A photograph: light from one side, and noise.
    Photo,
}

pub(crate) const ROWS: &[RowKind] = &[
    row("spaced", (2, 7), Gaps::Between(0.25, 0.6), On::White),
    row("close", (2, 7), Gaps::Between(0.06, 0.15), On::White),
    row("as-mnist", (2, 5), Gaps::Between(0.15, 0.4), On::Black),
    row("zip-on-lines", (5, 5), Gaps::Between(0.15, 0.5), On::Ruled),
    row("photo", (3, 6), Gaps::Between(0.15, 0.5), On::Photo),
    row("touching-pair", (2, 2), Gaps::Touching, On::White),
];

const fn row(name: &'static str, digits: (usize, usize), gaps: Gaps, on: On) -> RowKind {
    RowKind {
        name,
        digits,
        gaps,
        on,
    }
}

impl RowKind {
    /// Makes a picture, whose name ends with what it says.
    pub(crate) fn make(&self, sources: &Sources, seed: u64, index: usize) -> Made {
        let mut random = Random::named(seed, &format!("rows/{}/{index}", self.name));
        let count = random.whole(self.digits.0, self.digits.1);
        let reading: Vec<usize> = (0..count).map(|_| random.whole(0, 9)).collect();
        let glyphs = one_source(&reading, sources, &mut random);
        let size = Self::sheet(count, &mut random);
        let margin = size.short() * random.between(0.12, 0.25);
        let inner = Rect {
            left: margin,
            top: margin,
            right: size.wide() - margin,
            bottom: size.high() - margin,
        };
        let row = match self.gaps {
            Gaps::Between(low, high) => {
                side_by_side(&glyphs, Heights::Equal, || random.between(low, high))
            }
            Gaps::Touching => {
                let gap = touching(&glyphs[0], &glyphs[1]);
                side_by_side(&glyphs, Heights::Equal, || gap)
            }
        };
        let (picture, file) = self.paint(&row.draw(&glyphs, size, inner), &mut random);
        let read: String = reading.iter().map(ToString::to_string).collect();
        Made {
            name: format!("{}-{index:03}-{}-{read}", self.name, glyphs[0].source),
            picture,
            file,
        }
    }

    fn sheet(digits: usize, random: &mut Random) -> Size {
        let high = random.between(100.0, 240.0);
        let wide = high * (0.6 + digits as f32 * random.between(0.5, 0.8));
        Size::new(wide as usize, high as usize)
    }

    fn paint(&self, mask: &Mask, random: &mut Random) -> (Picture, File) {
        if self.on == On::Black {
            return (Picture::of_ink(mask, WHITE, BLACK), File::Png);
        }
        let mut picture = Picture::plain(mask.size, [0.97, 0.96, 0.94]);
        if self.on == On::Ruled {
            Ruling::new(mask.size, random).horizontal(&mut picture, random);
        }
        picture.ink(mask, [0.08, 0.1, 0.3]);
        if self.on == On::Photo {
            let darkest = random.between(0.45, 0.7);
            picture.light(surface::gradient(mask.size, darkest, random));
            picture.noise(random.between(0.02, 0.05), random);
            return (picture, File::Jpeg(90));
        }
        (picture, File::Png)
    }
}

/// Digits of one hand, one font, or all from images.
pub(crate) fn one_source(digits: &[usize], sources: &Sources, random: &mut Random) -> Vec<Glyph> {
    match random.whole(0, 4) {
        0 => {
            let font = random.pick(&sources.fonts);
            let character = |digit: &usize| {
                char::from_digit(*digit as u32, 10).and_then(|digit| font.character(digit))
            };
            digits
                .iter()
                .map(|digit| character(digit).expect("fonts without digits were left out"))
                .collect()
        }
        1 | 2 => {
            let hand = random.pick(&sources.hands);
            digits
                .iter()
                .map(|&digit| hand.digit(digit, random))
                .collect()
        }
        _ => digits
            .iter()
            .map(|&digit| sources.digit(digit, Origin::Images, random))
            .collect(),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heights {
    /// Each glyph has height 1.
    Equal,
    /// All together have height 1: letters of a word.
    AsTheyAre,
}

/// Where each glyph of a row stands.
pub(crate) struct Row {
    places: Vec<Affine>,
    bounds: Rect,
}

/// Puts glyphs side by side, with gaps between their boxes.
pub(crate) fn side_by_side(
    glyphs: &[Glyph],
    heights: Heights,
    mut gap: impl FnMut() -> f32,
) -> Row {
    let boxes: Vec<Rect> = glyphs.iter().map(Glyph::bounds).collect();
    let top = boxes
        .iter()
        .map(|bounds| bounds.top)
        .fold(f32::MAX, f32::min);
    let bottom = boxes
        .iter()
        .map(|bounds| bounds.bottom)
        .fold(f32::MIN, f32::max);
    let (mut places, mut x) = (Vec::new(), 0.0);
    for bounds in &boxes {
        let (from, height) = match heights {
            Heights::Equal => (bounds.top, bounds.height()),
            Heights::AsTheyAre => (top, bottom - top),
        };
        let scale = 1.0 / height;
        places.push(
            Affine::shift(-bounds.left, -from)
                .then(Affine::linear(scale, 0.0, 0.0, scale))
                .then(Affine::shift(x, 0.0)),
        );
        x += bounds.width() * scale;
        if places.len() < boxes.len() {
            x += gap();
        }
    }
    let bounds = Rect {
        left: 0.0,
        top: 0.0,
        right: x,
        bottom: 1.0,
    };
    Row { places, bounds }
}

impl Row {
    /// Draws the row as large as fits into a rectangle.
    pub(crate) fn draw(&self, glyphs: &[Glyph], size: Size, target: Rect) -> Mask {
        let scale =
            (target.width() / self.bounds.width()).min(target.height() / self.bounds.height());
        let (from, to) = (self.bounds.centre(), target.centre());
        let fit = Affine::shift(-from.x, -from.y)
            .then(Affine::linear(scale, 0.0, 0.0, scale))
            .then(Affine::shift(to.x, to.y));
        let mut mask = Mask::empty(size);
        for (glyph, place) in glyphs.iter().zip(&self.places) {
            mask.join(&glyph.draw(size, place.then(fit)));
        }
        mask
    }
}

/// The gap between two boxes of height 1 at which the ink of both touches: negative where one leans over the other.
fn touching(left: &Glyph, right: &Glyph) -> f32 {
    const HIGH: usize = 64;
    const WIDE: usize = 3 * HIGH;
    let size = Size::new(WIDE, HIGH);
    let target = Rect {
        left: 0.0,
        top: 0.0,
        right: size.wide(),
        bottom: size.high(),
    };
    let (one, other) = (left.in_box(size, target), right.in_box(size, target));
    let ink = |value: &f32| *value > 0.5;
    // Blank pixels beside the ink of each row.
    let right_of_one: Vec<usize> = rows_of(&one, |row| row.iter().rev().position(ink));
    let left_of_other: Vec<usize> = rows_of(&other, |row| row.iter().position(ink));
    let box_gap = |edges: &[usize]| edges.iter().min().copied().unwrap_or(0);
    let least = right_of_one
        .iter()
        .zip(&left_of_other)
        .map(|(a, b)| a + b)
        .min()
        .unwrap_or(0);
    let slack = least.saturating_sub(box_gap(&right_of_one) + box_gap(&left_of_other));
    -(slack as f32 + 1.5) / HIGH as f32
}

fn rows_of(mask: &Mask, blank: impl Fn(&[f32]) -> Option<usize>) -> Vec<usize> {
    let width = mask.size.width;
    mask.values
        .chunks(width)
        .map(|row| blank(row).unwrap_or(width))
        .collect()
}
