//! The kinds of pictures that show no digit, or not one.

mod marks;
mod nothing;
mod text;

use super::Made;
use super::file::File;
use super::geometry::{Rect, Size};
use super::mask::Mask;
use super::picture::{Picture, WHITE, grey};
use super::random::Random;
use super::sources::Sources;
use super::surface;

type Painted = (Picture, File);

pub(crate) struct NoneKind {
    pub(crate) name: &'static str,
    /// Whether nobody could take it for a digit.
    pub(crate) counts: bool,
    paint: fn(&Sources, &mut Random) -> Painted,
}

impl NoneKind {
    pub(crate) fn make(&self, sources: &Sources, seed: u64, index: usize) -> Made {
        let mut random = Random::named(seed, &format!("none/{}/{index}", self.name));
        let (picture, file) = (self.paint)(sources, &mut random);
        Made {
            name: format!("{index:03}"),
            picture,
            file,
        }
    }
}

const fn none(name: &'static str, paint: fn(&Sources, &mut Random) -> Painted) -> NoneKind {
    NoneKind {
        name,
        counts: true,
        paint,
    }
}

pub(crate) const NONE: &[NoneKind] = &[
    none("blank", nothing::blank),
    none("empty-paper", nothing::empty_paper),
    none("noise", nothing::noise),
    none("texture", nothing::texture),
    none("blobs", nothing::blobs),
    none("lines", marks::lines),
    none("scribbles", marks::scribbles),
    none("shapes", marks::shapes),
    none("letters", text::letters),
    none("punctuation", text::punctuation),
    none("words", text::words),
    none("several-digits", text::several_digits),
    NoneKind {
        name: "letters-like-digits",
        counts: false,
        paint: text::letters_like_digits,
    },
];

fn sheet(random: &mut Random) -> Size {
    Size::new(random.whole(120, 380), random.whole(120, 380))
}

/// The middle of a sheet, some of it left free.
fn middle(size: Size, random: &mut Random) -> Rect {
    Rect::square(size.centre(), size.short() * random.between(0.5, 0.8))
}

/// Ink as digits have it: white on black in MNIST's way, on paper, on dark ground, photographed.
fn inked(mask: &Mask, random: &mut Random) -> Painted {
    let (dark, light) = (random.between(0.0, 0.25), random.between(0.82, 1.0));
    match random.whole(0, 3) {
        0 => (Picture::of_ink(mask, WHITE, grey(0.0)), File::Png),
        1 => (Picture::of_ink(mask, grey(light), grey(dark)), File::Png),
        2 => (Picture::of_ink(mask, grey(dark), grey(light)), File::Png),
        _ => {
            let mut picture = Picture::of_ink(mask, grey(dark), grey(light));
            let darkest = random.between(0.5, 0.9);
            picture.light(surface::gradient(mask.size, darkest, random));
            picture.noise(random.between(0.005, 0.03), random);
            (picture, File::Jpeg(90))
        }
    }
}
