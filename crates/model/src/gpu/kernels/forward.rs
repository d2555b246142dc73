//! The forward pass of a block, its losses and its metrics.
//!
//! The formulas are those of `network/` and `training/loss.rs`.

use cubecl::prelude::*;
use data::PIXELS;

use crate::gpu::shape::{Shape, TILE_IMAGES, TILE_UNITS, UNITS, unrolled};

/// The logistic function, from exp(-|z|), so that nothing overflows.
#[cube]
fn sigmoid(z: f32) -> f32 {
    let e = (-z.abs()).exp();
    select(z < 0.0f32, e, 1.0f32) / (1.0f32 + e)
}

/// Computes activations and logits. All units have to call it; it contains barriers.
#[cube]
pub(super) fn compute_logits(
    pixels: &[f32],
    state: &[f32],
    base: usize,
    image_rows: &Shared<[u32]>,
    first: &mut Shared<[f32]>,
    scratch: &mut Shared<[f32]>,
    is_active: bool,
    #[comptime] shape: Shape,
) {
    let unit = UNIT_POS as usize;
    if is_active {
        sum_pixels(pixels, state, base, image_rows, scratch, shape);
    }
    sync_cube();
    if is_active {
        for at in range_stepped(unit, comptime!(shape.activations1()), UNITS) {
            let j = at % comptime!(shape.stride());
            let mut activation = 0.0f32;
            if j < comptime!(shape.units[0]) {
                let mut z = state[base + comptime!(shape.bias1()) + j];
                #[unroll]
                for part in 0..comptime!(shape.parts) {
                    z += scratch[at * comptime!(shape.parts) + part];
                }
                activation = sigmoid(z);
            }
            first[at] = activation;
        }
    }
    sync_cube();
    if is_active {
        for at in range_stepped(unit, comptime!(shape.images * shape.units[1]), UNITS) {
            let image = at / comptime!(shape.units[1]);
            let j = at % comptime!(shape.units[1]);
            let mut z = state[base + comptime!(shape.bias2()) + j];
            for round in 0..comptime!(shape.units[0] / unrolled(shape.units[0])) {
                #[unroll]
                for i in 0..comptime!(unrolled(shape.units[0])) {
                    let k = round * comptime!(unrolled(shape.units[0])) + i;
                    let weight = state
                        [base + comptime!(shape.kernel2()) + k * comptime!(shape.units[1]) + j];
                    z += first[image * comptime!(shape.stride()) + k] * weight;
                }
            }
            scratch[at] = sigmoid(z);
        }
    }
    sync_cube();
    if is_active {
        for at in range_stepped(unit, comptime!(shape.images * shape.outputs), UNITS) {
            let image = at / comptime!(shape.outputs);
            let output = at % comptime!(shape.outputs);
            let mut z = state[base + comptime!(shape.bias3()) + output];
            for j in 0..comptime!(shape.units[1]) {
                let weight = state
                    [base + comptime!(shape.kernel3()) + j * comptime!(shape.outputs) + output];
                z += scratch[image * comptime!(shape.units[1]) + j] * weight;
            }
            scratch[comptime!(shape.deltas3()) + at] = z;
        }
    }
    sync_cube();
}

/// Sums pixels times weights of the first layer: an item is a tile of images and units, whose sums are in
/// registers, over one pixel in `shape.parts`.
#[cube]
fn sum_pixels(
    pixels: &[f32],
    state: &[f32],
    base: usize,
    image_rows: &Shared<[u32]>,
    scratch: &mut Shared<[f32]>,
    #[comptime] shape: Shape,
) {
    for item in range_stepped(UNIT_POS as usize, comptime!(shape.items()), UNITS) {
        let part = item % comptime!(shape.parts);
        let tile = item / comptime!(shape.parts);
        let image = tile / comptime!(shape.groups()) * TILE_IMAGES;
        let j = tile % comptime!(shape.groups()) * TILE_UNITS;
        let mut sums = Array::<f32>::new(comptime!(TILE_IMAGES * TILE_UNITS));
        #[unroll]
        for i in 0..comptime!(TILE_IMAGES * TILE_UNITS) {
            sums[i] = 0.0f32;
        }
        let row_0 = image_rows[image] as usize * PIXELS + part;
        let row_1 = image_rows[image + 1] as usize * PIXELS + part;
        let row_2 = image_rows[image + 2] as usize * PIXELS + part;
        let row_3 = image_rows[image + 3] as usize * PIXELS + part;
        let weights = base + j * comptime!(PIXELS) + part;
        for round in 0..comptime!(PIXELS / shape.parts / unrolled(PIXELS / shape.parts)) {
            #[unroll]
            for i in 0..comptime!(unrolled(PIXELS / shape.parts)) {
                let part_pixel = round * comptime!(unrolled(PIXELS / shape.parts)) + i;
                let pixel = part_pixel * comptime!(shape.parts);
                let x_0 = pixels[row_0 + pixel];
                let x_1 = pixels[row_1 + pixel];
                let x_2 = pixels[row_2 + pixel];
                let x_3 = pixels[row_3 + pixel];
                #[unroll]
                for c in 0..TILE_UNITS {
                    let weight = state[weights + pixel + comptime!(c * PIXELS)];
                    sums[c] += x_0 * weight;
                    sums[comptime!(TILE_UNITS + c)] += x_1 * weight;
                    sums[comptime!(2 * TILE_UNITS + c)] += x_2 * weight;
                    sums[comptime!(3 * TILE_UNITS + c)] += x_3 * weight;
                }
            }
        }
        #[unroll]
        for r in 0..TILE_IMAGES {
            #[unroll]
            for c in 0..TILE_UNITS {
                let at = (image + r) * comptime!(shape.stride()) + j + c;
                scratch[at * comptime!(shape.parts) + part] = sums[comptime!(r * TILE_UNITS + c)];
            }
        }
    }
}

/// Computes the loss of each image, whether its prediction is correct, and the gradients before the last
/// sigmoid, in the place of the logits. Images from `images` on do not count.
#[cube]
pub(super) fn losses(
    classes: &[u32],
    image_rows: &Shared<[u32]>,
    weights: &Shared<[f32]>,
    scratch: &mut Shared<[f32]>,
    images: usize,
    inverse_count: f32,
    #[comptime] shape: Shape,
) {
    let image = UNIT_POS as usize;
    if image < comptime!(shape.images) {
        let class = classes[image_rows[image] as usize] as usize;
        let logits = comptime!(shape.deltas3()) + image * comptime!(shape.outputs);
        let weight = weights[image];
        let mut loss = 0.0f32;
        let mut largest = scratch[logits];
        let mut predicted = 0usize;
        if comptime!(shape.outputs == 1) {
            predicted = select(largest >= 0.0f32, 1usize, 0usize);
        }
        for output in 0..comptime!(shape.outputs) {
            let z = scratch[logits + output];
            if z > largest {
                largest = z;
                predicted = output;
            }
            let mut target = class;
            if comptime!(shape.outputs == 1) {
                // With one output it is that of class 1.
                target = 1 - class;
            }
            let is_target = target == output;
            let margin = select(is_target, z, -z);
            let e = (-z.abs()).exp();
            loss += select(margin < 0.0f32, -margin, 0.0f32) + e.log1p();
            let slope = select(margin < 0.0f32, 1.0f32, e) / (1.0f32 + e);
            let counted = select(image < images, weight * inverse_count, 0.0f32);
            scratch[logits + output] = select(is_target, -slope, slope) * counted;
        }
        let counts = image < images;
        scratch[comptime!(shape.losses()) + image] = select(counts, loss * weight, 0.0f32);
        let is_correct = counts && predicted == class;
        scratch[comptime!(shape.correct()) + image] = select(is_correct, 1.0f32, 0.0f32);
    }
}

/// Sums the metrics of a block.
#[cube]
pub(super) fn metrics_of(
    scratch: &Shared<[f32]>,
    metrics: &mut [f32],
    at: usize,
    #[comptime] shape: Shape,
) {
    // A unit that has less to do than others.
    if UNIT_POS as usize == comptime!(UNITS - 1) {
        let mut loss = 0.0f32;
        let mut correct = 0.0f32;
        for image in 0..comptime!(shape.images) {
            loss += scratch[comptime!(shape.losses()) + image];
            correct += scratch[comptime!(shape.correct()) + image];
        }
        metrics[2 * at] = loss;
        metrics[2 * at + 1] = correct;
    }
}
