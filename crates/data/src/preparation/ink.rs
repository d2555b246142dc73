//! Ink against its ground: how much darker or brighter each pixel is than the paper around it.

use super::ground::Ground;
use super::noise::{deviation, pixel_noise, without_noise};
use super::plane::{Plane, kept, quantile};
use super::threshold::otsu;

/// Less is no ink, but rounding: two of the 255 steps of a picture.
const LEAST_CONTRAST: f32 = 2.0 / 255.0;
/// Ink is that many standard deviations from its ground.
const LEAST_DEVIATIONS: f32 = 4.0;

/// What is above 0 by more is ink, even if it covers most of the picture.
const MOST_NOISE: f32 = 0.03;
/// That share of the clear ink is less than full ink, which has room for the grey edges of strokes.
const FULL: f64 = 0.85;

/// Finds ink: 0 is ground, and 1 is as far from it as ink usually is. `None` if the signal is the same everywhere, or if no pixel is far enough from its surroundings.
pub(crate) fn find_ink(signal: &Plane) -> Option<Plane> {
    let smooth = without_noise(signal);
    let response = Ground::of(&smooth)?.response(&smooth);
    let noise = deviation(&response)
        .min(MOST_NOISE)
        .max(pixel_noise(&smooth));
    let least = (LEAST_DEVIATIONS * noise).max(LEAST_CONTRAST);
    let mut strong = kept(&response.values, |value| value > least);
    let least_pixels = 4.max(signal.values.len() / 20_000);
    if strong.len() < least_pixels {
        return None;
    }
    // Without a split all are the same: a picture of two levels.
    if let Some(split) = otsu(&strong) {
        strong.retain(|value| *value >= split.threshold);
    }
    let contrast = quantile(&mut strong, FULL);
    Some(response.changed(|value| (value / contrast).max(0.0)))
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
        for (ink, ground) in [(0.1, 0.9), (0.9, 0.1), (0.45, 0.55)] {
            let signal = plane(100, 100, |x, y| if is_zero(x, y) { ink } else { ground });
            let found = find_ink(&signal).unwrap();
            for y in 0..100 {
                for x in 0..100 {
                    let value = found.at(x, y);
                    let is_right = if is_zero(x, y) {
                        value > 0.9
                    } else {
                        value < 0.1
                    };
                    assert!(is_right, "{ink} on {ground}: {value} at {x}, {y}");
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
        for y in 0..100 {
            for x in 0..100 {
                let value = found.at(x, y);
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

    /// A shadow over a corner of the page touches all its sides, as a digit does that fills its picture.
    #[test]
    fn a_shaded_half_of_a_page_is_no_ink() {
        let signal = plane(100, 100, |x, y| {
            let light = if x + y < 100 { 0.95 } else { 0.5 };
            light * if is_zero(x, y) { 0.15 } else { 1.0 }
        });
        let found = find_ink(&signal).unwrap();
        for corner in [[2, 2], [10, 60], [60, 10], [90, 60], [60, 90], [97, 97]] {
            assert!(found.at(corner[0], corner[1]) < 0.3, "{corner:?}");
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
