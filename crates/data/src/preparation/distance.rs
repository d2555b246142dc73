//! How far each pixel of a shape is from its edge.

use super::extremes::smaller;
use super::plane::Plane;

/// A step to a pixel that touches at a corner.
const DIAGONAL: f32 = 1.4;

/// The distance of each pixel above 0 from the nearest pixel that is not, in pixels; outside the plane nothing is above
/// 0.
pub(crate) fn distances(shape: &Plane) -> Plane {
    chamfer(shape, |value| value > 0.0, 0.0)
}

/// The distance of each pixel outside of a shape from the nearest pixel above 0, in pixels.
pub(crate) fn distances_to(shape: &Plane) -> Plane {
    chamfer(shape, |value| value <= 0.0, f32::MAX)
}

/// By two passes with steps of 1 and 1.4 (chamfer distance; Borgefors, "Distance transformations in digital images",
/// 1986), which is exact to some percent.
fn chamfer(shape: &Plane, is_measured: impl Fn(f32) -> bool, beyond: f32) -> Plane {
    let (width, height) = (shape.width, shape.height);
    let wide = width + 2;
    let mut padded = vec![beyond; wide * (height + 2)];
    let rows = padded[wide..].chunks_exact_mut(wide);
    for (to, from) in rows.zip(shape.values.chunks_exact(width)) {
        for (to, from) in to[1..].iter_mut().zip(from) {
            *to = if is_measured(*from) { f32::MAX } else { 0.0 };
        }
    }
    // By the row above or below, all pixels at once; then along the row.
    let mut across = vec![0.0; width];
    for y in 1..=height {
        let (before, row) = padded.split_at_mut(y * wide);
        steps_across(&mut across, &before[(y - 1) * wide..]);
        let row = &mut row[..=width];
        let mut last = row[0];
        for (value, across) in row[1..].iter_mut().zip(&across) {
            if *value > 0.0 {
                *value = smaller(last + 1.0, *across);
            }
            last = *value;
        }
    }
    for y in (1..=height).rev() {
        let (row, after) = padded.split_at_mut((y + 1) * wide);
        steps_across(&mut across, &after[..wide]);
        let row = &mut row[y * wide + 1..];
        let mut last = row[width];
        for (value, across) in row[..width].iter_mut().zip(&across).rev() {
            if *value > 0.0 {
                *value = smaller(*value, smaller(last + 1.0, *across));
            }
            last = *value;
        }
    }
    let rows = padded[wide..].chunks_exact(wide).take(height);
    Plane {
        width,
        height,
        values: rows.flat_map(|row| &row[1..=width]).copied().collect(),
    }
}

/// For each pixel the least distance by way of the three that it touches in another row, which is padded.
fn steps_across(across: &mut [f32], row: &[f32]) {
    for (to, near) in across.iter_mut().zip(row.windows(3)) {
        *to = smaller(near[1] + 1.0, smaller(near[0], near[2]) + DIAGONAL);
    }
}

/// The radius of the largest disc in a shape, in pixels.
pub(crate) fn largest_distance(shape: &Plane) -> f32 {
    distances(shape).values.into_iter().fold(0.0, f32::max)
}

/// The mean width of strokes, by the distances of all pixels in them from their edges; 1 if there are none.
pub(crate) fn mean_width(distances: &Plane) -> f32 {
    let inside = distances.values.iter().filter(|distance| **distance > 0.0);
    let (count, sum) = inside.fold((0.0, 0.0), |(count, sum), distance| {
        (count + 1.0, sum + distance)
    });
    width_of_mean(sum / f32::max(count, 1.0))
}

/// The width of strokes whose pixels have that mean distance from their edges: across a stroke, distances rise from 1 to
/// half its width.
pub(crate) fn width_of_mean(distance: f32) -> f32 {
    (4.0 * distance - 2.0).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preparation::drawn::{distance, shape};

    #[test]
    fn the_largest_disc_in_a_disc_is_the_disc() {
        for radius in [5.0, 12.0, 20.0] {
            let disc = shape(50, 50, |x, y| distance(x, y, [24.5, 24.5]) <= radius);
            let found = largest_distance(&disc);
            assert!((found / radius - 1.0).abs() < 0.15, "{radius}: {found}");
        }
    }

    #[test]
    fn across_a_stroke_distances_rise_from_1_to_its_middle_also_at_the_border() {
        let stroke = shape(9, 7, |_, y| y < 5);
        let found = distances(&stroke);
        let column: Vec<f32> = (0..7).map(|y| found.at(4, y)).collect();
        assert_eq!(column, [1.0, 2.0, 3.0, 2.0, 1.0, 0.0, 0.0]);
    }

    #[test]
    fn distances_to_a_point_are_steps_along_rows_and_diagonals() {
        let point = shape(12, 12, |x, y| (x, y) == (5, 5));
        let found = distances_to(&point);
        for (x, y, expected) in [
            (5, 5, 0.0),
            (8, 5, 3.0),
            (5, 0, 5.0),
            (8, 8, 4.2),
            (7, 6, 2.4),
        ] {
            assert!((found.at(x, y) - expected).abs() < 1e-5, "{x} {y}");
        }
        // Without a shape nothing is near.
        let nothing = distances_to(&shape(4, 4, |_, _| false));
        assert!(nothing.values.iter().all(|distance| *distance > 1e6));
    }
}
