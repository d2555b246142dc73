//! Weights of 8 bits: integers from -127 to 127, each unit's with one factor, so that 0 stays 0.

use crate::error::InteropError;
use crate::named_array::transposed;
use crate::network::{Layer, Network};

/// The largest integer. -128 is not used, so that there are as many below 0 as above.
const LARGEST: f32 = 127.0;

/// The weights of a layer: that of input i of unit u is `scales[u] * integers[u, i]`.
pub(super) struct Int8Weights {
    /// `[units, inputs]`.
    pub(super) integers: Vec<i8>,
    /// `[units]`.
    pub(super) scales: Vec<f32>,
}

/// Makes the network that source with [`Precision::Int8`](crate::Precision::Int8) computes: each weight is rounded to a
/// multiple of 1/127 of the largest of its unit; biases stay as they are.
///
/// Its probabilities over a data set tell how much accuracy is lost.
///
/// # Errors
///
/// Those of [`Network::new`], which a network does not cause that was made by it.
pub fn quantized(network: &Network) -> Result<Network, InteropError> {
    let layers = network.layers().iter().map(|layer| {
        let weights = quantize(&of_units(layer), layer.inputs);
        Layer {
            kernel: transposed(&dequantize(&weights), layer.units, layer.inputs),
            ..layer.clone()
        }
    });
    let rounded = Network::new(layers.collect())?;
    match network.digits() {
        Some(digits) => rounded.with_digits(digits),
        None => Ok(rounded),
    }
}

/// The weights of a layer as `[units, inputs]`.
pub(super) fn of_units(layer: &Layer) -> Vec<f32> {
    transposed(&layer.kernel, layer.inputs, layer.units)
}

/// Rounds weights `[units, inputs]`.
pub(super) fn quantize(weights: &[f32], inputs: usize) -> Int8Weights {
    let units = weights.chunks_exact(inputs);
    let scales: Vec<f32> = units.clone().map(scale).collect();
    let integers = units.zip(&scales).flat_map(|(weights, &scale)| {
        let weights = weights.iter();
        weights.map(move |&weight| integer(weight, scale))
    });
    Int8Weights {
        integers: integers.collect(),
        scales,
    }
}

/// Computes weights `[units, inputs]`.
pub(super) fn dequantize(weights: &Int8Weights) -> Vec<f32> {
    let inputs = weights.integers.len() / weights.scales.len().max(1);
    let units = weights.integers.chunks_exact(inputs.max(1));
    let of_unit = units.zip(&weights.scales).flat_map(|(integers, &scale)| {
        let integers = integers.iter();
        // The largest weight can be rounded to more than the largest float.
        integers.map(move |&integer| (f32::from(integer) * scale).clamp(f32::MIN, f32::MAX))
    });
    of_unit.collect()
}

fn scale(weights: &[f32]) -> f32 {
    let sizes = weights.iter().map(|weight| weight.abs());
    sizes.fold(0.0, f32::max) / LARGEST
}

/// The integer of a weight; 0 in a unit whose scale is.
fn integer(weight: f32, scale: f32) -> i8 {
    if scale == 0.0 {
        return 0;
    }
    let rounded = (weight / scale).round().clamp(-LARGEST, LARGEST);
    #[expect(clippy::cast_possible_truncation, reason = "it is from -127 to 127")]
    let integer = rounded as i8;
    integer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::test_support::network;

    #[test]
    fn weights_are_rounded_to_multiples_of_a_127th_of_the_largest_of_their_unit() {
        // Unit 1: the largest is 2.54, a step 0.02. Unit 2: the largest is -127, a step 1. Unit 3 has none.
        let weights = [2.54, -0.031, 0.009, -127.0, 0.5, 126.4, 0.0, -0.0, 0.0];
        let found = quantize(&weights, 3);
        assert_eq!(found.integers, [127, -2, 0, -127, 1, 126, 0, 0, 0]);
        assert_eq!(found.scales, [2.54 / 127.0, 1.0, 0.0]);
        let rounded = dequantize(&found);
        let expected = [2.54, -0.04, 0.0, -127.0, 1.0, 126.0, 0.0, 0.0, 0.0];
        for (rounded, expected) in rounded.iter().zip(expected) {
            assert!((rounded - expected).abs() < 1e-6, "{rounded} {expected}");
        }
    }

    #[test]
    fn the_smallest_and_largest_floats_stay_finite() {
        for weights in [[f32::MAX, f32::MIN], [1e-45, -1e-45], [1e-43, 3e-44]] {
            let rounded = dequantize(&quantize(&weights, 2));
            assert!(rounded.iter().all(|weight| weight.is_finite()));
        }
    }

    #[test]
    fn a_quantized_network_differs_by_half_a_step_at_most_and_is_its_own_quantized_network() {
        let network = network([5, 4, 3]).with_digits(&[2, 5, 7]).unwrap();
        let rounded = quantized(&network).unwrap();
        assert_eq!(rounded.digits(), network.digits());
        for (layer, rounded) in network.layers().iter().zip(rounded.layers()) {
            assert_eq!(layer.bias, rounded.bias);
            assert_ne!(layer.kernel, rounded.kernel);
            // All weights are at most 0.25.
            for (weight, rounded) in layer.kernel.iter().zip(&rounded.kernel) {
                assert!((weight - rounded).abs() <= 0.25 / 127.0 / 2.0 + 1e-7);
            }
        }
        let again = quantized(&rounded).unwrap();
        for (layer, again) in rounded.layers().iter().zip(again.layers()) {
            for (weight, again) in layer.kernel.iter().zip(&again.kernel) {
                assert!((weight - again).abs() < 1e-7);
            }
        }
    }
}
