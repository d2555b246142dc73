//! Ink against its ground: how much darker or brighter each pixel is than the paper around it.

use super::distance::largest_distance;
use super::plane::{Plane, quantile};
use super::threshold::otsu;

/// Whether ink is darker or brighter than its ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Polarity {
    /// Dark ink, as on paper.
    DarkOnLight,
    /// Bright ink, as on a blackboard, and as MNIST's digits are stored.
    LightOnDark,
}

impl Polarity {
    /// The other one.
    #[must_use]
    pub fn opposite(self) -> Self {
        match self {
            Self::DarkOnLight => Self::LightOnDark,
            Self::LightOnDark => Self::DarkOnLight,
        }
    }
}

impl Polarity {
    /// 1 if ink is brighter than its ground, otherwise -1.
    fn sign(self) -> f32 {
        match self {
            Self::DarkOnLight => -1.0,
            Self::LightOnDark => 1.0,
        }
    }
}

/// Ink as it was found.
#[derive(Debug, Clone)]
pub(crate) struct Ink {
    /// 0 is ground, and 1 is as far from it as ink usually is.
    pub(crate) plane: Plane,
    pub(crate) polarity: Polarity,
    /// How far ink is from its ground, in [0, 1] of what the picture could show.
    pub(crate) contrast: f32,
    /// The standard deviation of the ground, in the same unit.
    pub(crate) noise: f32,
}

/// Less is no ink, but rounding: two of the 255 steps of a picture.
const LEAST_CONTRAST: f32 = 2.0 / 255.0;
/// Ink is that many standard deviations from its ground.
const LEAST_DEVIATIONS: f32 = 4.0;

/// That share of the clear ink is less than full ink, which has room for the grey edges of strokes.
const FULL: f64 = 0.85;

/// Finds ink; `None` if the signal is the same everywhere, or if no pixel is far enough from its surroundings.
pub(crate) fn find_ink(signal: &Plane, forced: Option<Polarity>) -> Option<Ink> {
    let smooth = without_noise(signal);
    let ground = Ground::of(&smooth, forced)?;
    let response = ground.response(&smooth);
    let noise = deviation(&response).max(pixel_noise(&smooth));
    let least = (LEAST_DEVIATIONS * noise).max(LEAST_CONTRAST);
    let mut strong: Vec<f32> = response.values.clone();
    strong.retain(|value| *value > least);
    let least_pixels = 4.max(signal.values.len() / 20_000);
    if strong.len() < least_pixels {
        return None;
    }
    let split = otsu(&strong)?.threshold;
    strong.retain(|value| *value >= split);
    let contrast = quantile(&mut strong, FULL);
    Some(Ink {
        plane: response.map(|value| (value / contrast).max(0.0)),
        polarity: ground.polarity,
        contrast,
        noise,
    })
}

/// Removes single pixels that differ from all around them, and of larger pictures the noise of a camera.
fn without_noise(signal: &Plane) -> Plane {
    if signal.side() < 48 {
        return signal.clone();
    }
    let range = signal.quantile(0.995) - signal.quantile(0.005);
    let median = signal.median_of_9();
    let pairs = signal.values.iter().zip(&median.values);
    let impulses = pairs
        .filter(|(value, median)| (**value - **median).abs() > 0.4 * range)
        .count();
    let cleaned = if impulses * 400 > signal.values.len() {
        median.median_of_9()
    } else {
        signal.clone()
    };
    let noise = pixel_noise(&cleaned);
    if noise > 0.01 * range {
        cleaned.blurred(1 + usize::from(noise > 0.04 * range && signal.side() > 150))
    } else {
        cleaned
    }
}

/// The noise of single pixels, as a standard deviation: from the difference of each pixel and the mean of its four
/// neighbours, whose median strokes hardly change.
fn pixel_noise(plane: &Plane) -> f32 {
    let mut differences = Vec::with_capacity(plane.values.len());
    for y in (1..plane.height.saturating_sub(1)).step_by(2) {
        let row = |y: usize| &plane.values[y * plane.width..][..plane.width];
        let (above, here, below) = (row(y - 1), row(y), row(y + 1));
        for x in 1..plane.width.saturating_sub(1) {
            let around = above[x] + below[x] + here[x - 1] + here[x + 1];
            differences.push((here[x] - around / 4.0).abs());
        }
    }
    // Of a normal distribution, the median of absolute values is 0.6745 standard deviations; the mean of four adds a
    // quarter to the variance.
    quantile(&mut differences, 0.5) / (0.6745 * 1.25_f32.sqrt())
}

/// A standard deviation of the ground that neither ink nor a part with another level changes: from the quarter of the
/// values that are nearest to 0.
fn deviation(response: &Plane) -> f32 {
    let mut values: Vec<f32> = response.values.iter().map(|value| value.abs()).collect();
    // Of a normal distribution, a quarter is nearer than 0.3186 standard deviations.
    quantile(&mut values, 0.25) / 0.3186
}

/// What is under the ink.
struct Ground {
    kind: GroundKind,
    polarity: Polarity,
}

enum GroundKind {
    /// One level: a drawing, a scan, a digit that fills its picture.
    Even(f32),
    /// It changes from place to place, as in a photograph.
    Uneven(Plane),
}

impl Ground {
    fn of(signal: &Plane, forced: Option<Polarity>) -> Option<Self> {
        let split = otsu(&signal.values)?;
        let factor = signal.side().div_ceil(100);
        let small = signal.reduced(factor);
        let dark = Level::of(&small.map(|value| split.threshold - value));
        let bright = Level::of(&small.map(|value| value - split.threshold));
        let polarity = forced.unwrap_or(if dark.radius <= bright.radius {
            Polarity::DarkOnLight
        } else {
            Polarity::LightOnDark
        });
        let ink = match polarity {
            Polarity::DarkOnLight => dark,
            Polarity::LightOnDark => bright,
        };
        // The two levels are ink and ground if they lie apart and one is thin.
        if split.separation > 0.75 && ink.is_thin() && ink.radius < 0.22 * small.side() as f32 {
            let is_ground = |value: &f32| match polarity {
                Polarity::DarkOnLight => *value > split.threshold,
                Polarity::LightOnDark => *value < split.threshold,
            };
            let mut ground: Vec<f32> = signal.values.iter().copied().filter(is_ground).collect();
            let spread = quantile(&mut ground, 0.8) - quantile(&mut ground, 0.2);
            if spread < 0.15 * (split.means[1] - split.means[0]) {
                let level = quantile(&mut ground, 0.5);
                return Some(Self {
                    kind: GroundKind::Even(level),
                    polarity,
                });
            }
        }
        let factor = signal.side().div_ceil(40);
        let small = signal.reduced(factor);
        let level = local_median(&small, small.side() / 4);
        let polarity = forced.unwrap_or_else(|| {
            let evidence = [Polarity::DarkOnLight, Polarity::LightOnDark].map(|polarity| {
                let response = uneven_response(&small, &level, polarity);
                response
                    .values
                    .iter()
                    .map(|value| value.max(0.0).powi(3))
                    .sum::<f32>()
            });
            if evidence[0] >= evidence[1] {
                Polarity::DarkOnLight
            } else {
                Polarity::LightOnDark
            }
        });
        Some(Self {
            kind: GroundKind::Uneven(level.enlarged(factor, signal.width, signal.height)),
            polarity,
        })
    }

    /// How far each pixel is from the ground towards ink.
    fn response(&self, signal: &Plane) -> Plane {
        match &self.kind {
            GroundKind::Even(level) => {
                let sign = self.polarity.sign();
                signal.map(|value| sign * (value - level))
            }
            GroundKind::Uneven(level) => uneven_response(signal, level, self.polarity),
        }
    }
}

/// The pixels of one of two levels.
#[derive(Clone, Copy)]
struct Level {
    pixels: f32,
    /// The radius of the largest disc in it.
    radius: f32,
}

impl Level {
    fn of(shape: &Plane) -> Self {
        let pixels = shape.values.iter().filter(|value| **value > 0.0).count();
        Self {
            pixels: pixels as f32,
            radius: largest_distance(shape),
        }
    }

    /// A disc has 3.1 times the square of its radius, a triangle up to 10, strokes more.
    fn is_thin(self) -> bool {
        self.pixels > 8.0 * self.radius * self.radius
    }
}

/// How far each pixel is from the ground, where that changes from place to place.
///
/// An opening removes what is thinner than its square, and follows the edge of a shadow exactly; the median `level` also
/// knows the ground inside of a digit. Ink differs from both.
fn uneven_response(signal: &Plane, level: &Plane, polarity: Polarity) -> Plane {
    let sign = polarity.sign();
    let ink = signal.map(|value| sign * value);
    let radius = (signal.side() / 8).max(1);
    let opened = ink.eroded(radius).dilated(radius);
    let above = ink.with(&opened, |ink, ground| ink - ground);
    let beside = ink.with(level, |ink, level| ink - sign * level);
    // Noise makes an opening lower than the ground.
    let offset = above.quantile(0.4);
    above.with(&beside, |above, beside| (above - offset).min(beside))
}

/// The median of the square of `2 * radius + 1` pixels around each pixel.
fn local_median(plane: &Plane, radius: usize) -> Plane {
    let mut window = Vec::new();
    let mut found = Vec::with_capacity(plane.values.len());
    for y in 0..plane.height {
        let rows = y.saturating_sub(radius)..(y + radius + 1).min(plane.height);
        for x in 0..plane.width {
            let columns = x.saturating_sub(radius)..(x + radius + 1).min(plane.width);
            window.clear();
            // Every second row is enough for a median, and takes half the time.
            for row in rows.clone().step_by(2) {
                window.extend_from_slice(&plane.values[row * plane.width..][columns.clone()]);
            }
            found.push(quantile(&mut window, 0.5));
        }
    }
    Plane {
        values: found,
        ..*plane
    }
}
