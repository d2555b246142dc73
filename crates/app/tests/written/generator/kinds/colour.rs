//! Coloured ink and ground, and transparent pictures.

use super::{Painted, centred, pen_colour, sheet};
use crate::generator::file::{File, byte};
use crate::generator::geometry::{Point, Rect};
use crate::generator::glyph::Glyph;
use crate::generator::mask::{Dot, Mask};
use crate::generator::picture::{BLACK, Colour, Picture, WHITE, blend, luma};
use crate::generator::random::Random;

pub(super) fn red_on_green(glyph: &Glyph, random: &mut Random) -> Painted {
    let size = sheet(random);
    let red = [
        random.between(0.7, 0.95),
        random.between(0.05, 0.2),
        random.between(0.05, 0.2),
    ];
    let green = as_bright_as(
        red,
        [random.between(0.0, 0.12), 0.5, random.between(0.05, 0.2)],
    );
    (
        Picture::of_ink(&centred(glyph, size, random), rounded(red), green),
        File::Png,
    )
}

/// Two colours that differ in hue alone.
pub(super) fn equal_luminance(glyph: &Glyph, random: &mut Random) -> Painted {
    const PAIRS: [(Colour, Colour); 5] = [
        ([0.2, 0.35, 0.95], [0.8, 0.45, 0.1]),
        ([0.85, 0.25, 0.75], [0.3, 0.6, 0.3]),
        ([0.3, 0.6, 0.3], [0.85, 0.3, 0.3]),
        ([0.1, 0.6, 0.65], [0.75, 0.4, 0.4]),
        ([0.7, 0.5, 0.15], [0.45, 0.45, 0.85]),
    ];
    let size = sheet(random);
    let (ink, ground) = *random.pick(&PAIRS);
    let ground = as_bright_as(ink, ground);
    (
        Picture::of_ink(&centred(glyph, size, random), rounded(ink), ground),
        File::Png,
    )
}

/// The colour with the brightness of another, to a byte: green, which counts most, decides.
fn as_bright_as(wanted: Colour, colour: Colour) -> Colour {
    let mut colour = rounded(colour);
    let green = (luma(rounded(wanted)) - luma([colour[0], 0.0, colour[2]])) / 0.7152;
    colour[1] = green;
    rounded(colour)
}

fn rounded(colour: Colour) -> Colour {
    colour.map(|value| f32::from(byte(value)) / 255.0)
}

/// Pens on sticky notes and card, light ink on dark card as well.
pub(super) fn coloured(glyph: &Glyph, random: &mut Random) -> Painted {
    let size = sheet(random);
    let light = [
        [1.0, 0.93, 0.45],
        [0.75, 0.9, 1.0],
        [1.0, 0.75, 0.8],
        [0.75, 0.95, 0.7],
        [0.98, 0.8, 0.5],
    ];
    let dark = [
        [0.1, 0.15, 0.4],
        [0.35, 0.05, 0.1],
        [0.05, 0.25, 0.15],
        [0.25, 0.12, 0.3],
    ];
    let (ink, ground) = if random.chance(0.65) {
        (pen_colour(random), *random.pick(&light))
    } else {
        (*random.pick(&light), *random.pick(&dark))
    };
    (
        Picture::of_ink(&centred(glyph, size, random), ink, ground),
        File::Png,
    )
}

/// From one colour to another along the digit.
pub(super) fn gradient_ink(glyph: &Glyph, random: &mut Random) -> Painted {
    let size = sheet(random);
    let inks = [
        [0.8, 0.1, 0.1],
        [0.1, 0.2, 0.7],
        [0.45, 0.1, 0.55],
        [0.05, 0.4, 0.25],
        [0.1, 0.1, 0.1],
    ];
    let (from, to) = (*random.pick(&inks), *random.pick(&inks));
    let mask = centred(glyph, size, random);
    let mut picture = Picture::plain(size, WHITE);
    let mut covered = mask.values.iter();
    picture.change(|x, y, ground| {
        let place = (x / size.wide()).midpoint(y / size.high());
        let covered = covered.next().expect("a value for each pixel");
        blend(ground, blend(from, to, place), *covered)
    });
    (picture, File::Png)
}

pub(super) fn white_transparent(glyph: &Glyph, random: &mut Random) -> Painted {
    let size = sheet(random);
    (
        Picture::transparent(&centred(glyph, size, random), WHITE),
        File::Png,
    )
}

pub(super) fn black_transparent(glyph: &Glyph, random: &mut Random) -> Painted {
    let size = sheet(random);
    (
        Picture::transparent(&centred(glyph, size, random), BLACK),
        File::Png,
    )
}

/// A digit in a filled circle: a button or a sticker.
pub(super) fn sticker(glyph: &Glyph, random: &mut Random) -> Painted {
    let size = sheet(random);
    let colours = [
        [0.85, 0.15, 0.15],
        [0.1, 0.35, 0.75],
        [0.1, 0.5, 0.25],
        [0.15, 0.15, 0.15],
        [1.0, 0.85, 0.2],
    ];
    let disc = *random.pick(&colours);
    let ink = if luma(disc) > 0.6 { BLACK } else { WHITE };
    let ground = if random.chance(0.7) {
        WHITE
    } else {
        [0.75, 0.78, 0.8]
    };
    let radius = size.short() * random.between(0.36, 0.46);
    let centre = Point::new(size.centre().x, size.centre().y);
    let mut round = Mask::empty(size);
    round.stroke(&[Dot { at: centre, radius }]);
    let mut picture = Picture::of_ink(&round, disc, ground);
    let height = radius * random.between(1.0, 1.25);
    picture.ink(&glyph.in_box(size, Rect::square(centre, height)), ink);
    (picture, File::Png)
}
