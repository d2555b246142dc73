//! Nothing is written: blank and ruled paper, noise, texture, blurred photographs.

use std::f32::consts::TAU;

use super::{Painted, sheet};
use crate::generator::file::File;
use crate::generator::geometry::Point;
use crate::generator::mask::{Dot, Mask};
use crate::generator::picture::{BLACK, Picture, WHITE, grey};
use crate::generator::random::Random;
use crate::generator::sources::Sources;
use crate::generator::surface::{self, Ruling, Waves};

pub(super) fn blank(_: &Sources, random: &mut Random) -> Painted {
    let size = sheet(random);
    let mut picture = Picture::plain(size, grey(random.between(0.0, 1.0)));
    match random.whole(0, 6) {
        0 => (Picture::plain(size, WHITE), File::Png),
        1 => (Picture::plain(size, BLACK), File::Png),
        2 => (picture, File::Png),
        3 => (picture, File::Jpeg(random.whole(20, 90) as u8)),
        4 => {
            let darkest = random.between(0.3, 0.8);
            picture.light(surface::gradient(size, darkest, random));
            (picture, File::Png)
        }
        5 => {
            picture.light(surface::vignette(size, random.between(0.3, 0.7)));
            (picture, File::Jpeg(85))
        }
        _ => {
            picture.noise(random.between(0.004, 0.03), random);
            (picture, File::Png)
        }
    }
}

/// Paper as digits are written on, photographed before.
pub(super) fn empty_paper(_: &Sources, random: &mut Random) -> Painted {
    let size = sheet(random);
    let mut picture = Picture::plain(size, grey(random.between(0.85, 1.0)));
    let ruling = Ruling::new(size, random);
    match random.whole(0, 3) {
        0 => ruling.horizontal(&mut picture, random),
        1 => {
            ruling.horizontal(&mut picture, random);
            ruling.vertical(&mut picture, random);
        }
        2 => {
            ruling.horizontal(&mut picture, random);
            ruling.margin(&mut picture, [0.9, 0.45, 0.5], random);
        }
        _ => {
            let dark = random.between(0.5, 0.8);
            picture.light(surface::shadow(size, dark, random));
        }
    }
    picture.noise(random.between(0.0, 0.015), random);
    (picture, File::Jpeg(90))
}

pub(super) fn noise(_: &Sources, random: &mut Random) -> Painted {
    let size = sheet(random);
    let mut picture = Picture::plain(size, grey(random.between(0.3, 0.7)));
    let deviation = random.between(0.08, 0.35);
    match random.whole(0, 2) {
        0 => picture.noise(deviation, random),
        1 => {
            picture.noise(deviation, random);
            picture = picture.blurred(random.whole(1, 4));
        }
        _ => {
            let share = random.between(0.05, 0.5);
            surface::salt_and_pepper(&mut picture, share, random);
        }
    }
    (picture, File::Png)
}

/// Paper, cloth, wood: waves of many lengths.
pub(super) fn texture(_: &Sources, random: &mut Random) -> Painted {
    let size = sheet(random);
    let mut picture = Picture::plain(
        size,
        [
            random.between(0.5, 0.9),
            random.between(0.5, 0.8),
            random.between(0.4, 0.7),
        ],
    );
    surface::texture(&mut picture, random.between(0.04, 0.2), random);
    if random.chance(0.5) {
        let (across, along) = (random.between(4.0, 20.0), Waves::new(size.short(), random));
        picture.change(|x, y, colour| {
            let ring = 0.07 * (TAU * (x + 12.0 * along.at(x, y)) / across).sin();
            colour.map(|value| (value + ring).clamp(0.0, 1.0))
        });
    }
    (picture, File::Jpeg(88))
}

/// A photograph out of focus.
pub(super) fn blobs(_: &Sources, random: &mut Random) -> Painted {
    let size = sheet(random);
    let mut colour = || {
        [
            random.between(0.0, 1.0),
            random.between(0.0, 1.0),
            random.between(0.0, 1.0),
        ]
    };
    let (ground, inks) = (
        colour(),
        [colour(), colour(), colour(), colour(), colour(), colour()],
    );
    let mut picture = Picture::plain(size, ground);
    for ink in inks {
        let mut mask = Mask::empty(size);
        let at = Point::new(
            random.between(0.0, size.wide()),
            random.between(0.0, size.high()),
        );
        let to = Point::new(
            at.x + size.wide() * random.between(-0.3, 0.3),
            at.y + size.high() * random.between(-0.3, 0.3),
        );
        let radius = size.short() * random.between(0.08, 0.3);
        let end = radius * random.between(0.4, 1.2);
        mask.stroke(&[
            Dot { at, radius },
            Dot {
                at: to,
                radius: end,
            },
        ]);
        picture.ink(&mask, ink);
    }
    let mut picture = picture.blurred((size.short() * random.between(0.01, 0.06)) as usize);
    picture.noise(0.02, random);
    (picture, File::Jpeg(85))
}
