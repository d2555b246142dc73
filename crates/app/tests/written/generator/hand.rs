//! The hand of a person: how it slants, trembles and presses, and which way of writing each digit is its own.

use std::f32::consts::TAU;

use super::geometry::{Affine, Point};
use super::glyph::{Form, Glyph};
use super::mask::Dot;
use super::random::Random;
use super::skeletons::{DIGITS, LETTERS, LETTERS_LIKE_DIGITS};
use super::strokes;

/// How often a person writes a digit the usual way.
const USUAL: f32 = 0.85;

pub(crate) struct Hand {
    name: String,
    /// Shear to the right.
    slant: f32,
    /// Width by that of the skeleton.
    aspect: f32,
    /// Standard deviation of control points, of a height of 1.
    jitter: f32,
    /// Tremble: amplitude and waves to a height.
    tremble: (f32, f32),
    /// Radius of the pen, of a height of 1.
    pen: f32,
    /// Share of the radius that is left at the end of a stroke.
    taper: f32,
    /// Change of the radius along a stroke.
    pressure: f32,
    /// Standard deviation of the rotation, in radians.
    turn: f32,
    ways: [usize; 10],
}

impl Hand {
    /// The hand of person `number`, the same for each seed.
    pub(crate) fn of_person(number: usize) -> Self {
        let mut random = Random::named(0, &format!("hand {number}"));
        Self {
            name: format!("hand{number:02}"),
            slant: random.between(-0.12, 0.38),
            aspect: random.between(0.8, 1.25),
            jitter: random.between(0.008, 0.028),
            tremble: (random.between(0.0, 0.009), random.between(1.5, 4.0)),
            pen: random.between(0.035, 0.085),
            taper: random.between(0.4, 1.0),
            pressure: random.between(0.0, 0.3),
            turn: random.between(0.01, 0.07),
            ways: DIGITS.map(|ways| random.whole(0, ways.len() - 1)),
        }
    }

    pub(crate) fn digit(&self, digit: usize, random: &mut Random) -> Glyph {
        let ways = DIGITS[digit];
        let way = if random.chance(USUAL) {
            ways[self.ways[digit]]
        } else {
            random.pick(ways)
        };
        self.write(way, random)
    }

    pub(crate) fn letter(&self, letter: char, random: &mut Random) -> Glyph {
        let all = LETTERS.iter().chain(LETTERS_LIKE_DIGITS);
        let (_, skeleton) = all
            .clone()
            .find(|(name, _)| *name == letter)
            .expect("a letter of the table");
        self.write(skeleton, random)
    }

    /// Writes strokes in the words of `strokes`.
    pub(crate) fn write(&self, skeleton: &str, random: &mut Random) -> Glyph {
        let lean = Affine::linear(
            self.aspect * random.between(0.92, 1.08),
            -self.slant - 0.04 * random.normal(),
            0.0,
            1.0,
        )
        .then(Affine::turn(self.turn * random.normal()));
        let pen = self.pen * random.between(0.85, 1.15);
        let mut written = Vec::new();
        for mut stroke in strokes::read(skeleton) {
            for control in &mut stroke {
                control.at.x += self.jitter * random.normal();
                control.at.y += self.jitter * random.normal();
            }
            let points: Vec<Point> = strokes::curve(&stroke)
                .into_iter()
                .map(|at| lean.apply(at))
                .collect();
            written.push(self.ink(&points, pen, random));
        }
        Glyph::new(Form::Strokes(written), self.name.clone())
    }

    /// Gives points the radius of the pen, and makes them tremble.
    fn ink(&self, points: &[Point], pen: f32, random: &mut Random) -> Vec<Dot> {
        let (amplitude, waves) = self.tremble;
        let phases = [
            random.between(0.0, 6.3),
            random.between(0.0, 6.3),
            random.between(0.0, 6.3),
        ];
        let last = (points.len() - 1).max(1) as f32;
        let mut length = 0.0;
        let mut dots = Vec::with_capacity(points.len());
        for (index, &at) in points.iter().enumerate() {
            if index > 0 {
                length += (at.x - points[index - 1].x).hypot(at.y - points[index - 1].y);
            }
            let angle = TAU * waves * length;
            let place = index as f32 / last;
            let end = (place.min(1.0 - place) * 6.0).min(1.0);
            let press = 1.0 + self.pressure * (angle / 3.0 + phases[2]).sin();
            dots.push(Dot {
                at: Point::new(
                    at.x + amplitude * (angle + phases[0]).sin(),
                    at.y + amplitude * (angle + phases[1]).sin(),
                ),
                radius: pen * press * (self.taper + (1.0 - self.taper) * end),
            });
        }
        dots
    }
}
