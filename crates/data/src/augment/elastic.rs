//! A smooth random displacement of each pixel, as other hands draw other curves.
//!
//! After Simard, Steinkraus and Platt, "Best Practices for Convolutional Neural Networks Applied to Visual Document
//! Analysis", 2003, who smooth random displacements of all pixels by a Gaussian; of MNIST's 28 pixels with a standard
//! deviation of 4, which are 2.9 of ours. Here few random displacements, 5 pixels apart, are smoothed by a cubic
//! B-spline, which has nearly the same width (5 divided by the square root of 3) and is much faster.

use crate::augment::random::ImageRandom;
use crate::pixels::{PIXELS, SIDE};

/// Pixels from one random displacement to the next.
const SPACING: usize = 5;

/// Random displacements that have an influence on the image, in each direction: the spline of a pixel has four.
const NODES: usize = SIDE / SPACING + 3;

/// The weight of the four nodes around a pixel, for each position between two nodes.
const WEIGHTS: [[f32; 4]; SPACING] = {
    let mut weights = [[0.0; 4]; SPACING];
    let mut at = 0;
    while at < SPACING {
        #[expect(clippy::cast_precision_loss, reason = "below 5")]
        let t = at as f32 / SPACING as f32;
        let rest = 1.0 - t;
        weights[at] = [
            rest * rest * rest / 6.0,
            (3.0 * t * t * t - 6.0 * t * t + 4.0) / 6.0,
            (-3.0 * t * t * t + 3.0 * t * t + 3.0 * t + 1.0) / 6.0,
            t * t * t / 6.0,
        ];
        at += 1;
    }
    weights
};

/// The standard deviation of the spline between nodes of standard deviation 1: the mean of the sums of squared weights,
/// because there are two directions.
const SMOOTHED: f32 = 0.479_37;

/// A displacement of each pixel in one direction, in pixels of this standard deviation.
pub(super) fn displacements(random: &mut ImageRandom, deviation: f32) -> [f32; PIXELS] {
    let scale = deviation / SMOOTHED;
    let mut nodes = [[0.0; NODES]; NODES];
    for column in &mut nodes {
        for node in column {
            *node = scale * random.normal();
        }
    }
    // Down the columns of nodes first, then across, where the compiler computes several rows at once.
    let mut between = [[0.0; SIDE]; NODES];
    for (of_nodes, nodes) in between.iter_mut().zip(&nodes) {
        for (y, value) in of_nodes.iter_mut().enumerate() {
            let first = y / SPACING;
            let [one, two, three, four] = WEIGHTS[y % SPACING];
            *value = one * nodes[first]
                + two * nodes[first + 1]
                + three * nodes[first + 2]
                + four * nodes[first + 3];
        }
    }
    let mut displacements = [0.0; PIXELS];
    let (columns, _) = displacements.as_chunks_mut::<SIDE>();
    for (x, column) in columns.iter_mut().enumerate() {
        let first = x / SPACING;
        let [one, two, three, four] = WEIGHTS[x % SPACING];
        let (before, at) = (&between[first], &between[first + 1]);
        let (next, last) = (&between[first + 2], &between[first + 3]);
        for y in 0..SIDE {
            column[y] = one * before[y] + two * at[y] + three * next[y] + four * last[y];
        }
    }
    displacements
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::augment::random::key;

    #[test]
    fn weights_add_up_to_1_and_are_those_of_the_cubic_b_spline() {
        for weights in WEIGHTS {
            let sum: f32 = weights.iter().sum();
            assert!((sum - 1.0).abs() < 1e-6, "{weights:?}");
        }
        // scipy.interpolate.BSpline.basis_element(range(5))(numpy.array([3.4, 2.4, 1.4, 0.4]))
        let expected = [0.036, 0.538_667, 0.414_667, 0.010_667];
        for (weight, expected) in WEIGHTS[2].iter().zip(expected) {
            assert!((weight - expected).abs() < 1e-6, "{weight}");
        }
    }

    #[test]
    fn displacements_have_the_deviation_asked_for_and_are_smooth() {
        let mut random = ImageRandom::new(key(1), 1, 1);
        let (mut squares, mut steps) = (0.0, 0.0);
        for _ in 0..2000 {
            let found = displacements(&mut random, 0.8);
            squares += found.iter().map(|it| it * it).sum::<f32>() / 400.0;
            let neighbours = found.iter().zip(&found[SIDE..]);
            steps += neighbours.map(|(a, b)| (a - b) * (a - b)).sum::<f32>() / 380.0;
        }
        let [deviation, step] = [squares, steps].map(|sum| (sum / 2000.0).sqrt());
        assert!((deviation - 0.8).abs() < 0.02, "{deviation}");
        // Of white noise, neighbours differ by 1.13.
        assert!(step < 0.25, "{step}");
    }
}
