//! Digits as strokes of other people's hands, and where they are put.

use serde_json::Value;

/// What draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pointer {
    /// A mouse.
    Mouse,
    /// A finger.
    Touch,
    /// A pen.
    Pen,
}

/// A stroke, as fractions of the width and the height of the drawing area.
pub type Stroke = Vec<[f64; 2]>;

/// A digit that somebody wrote.
#[derive(Debug, Clone)]
pub struct Traced {
    /// Its label.
    pub digit: u8,
    /// In a square with sides of 1.
    pub strokes: Vec<Stroke>,
}

/// Five of each digit: images of MNIST's test set, thinned and followed, as those of
/// `crates/server/tests/vectors`.
#[must_use]
pub fn traced_digits() -> Vec<Traced> {
    let all: Value = serde_json::from_str(include_str!("../tests/digits.json")).expect("JSON");
    let traced = |value: &Value| {
        let strokes = serde_json::from_value(value["strokes"].clone()).expect("strokes");
        let digit = value["digit"]
            .as_u64()
            .and_then(|digit| u8::try_from(digit).ok());
        Traced {
            digit: digit.expect("a digit"),
            strokes,
        }
    };
    all.as_array().expect("a list").iter().map(traced).collect()
}

/// Scales strokes in a square around its middle, tilts them by an angle in radians, and moves the middle.
#[must_use]
pub fn placed(strokes: &[Stroke], scale: f64, tilt: f64, middle: [f64; 2]) -> Vec<Stroke> {
    let (sine, cosine) = tilt.sin_cos();
    let point = |[x, y]: &[f64; 2]| {
        let [x, y] = [(x - 0.5) * scale, (y - 0.5) * scale];
        [
            middle[0] + cosine * x - sine * y,
            middle[1] + sine * x + cosine * y,
        ]
    };
    let stroke = |stroke: &Stroke| stroke.iter().map(point).collect();
    strokes.iter().map(stroke).collect()
}

/// A stroke from one point to another, with points between.
fn line(from: [f64; 2], to: [f64; 2]) -> Stroke {
    let between = |step: u8| {
        let share = f64::from(step) / 12.0;
        [0, 1].map(|axis| from[axis] + share * (to[axis] - from[axis]))
    };
    (0..=12).map(between).collect()
}

/// A one at that place across the drawing area.
#[must_use]
pub fn one(x: f64) -> Vec<Stroke> {
    vec![line([x, 0.2], [x - 0.02, 0.8])]
}

/// A zero at that place across the drawing area.
#[must_use]
pub fn ring(x: f64) -> Vec<Stroke> {
    let point = |step: u8| {
        let angle = f64::from(step) * std::f64::consts::TAU / 24.0;
        [x + 0.12 * angle.cos(), 0.5 + 0.26 * angle.sin()]
    };
    vec![(0..=24).map(point).collect()]
}
