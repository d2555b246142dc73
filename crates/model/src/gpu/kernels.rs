//! The kernels: training steps of many networks in one launch, one cube each, and the metrics of
//! validation images.
//!
//! The formulas are those of `training/`. A cube works on a block of images at a time, which share its
//! memory; a batch of more images is divided into blocks, whose gradients are summed. Every sum is
//! computed by one unit in one order, so that no bit depends on the number of networks or on how the blocks
//! are divided among launches.

mod adam_step;
mod backward;
mod forward;
mod initial;

use cubecl::prelude::*;

use self::adam_step::AdamStep;
use self::backward::{backward_hidden, backward_input, update_output};
use self::forward::{compute_logits, losses, metrics_of};
pub(crate) use self::initial::start;
use super::shape::{ADAM_FACTORS, BLOCK_FACTORS, Shape};

/// Of a block's header: it is the first of its batch, so that there are no gradients to add to.
pub(crate) const FIRST_BLOCK: u32 = 1;
/// Of a block's header: it is the last of its batch, and the network is updated.
pub(crate) const LAST_BLOCK: u32 = 2;

/// Trains each network on `count` blocks.
///
/// - `pixels`: `[n, 400]`, and `classes`: `[n]`, of the images that the networks share.
/// - `rows`: `[network, block]`, each with its number of images, flags, and its rows.
/// - `factors`: `[network]`, each with Adam's coefficients, the class weights, and the factors of its
///   blocks.
/// - `state`: `[network]`, each with weights, moments and gradients.
/// - `metrics`: `[network, block, 2]`, loss and number of correct predictions; not written for a block
///   without images.
#[cube(launch)]
pub(crate) fn train(
    pixels: &[f32],
    classes: &[u32],
    rows: &[u32],
    factors: &[f32],
    state: &mut [f32],
    metrics: &mut [f32],
    count: u32,
    #[comptime] shape: Shape,
) {
    let unit = UNIT_POS as usize;
    let network = CUBE_POS;
    let blocks = count as usize;
    let base = network * comptime!(shape.state());
    let of_network = network * (comptime!(shape.network_factors()) + blocks * BLOCK_FACTORS);
    let of_blocks = of_network + comptime!(shape.network_factors());
    let mut first = Shared::<[f32]>::new_slice(comptime!(shape.activations1()));
    let mut scratch = Shared::<[f32]>::new_slice(comptime!(shape.scratch()));
    let mut image_rows = Shared::<[u32]>::new_slice(comptime!(shape.images));
    let mut weights = Shared::<[f32]>::new_slice(comptime!(shape.images));

    for block in 0..blocks {
        let at = network * blocks + block;
        let header = at * comptime!(shape.block_rows());
        let images = rows[header] as usize;
        let flags = rows[header + 1];
        let is_active = images > 0;
        let inverse_count = factors[of_blocks + block * BLOCK_FACTORS];
        let step = AdamStep {
            beta_1: factors[of_network],
            one_minus_beta_1: factors[of_network + 1],
            beta_2: factors[of_network + 2],
            one_minus_beta_2: factors[of_network + 3],
            epsilon: factors[of_network + 4],
            rate: factors[of_blocks + block * BLOCK_FACTORS + 1],
            is_first: flags % 2 == 1,
            is_last: flags >= LAST_BLOCK,
        };
        if unit < comptime!(shape.images) {
            let row = rows[header + 2 + unit];
            image_rows[unit] = row;
            let mut weight = 0.0f32;
            if unit < images {
                weight = factors[of_network + ADAM_FACTORS + classes[row as usize] as usize];
            }
            weights[unit] = weight;
        }
        sync_cube();

        compute_logits(
            pixels,
            &*state,
            base,
            &image_rows,
            &mut first,
            &mut scratch,
            is_active,
            shape,
        );
        losses(
            classes,
            &image_rows,
            &weights,
            &mut scratch,
            images,
            inverse_count,
            shape,
        );
        sync_cube();
        backward_hidden(&*state, base, &first, &mut scratch, is_active, shape);
        if is_active {
            update_output(state, base, &scratch, &step, shape);
            metrics_of(&scratch, metrics, at, shape);
        }
        sync_cube();
        if is_active {
            backward_input(
                pixels,
                state,
                base,
                &image_rows,
                &first,
                &scratch,
                &step,
                shape,
            );
        }
        // Weights are in storage, and the next block's forward pass reads them.
        sync_storage();
    }
}

/// Computes the metrics of each network on blocks of images, one cube a block.
///
/// The arguments are those of [`train()`]; cubes are `[network, block]`.
#[cube(launch)]
pub(crate) fn evaluate(
    pixels: &[f32],
    classes: &[u32],
    rows: &[u32],
    state: &[f32],
    metrics: &mut [f32],
    count: u32,
    #[comptime] shape: Shape,
) {
    let unit = UNIT_POS as usize;
    let network = CUBE_POS_X as usize;
    let base = network * comptime!(shape.state());
    let mut first = Shared::<[f32]>::new_slice(comptime!(shape.activations1()));
    let mut scratch = Shared::<[f32]>::new_slice(comptime!(shape.scratch()));
    let mut image_rows = Shared::<[u32]>::new_slice(comptime!(shape.images));
    let mut weights = Shared::<[f32]>::new_slice(comptime!(shape.images));

    let at = network * (count as usize) + CUBE_POS_Y as usize;
    let header = at * comptime!(shape.block_rows());
    let images = rows[header] as usize;
    let is_active = images > 0;
    if unit < comptime!(shape.images) {
        image_rows[unit] = rows[header + 2 + unit];
        weights[unit] = 1.0f32;
    }
    sync_cube();
    compute_logits(
        pixels,
        state,
        base,
        &image_rows,
        &mut first,
        &mut scratch,
        is_active,
        shape,
    );
    losses(
        classes,
        &image_rows,
        &weights,
        &mut scratch,
        images,
        1.0f32,
        shape,
    );
    sync_cube();
    if is_active {
        metrics_of(&scratch, metrics, at, shape);
    }
}
