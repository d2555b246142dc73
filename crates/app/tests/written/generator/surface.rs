//! Light, paper and dirt: what lies under, over and beside the ink.

use std::f32::consts::TAU;

use super::geometry::{Point, Size};
use super::picture::{Colour, Picture, blend};
use super::random::Random;

/// A random surface of long and short waves, -1 to 1: `scale` pixels is the longest wave.
pub(crate) struct Waves {
    waves: Vec<[f32; 4]>,
}

impl Waves {
    pub(crate) fn new(scale: f32, random: &mut Random) -> Self {
        let wave = |index: usize| {
            let length = scale / (1.0 + index as f32 * 0.7);
            let (sin, cos) = random.between(0.0, TAU).sin_cos();
            let rate = TAU / length;
            [
                rate * cos,
                rate * sin,
                random.between(0.0, TAU),
                1.0 / (1.0 + index as f32 * 0.5),
            ]
        };
        Self {
            waves: (0..8).map(wave).collect(),
        }
    }

    pub(crate) fn at(&self, x: f32, y: f32) -> f32 {
        let sum: f32 = self
            .waves
            .iter()
            .map(|[a, b, phase, strength]| strength * (a * x + b * y + phase).sin())
            .sum();
        sum / 3.5
    }
}

/// Light that falls off to one side: 1 where it is brightest, `darkest` at the other end.
pub(crate) fn gradient(
    size: Size,
    darkest: f32,
    random: &mut Random,
) -> impl Fn(f32, f32) -> f32 + use<> {
    let (sin, cos) = random.between(0.0, TAU).sin_cos();
    let (width, height) = (size.wide(), size.high());
    let reach = cos.abs() * width + sin.abs() * height;
    move |x, y| {
        let place = ((x - width / 2.0) * cos + (y - height / 2.0) * sin) / reach + 0.5;
        darkest + (1.0 - darkest) * place
    }
}

/// Light that falls off to the corners.
pub(crate) fn vignette(size: Size, darkest: f32) -> impl Fn(f32, f32) -> f32 {
    let (centre, reach) = (size.centre(), size.wide().hypot(size.high()) / 2.0);
    move |x, y| {
        let distance = (x - centre.x).hypot(y - centre.y) / reach;
        1.0 - (1.0 - darkest) * distance * distance
    }
}

/// The shadow of a hand or a telephone: a straight edge, a few pixels soft, across the paper.
pub(crate) fn shadow(
    size: Size,
    dark: f32,
    random: &mut Random,
) -> impl Fn(f32, f32) -> f32 + use<> {
    let (sin, cos) = random.between(0.0, TAU).sin_cos();
    let centre = size.centre();
    let offset = size.short() * random.between(-0.25, 0.25);
    let soft = random.between(1.0, 5.0);
    move |x, y| {
        let across = (x - centre.x) * cos + (y - centre.y) * sin - offset;
        dark + (1.0 - dark) * (across / soft + 0.5).clamp(0.0, 1.0)
    }
}

/// Grain of paper: clouds and fibres.
pub(crate) fn texture(picture: &mut Picture, strength: f32, random: &mut Random) {
    let clouds = Waves::new(picture.size.short() / 2.0, random);
    let fibres = Waves::new(random.between(6.0, 14.0), random);
    picture.change(|x, y, colour| {
        let grain =
            strength * (0.5 * clouds.at(x, y) + 0.6 * fibres.at(x, y) + 0.5 * random.normal());
        colour.map(|value| (value + grain).clamp(0.0, 1.0))
    });
}

/// Lines across the paper, `pitch` pixels apart, slightly turned.
#[derive(Clone, Copy)]
pub(crate) struct Ruling {
    pub(crate) pitch: f32,
    pub(crate) thickness: f32,
    pub(crate) colour: Colour,
    pub(crate) turn: f32,
}

impl Ruling {
    pub(crate) fn new(size: Size, random: &mut Random) -> Self {
        let colours = [
            [0.55, 0.68, 0.9],
            [0.62, 0.72, 0.82],
            [0.7, 0.7, 0.72],
            [0.6, 0.78, 0.75],
        ];
        Self {
            pitch: size.short() * random.between(0.1, 0.28),
            thickness: (size.short() / 200.0).max(1.0) * random.between(0.8, 1.6),
            colour: *random.pick(&colours),
            turn: random.between(-0.03, 0.03),
        }
    }

    pub(crate) fn horizontal(self, picture: &mut Picture, random: &mut Random) {
        self.lines(
            picture,
            random.between(0.0, self.pitch),
            std::f32::consts::FRAC_PI_2,
        );
    }

    pub(crate) fn vertical(self, picture: &mut Picture, random: &mut Random) {
        self.lines(picture, random.between(0.0, self.pitch), 0.0);
    }

    /// A single line from top to bottom near the left side.
    pub(crate) fn margin(self, picture: &mut Picture, colour: Colour, random: &mut Random) {
        let place = picture.size.wide() * random.between(0.05, 0.16);
        let wide = Self {
            pitch: 1e6,
            colour,
            ..self
        };
        wide.lines(picture, place, 0.0);
    }

    fn lines(self, picture: &mut Picture, offset: f32, angle: f32) {
        let (sin, cos) = (angle + self.turn).sin_cos();
        picture.change(|x, y, colour| {
            let across = (x + 0.5) * cos + (y + 0.5) * sin - offset;
            let distance = (across - (across / self.pitch).round() * self.pitch).abs();
            let covered = (self.thickness / 2.0 - distance + 0.5).clamp(0.0, 1.0);
            blend(colour, self.colour, covered)
        });
    }
}

/// Dust: small spots of a colour.
pub(crate) fn specks(
    picture: &mut Picture,
    count: usize,
    largest: f32,
    colour: Colour,
    random: &mut Random,
) {
    let size = picture.size;
    let mut mask = super::mask::Mask::empty(size);
    for _ in 0..count {
        let at = Point::new(
            random.between(0.0, size.wide()),
            random.between(0.0, size.high()),
        );
        let radius = largest * random.between(0.3, 1.0);
        mask.stroke(&[super::mask::Dot { at, radius }]);
    }
    picture.ink(&mask, colour);
}

/// A share of the pixels becomes black or white.
pub(crate) fn salt_and_pepper(picture: &mut Picture, share: f32, random: &mut Random) {
    picture.change(|_, _, colour| {
        if random.chance(share) {
            [if random.chance(0.5) { 1.0 } else { 0.0 }; 3]
        } else {
            colour
        }
    });
}
