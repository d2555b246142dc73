//! MNIST's framing: the ink's bounding box becomes 20 pixels long, keeps its aspect, and is centred by mass in 28 x 28
//! pixels; then the course's resize to 20 x 20.
//!
//! Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits": "The original black and white
//! (bilevel) images were size normalized to fit in a 20x20 pixel box while preserving their aspect ratio. The resulting
//! images contain grey levels as a result of the anti-aliasing technique used by the normalization algorithm. The images
//! were centered in a 28x28 image by computing the center of mass of the pixels."

use super::distance::{distances, distances_to};
use super::frame::Area;
use super::plane::{Plane, quantile};
use crate::pixels::{PIXELS, Resize, SIDE};

/// Pixels along a side of MNIST's images, and of the box in them.
const SIDE_28: usize = 28;
const BOX: f32 = 20.0;
/// The pen of MNIST's writers is 2 to 4 pixels wide: thinner strokes would be grey, and thicker ones fill their loops.
const STROKE: [f32; 2] = [1.8, 5.0];
/// Paler ink is not made as strong as other ink.
const PALEST: f32 = 0.55;
/// Ink above that belongs to the bounding box.
const EDGE: f32 = 0.15;

/// The ink of a picture that has this framing already, in 28 x 28 pixels or after the resize to 20 x 20: its pixels are
/// kept as they are.
pub(crate) fn already_framed(signal: &Plane) -> Option<Plane> {
    if signal.width != signal.height || ![SIDE_28, SIDE].contains(&signal.width) {
        return None;
    }
    let outermost = signal.border();
    let is_even = |ground: f32| outermost.iter().all(|value| (value - ground).abs() < 0.05);
    let ink = match outermost[0] {
        dark if dark < 0.05 && is_even(dark) => signal.clone(),
        bright if bright > 0.95 && is_even(bright) => signal.map(|value| 1.0 - value),
        _ => return None,
    };
    let area = bounding_box(&ink)?;
    let scale = signal.width as f32 / SIDE_28 as f32;
    let longer = area.longer_side() as f32 / scale;
    let centre = centre_of_mass(&ink).map(|at| at / scale - SIDE_28 as f32 / 2.0);
    let is_framed = (BOX - 2.0..=BOX + 1.5).contains(&longer)
        && centre.iter().all(|offset| offset.abs() < 1.2)
        && ink.values.iter().any(|ink| *ink > 0.9);
    is_framed.then_some(ink)
}

/// A digit in MNIST's framing: 28 x 28 pixels, row by row, 0 to 1.
pub(crate) fn framed(ink: &Plane) -> Plane {
    framed_evenly_inked(&evened(&with_room(ink)))
}

/// The same of a digit whose ink is equally strong everywhere.
pub(crate) fn framed_drawing(ink: &Plane) -> Plane {
    framed_evenly_inked(&with_room(ink))
}

/// A border of ground, into which strokes may be thickened.
fn with_room(ink: &Plane) -> Plane {
    with_margin(ink, ink.area().longer_side() / 8 + 1)
}

fn framed_evenly_inked(digit: &Plane) -> Plane {
    let digit = with_usual_stroke(digit);
    let Some(area) = bounding_box(&digit) else {
        return Plane::filled(SIDE_28, SIDE_28, 0.0);
    };
    let digit = digit.cut(area);
    let longer = digit.width.max(digit.height) as f32;
    let scale = if (BOX - 2.0..=BOX).contains(&longer) {
        1.0
    } else {
        BOX / longer
    };
    let [x, y] = centre_of_mass(&digit);
    let middle = SIDE_28 as f32 / 2.0;
    // MNIST's images are moved by whole pixels.
    let offset = |centre: f32| (middle - centre * scale).round();
    let scaled = resampled_rows(&digit, scale, offset(x));
    let scaled = resampled_rows(&scaled.transposed(), scale, offset(y)).transposed();
    full_contrast(&scaled)
}

/// The 400 pixels of the network, column by column, of an image in MNIST's framing.
pub(crate) fn network_pixels(framed: &Plane) -> Vec<f32> {
    let pixels: [f64; PIXELS] = Resize::new(framed.height, framed.width).apply(&framed.values);
    pixels.iter().map(|pixel| *pixel as f32).collect()
}

fn with_margin(plane: &Plane, margin: usize) -> Plane {
    let mut wide = Plane::filled(plane.width + 2 * margin, plane.height + 2 * margin, 0.0);
    let rows = wide.values.chunks_exact_mut(plane.width + 2 * margin);
    for (to, from) in rows
        .skip(margin)
        .zip(plane.values.chunks_exact(plane.width))
    {
        to[margin..][..plane.width].copy_from_slice(from);
    }
    wide
}

/// Makes ink as strong everywhere as it is in its middle: parts on which a lamp shines are pale, and would be missing.
fn evened(digit: &Plane) -> Plane {
    let factor = (digit.area().longer_side() / 40).max(1);
    let small = digit.reduced(factor);
    let radius = 1 + small.area().longer_side() / 10;
    let strongest = small.dilated(radius).blurred(radius);
    let strongest = strongest.enlarged(factor, digit.width, digit.height);
    digit.with(&strongest, |ink, strongest| {
        (ink / strongest.max(PALEST)).min(1.0)
    })
}

/// Thickens or thins strokes that no pen in MNIST is as thin or thick as.
fn with_usual_stroke(digit: &Plane) -> Plane {
    let shape = digit.map(|ink| ink - 0.5);
    let inside = distances(&shape);
    let mut widths: Vec<f32> = inside
        .values
        .iter()
        .copied()
        .filter(|at| *at > 0.0)
        .collect();
    let Some(area) = bounding_box(digit) else {
        return digit.clone();
    };
    if widths.is_empty() {
        return digit.clone();
    }
    // Across a stroke, distances rise from 1 to half its width: their mean is a quarter of it.
    let mean = widths.iter().sum::<f32>() / widths.len() as f32;
    let middle = quantile(&mut widths, 0.9);
    let width = (4.0 * mean - 2.0).max(2.0 * middle - 1.5).max(1.0);
    let pixel = area.longer_side() as f32 / BOX;
    let [thinnest, thickest] = STROKE.map(|stroke| stroke * pixel);
    if width < thinnest {
        let radius = (thinnest - width) / 2.0;
        let outside = distances_to(&shape);
        return digit.with(&outside, |ink, distance| {
            ink.max((radius + 1.0 - distance).clamp(0.0, 1.0))
        });
    }
    if width > thickest {
        let radius = (width - thickest) / 2.0;
        return digit.with(&inside, |ink, distance| {
            ink.min((distance - radius).clamp(0.0, 1.0))
        });
    }
    digit.clone()
}

fn bounding_box(digit: &Plane) -> Option<Area> {
    let mut area: Option<Area> = None;
    for (y, row) in digit.values.chunks_exact(digit.width).enumerate() {
        let Some(left) = row.iter().position(|ink| *ink > EDGE) else {
            continue;
        };
        let right = row.iter().rposition(|ink| *ink > EDGE).unwrap_or(left) + 1;
        let line = Area {
            left,
            top: y,
            right,
            bottom: y + 1,
        };
        area = Some(area.map_or(line, |area| area.joined(&line)));
    }
    area
}

fn centre_of_mass(digit: &Plane) -> [f32; 2] {
    let (mut mass, mut x, mut y) = (0.0_f64, 0.0_f64, 0.0_f64);
    for (at, ink) in digit.values.iter().enumerate() {
        let ink = f64::from(*ink);
        mass += ink;
        x += ink * ((at % digit.width) as f64 + 0.5);
        y += ink * ((at / digit.width) as f64 + 0.5);
    }
    [x / mass, y / mass].map(|centre| centre as f32)
}

/// Scales the rows, and moves them by `offset`, to 28 pixels; shrinking takes the mean over what a pixel covers.
fn resampled_rows(plane: &Plane, scale: f32, offset: f32) -> Plane {
    let weights: Vec<Vec<(usize, f32)>> = (0..SIDE_28)
        .map(|to| weights(to as f32 - offset, scale, plane.width))
        .collect();
    let mut values = Vec::with_capacity(plane.height * SIDE_28);
    for row in plane.values.chunks_exact(plane.width) {
        let pixel = |weights: &Vec<(usize, f32)>| {
            weights
                .iter()
                .map(|(at, weight)| row[*at] * weight)
                .sum::<f32>()
        };
        values.extend(weights.iter().map(pixel));
    }
    Plane {
        width: SIDE_28,
        height: plane.height,
        values,
    }
}

/// How much each pixel of a line counts for the one that begins at `start` in the scaled line; outside the line is
/// ground. Enlarging interpolates linearly.
fn weights(start: f32, scale: f32, length: usize) -> Vec<(usize, f32)> {
    if scale <= 1.0 {
        let (from, to) = (start / scale, (start + 1.0) / scale);
        let first = from.max(0.0) as usize;
        let last = to.min(length as f32).ceil().max(0.0) as usize;
        let covered = |at: usize| (to.min(at as f32 + 1.0) - from.max(at as f32)).max(0.0);
        return (first..last).map(|at| (at, covered(at) * scale)).collect();
    }
    let middle = (start + 0.5) / scale - 0.5;
    let first = middle.floor();
    let share = middle - first;
    [(first, 1.0 - share), (first + 1.0, share)]
        .into_iter()
        .filter(|(at, _)| *at >= 0.0 && *at < length as f32)
        .map(|(at, weight)| (at as usize, weight))
        .collect()
}

/// Stretches the ink so that the middle of strokes is 1.
fn full_contrast(image: &Plane) -> Plane {
    let mut inked: Vec<f32> = image
        .values
        .iter()
        .copied()
        .filter(|ink| *ink > 0.2)
        .collect();
    let full = quantile(&mut inked, 0.8);
    if full <= 0.0 {
        return image.clone();
    }
    image.map(|ink| (ink / full).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preparation::drawn::{is_ring, shape};

    /// A ring that is twice as high as wide, in half pixels across.
    fn oval() -> Plane {
        shape(100, 160, |x, y| {
            let [dx, dy] = [x as f32 - 50.0, y as f32 - 80.0];
            let radius = (dx / 35.0).hypot(dy / 70.0);
            (0.75..=1.0).contains(&radius)
        })
    }

    #[test]
    fn the_longer_side_becomes_20_pixels_and_the_aspect_stays() {
        for (ink, expected) in [(oval(), [10, 20]), (oval().transposed(), [20, 10])] {
            let image = framed(&ink);
            assert_eq!((image.width, image.height), (28, 28));
            let area = bounding_box(&image).unwrap();
            let sides = [area.width(), area.height()];
            for (side, expected) in sides.into_iter().zip(expected) {
                assert!(side.abs_diff(expected) <= 1, "{sides:?}");
            }
        }
    }

    /// A 7: most of its ink is at the top.
    #[test]
    fn the_centre_of_mass_is_in_the_middle() {
        let seven = shape(90, 120, |x, y| {
            let is_top = (10..80).contains(&x) && (10..22).contains(&y);
            let is_stem = (20..110).contains(&y) && (70 - y / 3..80 - y / 3).contains(&x);
            is_top || is_stem
        });
        let image = framed(&seven);
        for centre in centre_of_mass(&image) {
            assert!((centre - 14.0).abs() < 0.6, "{centre}");
        }
        // Not its box.
        let area = bounding_box(&image).unwrap();
        assert!(area.top + area.bottom > 29, "{area:?}");
        assert!(image.values.iter().any(|ink| *ink > 0.99));
    }

    /// Thin strokes are thickened, and thick ones thinned.
    #[test]
    fn strokes_become_as_wide_as_a_pen_draws_them() {
        for pen in [2.0, 14.0, 40.0] {
            let ring = shape(160, 160, |x, y| is_ring(x, y, [80.0, 80.0], 50.0, pen));
            let image = framed(&ring);
            let middle = (0..14).map(|x| image.at(x, 14)).sum::<f32>();
            assert!((1.2..=5.5).contains(&middle), "{pen}: {middle}");
            assert!(image.at(14, 14) < 0.1, "{pen}: the hole is filled");
        }
    }

    /// A lamp shines on the upper half of the picture.
    #[test]
    fn pale_parts_become_as_strong_as_others() {
        let mut pale = shape(160, 160, |x, y| is_ring(x, y, [80.0, 80.0], 60.0, 14.0));
        for (at, ink) in pale.values.iter_mut().enumerate() {
            *ink *= ((at / 160) as f32 / 80.0).clamp(0.6, 1.0);
        }
        let image = framed(&pale);
        for (x, y) in [(14, 5), (14, 22), (5, 14), (22, 14)] {
            assert!(image.at(x, y) > 0.9, "{x} {y}: {}", image.at(x, y));
        }
    }

    #[test]
    fn an_image_in_this_framing_is_kept_as_it_is_and_inverted_if_dark() {
        let image = shape(28, 28, |x, y| is_ring(x, y, [14.0, 14.0], 8.5, 3.0));
        let image = image.map(|ink| ink * 250.0 / 255.0);
        assert_eq!(already_framed(&image).unwrap(), image);
        let dark = image.map(|ink| 1.0 - ink);
        assert_eq!(already_framed(&dark).unwrap(), dark.map(|ink| 1.0 - ink));
    }

    #[test]
    fn an_image_of_another_framing_is_not_kept() {
        for (side, centre, radius) in [
            (28, [14.0, 14.0], 5.0),
            (28, [17.0, 14.0], 8.5),
            (28, [14.0, 14.0], 11.0),
            (30, [15.0, 15.0], 8.5),
        ] {
            let image = shape(side, side, |x, y| is_ring(x, y, centre, radius, 3.0));
            assert!(already_framed(&image).is_none(), "{centre:?} {radius}");
        }
    }
}
