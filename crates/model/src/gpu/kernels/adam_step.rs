//! Adam's update of one parameter.
//!
//! The formulas are those of `training/adam.rs`.

use cubecl::prelude::*;

use crate::gpu::shape::Shape;

/// The coefficients of one step of [`Adam`](crate::Adam), and what a block's gradients are used for.
#[derive(CubeType, Clone, Copy)]
pub(super) struct AdamStep {
    pub(super) beta_1: f32,
    pub(super) one_minus_beta_1: f32,
    pub(super) beta_2: f32,
    pub(super) one_minus_beta_2: f32,
    pub(super) epsilon: f32,
    /// The bias-corrected learning rate.
    pub(super) rate: f32,
    /// Whether there are no gradients of the batch to add to.
    pub(super) is_first: bool,
    /// Whether the weights are updated.
    pub(super) is_last: bool,
}

/// Adds a block's gradient to those of its batch, and after the last block updates the weight at `at`.
#[cube]
pub(super) fn add_gradient(
    state: &mut [f32],
    at: usize,
    gradient: f32,
    step: &AdamStep,
    #[comptime] shape: Shape,
) {
    let moment_1 = at + comptime!(shape.parameters());
    let moment_2 = at + comptime!(2 * shape.parameters());
    let sum = at + comptime!(3 * shape.parameters());
    let mut g = gradient;
    if !step.is_first {
        g += state[sum];
    }
    if step.is_last {
        let m = step.beta_1 * state[moment_1] + step.one_minus_beta_1 * g;
        let v = step.beta_2 * state[moment_2] + step.one_minus_beta_2 * (g * g);
        state[moment_1] = m;
        state[moment_2] = v;
        state[at] -= step.rate * m / (v.sqrt() + step.epsilon);
    } else {
        state[sum] = g;
    }
}
