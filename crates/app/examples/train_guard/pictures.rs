//! The pictures to train and to measure with: digits, and what is none, framed to 400 pixels.

use rayon::prelude::*;

use crate::canvas::{CANVAS, Canvas};
use crate::dice::Dice;
use crate::digits::{altered, enlarged, finished};
use crate::framing::frame;
use crate::glyphs::Fonts;
use crate::mnist::Mnist;
use crate::shapes::{SHAPES, Shape};

/// What a picture shows: a digit, or something of a kind that is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) kind: &'static str,
    pub(crate) digit: Option<u8>,
}

/// Framed pictures as the guard gets them, `[n, 400]`, and what they show.
#[derive(Default)]
pub(crate) struct Pictures {
    pub(crate) inputs: Vec<f32>,
    pub(crate) shown: Vec<Shown>,
}

impl Pictures {
    /// Draws `count` pictures on all cores, each of its own random numbers.
    pub(crate) fn draw(
        count: usize,
        of: impl Fn(usize) -> Option<(Vec<f32>, Shown)> + Send + Sync,
    ) -> Self {
        let drawn: Vec<_> = (0..count).into_par_iter().filter_map(of).collect();
        let mut pictures = Self::default();
        for (pixels, shown) in drawn {
            pictures.inputs.extend(app::gradient_histograms(&pixels));
            pictures.shown.push(shown);
        }
        pictures
    }

    pub(crate) fn append(&mut self, other: Self) {
        self.inputs.extend(other.inputs);
        self.shown.extend(other.shown);
    }
}

/// Where pictures come from.
pub(crate) struct Source {
    pub(crate) mnist: Mnist,
    pub(crate) fonts: Fonts,
    pub(crate) seed: u64,
}

impl Source {
    /// A digit as MNIST has it.
    pub(crate) fn plain(&self, picture: usize) -> Option<(Vec<f32>, Shown)> {
        let row = picture % self.mnist.len();
        let image: Vec<f64> = self
            .mnist
            .image(row)
            .iter()
            .map(|&byte| f64::from(byte) / 255.0)
            .collect();
        let pixels = data::resize(&image, 28, 28).ok()?;
        let digit = Some(self.mnist.digit(row));
        let pixels = pixels.into_iter().map(|pixel| pixel as f32).collect();
        Some((
            pixels,
            Shown {
                kind: "MNIST",
                digit,
            },
        ))
    }

    /// A digit of MNIST, altered.
    pub(crate) fn written(&self, picture: usize) -> Option<(Vec<f32>, Shown)> {
        let mut dice = Dice::new(self.seed, 1, picture);
        let row = picture % self.mnist.len();
        let canvas = altered(&enlarged(self.mnist.image(row), &mut dice), &mut dice);
        let digit = Some(self.mnist.digit(row));
        Some((
            frame(&canvas, &mut dice)?,
            Shown {
                kind: "MNIST, altered",
                digit,
            },
        ))
    }

    /// A digit of a font.
    pub(crate) fn printed(&self, picture: usize) -> Option<(Vec<f32>, Shown)> {
        let mut dice = Dice::new(self.seed, 2, picture);
        let digit = dice.below(10) as u8;
        let canvas = self.fonts.digit(digit, &mut dice)?;
        let canvas = altered(&canvas, &mut dice);
        let digit = Some(digit);
        Some((
            frame(&canvas, &mut dice)?,
            Shown {
                kind: "font",
                digit,
            },
        ))
    }

    /// Something that is no digit.
    pub(crate) fn no_digit(&self, picture: usize) -> Option<(Vec<f32>, Shown)> {
        let mut dice = Dice::new(self.seed, 3, picture);
        let dice = &mut dice;
        let (kind, canvas) = match dice.unit() {
            0.0..0.40 => ("letter", changed(&self.fonts.no_digit(dice)?, dice)),
            0.40..0.52 => ("several digits", self.several(dice, Self::any_digit)?),
            0.52..0.57 => ("several letters", self.several(dice, Self::any_character)?),
            0.57..0.63 => ("turned digit", self.turned(dice)?),
            0.63..0.65 => ("struck-out digit", self.struck_out(dice)?),
            _ => {
                let (kind, shape) = any_shape(dice);
                let canvas = shape(dice);
                // Half of the shapes are drawn by an unsteady hand.
                (
                    kind,
                    if dice.chance(0.5) {
                        canvas.warped(dice, 1.0)
                    } else {
                        canvas
                    },
                )
            }
        };
        let canvas = finished(canvas, dice);
        Some((frame(&canvas, dice)?, Shown { kind, digit: None }))
    }

    fn any_digit(&self, dice: &mut Dice) -> Option<Canvas> {
        if dice.chance(0.2) {
            let digit = dice.below(10) as u8;
            return self.fonts.digit(digit, dice);
        }
        let row = dice.below(self.mnist.len());
        Some(enlarged(self.mnist.image(row), dice))
    }

    fn any_character(&self, dice: &mut Dice) -> Option<Canvas> {
        self.fonts.any(dice)
    }

    /// Two or three in a row, some of which touch.
    fn several(
        &self,
        dice: &mut Dice,
        one: fn(&Self, &mut Dice) -> Option<Canvas>,
    ) -> Option<Canvas> {
        let count = if dice.chance(0.7) { 2 } else { 3 };
        let mut row = Canvas::empty();
        // The ends of the row come from its length, so it is laid out first.
        let scale = 1.05 / count as f32;
        let mut at = 1.0;
        for _ in 0..count {
            let canvas = changed(&one(self, dice)?, dice);
            let [left, _, right, _] = canvas.bounds()?;
            let size = scale * dice.between(0.85, 1.1);
            let down = (CANVAS as f32 * (1.0 - size)) / 2.0 + dice.around(3.0);
            row.add(&canvas, [at - left as f32 * size, down], size);
            at += (right - left + 1) as f32 * size + dice.between(-2.0, 6.0);
        }
        Some(row)
    }

    /// A digit turned or mirrored so that it is none.
    fn turned(&self, dice: &mut Dice) -> Option<Canvas> {
        loop {
            let row = dice.below(self.mnist.len());
            let digit = self.mnist.digit(row);
            let quarters = dice.count(0, 3);
            let is_none = match quarters {
                0 | 2 => [3, 4, 7].contains(&digit),
                _ => [2, 3, 4, 5, 6, 7, 9].contains(&digit),
            };
            if is_none {
                let canvas = changed(&enlarged(self.mnist.image(row), dice), dice);
                let canvas = canvas.quarter_turned(quarters);
                return Some(if quarters == 0 {
                    canvas.mirrored()
                } else {
                    canvas
                });
            }
        }
    }

    /// A digit with lines through it.
    fn struck_out(&self, dice: &mut Dice) -> Option<Canvas> {
        let mut canvas = changed(&self.any_digit(dice)?, dice);
        let middle = CANVAS as f32 / 2.0;
        let radius = dice.between(1.0, 3.0);
        for _ in 0..dice.count(2, 4) {
            let (x, y) = (middle + dice.around(8.0), middle + dice.around(12.0));
            let (dx, dy) = (dice.between(15.0, 26.0), dice.around(24.0));
            canvas.segment([x - dx, y - dy], [x + dx, y + dy], radius, 1.0);
        }
        Some(canvas)
    }
}

/// Another hand's letter: bent, thicker or thinner.
fn changed(canvas: &Canvas, dice: &mut Dice) -> Canvas {
    let canvas = canvas.warped(dice, 1.0);
    if dice.chance(0.5) {
        let reach = dice.count(1, 2);
        let softness = dice.between(0.15, 0.5);
        return canvas
            .blurred(reach)
            .thresholded(dice.between(0.12, 0.6), softness);
    }
    canvas
}

fn any_shape(dice: &mut Dice) -> (&'static str, Shape) {
    let sum: f32 = SHAPES.iter().map(|(_, weight, _)| weight).sum();
    let mut left = dice.unit() * sum;
    for &(kind, weight, shape) in SHAPES {
        left -= weight;
        if left < 0.0 {
            return (kind, shape);
        }
    }
    (SHAPES[0].0, SHAPES[0].2)
}
