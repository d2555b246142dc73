//! The backward pass of a block: the gradients before each sigmoid, and those of the parameters.
//!
//! The formulas are those that Burn derives from `network/` and `training/step.rs`.

use cubecl::prelude::*;
use data::PIXELS;

use super::adam_step::{AdamStep, add_gradient};
use crate::gpu::shape::{Shape, TILE_PIXELS, TILE_UNITS, UNITS, unrolled};

/// Pixels between two of an item.
const PIXEL_STEP: usize = PIXELS / TILE_PIXELS;

/// Computes the gradients before the sigmoids of the hidden layers. All units have to call it; it
/// contains a barrier.
#[cube]
pub(super) fn backward_hidden(
    state: &[f32],
    base: usize,
    first: &Shared<[f32]>,
    scratch: &mut Shared<[f32]>,
    is_active: bool,
    #[comptime] shape: Shape,
) {
    let unit = UNIT_POS as usize;
    if is_active {
        for at in range_stepped(unit, comptime!(shape.images * shape.units[1]), UNITS) {
            let image = at / comptime!(shape.units[1]);
            let j = at % comptime!(shape.units[1]);
            let deltas = comptime!(shape.deltas3()) + image * comptime!(shape.outputs);
            let weights = base + comptime!(shape.kernel3()) + j * comptime!(shape.outputs);
            let mut sum = 0.0f32;
            for output in 0..comptime!(shape.outputs) {
                sum += scratch[deltas + output] * state[weights + output];
            }
            let activation = scratch[at];
            scratch[comptime!(shape.deltas2()) + at] = sum * activation * (1.0f32 - activation);
        }
    }
    sync_cube();
    if is_active {
        for at in range_stepped(unit, comptime!(shape.activations1()), UNITS) {
            let image = at / comptime!(shape.stride());
            let k = at % comptime!(shape.stride());
            let mut delta = 0.0f32;
            if k < comptime!(shape.units[0]) {
                let deltas = comptime!(shape.deltas2()) + image * comptime!(shape.units[1]);
                let weights = base + comptime!(shape.kernel2()) + k * comptime!(shape.units[1]);
                let mut sum = 0.0f32;
                for round in 0..comptime!(shape.units[1] / unrolled(shape.units[1])) {
                    #[unroll]
                    for i in 0..comptime!(unrolled(shape.units[1])) {
                        let j = round * comptime!(unrolled(shape.units[1])) + i;
                        sum += scratch[deltas + j] * state[weights + j];
                    }
                }
                let activation = first[at];
                delta = sum * activation * (1.0f32 - activation);
            }
            scratch[comptime!(shape.deltas1()) + at] = delta;
        }
    }
}

/// Updates the last layer, whose weights no unit reads any more in this step.
#[cube]
pub(super) fn update_output(
    state: &mut [f32],
    base: usize,
    scratch: &Shared<[f32]>,
    step: &AdamStep,
    #[comptime] shape: Shape,
) {
    // The units that have less to do in the first layer come first.
    let unit = comptime!(UNITS - 1) - UNIT_POS as usize;
    for at in range_stepped(unit, comptime!((shape.units[1] + 1) * shape.outputs), UNITS) {
        let j = at / comptime!(shape.outputs);
        let output = at % comptime!(shape.outputs);
        let mut gradient = 0.0f32;
        for image in 0..comptime!(shape.images) {
            let mut input = 1.0f32; // of the bias
            if j < comptime!(shape.units[1]) {
                input = scratch[image * comptime!(shape.units[1]) + j];
            }
            let delta = comptime!(shape.deltas3()) + image * comptime!(shape.outputs) + output;
            gradient += scratch[delta] * input;
        }
        add_gradient(
            state,
            base + comptime!(shape.kernel3()) + at,
            gradient,
            step,
            shape,
        );
    }
}

/// Updates both other layers.
#[cube]
pub(super) fn backward_input(
    pixels: &[f32],
    state: &mut [f32],
    base: usize,
    image_rows: &Shared<[u32]>,
    first: &Shared<[f32]>,
    scratch: &Shared<[f32]>,
    step: &AdamStep,
    #[comptime] shape: Shape,
) {
    let unit = UNIT_POS as usize;
    // An item is a tile of pixels and units, whose gradients are in registers.
    for item in range_stepped(unit, comptime!(PIXEL_STEP * shape.groups()), UNITS) {
        let pixel = item % PIXEL_STEP;
        let j = item / PIXEL_STEP * TILE_UNITS;
        let mut sums = Array::<f32>::new(comptime!(TILE_PIXELS * TILE_UNITS));
        #[unroll]
        for i in 0..comptime!(TILE_PIXELS * TILE_UNITS) {
            sums[i] = 0.0f32;
        }
        for round in 0..comptime!(shape.images / unrolled(shape.images)) {
            #[unroll]
            for i in 0..comptime!(unrolled(shape.images)) {
                let image = round * comptime!(unrolled(shape.images)) + i;
                let row = image_rows[image] as usize * PIXELS + pixel;
                let deltas = comptime!(shape.deltas1()) + image * comptime!(shape.stride()) + j;
                let delta_0 = scratch[deltas];
                let delta_1 = scratch[deltas + 1];
                let delta_2 = scratch[deltas + 2];
                let delta_3 = scratch[deltas + 3];
                let delta_4 = scratch[deltas + 4];
                #[unroll]
                for r in 0..TILE_PIXELS {
                    let x = pixels[row + comptime!(r * PIXEL_STEP)];
                    sums[comptime!(r * TILE_UNITS)] += x * delta_0;
                    sums[comptime!(r * TILE_UNITS + 1)] += x * delta_1;
                    sums[comptime!(r * TILE_UNITS + 2)] += x * delta_2;
                    sums[comptime!(r * TILE_UNITS + 3)] += x * delta_3;
                    sums[comptime!(r * TILE_UNITS + 4)] += x * delta_4;
                }
            }
        }
        #[unroll]
        for r in 0..TILE_PIXELS {
            #[unroll]
            for c in 0..TILE_UNITS {
                let at = base + (j + c) * comptime!(PIXELS) + pixel + comptime!(r * PIXEL_STEP);
                add_gradient(state, at, sums[comptime!(r * TILE_UNITS + c)], step, shape);
            }
        }
    }
    update_between(state, base, first, scratch, step, shape);
}

/// Updates the first bias, the second kernel and its bias.
#[cube]
fn update_between(
    state: &mut [f32],
    base: usize,
    first: &Shared<[f32]>,
    scratch: &Shared<[f32]>,
    step: &AdamStep,
    #[comptime] shape: Shape,
) {
    let kernel = comptime!(shape.units[0]);
    let bias = comptime!(shape.units[0] * (1 + shape.units[1]));
    for at in range_stepped(UNIT_POS as usize, comptime!(bias + shape.units[1]), UNITS) {
        let mut gradient = 0.0f32;
        if at < kernel {
            for image in 0..comptime!(shape.images) {
                gradient +=
                    scratch[comptime!(shape.deltas1()) + image * comptime!(shape.stride()) + at];
            }
        } else {
            let k = (at - kernel) / comptime!(shape.units[1]);
            let j = (at - kernel) % comptime!(shape.units[1]);
            for round in 0..comptime!(shape.images / unrolled(shape.images)) {
                #[unroll]
                for i in 0..comptime!(unrolled(shape.images)) {
                    let image = round * comptime!(unrolled(shape.images)) + i;
                    let mut input = 1.0f32; // of the bias
                    if at < bias {
                        input = first[image * comptime!(shape.stride()) + k];
                    }
                    let delta = comptime!(shape.deltas2()) + image * comptime!(shape.units[1]) + j;
                    gradient += input * scratch[delta];
                }
            }
        }
        add_gradient(
            state,
            base + comptime!(shape.bias1()) + at,
            gradient,
            step,
            shape,
        );
    }
}
