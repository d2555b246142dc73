//! The ground that ink is on, and whether the ink is darker or brighter.

use super::components::pieces;
use super::distance::largest_distance;
use super::plane::{Plane, kept, quantile};
use super::ranks::Ranks;
use super::threshold::{Split, otsu};

/// Whether ink is darker or brighter than its ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Polarity {
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

/// What is under the ink.
pub(crate) struct Ground {
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
    /// Finds the ground, and whether ink is darker or brighter; `None` if all values are the same.
    pub(crate) fn of(signal: &Plane) -> Option<Self> {
        let split = otsu(&signal.values)?;
        Some(Self::even(signal, split).unwrap_or_else(|| Self::uneven(signal)))
    }

    /// The level of a picture that has two, of which one is all inside or has no margin; `None` if it does not.
    fn even(signal: &Plane, split: Split) -> Option<Self> {
        let factor = signal.side().div_ceil(100);
        let small = signal.reduced(factor);
        let dark = Level::of(&small.map(|value| f32::from(u8::from(value < split.threshold))));
        let bright = Level::of(&small.map(|value| f32::from(u8::from(value > split.threshold))));
        let thickest = 0.22 * small.width.max(small.height) as f32;
        let [is_dark_tight, is_bright_tight] =
            [&dark, &bright].map(|level| level.is_tight() && level.radius < thickest);
        let is_tight = is_dark_tight != is_bright_tight;
        let is_dark = if is_tight {
            is_dark_tight
        } else if dark.is_inner() != bright.is_inner() {
            dark.is_inner()
        } else {
            dark.radius <= bright.radius
        };
        let (polarity, ink) = if is_dark {
            (Polarity::DarkOnLight, dark)
        } else {
            (Polarity::LightOnDark, bright)
        };
        if is_tight && has_three_levels(signal, split) {
            return None;
        }
        if split.separation <= 0.75 || !(is_tight || ink.is_inner()) {
            return None;
        }
        let is_ground = |value: f32| (value > split.threshold) == is_dark;
        let mut ground = kept(&signal.values, is_ground);
        let spread = quantile(&mut ground, 0.8) - quantile(&mut ground, 0.2);
        let contrast = split.means[1] - split.means[0];
        let is_thin = ink.is_thin() && ink.radius < 0.22 * small.side() as f32;
        let is_even = spread < 0.05 * contrast || (is_thin && spread < 0.15 * contrast);
        is_even.then(|| Self {
            kind: GroundKind::Even(quantile(&mut ground, 0.5)),
            polarity,
        })
    }

    /// The ground of a photograph.
    fn uneven(signal: &Plane) -> Self {
        let factor = signal.side().div_ceil(40);
        let small = signal.reduced(factor);
        let [darker, median, brighter] = local_levels(&small, small.side() / 4);
        // Large differences count more, because ink lies farther from its ground than anything else.
        let evidence = |polarity| {
            let response = uneven_response(&small, &median, polarity);
            let cubes = response.values.iter().map(|value| value.max(0.0).powi(3));
            cubes.sum::<f32>()
        };
        let polarity = if evidence(Polarity::DarkOnLight) >= evidence(Polarity::LightOnDark) {
            Polarity::DarkOnLight
        } else {
            Polarity::LightOnDark
        };
        let level = match polarity {
            Polarity::DarkOnLight => brighter,
            Polarity::LightOnDark => darker,
        };
        Self {
            kind: GroundKind::Uneven(level.enlarged(factor, signal.width, signal.height)),
            polarity,
        }
    }

    /// How far each pixel is from the ground towards ink.
    pub(crate) fn response(&self, signal: &Plane) -> Plane {
        match &self.kind {
            GroundKind::Even(level) => {
                let sign = self.polarity.sign();
                signal.map(|value| sign * (value - level))
            }
            GroundKind::Uneven(level) => uneven_response(signal, level, self.polarity),
        }
    }
}

/// Says whether the darker or the brighter part of a picture has two clear levels itself, as a lit or a shaded half of a
/// page has, and the ink on it.
fn has_three_levels(signal: &Plane, split: Split) -> bool {
    let values = signal.values.iter().copied();
    let (dark, bright): (Vec<f32>, Vec<f32>) = values.partition(|value| *value < split.threshold);
    let contrast = split.means[1] - split.means[0];
    [dark, bright].iter().any(|part| {
        otsu(part).is_some_and(|inner| {
            inner.separation > 0.75 && inner.means[1] - inner.means[0] > 0.45 * contrast
        })
    })
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
/// An opening removes what is thinner than its square, and follows the edge of a shadow exactly; the `level` around also
/// knows the ground inside of a digit. Ink differs from both.
fn uneven_response(signal: &Plane, level: &Plane, polarity: Polarity) -> Plane {
    let sign = polarity.sign();
    let ink = signal.map(|value| sign * value);
    let radius = (signal.side() / 8).max(1);
    let opened = ink.opened(radius);
    let mut response = ink.with(&opened, |ink, ground| ink - ground);
    // Noise makes an opening lower than the ground.
    let offset = response.quantile(0.4);
    let pixels = response.values.iter_mut().zip(&ink.values);
    for ((above, ink), level) in pixels.zip(&level.values) {
        *above = (*above - offset).min(ink - sign * level);
    }
    if polarity == Polarity::DarkOnLight {
        as_bright_everywhere(&mut response, &opened.map(|ground| -ground));
    }
    response
}

/// Dark ink reflects a share of the light, so that in a shadow it differs less from its ground.
fn as_bright_everywhere(response: &mut Plane, ground: &Plane) {
    let usual = ground.quantile(0.5);
    for (response, ground) in response.values.iter_mut().zip(&ground.values) {
        *response *= (usual / ground.max(0.02)).clamp(0.5, 4.0);
    }
}

/// The ground is brighter than that share of the pixels around it, if the ink is dark: strokes of a bold digit are most of
/// them.
const OF_GROUND: f64 = 0.65;

/// Of the square of `2 * radius + 1` pixels around each pixel the level of the ground if ink is bright, the median, and the
/// level of the ground if ink is dark.
fn local_levels(plane: &Plane, radius: usize) -> [Plane; 3] {
    let (width, height) = (plane.width, plane.height);
    let mut window = Ranks::of(&plane.values, [1.0 - OF_GROUND, 0.5, OF_GROUND]);
    let mut found = [plane.clone(), plane.clone(), plane.clone()];
    for y in 0..height {
        // Every second row is enough for a quantile, and takes half the time.
        let rows = (y.saturating_sub(radius)..(y + radius + 1).min(height)).step_by(2);
        let column = |x: usize| rows.clone().map(move |row| row * width + x);
        window.clear();
        (0..radius.min(width))
            .flat_map(column)
            .for_each(|at| window.add(at));
        for x in 0..width {
            if x + radius < width {
                column(x + radius).for_each(|at| window.add(at));
            }
            if x > radius {
                column(x - radius - 1).for_each(|at| window.remove(at));
            }
            for (found, level) in found.iter_mut().zip(window.quantiles()) {
                found.values[y * width + x] = level;
            }
        }
    }
    found
}
