//! The states of networks before their first launch.

use cubecl::prelude::*;

use crate::gpu::shape::{Shape, UNITS};

/// Puts the first `sections` of each network's state into their place, and zeros after them, so that only those are
/// sent to the device.
///
/// - `values`: `[network, section, parameter]`.
/// - `state`: `[network, state]`.
///
/// Cubes are `[network, part of the state]`.
#[cube(launch)]
pub(crate) fn start(
    values: &[f32],
    state: &mut [f32],
    #[comptime] sections: usize,
    #[comptime] shape: Shape,
) {
    let network = CUBE_POS_X as usize;
    let at = CUBE_POS_Y as usize * UNITS + UNIT_POS as usize;
    if at < comptime!(shape.state()) {
        let mut value = 0.0f32;
        if at < comptime!(sections * shape.parameters()) {
            value = values[network * comptime!(sections * shape.parameters()) + at];
        }
        state[network * comptime!(shape.state()) + at] = value;
    }
}
