//! Pens, pencils and chalk on the paper and boards that people have.

use super::{Painted, centred, dark_on_light, pen_colour, sheet};
use crate::generator::file::File;
use crate::generator::geometry::Size;
use crate::generator::glyph::Glyph;
use crate::generator::mask::Mask;
use crate::generator::picture::{Picture, WHITE, grey};
use crate::generator::random::Random;
use crate::generator::surface::{self, Ruling};

fn paper(random: &mut Random) -> Picture {
    let size = sheet(random);
    let (_, ground) = dark_on_light(random);
    Picture::plain(size, ground)
}

fn written(mut picture: Picture, glyph: &Glyph, random: &mut Random) -> Painted {
    let mask = centred(glyph, picture.size, random);
    let ink = pen_colour(random);
    picture.ink(&mask, ink);
    picture.noise(0.008, random);
    (picture, File::Jpeg(92))
}

pub(super) fn ruled(glyph: &Glyph, random: &mut Random) -> Painted {
    let mut picture = paper(random);
    Ruling::new(picture.size, random).horizontal(&mut picture, random);
    written(picture, glyph, random)
}

pub(super) fn ruled_margin(glyph: &Glyph, random: &mut Random) -> Painted {
    let mut picture = paper(random);
    let ruling = Ruling::new(picture.size, random);
    ruling.horizontal(&mut picture, random);
    ruling.margin(&mut picture, [0.9, 0.45, 0.5], random);
    written(picture, glyph, random)
}

pub(super) fn squared(glyph: &Glyph, random: &mut Random) -> Painted {
    let mut picture = paper(random);
    let mut ruling = Ruling::new(picture.size, random);
    ruling.pitch *= 0.6;
    ruling.horizontal(&mut picture, random);
    ruling.vertical(&mut picture, random);
    written(picture, glyph, random)
}

pub(super) fn texture(glyph: &Glyph, random: &mut Random) -> Painted {
    let mut picture = paper(random);
    let brown = random.between(0.75, 1.0);
    picture.change(|_, _, colour| {
        [
            colour[0] * brown.sqrt(),
            colour[1] * brown,
            colour[2] * brown * brown,
        ]
    });
    surface::texture(&mut picture, random.between(0.04, 0.1), random);
    written(picture, glyph, random)
}

pub(super) fn specks(glyph: &Glyph, random: &mut Random) -> Painted {
    let mut picture = paper(random);
    let largest = picture.size.short() * random.between(0.006, 0.018);
    let count = random.whole(5, 40);
    surface::specks(&mut picture, count, largest, grey(0.25), random);
    written(picture, glyph, random)
}

/// Faint, and with the grain of the paper in it.
pub(super) fn pencil(glyph: &Glyph, random: &mut Random) -> Painted {
    let mut picture = paper(random);
    let pen = random.between(0.018, 0.035);
    let mut mask = centred(&glyph.clone().with_pen(pen), picture.size, random);
    let pressure = random.between(0.55, 0.85);
    grainy(&mut mask, pressure, random);
    picture.ink(&mask, grey(random.between(0.25, 0.4)));
    surface::texture(&mut picture, 0.015, random);
    (picture, File::Jpeg(92))
}

/// Leaves holes in the ink, as chalk and pencils do.
fn grainy(mask: &mut Mask, pressure: f32, random: &mut Random) {
    for value in &mut mask.values {
        *value *= (pressure + 0.25 * random.normal()).clamp(0.1, 1.0);
    }
}

/// A line of one to two pixels in a picture of about 400.
pub(super) fn ball_pen(glyph: &Glyph, random: &mut Random) -> Painted {
    let size = Size::square(random.whole(360, 440));
    let (_, ground) = dark_on_light(random);
    let pixels = random.between(1.0, 2.0);
    let glyph = glyph.clone().with_pen(pixels / 2.0 / (size.short() * 0.68));
    let mut picture = Picture::of_ink(&centred(&glyph, size, random), pen_colour(random), ground);
    picture.noise(0.006, random);
    (picture, File::Png)
}

pub(super) fn marker(glyph: &Glyph, random: &mut Random) -> Painted {
    let size = sheet(random);
    let thick = glyph.clone().with_pen(random.between(0.085, 0.11));
    let mut picture = Picture::of_ink(&centred(&thick, size, random), pen_colour(random), WHITE);
    picture.noise(0.005, random);
    (picture, File::Jpeg(92))
}

/// Chalk on a board with smears.
pub(super) fn blackboard(glyph: &Glyph, random: &mut Random) -> Painted {
    let size = sheet(random);
    let boards = [
        [0.12, 0.16, 0.14],
        [0.1, 0.22, 0.16],
        [0.1, 0.1, 0.11],
        [0.13, 0.15, 0.2],
    ];
    let mut picture = Picture::plain(size, *random.pick(&boards));
    surface::texture(&mut picture, random.between(0.03, 0.06), random);
    let mut mask = centred(glyph, size, random);
    grainy(&mut mask, random.between(0.75, 1.0), random);
    let chalks = [[0.92, 0.92, 0.9], [0.95, 0.9, 0.6], [0.95, 0.75, 0.75]];
    picture.ink(&mask, *random.pick(&chalks));
    picture.noise(random.between(0.01, 0.04), random);
    (picture, File::Jpeg(90))
}
