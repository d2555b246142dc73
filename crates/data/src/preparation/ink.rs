//! Ink against its ground: how much darker or brighter each pixel is than the paper around it.

use super::components::pieces;
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
}

/// Less is no ink, but rounding: two of the 255 steps of a picture.
const LEAST_CONTRAST: f32 = 2.0 / 255.0;
/// Ink is that many standard deviations from its ground.
const LEAST_DEVIATIONS: f32 = 4.0;

/// What is above 0 by more is ink, even if it covers most of the picture.
const MOST_NOISE: f32 = 0.03;
/// That share of the clear ink is less than full ink, which has room for the grey edges of strokes.
const FULL: f64 = 0.85;

/// Finds ink; `None` if the signal is the same everywhere, or if no pixel is far enough from its surroundings.
pub(crate) fn find_ink(signal: &Plane) -> Option<Ink> {
    let smooth = without_noise(signal);
    let ground = Ground::of(&smooth)?;
    let response = ground.response(&smooth);
    let noise = deviation(&response)
        .min(MOST_NOISE)
        .max(pixel_noise(&smooth));
    let least = (LEAST_DEVIATIONS * noise).max(LEAST_CONTRAST);
    let mut strong: Vec<f32> = response.values.clone();
    strong.retain(|value| *value > least);
    let least_pixels = 4.max(signal.values.len() / 20_000);
    if strong.len() < least_pixels {
        return None;
    }
    // Without a split all are the same: a picture of two levels.
    if let Some(split) = otsu(&strong) {
        strong.retain(|value| *value >= split.threshold);
    }
    let contrast = quantile(&mut strong, FULL);
    Some(Ink {
        plane: response.map(|value| (value / contrast).max(0.0)),
        polarity: ground.polarity,
    })
}

/// Removes single pixels that differ from all around them, and of larger pictures the noise of a camera.
fn without_noise(signal: &Plane) -> Plane {
    if signal.side() < 48 {
        return signal.clone();
    }
    let range = signal.quantile(0.995) - signal.quantile(0.005);
    let cleaned = if has_impulses(signal, range) {
        signal.median_of_9().median_of_9().with_inner_border()
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

/// Says whether single pixels, more than one in 400, differ much from those around them; looked at in every sixth row.
fn has_impulses(signal: &Plane, range: f32) -> bool {
    let rows = (1..signal.height - 1).step_by(6);
    let pixels = rows.flat_map(|y| (1..signal.width - 1).map(move |x| (x, y)));
    let differs = |(x, y): &(usize, usize)| {
        (signal.at(*x, *y) - signal.median_around(*x, *y)).abs() > 0.4 * range
    };
    pixels.filter(differs).count() * 2400 > signal.values.len()
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
/// values that are nearest to 0, of all or of those above it.
fn deviation(response: &Plane) -> f32 {
    // Of a normal distribution, a quarter is nearer than 0.3186 standard deviations.
    let quarter = |mut values: Vec<f32>| quantile(&mut values, 0.25) / 0.3186;
    let above = response.values.iter().filter(|value| **value > 0.0);
    let all = response.values.iter().map(|value| value.abs());
    quarter(above.copied().collect()).min(quarter(all.collect()))
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
    fn of(signal: &Plane) -> Option<Self> {
        let split = otsu(&signal.values)?;
        let factor = signal.side().div_ceil(100);
        let small = signal.reduced(factor);
        let dark = Level::of(&small.map(|value| f32::from(u8::from(value < split.threshold))));
        let bright = Level::of(&small.map(|value| f32::from(u8::from(value > split.threshold))));
        let thickest = 0.22 * small.width.max(small.height) as f32;
        let [is_dark_tight, is_bright_tight] =
            [&dark, &bright].map(|level| level.is_tight() && level.radius < thickest);
        let is_tight = is_dark_tight != is_bright_tight;
        let is_inner = dark.is_inner() != bright.is_inner();
        let is_dark = if is_tight {
            is_dark_tight
        } else if is_inner {
            dark.is_inner()
        } else {
            dark.radius <= bright.radius
        };
        let polarity = if is_dark {
            Polarity::DarkOnLight
        } else {
            Polarity::LightOnDark
        };
        let ink = match polarity {
            Polarity::DarkOnLight => &dark,
            Polarity::LightOnDark => &bright,
        };
        // The two levels are ink and ground if they lie apart, and one is all inside or has no margin.
        if split.separation > 0.75 && (is_tight || ink.is_inner()) {
            let is_ground = |value: &f32| match polarity {
                Polarity::DarkOnLight => *value > split.threshold,
                Polarity::LightOnDark => *value < split.threshold,
            };
            let mut ground: Vec<f32> = signal.values.iter().copied().filter(is_ground).collect();
            let spread = quantile(&mut ground, 0.8) - quantile(&mut ground, 0.2);
            let contrast = split.means[1] - split.means[0];
            let is_thin = ink.is_thin() && ink.radius < 0.22 * small.side() as f32;
            if spread < 0.05 * contrast || (is_thin && spread < 0.15 * contrast) {
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
        let evidence = [Polarity::DarkOnLight, Polarity::LightOnDark].map(|polarity| {
            let response = uneven_response(&small, &level, polarity);
            response
                .values
                .iter()
                .map(|value| value.max(0.0).powi(3))
                .sum::<f32>()
        });
        let polarity = if evidence[0] >= evidence[1] {
            Polarity::DarkOnLight
        } else {
            Polarity::LightOnDark
        };
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
struct Level {
    pixels: f32,
    /// The radius of the largest disc in it.
    radius: f32,
    /// Whether one piece of it touches all four sides of the picture.
    touches_all_sides: bool,
    /// Its share of the outermost pixels.
    of_border: f32,
}

impl Level {
    /// `shape` is 1 where a pixel is of the level, and 0 elsewhere.
    fn of(shape: &Plane) -> Self {
        let border = shape.border();
        let near_border = shape.area().shrunk(1 + shape.side() / 40);
        Self {
            pixels: shape.values.iter().sum(),
            radius: largest_distance(shape),
            touches_all_sides: pieces(shape)
                .iter()
                .any(|piece| piece.touches(near_border).count() == 4),
            of_border: border.iter().sum::<f32>() / border.len() as f32,
        }
    }

    /// Strokes: a disc has 3.1 times the square of its radius, a triangle up to 10.
    fn is_thin(&self) -> bool {
        self.pixels > 8.0 * self.radius * self.radius
    }

    /// What is in the middle of a picture, of which a part may be cut off.
    fn is_inner(&self) -> bool {
        self.of_border < 0.2
    }

    /// A digit whose picture has no margin: the digit touches all sides, as ground does otherwise, but most of the
    /// outermost pixels are not of it.
    fn is_tight(&self) -> bool {
        self.touches_all_sides && self.of_border < 0.6
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
    let response = above.with(&beside, |above, beside| (above - offset).min(beside));
    match polarity {
        Polarity::DarkOnLight => as_bright_everywhere(&response, &opened.map(|ground| -ground)),
        Polarity::LightOnDark => response,
    }
}

/// Dark ink reflects a share of the light, so that in a shadow it differs less from its ground.
fn as_bright_everywhere(response: &Plane, ground: &Plane) -> Plane {
    let usual = ground.quantile(0.5);
    response.with(ground, |response, ground| {
        response * (usual / ground.max(0.02)).clamp(0.5, 4.0)
    })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preparation::drawn::{distance, is_ring, plane};

    const CENTRE: [f32; 2] = [50.0, 50.0];

    fn is_zero(x: usize, y: usize) -> bool {
        is_ring(x, y, CENTRE, 25.0, 8.0)
    }

    #[test]
    fn a_ring_is_ink_and_its_hole_is_not_dark_on_light_and_light_on_dark() {
        for (ink, ground, polarity) in [
            (0.1, 0.9, Polarity::DarkOnLight),
            (0.9, 0.1, Polarity::LightOnDark),
            (0.45, 0.55, Polarity::DarkOnLight),
        ] {
            let signal = plane(100, 100, |x, y| if is_zero(x, y) { ink } else { ground });
            let found = find_ink(&signal).unwrap();
            assert_eq!(found.polarity, polarity);
            for y in 0..100 {
                for x in 0..100 {
                    let value = found.plane.at(x, y);
                    let is_right = if is_zero(x, y) {
                        value > 0.9
                    } else {
                        value < 0.1
                    };
                    assert!(is_right, "{polarity:?}: {value} at {x}, {y}");
                }
            }
        }
    }

    /// The right half lies in a shadow, whose edge crosses the digit.
    #[test]
    fn the_edge_of_a_shadow_is_no_ink() {
        let signal = plane(100, 100, |x, y| {
            let light = if x < 50 { 0.9 } else { 0.5 };
            light * if is_zero(x, y) { 0.15 } else { 1.0 }
        });
        let found = find_ink(&signal).unwrap();
        assert_eq!(found.polarity, Polarity::DarkOnLight);
        for y in 0..100 {
            for x in 0..100 {
                let value = found.plane.at(x, y);
                let of_middle = (distance(x, y, CENTRE) - 25.0).abs();
                // Beside the edge of the shadow it is fainter, but a part of the digit.
                let least = if x.abs_diff(50) < 10 { 0.3 } else { 0.55 };
                if of_middle < 2.0 {
                    assert!(value > least, "no ink: {value} at {x}, {y}");
                }
                if of_middle > 6.0 {
                    assert!(value < 0.3, "ink: {value} at {x}, {y}");
                }
            }
        }
    }

    #[test]
    fn an_even_picture_has_no_ink() {
        assert!(find_ink(&plane(60, 60, |_, _| 0.7)).is_none());
        // A step of rounding is no ink, either.
        let rounded = plane(60, 60, |x, y| 0.7 + ((x / 7 + y / 5) % 2) as f32 / 255.0);
        assert!(find_ink(&rounded).is_none());
    }
}
