//! The part of a training step that goes parameter by parameter: gradients, and Adam's update.

#![expect(
    clippy::inline_always,
    reason = "only code inlined into pulp's entry points is compiled for the detected processor"
)]

use pulp::{Simd, WithSimd};

use super::adam_step::{Accumulation, AdamStep, LayerMut};
use super::aligned::AlignedVec;
use super::block::Block;
use super::gradients::{Deltas, accumulate, accumulate_last};
use super::layer::{Layer, LayerTraining};
use super::network::FusedNetwork;
use super::simd_math::MAX_LANES;
use super::state::FusedState;
use super::threads::lengths;
use crate::training::Adam;

/// What the update needs beside the network.
#[derive(Debug)]
pub(crate) struct Update {
    /// Gradients and moments of each layer.
    pub(crate) layers: [LayerTraining; 3],
    /// The transpose of the second layer's kernel, `[units + 1, width of the first layer]`, and a bias of
    /// zeros.
    pub(crate) transposed: AlignedVec,
}

/// How the gradients of a block are used.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment<'a> {
    pub(crate) adam: &'a Adam,
    pub(crate) learning_rate: f64,
    /// Counted from 1.
    pub(crate) step: u64,
    pub(crate) is_first_block: bool,
    pub(crate) is_last_block: bool,
}

/// Some panels of a hidden layer, and the column of the first.
struct Panels<'a> {
    layer: LayerMut<'a>,
    first: usize,
    inputs: usize,
}

/// The gradients and the update of a part of the parameters.
pub(crate) struct UpdatePart<'a> {
    moment: Moment<'a>,
    pixels: &'a [&'a [f32]],
    block: &'a Block,
    strides: [usize; 2],
    first: Option<Panels<'a>>,
    second: Option<Panels<'a>>,
    /// The rows of the transpose that belong to the panels of the second layer.
    transposed: &'a mut [f32],
    /// The last layer, with its inputs and units.
    last: Option<(LayerMut<'a>, [usize; 2])>,
}

impl Update {
    /// Takes the moments of a network.
    pub(crate) fn new(network: &FusedNetwork, state: &FusedState) -> Self {
        let moments = (&state.first_moments, &state.second_moments);
        let training = |layer: &Layer| LayerTraining::new(layer, moments.0, moments.1);
        let [layer1, layer2, _] = &network.layers;
        let mut transposed = AlignedVec::zeros((layer2.units + 1) * layer1.width);
        transpose(
            &layer2.weights,
            layer2.inputs,
            &mut transposed,
            layer1.width,
        );
        Self {
            layers: network.layers.each_ref().map(training),
            transposed,
        }
    }

    /// Divides the update after a block of images into at most `parts` parts.
    pub(crate) fn parts<'a>(
        &'a mut self,
        network: &'a mut FusedNetwork,
        moment: Moment<'a>,
        pixels: &'a [&'a [f32]],
        block: &'a Block,
        parts: usize,
    ) -> Vec<UpdatePart<'a>> {
        let [layer1, layer2, layer3] = &mut network.layers;
        let [training1, training2, training3] = &mut self.layers;
        let strides = [layer1.stride, layer2.stride];
        let shape = [layer3.inputs, layer3.units];
        let mut last = Some((training3.with(layer3), shape));
        let width = layer1.width;
        let mut first = panels(layer1, training1, parts).into_iter();
        let mut second = panels(layer2, training2, parts).into_iter();
        // Without the bias.
        let rows = self.transposed.len() - width;
        let mut transposed = &mut self.transposed[..rows];
        let count = first.len().max(second.len());
        let part = |_| {
            let second = second.next();
            let rows = second.as_ref().map_or(0, |panels| panels.columns() * width);
            let rows = rows.min(transposed.len());
            UpdatePart {
                moment,
                pixels,
                block,
                strides,
                first: first.next(),
                second,
                transposed: transposed.split_off_mut(..rows).unwrap_or_default(),
                last: last.take(),
            }
        };
        (0..count).map(part).collect()
    }
}

/// Divides a layer into at most `parts` parts, each of an even number of panels, so that tiles of two
/// registers fit.
fn panels<'a>(
    layer: &'a mut Layer,
    training: &'a mut LayerTraining,
    parts: usize,
) -> Vec<Panels<'a>> {
    let (panel, inputs, width) = (layer.panel(), layer.inputs, layer.width);
    let mut numbers = training.with(layer);
    let mut first = 0;
    let parts = lengths(width, parts, 2 * MAX_LANES).into_iter();
    let parts = parts.map(|columns| {
        let part = Panels {
            layer: numbers.take(columns / MAX_LANES * panel),
            first,
            inputs,
        };
        first += columns;
        part
    });
    parts.collect()
}

impl Panels<'_> {
    fn columns(&self) -> usize {
        self.layer.weights.len() / (self.inputs + 1)
    }
}

impl WithSimd for UpdatePart<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let moment = self.moment;
        let adam = AdamStep::new(simd, moment.adam, moment.learning_rate, moment.step);
        let accumulation = Accumulation {
            is_first: moment.is_first_block,
            adam: moment.is_last_block.then_some(adam),
        };
        let images = self.pixels.len();
        let [stride1, stride2] = self.strides;
        let block = self.block;
        let [first, second] = &block.activations;
        if let Some((layer, shape)) = self.last {
            let (second, deltas) = (&second[..images * stride2], block.losses.slopes());
            accumulate_last(simd, accumulation, second, stride2, deltas, layer, shape);
        }
        let [first_deltas, second_deltas] = &block.deltas;
        if let Some(panels) = self.second {
            let deltas = Deltas {
                numbers: &second_deltas[..images * stride2],
                stride: stride2,
                first: panels.first,
            };
            let (inputs, mut layer) = (panels.inputs, panels.layer);
            let row = |i: usize| &first[i * stride1..][..stride1];
            accumulate(simd, accumulation, row, deltas, layer.reborrow(), inputs);
            if moment.is_last_block {
                let width = inputs.next_multiple_of(MAX_LANES);
                transpose(layer.weights, inputs, self.transposed, width);
            }
        }
        if let Some(panels) = self.first {
            let deltas = Deltas {
                numbers: &first_deltas[..images * stride1],
                stride: stride1,
                first: panels.first,
            };
            let pixels = self.pixels;
            let row = |i: usize| pixels[i];
            let layer = panels.layer;
            accumulate(simd, accumulation, row, deltas, layer, panels.inputs);
        }
    }
}

/// Transposes panels of a kernel to rows, `[units, width]`, of which the padding units have none.
#[inline(always)]
fn transpose(panels: &[f32], inputs: usize, rows: &mut [f32], width: usize) {
    let panels = panels.chunks_exact((inputs + 1) * MAX_LANES);
    for (panel, rows) in panels.zip(rows.chunks_mut(MAX_LANES * width)) {
        let units = rows.len() / width;
        for (input, weights) in panel.chunks_exact(MAX_LANES).take(inputs).enumerate() {
            for (unit, &weight) in weights.iter().take(units).enumerate() {
                rows[unit * width + input] = weight;
            }
        }
    }
}
