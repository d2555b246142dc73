//! The backward pass: from the gradients before the last sigmoid to the update of all parameters.

#![expect(
    clippy::inline_always,
    reason = "only code inlined into pulp's entry points is compiled for the detected processor"
)]

use pulp::Simd;

use super::adam_step::Accumulation;
use super::aligned::AlignedVec;
use super::gradients::{accumulate, accumulate_last};
use super::layer::{Layer, LayerTraining};
use super::matmul::{Epilogue, matmul};
use super::network::FusedNetwork;
use super::simd_math::MAX_LANES;
use super::state::FusedState;

/// What the backward pass needs beside the network.
#[derive(Debug)]
pub(crate) struct Backward {
    /// Gradients and moments of each layer.
    pub(crate) layers: [LayerTraining; 3],
    /// The transpose of the second layer's kernel, `[units, width of the first layer]`, and a bias of
    /// zeros.
    transposed: AlignedVec,
}

impl Backward {
    /// Takes the moments of a network.
    pub(crate) fn new(network: &FusedNetwork, state: &FusedState) -> Self {
        let moments = (&state.first_moments, &state.second_moments);
        let training = |layer: &Layer| LayerTraining::new(layer, moments.0, moments.1);
        let [layer1, layer2, _] = &network.layers;
        Self {
            layers: network.layers.each_ref().map(training),
            transposed: AlignedVec::zeros((layer2.units + 1) * layer1.width),
        }
    }

    /// Transposes the second layer's kernel, which changes with every step.
    pub(crate) fn transpose(&mut self, network: &FusedNetwork) {
        let [layer1, layer2, _] = &network.layers;
        for start in (0..layer2.units).step_by(MAX_LANES) {
            let units = start..layer2.units.min(start + MAX_LANES);
            let rows = layer2.weights.chunks_exact(layer2.width);
            for (input, row) in rows.take(layer2.inputs).enumerate() {
                for unit in units.clone() {
                    self.transposed[unit * layer1.width + input] = row[unit];
                }
            }
        }
    }

    /// Accumulates the gradients of a chunk of images, and after the last chunk updates the network.
    ///
    /// `deltas` are the gradients of the loss before the last sigmoid, `[images, outputs]`. `activations`
    /// are those of the hidden layers, `[images, width]`; they are overwritten.
    #[inline(always)]
    pub(crate) fn run<S: Simd>(
        &mut self,
        simd: S,
        accumulation: Accumulation<S>,
        network: &mut FusedNetwork,
        images: &[&[f32]],
        activations: &mut [AlignedVec; 2],
        deltas: &[f32],
    ) {
        let [layer1, layer2, layer3] = &mut network.layers;
        let [training1, training2, training3] = &mut self.layers;
        let [first, second] = activations;
        let (width1, width2) = (layer1.width, layer2.width);
        let first = &mut first[..images.len() * width1]; // [images, 25]
        let second = &mut second[..images.len() * width2]; // [images, 15]
        let shape = [layer3.inputs, layer3.units];
        let layer = training3.with(layer3);
        accumulate_last(simd, accumulation, second, deltas, layer, shape);
        let inputs = &*first;
        let row = |i: usize| &inputs[i * width1..][..width1];
        let layer = training2.with(layer2);
        accumulate(simd, accumulation, row, second, layer, width2);
        let row = |i: usize| &second[i * width2..][..width2];
        let epilogue = Epilogue::TimesSigmoidSlope;
        matmul(simd, row, &self.transposed, width1, first, epilogue);
        let row = |i: usize| images[i];
        let layer = training1.with(layer1);
        accumulate(simd, accumulation, row, first, layer, width1);
    }
}
