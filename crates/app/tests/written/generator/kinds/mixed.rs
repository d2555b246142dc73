//! Several difficulties at once: place, colour, paper, light and noise, each drawn for itself.

use super::{Painted, either_way, pen_colour};
use crate::generator::file::File;
use crate::generator::geometry::{Point, Rect, Size};
use crate::generator::glyph::Glyph;
use crate::generator::picture::{Colour, Picture};
use crate::generator::random::Random;
use crate::generator::surface::{self, Ruling};

pub(super) fn mixed(glyph: &Glyph, random: &mut Random) -> Painted {
    let size = Size::new(random.whole(140, 520), random.whole(140, 520));
    let (ink, ground) = colours(random);
    let mut picture = Picture::plain(size, ground);
    on_what(&mut picture, ink, random);
    let turned = glyph.clone().turned(random.between(-0.15, 0.15));
    picture.ink(&turned.in_box(size, place(size, random)), ink);
    in_light(&mut picture, random);
    if random.chance(0.3) {
        picture = picture.blurred(1);
    }
    picture.noise(random.between(0.0, 0.05), random);
    let file = if random.chance(0.5) {
        File::Png
    } else {
        File::Jpeg(random.whole(40, 95) as u8)
    };
    (picture, file)
}

fn colours(random: &mut Random) -> (Colour, Colour) {
    match random.whole(0, 2) {
        0 => (pen_colour(random), [0.95, 0.93, 0.88]),
        1 => (pen_colour(random), [0.97, 0.9, 0.6]),
        _ => either_way(random),
    }
}

/// Anywhere, from a quarter to three quarters of the shorter side.
fn place(size: Size, random: &mut Random) -> Rect {
    let height = size.short() * random.between(0.25, 0.75);
    let middle = size.centre();
    let room = |side: f32| (side - height) / 2.0 * 0.9;
    let centre = Point::new(
        middle.x + room(size.wide()) * random.between(-1.0, 1.0),
        middle.y + room(size.high()) * random.between(-1.0, 1.0),
    );
    Rect::square(centre, height)
}

fn on_what(picture: &mut Picture, ink: Colour, random: &mut Random) {
    match random.whole(0, 5) {
        0 => Ruling::new(picture.size, random).horizontal(picture, random),
        1 => {
            let ruling = Ruling::new(picture.size, random);
            ruling.horizontal(picture, random);
            ruling.vertical(picture, random);
        }
        2 => surface::texture(picture, 0.04, random),
        3 => {
            let largest = picture.size.short() * 0.008;
            surface::specks(picture, 12, largest, ink, random);
        }
        _ => {}
    }
}

fn in_light(picture: &mut Picture, random: &mut Random) {
    let size = picture.size;
    match random.whole(0, 3) {
        0 => {
            let darkest = random.between(0.4, 0.7);
            picture.light(surface::gradient(size, darkest, random));
        }
        1 => {
            let dark = random.between(0.55, 0.8);
            picture.light(surface::shadow(size, dark, random));
        }
        2 => picture.light(surface::vignette(size, random.between(0.4, 0.7))),
        _ => {}
    }
}
