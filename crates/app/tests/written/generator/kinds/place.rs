//! The digit is elsewhere, larger, smaller or turned, or something stands around it.

use std::f32::consts::{FRAC_PI_2, FRAC_PI_4, PI};

use super::{Painted, centred, dark_on_light, either_way, sheet};
use crate::generator::file::File;
use crate::generator::geometry::{Affine, Point, Rect, Size};
use crate::generator::glyph::{Form, Glyph};
use crate::generator::mask::Mask;
use crate::generator::picture::{BLACK, Picture, WHITE, blend, grey};
use crate::generator::random::Random;

/// The share of the box that is outside where a digit touches the edge: its last pixels are faint.
const GRAZED: f32 = 0.02;

/// 20 x 20 pixels, as the networks see them: MNIST's framing, shifted by two pixels.
pub(super) fn shifted(glyph: &Glyph, random: &mut Random) -> Painted {
    let framed = Glyph::new(Form::Raster(glyph.framed()), String::new());
    let (x, y) = *random.pick(&[
        (2.0, 0.0),
        (-2.0, 0.0),
        (0.0, 2.0),
        (0.0, -2.0),
        (2.0, 2.0),
        (-2.0, -2.0),
    ]);
    let scale = 20.0 / 28.0;
    let place = Affine::linear(scale, 0.0, 0.0, scale).then(Affine::shift(x, y));
    (
        Picture::of_ink(&framed.draw(Size::square(20), place), WHITE, BLACK),
        File::Png,
    )
}

/// MNIST's framing, half as large in the same frame.
pub(super) fn half_size(glyph: &Glyph, _: &mut Random) -> Painted {
    let size = Size::square(28);
    let mask = glyph.in_box(size, Rect::square(size.centre(), 10.0));
    (Picture::of_ink(&mask, WHITE, BLACK), File::Png)
}

/// A digit of this share of the shorter side, wherever there is room.
fn somewhere(glyph: &Glyph, size: Size, share: f32, random: &mut Random) -> Mask {
    let height = size.short() * share;
    let room = |side: f32| (side - height) / 2.0 * 0.95;
    let middle = size.centre();
    let centre = Point::new(
        middle.x + room(size.wide()) * random.between(-1.0, 1.0),
        middle.y + room(size.high()) * random.between(-1.0, 1.0),
    );
    glyph.in_box(size, Rect::square(centre, height))
}

fn painted(mask: &Mask, random: &mut Random) -> Painted {
    let (ink, ground) = either_way(random);
    (Picture::of_ink(mask, ink, ground), File::Png)
}

pub(super) fn canvas_40(glyph: &Glyph, random: &mut Random) -> Painted {
    let size = sheet(random);
    let mask = glyph.in_box(size, Rect::square(size.centre(), size.short() * 0.4));
    painted(&mask, random)
}

pub(super) fn canvas_15(glyph: &Glyph, random: &mut Random) -> Painted {
    let size = Size::square(random.whole(180, 600));
    let mask = somewhere(glyph, size, 0.15, random);
    painted(&mask, random)
}

/// Whole, and touching a side of the picture.
pub(super) fn edge(glyph: &Glyph, random: &mut Random) -> Painted {
    let size = sheet(random);
    let mask = at_edge(
        glyph,
        size,
        size.short() * random.between(0.5, 0.75),
        GRAZED,
        random,
    );
    painted(&mask, random)
}

/// A share of 10 to 30 % of the digit's box is outside.
pub(super) fn clipped(glyph: &Glyph, random: &mut Random) -> Painted {
    let size = sheet(random);
    let (height, cut) = (
        size.short() * random.between(0.5, 0.75),
        random.between(0.1, 0.3),
    );
    let mask = at_edge(glyph, size, height, cut, random);
    painted(&mask, random)
}

/// Draws a digit at one of the four sides, of which it leaves the share `cut` outside.
fn at_edge(glyph: &Glyph, size: Size, height: f32, cut: f32, random: &mut Random) -> Mask {
    let bounds = glyph.bounds();
    let scale = height / bounds.width().max(bounds.height());
    let (wide, high) = (bounds.width() * scale, bounds.height() * scale);
    let middle = size.centre();
    let along = Point::new(
        middle.x + (size.wide() - wide) * random.between(-0.4, 0.4),
        middle.y + (size.high() - high) * random.between(-0.4, 0.4),
    );
    let centre = match random.whole(0, 3) {
        0 => Point::new(wide * (0.5 - cut), along.y),
        1 => Point::new(size.wide() - wide * (0.5 - cut), along.y),
        2 => Point::new(along.x, high * (0.5 - cut)),
        _ => Point::new(along.x, size.high() - high * (0.5 - cut)),
    };
    glyph.in_box(size, Rect::square(centre, height))
}

/// Near one of the four corners.
pub(super) fn corner(glyph: &Glyph, random: &mut Random) -> Painted {
    let size = sheet(random);
    let height = size.short() * random.between(0.25, 0.45);
    let near = height * random.between(0.55, 0.75);
    let x = if random.chance(0.5) {
        near
    } else {
        size.wide() - near
    };
    let y = if random.chance(0.5) {
        near
    } else {
        size.high() - near
    };
    painted(
        &glyph.in_box(size, Rect::square(Point::new(x, y), height)),
        random,
    )
}

pub(super) fn turned_15(glyph: &Glyph, random: &mut Random) -> Painted {
    let angle = random.sign() * random.between(0.8, 1.0) * PI / 12.0;
    turned(glyph, angle, random)
}

pub(super) fn turned_45(glyph: &Glyph, random: &mut Random) -> Painted {
    let angle = random.sign() * FRAC_PI_4;
    turned(glyph, angle, random)
}

pub(super) fn turned_90(glyph: &Glyph, random: &mut Random) -> Painted {
    let angle = random.sign() * FRAC_PI_2;
    turned(glyph, angle, random)
}

fn turned(glyph: &Glyph, angle: f32, random: &mut Random) -> Painted {
    let size = sheet(random);
    let mask = centred(&glyph.clone().turned(angle), size, random);
    painted(&mask, random)
}

/// Cropped to the ink.
pub(super) fn tight(glyph: &Glyph, random: &mut Random) -> Painted {
    let bounds = glyph.bounds();
    let scale = random.between(60.0, 300.0) / bounds.height();
    let (wide, high) = ((bounds.width() * scale).max(8.0), bounds.height() * scale);
    let size = Size::new(wide.round() as usize, high.round() as usize);
    let mask = glyph.in_box(
        size,
        Rect::square(size.centre(), size.wide().max(size.high())),
    );
    painted(&mask, random)
}

pub(super) fn wide(glyph: &Glyph, random: &mut Random) -> Painted {
    let high = random.between(80.0, 160.0);
    let size = Size::new((high * random.between(4.0, 8.0)) as usize, high as usize);
    let share = random.between(0.5, 0.85);
    painted(&somewhere(glyph, size, share, random), random)
}

pub(super) fn tall(glyph: &Glyph, random: &mut Random) -> Painted {
    let wide = random.between(80.0, 160.0);
    let size = Size::new(wide as usize, (wide * random.between(4.0, 8.0)) as usize);
    let share = random.between(0.5, 0.85);
    painted(&somewhere(glyph, size, share, random), random)
}

pub(super) fn large_canvas(glyph: &Glyph, random: &mut Random) -> Painted {
    let size = Size::new(1500, random.whole(1000, 1500));
    let share = random.between(0.06, 0.12);
    painted(&somewhere(glyph, size, share, random), random)
}

/// Drawn on few pixels, each of which became a square.
pub(super) fn pixel_art(glyph: &Glyph, random: &mut Random) -> Painted {
    let mut mask = glyph.framed();
    if random.chance(0.5) {
        for value in &mut mask.values {
            *value = if *value > 0.45 { 1.0 } else { 0.0 };
        }
    }
    let (picture, file) = painted(&mask, random);
    (picture.enlarged(random.whole(10, 20)), file)
}

/// A frame on the outermost pixels, in the colour of the ink.
pub(super) fn frame(glyph: &Glyph, random: &mut Random) -> Painted {
    let size = Size::square(*random.pick(&[28, 28, 100, 200, 320]));
    let thickness = (size.wide() / 100.0).round().max(1.0);
    framed(glyph, size, 0.0, thickness, random)
}

/// A thick frame away from the border, as around the field of a form.
pub(super) fn frame_inset(glyph: &Glyph, random: &mut Random) -> Painted {
    let size = sheet(random);
    let inset = size.short() * random.between(0.03, 0.1);
    let thickness = size.short() * random.between(0.015, 0.06);
    framed(glyph, size, inset, thickness, random)
}

fn framed(glyph: &Glyph, size: Size, inset: f32, thickness: f32, random: &mut Random) -> Painted {
    let (ink, ground) = either_way(random);
    let room = size.short() - 2.0 * (inset + thickness);
    let height = if size.wide() < 30.0 {
        20.0
    } else {
        room * random.between(0.6, 0.85)
    };
    let mask = glyph.in_box(size, Rect::square(size.centre(), height));
    let mut picture = Picture::of_ink(&mask, ink, ground);
    picture.frame(inset, thickness, ink);
    (picture, File::Png)
}

/// A light sheet on a dark desk, or a dark one on a light desk: a border of another ground.
pub(super) fn frame_opposite(glyph: &Glyph, random: &mut Random) -> Painted {
    let size = sheet(random);
    let (ink, ground) = either_way(random);
    let thickness = size.short() * random.between(0.05, 0.15);
    let height = (size.short() - 2.0 * thickness) * random.between(0.6, 0.8);
    let mut picture = Picture::of_ink(
        &glyph.in_box(size, Rect::square(size.centre(), height)),
        ink,
        ground,
    );
    picture.frame(
        0.0,
        thickness,
        blend(ground, ink, random.between(0.75, 1.0)),
    );
    (picture, File::Png)
}

/// White with a grey bar at one side, as a window has.
pub(super) fn screenshot(glyph: &Glyph, random: &mut Random) -> Painted {
    let size = Size::new(random.whole(240, 520), random.whole(200, 420));
    let (ink, _) = dark_on_light(random);
    let bar = size.short() * random.between(0.06, 0.14);
    let mask = somewhere(glyph, size, 0.6, random);
    let mut picture = Picture::plain(size, WHITE);
    let (wide, high, colour) = (size.wide(), size.high(), grey(random.between(0.55, 0.85)));
    match random.whole(0, 3) {
        0 => picture.rectangle(0.0, 0.0, bar, high, colour),
        1 => picture.rectangle(wide - bar, 0.0, wide, high, colour),
        2 => picture.rectangle(0.0, 0.0, wide, bar, colour),
        _ => picture.rectangle(0.0, high - bar, wide, high, colour),
    }
    picture.ink(&mask, ink);
    (picture, File::Png)
}
