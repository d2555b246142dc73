//! A network's state in the order of the kernels, and back.

use data::PIXELS;

use super::shape::{SECTIONS, Shape};
use crate::fused::{FusedState, LayerValues};

/// Puts the first sections of a network's state into their place in a buffer: its weights, or those and both moments.
///
/// # Panics
///
/// Panics if the lengths in `state` are not those of the shape.
pub(crate) fn pack(shape: &Shape, state: &FusedState, place: &mut [f32]) {
    let sections = place.chunks_exact_mut(shape.parameters());
    let values = [&state.weights, &state.first_moments, &state.second_moments];
    for (section, values) in sections.zip(values) {
        pack_section(shape, values, section);
    }
}

/// The first kernel transposed, so that a unit's weights are next to each other, and filled up with units
/// whose weights are 0; then the others as they are.
fn pack_section(shape: &Shape, values: &LayerValues, section: &mut [f32]) {
    let [units, _] = shape.units;
    let [first, second, third] = &values.kernels;
    assert_eq!(first.len(), PIXELS * units, "weights of the first layer");
    let (kernel, rest) = section.split_at_mut(shape.bias1());
    for (unit, weights) in kernel.chunks_exact_mut(PIXELS).enumerate() {
        if unit < units {
            let values = first.iter().skip(unit).step_by(units);
            for (weight, value) in weights.iter_mut().zip(values) {
                *weight = *value;
            }
        } else {
            weights.fill(0.0);
        }
    }
    let [bias1, bias2, bias3] = &values.biases;
    let others = [bias1, second, bias2, third, bias3].into_iter().flatten();
    let count = others.clone().count();
    assert_eq!(count, rest.len(), "parameters of the other layers");
    for (place, value) in rest.iter_mut().zip(others) {
        *place = *value;
    }
}

/// Reads the state of a network, `shape.state()` numbers, after so many steps.
pub(crate) fn unpack(shape: &Shape, packed: &[f32], steps: u64) -> FusedState {
    let section = |index: usize| {
        let length = packed.len() / SECTIONS;
        unpack_section(shape, &packed[index * length..][..length])
    };
    FusedState {
        weights: section(0),
        first_moments: section(1),
        second_moments: section(2),
        steps,
    }
}

fn unpack_section(shape: &Shape, packed: &[f32]) -> LayerValues {
    let [units, second] = shape.units;
    let take = |at: usize, length: usize| packed[at..][..length].to_vec();
    let mut first = vec![0.0; PIXELS * units];
    for (unit, weights) in packed.chunks_exact(PIXELS).take(units).enumerate() {
        let places = first.iter_mut().skip(unit).step_by(units);
        for (place, weight) in places.zip(weights) {
            *place = *weight;
        }
    }
    LayerValues {
        kernels: [
            first,
            take(shape.kernel2(), units * second),
            take(shape.kernel3(), second * shape.outputs),
        ],
        biases: [
            take(shape.bias1(), units),
            take(shape.bias2(), second),
            take(shape.bias3(), shape.outputs),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fused::test_support::weights;

    fn packed(shape: &Shape, state: &FusedState) -> Vec<f32> {
        let mut packed = vec![0.0; shape.state()];
        pack(shape, state, &mut packed);
        packed
    }

    #[test]
    fn a_state_comes_back_as_it_was() {
        for units in [[25, 15, 1], [7, 3, 10], [1, 1, 1]] {
            let shape = Shape::fitting([units[0], units[1]], units[2], 16_384).unwrap();
            let state = FusedState {
                first_moments: weights(units, 2),
                second_moments: weights(units, 3),
                steps: 17,
                ..FusedState::new(weights(units, 1))
            };
            let packed = packed(&shape, &state);
            assert_eq!(unpack(&shape, &packed, 17), state);
        }
    }

    #[test]
    fn the_weights_of_a_unit_are_next_to_each_other_and_filled_up_with_zeros() {
        let shape = Shape::fitting([3, 2], 1, 16_384).unwrap();
        let state = FusedState::new(weights([3, 2, 1], 1));
        let packed = packed(&shape, &state);
        // Pixel 7 of unit 2 in `[400, 3]` and in `[5, 400]`.
        assert_eq!(
            packed[2 * 400 + 7].to_bits(),
            state.weights.kernels[0][7 * 3 + 2].to_bits()
        );
        assert!(packed[3 * 400..5 * 400].iter().all(|weight| *weight == 0.0));
        assert_eq!(packed[2000..2003], state.weights.biases[0]);
    }
}
