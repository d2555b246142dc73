//! Pictures that are no digit: lines, scribbles, shapes, noise, and several digits.

use std::f32::consts::TAU;

use crate::canvas::{CANVAS, Canvas, Point};
use crate::dice::Dice;

const MIDDLE: f32 = (CANVAS - 1) as f32 / 2.0;

/// Draws one of a kind.
pub(crate) type Shape = fn(&mut Dice) -> Canvas;

/// The kinds of what is no digit besides letters and digits themselves, and how often each is drawn.
pub(crate) const SHAPES: &[(&str, f32, Shape)] = &[
    ("scribble", 8.0, scribble),
    ("lines", 5.0, lines),
    ("crossing lines", 3.0, crossing_lines),
    ("grid", 2.0, grid),
    ("wave or zigzag", 4.0, wave),
    ("spiral", 1.0, spiral),
    ("polygon", 4.0, polygon),
    ("star or arrow", 3.0, star_or_arrow),
    ("filled shape", 5.0, filled),
    ("blob", 4.0, blob),
    ("noise", 4.0, noise),
    ("texture", 4.0, texture),
    ("dots", 2.0, dots),
    ("bar", 1.5, bar),
];

fn pen(dice: &mut Dice) -> f32 {
    dice.between(1.0, 4.5)
}

fn anywhere(dice: &mut Dice) -> Point {
    [MIDDLE + dice.around(24.0), MIDDLE + dice.around(24.0)]
}

/// A long curve with many turns.
fn scribble(dice: &mut Dice) -> Canvas {
    let mut canvas = Canvas::empty();
    let radius = dice.between(0.8, 3.0);
    if dice.chance(0.5) {
        // A sum of a few waves along both axes.
        let waves = dice.count(3, 6);
        let size = 30.0 / (waves as f32).sqrt();
        let wave: Vec<[f32; 6]> = (0..waves)
            .map(|_| {
                let (x, y) = (dice.around(size), dice.around(size));
                let (speed_x, speed_y) = (dice.between(0.7, 5.0), dice.between(0.7, 5.0));
                [x, speed_x, dice.around(3.2), y, speed_y, dice.around(3.2)]
            })
            .collect();
        let turns = dice.between(0.8, 2.0);
        let point = |step: usize| {
            let t = step as f32 / 160.0 * TAU * turns;
            let sum = |first: usize| -> f32 {
                wave.iter()
                    .map(|wave| wave[first] * (wave[first + 1] * t + wave[first + 2]).sin())
                    .sum()
            };
            [MIDDLE + sum(0), MIDDLE + sum(3)]
        };
        let points: Vec<Point> = (0..=160).map(point).collect();
        canvas.stroke(&points, radius);
    } else {
        let corners: Vec<Point> = (0..dice.count(6, 14)).map(|_| anywhere(dice)).collect();
        canvas.stroke(&smooth(&corners), radius);
    }
    canvas
}

/// Rounds the corners of a line by Chaikin's rule.
fn smooth(corners: &[Point]) -> Vec<Point> {
    let mut points = corners.to_vec();
    for _ in 0..3 {
        let ends = [points[0], points[points.len() - 1]];
        let between = points.windows(2).flat_map(|pair| {
            [0.25, 0.75].map(|part| {
                [0, 1].map(|axis| pair[0][axis] + part * (pair[1][axis] - pair[0][axis]))
            })
        });
        points = [ends[0]]
            .into_iter()
            .chain(between)
            .chain([ends[1]])
            .collect();
    }
    points
}

/// Several parallel lines, straight or a little bent.
fn lines(dice: &mut Dice) -> Canvas {
    let mut canvas = Canvas::empty();
    let (count, radius) = (dice.count(2, 6), dice.between(0.8, 3.0));
    let angle = if dice.chance(0.6) {
        dice.below(2) as f32 * TAU / 4.0
    } else {
        dice.around(TAU)
    };
    let spread = dice.between(14.0, 24.0);
    let (sin, cos) = angle.sin_cos();
    for line in 0..count {
        let across = (line as f32 / (count - 1) as f32 - 0.5) * 2.0 * spread;
        let (from, to) = (-22.0 + dice.around(6.0), 22.0 + dice.around(6.0));
        let bend = dice.around(2.0);
        let point = |along: f32, across: f32| {
            [
                MIDDLE + along * cos - across * sin,
                MIDDLE + along * sin + across * cos,
            ]
        };
        canvas.stroke(
            &smooth(&[
                point(from, across),
                point(0.0, across + bend),
                point(to, across),
            ]),
            radius,
        );
    }
    canvas
}

/// Lines from anywhere to anywhere; two of them cross like X or +.
fn crossing_lines(dice: &mut Dice) -> Canvas {
    let mut canvas = Canvas::empty();
    let radius = pen(dice);
    if dice.chance(0.5) {
        let turn = dice.around(TAU);
        for arm in [turn, turn + dice.between(0.9, 2.2)] {
            let (sin, cos) = arm.sin_cos();
            let (from, to) = (dice.between(12.0, 26.0), dice.between(12.0, 26.0));
            canvas.stroke(
                &[
                    [MIDDLE - from * cos, MIDDLE - from * sin],
                    [MIDDLE + to * cos, MIDDLE + to * sin],
                ],
                radius,
            );
        }
    } else {
        for _ in 0..dice.count(3, 8) {
            let (from, to) = (anywhere(dice), anywhere(dice));
            canvas.stroke(&[from, to], radius);
        }
    }
    canvas
}

/// Squared paper, or a table.
fn grid(dice: &mut Dice) -> Canvas {
    let mut canvas = Canvas::empty();
    let (rows, columns) = (dice.count(2, 6), dice.count(2, 6));
    let radius = dice.between(0.6, 2.0);
    let (width, height) = (dice.between(14.0, 25.0), dice.between(14.0, 25.0));
    for row in 0..rows {
        let y = MIDDLE + (row as f32 / (rows - 1) as f32 - 0.5) * 2.0 * height;
        canvas.stroke(&[[MIDDLE - width, y], [MIDDLE + width, y]], radius);
    }
    for column in 0..columns {
        let x = MIDDLE + (column as f32 / (columns - 1) as f32 - 0.5) * 2.0 * width;
        canvas.stroke(&[[x, MIDDLE - height], [x, MIDDLE + height]], radius);
    }
    turned(&canvas, dice)
}

/// Turns by some degrees, in one of three pictures by any angle.
fn turned(canvas: &Canvas, dice: &mut Dice) -> Canvas {
    let angle = if dice.chance(0.3) {
        dice.around(TAU)
    } else {
        dice.around(0.15)
    };
    let (sin, cos) = angle.sin_cos();
    Canvas::of(|x, y| {
        let (x, y) = (x - MIDDLE, y - MIDDLE);
        canvas.at(MIDDLE + cos * x - sin * y, MIDDLE + sin * x + cos * y)
    })
}

/// Waves, zigzags, steps.
fn wave(dice: &mut Dice) -> Canvas {
    let mut canvas = Canvas::empty();
    let (half_waves, size) = (dice.count(3, 9), dice.between(5.0, 20.0));
    let is_zigzag = dice.chance(0.5);
    let points: Vec<Point> = (0..=120)
        .map(|step| {
            let t = step as f32 / 120.0;
            let phase = t * half_waves as f32;
            let height = if is_zigzag {
                ((phase + 0.5).rem_euclid(2.0) - 1.0).abs() * 2.0 - 1.0
            } else {
                (phase * TAU / 2.0).sin()
            };
            [MIDDLE + (t - 0.5) * 48.0, MIDDLE + size * height]
        })
        .collect();
    canvas.stroke(&points, dice.between(0.8, 3.5));
    let canvas = if dice.chance(0.3) {
        canvas.quarter_turned(1)
    } else {
        canvas
    };
    turned(&canvas, dice)
}

fn spiral(dice: &mut Dice) -> Canvas {
    let mut canvas = Canvas::empty();
    let (turns, start) = (dice.between(2.0, 4.0), dice.around(TAU));
    let way = if dice.chance(0.5) { 1.0 } else { -1.0 };
    let points: Vec<Point> = (0..=200)
        .map(|step| {
            let t = step as f32 / 200.0;
            let (sin, cos) = (start + way * t * turns * TAU).sin_cos();
            [MIDDLE + 24.0 * t * cos, MIDDLE + 24.0 * t * sin]
        })
        .collect();
    canvas.stroke(&points, dice.between(0.8, 2.5));
    canvas
}

/// The corners of a regular polygon, each moved a little.
fn corners(dice: &mut Dice, count: usize, radius: impl Fn(usize) -> f32) -> Vec<Point> {
    let start = dice.around(TAU);
    let (wide, high) = (dice.between(0.7, 1.0), dice.between(0.7, 1.0));
    (0..count)
        .map(|corner| {
            let (sin, cos) =
                (start + corner as f32 / count as f32 * TAU + dice.around(0.15)).sin_cos();
            [
                MIDDLE + wide * radius(corner) * cos,
                MIDDLE + high * radius(corner) * sin,
            ]
        })
        .collect()
}

fn closed(mut corners: Vec<Point>) -> Vec<Point> {
    corners.push(corners[0]);
    corners
}

/// The outline of a triangle, a square, a house.
fn polygon(dice: &mut Dice) -> Canvas {
    let mut canvas = Canvas::empty();
    let radius = pen(dice);
    match dice.below(3) {
        0 => canvas.stroke(&closed(corners(dice, 3, |_| 25.0)), radius),
        1 => {
            let (x, y) = (dice.between(15.0, 24.0), dice.between(15.0, 24.0));
            let box_of = [[-x, -y], [x, -y], [x, y], [-x, y]];
            let corners = box_of.map(|[x, y]| [MIDDLE + x, MIDDLE + y]);
            canvas.stroke(&closed(corners.to_vec()), radius);
            if dice.chance(0.4) {
                canvas.stroke(&[corners[0], [MIDDLE, MIDDLE - 26.0], corners[1]], radius);
            }
            if dice.chance(0.4) {
                canvas.stroke(&[corners[0], corners[2]], radius);
                canvas.stroke(&[corners[1], corners[3]], radius);
            }
        }
        _ => {
            let count = dice.count(4, 5);
            canvas.stroke(&closed(corners(dice, count, |_| 25.0)), radius);
        }
    }
    turned(&canvas, dice)
}

/// Stars, arrows, check marks, hearts, faces.
fn star_or_arrow(dice: &mut Dice) -> Canvas {
    let mut canvas = Canvas::empty();
    let radius = pen(dice);
    match dice.below(5) {
        0 => {
            let count = 2 * dice.count(4, 7);
            let star = corners(
                dice,
                count,
                |corner| if corner % 2 == 0 { 26.0 } else { 11.0 },
            );
            if dice.chance(0.5) {
                canvas.fill(&[star]);
            } else {
                canvas.stroke(&closed(star), radius * 0.7);
            }
        }
        1 => {
            let head = dice.between(7.0, 16.0);
            canvas.stroke(&[[MIDDLE - 24.0, MIDDLE], [MIDDLE + 24.0, MIDDLE]], radius);
            let tip = [MIDDLE + 24.0, MIDDLE];
            let side = |sign: f32| [MIDDLE + 24.0 - head, MIDDLE + sign * head];
            canvas.stroke(&[side(-1.0), tip, side(1.0)], radius);
            return canvas.quarter_turned(dice.below(4)).warped(dice, 1.5);
        }
        2 => {
            let check = [[-20.0, 2.0], [-8.0, 16.0], [22.0, -18.0]];
            let jitter =
                check.map(|[x, y]| [MIDDLE + x + dice.around(4.0), MIDDLE + y + dice.around(4.0)]);
            canvas.stroke(&jitter, radius);
        }
        3 => {
            let heart = |step: usize| {
                let t = step as f32 / 60.0 * TAU;
                let y = 13.0 * t.cos()
                    - 5.0 * (2.0 * t).cos()
                    - 2.0 * (3.0 * t).cos()
                    - (4.0 * t).cos();
                [MIDDLE + 1.5 * 16.0 * t.sin().powi(3), MIDDLE - 1.5 * y]
            };
            let points: Vec<Point> = (0..=60).map(heart).collect();
            if dice.chance(0.5) {
                canvas.fill(&[points]);
            } else {
                canvas.stroke(&points, radius);
            }
        }
        _ => {
            let arc = |size: f32, from: f32, to: f32, y: f32| -> Vec<Point> {
                let angle = |step: usize| (from + (to - from) * step as f32 / 40.0).sin_cos();
                (0..=40)
                    .map(angle)
                    .map(|(sin, cos)| [MIDDLE + size * cos, MIDDLE + y + size * sin])
                    .collect()
            };
            canvas.stroke(&arc(24.0, 0.0, TAU, 0.0), radius * 0.6);
            canvas.stroke(&arc(13.0, 0.4, 2.7, 0.0), radius * 0.6);
            for eye in [-8.0, 8.0] {
                canvas.stroke(
                    &[[MIDDLE + eye, MIDDLE - 8.0], [MIDDLE + eye, MIDDLE - 6.0]],
                    radius * 0.7,
                );
            }
        }
    }
    turned(&canvas, dice)
}

/// Filled shapes; a narrow upright one would be a thick 1.
fn filled(dice: &mut Dice) -> Canvas {
    let mut canvas = Canvas::empty();
    let count = *dice.one(&[3, 4, 5, 6, 24]);
    let shape = corners(dice, count, |_| 25.0);
    canvas.fill(&[shape]);
    if dice.chance(0.25) {
        for _ in 0..dice.count(1, 3) {
            let (from, to) = (anywhere(dice), anywhere(dice));
            canvas.segment(from, to, dice.between(1.0, 3.0), 0.0);
        }
    }
    turned(&canvas, dice)
}

/// Noise of a coarseness, with mean 1/2 and standard deviation 1/6.
fn smooth_noise(dice: &mut Dice, reach: usize) -> Canvas {
    let mut noise = Canvas::of(|_, _| dice.unit()).blurred(reach);
    // Near the edge the blur mixes in the ground.
    let is_inside = |index: &usize| {
        let border = 2 * reach + 1;
        let inside = border..CANVAS - border;
        inside.contains(&(index % CANVAS)) && inside.contains(&(index / CANVAS))
    };
    let inside: Vec<f32> = (0..CANVAS * CANVAS)
        .filter(is_inside)
        .map(|index| noise.ink[index])
        .collect();
    let count = inside.len() as f32;
    let mean = inside.iter().sum::<f32>() / count;
    let variance = inside.iter().map(|ink| (ink - mean).powi(2)).sum::<f32>() / count;
    let spread = 6.0 * variance.sqrt().max(1e-6);
    noise
        .ink
        .iter_mut()
        .for_each(|ink| *ink = (0.5 + (*ink - mean) / spread).clamp(0.0, 1.0));
    noise
}

/// Ink where smooth noise is high, within a window.
fn blob(dice: &mut Dice) -> Canvas {
    let reach = dice.count(2, 9);
    let (softness, level) = (dice.between(0.05, 0.3), dice.between(0.4, 0.6));
    let mut blob = smooth_noise(dice, reach).thresholded(level, softness);
    clip(&mut blob, dice);
    blob
}

/// Leaves a rectangle or an ellipse of a picture.
fn clip(canvas: &mut Canvas, dice: &mut Dice) {
    let (width, height) = (dice.between(12.0, 30.0), dice.between(14.0, 30.0));
    let is_round = dice.chance(0.4);
    for (index, ink) in canvas.ink.iter_mut().enumerate() {
        let x = ((index % CANVAS) as f32 - MIDDLE) / width;
        let y = ((index / CANVAS) as f32 - MIDDLE) / height;
        let is_outside = if is_round {
            x * x + y * y > 1.0
        } else {
            x.abs().max(y.abs()) > 1.0
        };
        if is_outside {
            *ink = 0.0;
        }
    }
}

/// Noise, pixel by pixel or in squares of some pixels.
fn noise(dice: &mut Dice) -> Canvas {
    let coarse = dice.count(1, 5) as f32;
    let density = dice.between(0.1, 0.8);
    let shades = dice.chance(0.5);
    let cells: Vec<f32> = (0..CANVAS * CANVAS)
        .map(|_| {
            if shades {
                dice.unit()
            } else {
                f32::from(u8::from(dice.chance(density)))
            }
        })
        .collect();
    let mut canvas =
        Canvas::of(|x, y| cells[(y / coarse) as usize * CANVAS + (x / coarse) as usize]);
    clip(&mut canvas, dice);
    canvas
}

/// Stripes, checks, clouds and gradients.
fn texture(dice: &mut Dice) -> Canvas {
    let mut canvas = match dice.below(4) {
        0 => {
            let reach = dice.count(1, 4);
            smooth_noise(dice, reach)
        }
        1 => {
            let (x_speed, y_speed) = (dice.around(1.0), dice.around(1.0));
            Canvas::of(|x, y| (x * x_speed + y * y_speed).sin() * 0.5 + 0.5)
        }
        2 => {
            let size = dice.between(3.0, 12.0);
            Canvas::of(|x, y| f32::from(u8::from(((x / size) as i32 + (y / size) as i32) % 2 == 0)))
        }
        _ => {
            let (right, down) = (dice.around(1.0), dice.around(1.0));
            let size = right.abs() + down.abs() + 0.01;
            let noise = dice.between(0.0, 0.3);
            Canvas::of(|x, y| {
                let ramp =
                    0.5 + (right * (x - MIDDLE) + down * (y - MIDDLE)) / (size * CANVAS as f32);
                (ramp + noise * dice.normal() * 0.5).clamp(0.0, 1.0)
            })
        }
    };
    clip(&mut canvas, dice);
    canvas
}

/// Some dots.
fn dots(dice: &mut Dice) -> Canvas {
    let mut canvas = Canvas::empty();
    for _ in 0..dice.count(2, 14) {
        let at = anywhere(dice);
        canvas.segment(at, at, dice.between(1.0, 5.0), 1.0);
    }
    canvas
}

/// A line that lies flat.
fn bar(dice: &mut Dice) -> Canvas {
    let mut canvas = Canvas::empty();
    let slope = dice.around(10.0);
    let radius = dice.between(0.8, 8.0);
    canvas.stroke(
        &[
            [MIDDLE - 22.0, MIDDLE - slope],
            [MIDDLE + 22.0, MIDDLE + slope],
        ],
        radius,
    );
    if dice.chance(0.3) {
        canvas.stroke(
            &[
                [MIDDLE - 20.0, MIDDLE + 12.0],
                [MIDDLE + 20.0, MIDDLE + 12.0 + dice.around(4.0)],
            ],
            radius,
        );
    }
    canvas
}
