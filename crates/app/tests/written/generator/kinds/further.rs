//! What else stands, lies or shines on a page beside the digit.

use std::f32::consts::{FRAC_PI_2, TAU};

use super::{Painted, centred, dark_on_light, pen_colour, sheet};
use crate::generator::file::File;
use crate::generator::geometry::{Affine, Point, Rect, Size};
use crate::generator::glyph::Glyph;
use crate::generator::mask::{Dot, Mask};
use crate::generator::picture::{BLACK, Colour, Picture, WHITE, blend};
use crate::generator::random::Random;
use crate::generator::surface;

fn on_paper(glyph: &Glyph, random: &mut Random) -> Picture {
    let size = sheet(random);
    let (_, ground) = dark_on_light(random);
    let mask = centred(glyph, size, random);
    Picture::of_ink(&mask, pen_colour(random), ground)
}

/// A line around a point, as far as a hand keeps the distance.
fn ring(centre: Point, across: f32, down: f32, radius: f32, random: &mut Random) -> Vec<Dot> {
    let (start, wobble) = (random.between(0.0, TAU), random.between(0.0, 0.05));
    let dot = |step: usize| {
        let angle = start + step as f32 / 60.0 * 6.5;
        let reach = 1.0 + wobble * (2.0 * angle + start).sin();
        Dot {
            at: Point::new(
                centre.x + across * reach * angle.cos(),
                centre.y + down * reach * angle.sin(),
            ),
            radius,
        }
    };
    (0..=60).map(dot).collect()
}

/// With a ring around it, drawn by the same pen.
pub(super) fn circled(glyph: &Glyph, random: &mut Random) -> Painted {
    let size = sheet(random);
    let (_, ground) = dark_on_light(random);
    let height = size.short() * random.between(0.4, 0.5);
    let mut mask = glyph.in_box(size, Rect::square(size.centre(), height));
    let (across, down) = (
        size.short() * random.between(0.38, 0.44),
        size.short() * random.between(0.38, 0.44),
    );
    let pen = size.short() * random.between(0.01, 0.022);
    mask.stroke(&ring(size.centre(), across, down, pen, random));
    (
        Picture::of_ink(&mask, pen_colour(random), ground),
        File::Png,
    )
}

/// With a line below it, apart from it.
pub(super) fn underlined(glyph: &Glyph, random: &mut Random) -> Painted {
    let size = sheet(random);
    let (_, ground) = dark_on_light(random);
    let (middle, height) = (size.centre(), size.short() * random.between(0.45, 0.6));
    let mut mask = glyph.in_box(
        size,
        Rect::square(Point::new(middle.x, middle.y - size.high() * 0.08), height),
    );
    let y = middle.y - size.high() * 0.08 + height * random.between(0.65, 0.75);
    let (reach, radius) = (
        height * random.between(0.5, 0.7),
        size.short() * random.between(0.01, 0.02),
    );
    let slope = height * random.between(-0.03, 0.03);
    mask.stroke(&[
        Dot {
            at: Point::new(middle.x - reach, y - slope),
            radius,
        },
        Dot {
            at: Point::new(middle.x + reach, y + slope),
            radius,
        },
    ]);
    (
        Picture::of_ink(&mask, pen_colour(random), ground),
        File::Png,
    )
}

/// Slanted far more than in MNIST.
pub(super) fn sheared(glyph: &Glyph, random: &mut Random) -> Painted {
    let shear = random.sign() * random.between(0.35, 0.55);
    let slanted = glyph.clone().mapped(Affine::linear(1.0, shear, 0.0, 1.0));
    (on_paper(&slanted, random), File::Png)
}

/// Photographed at an angle: the far side of the sheet is narrower, and the desk shows.
pub(super) fn perspective(glyph: &Glyph, random: &mut Random) -> Painted {
    let flat = on_paper(glyph, random);
    let desk = *random.pick(&[[0.35, 0.25, 0.18], [0.2, 0.2, 0.22], [0.5, 0.42, 0.35]]);
    let (tilt, turn) = (random.between(0.25, 0.5), random.between(-0.12, 0.12));
    let (size, middle) = (flat.size, flat.size.centre());
    let mut picture = Picture::plain(size, desk);
    let turned = Affine::turn(turn);
    picture.change(|x, y, desk| {
        let at = turned.apply(Point::new(x - middle.x, y - middle.y));
        // Upper rows are farther away, and the sheet is a little smaller than the picture.
        let depth = 1.12 - tilt * at.y / size.high();
        let from = Point::new(middle.x + at.x * depth, middle.y + at.y * depth);
        flat.sampled(from).unwrap_or(desk)
    });
    picture.noise(0.012, random);
    (picture, File::Jpeg(90))
}

/// Folded once: a line, and other light beyond it.
pub(super) fn crease(glyph: &Glyph, random: &mut Random) -> Painted {
    let mut picture = on_paper(glyph, random);
    let middle = picture.size.centre();
    let (sin, cos) =
        (random.between(-0.2, 0.2) + if random.chance(0.5) { FRAC_PI_2 } else { 0.0 }).sin_cos();
    let offset = picture.size.short() * random.between(-0.3, 0.3);
    let (beyond, wide) = (random.between(0.82, 0.93), picture.size.short() * 0.008);
    picture.light(|x, y| {
        let side = (x - middle.x) * cos + (y - middle.y) * sin - offset;
        let fold = 1.0 - 0.25 * (-(side / wide) * (side / wide)).exp();
        fold * if side > 0.0 { beyond } else { 1.0 }
    });
    picture.noise(0.01, random);
    (picture, File::Jpeg(90))
}

/// A lamp is reflected by the page or the ink.
pub(super) fn glare(glyph: &Glyph, random: &mut Random) -> Painted {
    let mut picture = on_paper(glyph, random);
    let size = picture.size;
    picture.light(|_, _| 0.75);
    let at = Point::new(
        size.wide() * random.between(0.2, 0.8),
        size.high() * random.between(0.2, 0.8),
    );
    let (reach, strength) = (
        size.short() * random.between(0.15, 0.3),
        random.between(0.3, 0.55),
    );
    picture.change(|x, y, colour| {
        let distance = (x - at.x).hypot(y - at.y) / reach;
        let light = strength * (-distance * distance).exp();
        colour.map(|value| (value + light).min(1.0))
    });
    picture.noise(0.01, random);
    (picture, File::Jpeg(90))
}

/// Only the outline is drawn.
pub(super) fn outlined(glyph: &Glyph, random: &mut Random) -> Painted {
    let size = Size::square(random.whole(140, 240));
    let (_, ground) = dark_on_light(random);
    let inner = centred(&glyph.clone().with_pen(0.09), size, random);
    let mut outline = inner.spread(size.short() * random.between(0.012, 0.018), f32::max);
    for (value, inside) in outline.values.iter_mut().zip(&inner.values) {
        *value = (*value - inside).max(0.0);
    }
    (
        Picture::of_ink(&outline, pen_colour(random), ground),
        File::Png,
    )
}

/// A part of another digit reaches in from the side.
pub(super) fn neighbour(glyph: &Glyph, random: &mut Random) -> Painted {
    let size = sheet(random);
    let (_, ground) = dark_on_light(random);
    let height = size.short() * random.between(0.5, 0.65);
    let middle = size.centre();
    let mut mask = glyph.in_box(size, Rect::square(middle, height));
    let wide = glyph.bounds().width() / glyph.bounds().height() * height;
    let outside = wide.min(height) * random.between(0.2, 0.3);
    let x = if random.chance(0.5) {
        -outside
    } else {
        size.wide() + outside
    };
    mask.join(&glyph.in_box(size, Rect::square(Point::new(x, middle.y), height)));
    (
        Picture::of_ink(&mask, pen_colour(random), ground),
        File::Png,
    )
}

/// What is on the other side of the sheet shows through, mirrored and faint.
pub(super) fn show_through(glyph: &Glyph, random: &mut Random) -> Painted {
    let mut picture = on_paper(glyph, random);
    let size = picture.size;
    let other = glyph.clone().mapped(Affine::linear(-1.0, 0.0, 0.0, 1.0));
    let centre = Point::new(
        size.wide() * random.between(0.2, 0.8),
        size.high() * random.between(0.2, 0.8),
    );
    let behind = other.in_box(size, Rect::square(centre, size.short() * 0.6));
    let strength = random.between(0.06, 0.14);
    let mut covered = behind.values.iter();
    picture.change(|_, _, colour| {
        let covered = covered.next().expect("a value for each pixel");
        colour.map(|value| value * (1.0 - strength * covered))
    });
    (picture, File::Jpeg(92))
}

/// The ring of a cup of coffee.
pub(super) fn coffee(glyph: &Glyph, random: &mut Random) -> Painted {
    let mut picture = on_paper(glyph, random);
    let size = picture.size;
    let centre = Point::new(
        size.wide() * random.between(0.0, 1.0),
        size.high() * random.between(0.0, 1.0),
    );
    let reach = size.short() * random.between(0.35, 0.6);
    let mut mask = Mask::empty(size);
    mask.stroke(&ring(centre, reach, reach, size.short() * 0.018, random));
    let brown: Colour = [0.78, 0.66, 0.5];
    let strength = random.between(0.4, 0.8);
    let mut covered = mask.values.iter();
    picture.change(|_, _, colour| {
        let covered = covered.next().expect("a value for each pixel");
        let stained = std::array::from_fn(|channel| colour[channel] * brown[channel]);
        blend(colour, stained, strength * covered)
    });
    picture.noise(0.008, random);
    (picture, File::Jpeg(92))
}

/// Felt pen on a white board that was not wiped well.
pub(super) fn whiteboard(glyph: &Glyph, random: &mut Random) -> Painted {
    let mut picture = Picture::plain(sheet(random), [0.93, 0.94, 0.96]);
    let size = picture.size;
    for _ in 0..random.whole(1, 4) {
        let mut smear = Mask::empty(size);
        let from = Point::new(
            random.between(0.0, size.wide()),
            random.between(0.0, size.high()),
        );
        let to = Point::new(
            from.x + size.wide() * random.between(-0.5, 0.5),
            from.y + size.high() * random.between(-0.1, 0.1),
        );
        let radius = size.short() * random.between(0.04, 0.1);
        smear.stroke(&[Dot { at: from, radius }, Dot { at: to, radius }]);
        picture.ink(&smear, [0.86, 0.88, 0.91]);
    }
    let mut picture = picture.blurred((size.short() * 0.02) as usize);
    let mask = centred(glyph, size, random);
    picture.ink(&mask, pen_colour(random));
    picture.light(surface::gradient(size, random.between(0.6, 0.85), random));
    picture.noise(0.012, random);
    (picture, File::Jpeg(88))
}

/// The squares by which programs show what is transparent, in a picture without transparency.
pub(super) fn checkerboard(glyph: &Glyph, random: &mut Random) -> Painted {
    let size = sheet(random);
    let square = random.between(8.0, 16.0).round();
    let mut picture = Picture::plain(size, WHITE);
    picture.change(|x, y, colour| {
        let odd = ((x / square).floor() + (y / square).floor()) % 2.0 > 0.5;
        if odd {
            colour.map(|value| value * 0.8)
        } else {
            colour
        }
    });
    let mask = centred(glyph, size, random);
    picture.ink(
        &mask,
        if random.chance(0.7) {
            BLACK
        } else {
            pen_colour(random)
        },
    );
    (picture, File::Png)
}

/// Ink that lets half of the ground through, on a transparent ground.
pub(super) fn half_transparent(glyph: &Glyph, random: &mut Random) -> Painted {
    let size = sheet(random);
    let mut mask = centred(glyph, size, random);
    let share = random.between(0.3, 0.7);
    for value in &mut mask.values {
        *value *= share;
    }
    (Picture::transparent(&mask, pen_colour(random)), File::Png)
}

/// A photograph of a screen: the columns of its pixels show.
pub(super) fn screen(glyph: &Glyph, random: &mut Random) -> Painted {
    let mut picture = on_paper(glyph, random);
    let pitch = random.between(3.0, 5.0);
    picture.change(|x, _, colour| {
        std::array::from_fn(|channel| {
            let angle = TAU * (x / pitch + channel as f32 / 3.0);
            (colour[channel] * (0.85 + 0.15 * angle.sin())).clamp(0.0, 1.0)
        })
    });
    picture.light(surface::gradient(picture.size, 0.75, random));
    picture.noise(0.015, random);
    (picture, File::Jpeg(90))
}
