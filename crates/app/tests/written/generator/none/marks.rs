//! Lines, scribbles and shapes.

use std::f32::consts::{FRAC_PI_2, TAU};

use super::{Painted, inked, middle, sheet};
use crate::generator::geometry::{Point, Size};
use crate::generator::mask::{Dot, Mask};
use crate::generator::random::Random;
use crate::generator::sources::Sources;

/// Several lines: one alone, upright, would be a 1.
pub(super) fn lines(_: &Sources, random: &mut Random) -> Painted {
    let size = sheet(random);
    let (count, radius) = (
        random.whole(2, 7),
        size.short() * random.between(0.008, 0.03),
    );
    let mut mask = Mask::empty(size);
    let along = |mask: &mut Mask, from: Point, to: Point| {
        mask.stroke(&[Dot { at: from, radius }, Dot { at: to, radius }]);
    };
    let (wide, high) = (size.wide(), size.high());
    let kind = random.whole(0, 5);
    for line in 0..count {
        let place = (line as f32 + 0.5) / count as f32;
        let (x, y) = (place * wide, place * high);
        match kind {
            0 => along(
                &mut mask,
                Point::new(wide * 0.1, y),
                Point::new(wide * 0.9, y),
            ),
            1 => along(
                &mut mask,
                Point::new(x, high * 0.1),
                Point::new(x, high * 0.9),
            ),
            2 => {
                along(&mut mask, Point::new(0.0, y), Point::new(wide, y));
                along(&mut mask, Point::new(x, 0.0), Point::new(x, high));
            }
            3 => along(
                &mut mask,
                Point::new(x - wide * 0.2, high * 0.9),
                Point::new(x + wide * 0.2, high * 0.1),
            ),
            4 => mask.stroke(&wave(size, y, radius, Corners::Sharp)),
            _ => mask.stroke(&wave(size, y, radius, Corners::Round)),
        }
    }
    inked(&mask, random)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Corners {
    Sharp,
    Round,
}

/// A line that goes up and down across the sheet.
fn wave(size: Size, y: f32, radius: f32, corners: Corners) -> Vec<Dot> {
    let steps = 80;
    let dot = |step: usize| {
        let place = step as f32 / steps as f32;
        let angle = place * TAU * 4.0;
        let swing = match corners {
            Corners::Round => angle.sin(),
            Corners::Sharp => angle.sin().asin() / FRAC_PI_2,
        };
        Dot {
            at: Point::new(
                size.wide() * (0.05 + 0.9 * place),
                y + size.short() * 0.05 * swing,
            ),
            radius,
        }
    };
    (0..=steps).map(dot).collect()
}

/// What a child or a pen that is tried out leaves.
pub(super) fn scribbles(sources: &Sources, random: &mut Random) -> Painted {
    let size = sheet(random);
    let count = random.whole(14, 30);
    let mut points: Vec<String> = Vec::new();
    for _ in 0..count {
        points.push(format!("{},{}", random.whole(0, 100), random.whole(0, 100)));
    }
    let glyph = random.pick(&sources.hands).write(&points.join(" "), random);
    let pen = random.between(0.008, 0.025);
    let target = middle(size, random);
    inked(&glyph.with_pen(pen).in_box(size, target), random)
}

/// Outlines on a grid of 100 x 100.
const FILLED: &[&[(f32, f32)]] = &[
    &[(50.0, 5.0), (95.0, 90.0), (5.0, 90.0)],
    &[(10.0, 10.0), (90.0, 10.0), (90.0, 90.0), (10.0, 90.0)],
    &[
        (50.0, 2.0),
        (62.0, 38.0),
        (98.0, 38.0),
        (69.0, 60.0),
        (80.0, 96.0),
        (50.0, 74.0),
        (20.0, 96.0),
        (31.0, 60.0),
        (2.0, 38.0),
        (38.0, 38.0),
    ],
    &[
        (5.0, 40.0),
        (60.0, 40.0),
        (60.0, 18.0),
        (97.0, 50.0),
        (60.0, 82.0),
        (60.0, 60.0),
        (5.0, 60.0),
    ],
    &[(50.0, 5.0), (95.0, 50.0), (50.0, 95.0), (5.0, 50.0)],
    &[
        (50.0, 92.0),
        (8.0, 48.0),
        (5.0, 28.0),
        (18.0, 12.0),
        (38.0, 14.0),
        (50.0, 28.0),
        (62.0, 14.0),
        (82.0, 12.0),
        (95.0, 28.0),
        (92.0, 48.0),
    ],
];

/// Shapes of one pen, in the words of `strokes`.
const DRAWN: &[&str] = &[
    "0,60! 30,96! 90,4!",
    "0,50! 100,50! / 70,20! 100,50! 70,80!",
    "50,0! 50,100! / 20,30! 50,0! 80,30!",
    "50,0! 100,90! 0,90! 50,0!",
    "0,0! 100,0! 100,100! 0,100! 0,0!",
    "50,30 30,6 6,24 20,60 50,98! 80,60 94,24 70,6 50,30",
    "50,0! 80,100! 0,38! 100,38! 20,100! 50,0!",
    "50,0 15,15 0,50 15,85 50,100 85,85 100,50 85,15 50,0 / 33,36! 34,37! / 67,36! 68,37! / 28,64 50,80 72,64",
    "0,0! 100,100! / 100,0! 0,100!",
    "50,50 58,42 62,56 46,62 36,46 50,30 72,40 70,66 44,78 22,56 30,24 62,14 88,40",
];

pub(super) fn shapes(sources: &Sources, random: &mut Random) -> Painted {
    let size = sheet(random);
    let target = middle(size, random);
    let choice = random.whole(0, FILLED.len() + DRAWN.len());
    let mask = if choice == 0 {
        let mut disc = Mask::empty(size);
        disc.stroke(&[Dot {
            at: target.centre(),
            radius: target.width() / 2.0,
        }]);
        disc
    } else if let Some(outline) = FILLED.get(choice - 1) {
        let scale = target.width() / 100.0;
        let corner =
            |(x, y): &(f32, f32)| Point::new(target.left + x * scale, target.top + y * scale);
        let mut filled = Mask::empty(size);
        filled.fill(&[outline.iter().map(corner).collect()]);
        filled
    } else {
        let drawn = DRAWN[choice - 1 - FILLED.len()];
        random
            .pick(&sources.hands)
            .write(drawn, random)
            .in_box(size, target)
    };
    inked(&mask, random)
}
