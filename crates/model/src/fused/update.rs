//! The part of a training step that goes parameter by parameter: gradients, and Adam's update.

#![expect(
    clippy::inline_always,
    reason = "only code inlined into pulp's entry points is compiled for the detected processor"
)]

use pulp::{Simd, WithSimd};

use super::adam_step::{Accumulation, AdamStep, LayerMut};
use super::aligned::{AlignedVec, take_first};
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
    /// The transpose of the second layer's kernel, in panels of 16 of its inputs, `[units + 1, 16]`, with a
    /// bias of zeros in the last row.
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
    /// Of each panel of the transpose the rows that belong to the panels of the second layer.
    transposed: Vec<&'a mut [f32]>,
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
        let rows = transposed.chunks_exact_mut((layer2.units + 1) * MAX_LANES);
        // Without the bias, which stays 0.
        let rows = rows.map(|rows| &mut rows[..layer2.units * MAX_LANES]);
        transpose(&layer2.weights, layer2.inputs, rows);
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
        let panel = (layer2.units + 1) * MAX_LANES;
        let (units, mut first_unit) = (layer2.units, 0);
        let mut first = panels(layer1, training1, parts).into_iter();
        let mut second = panels(layer2, training2, parts).into_iter();
        let mut transposed: Vec<&mut [f32]> = self.transposed.chunks_exact_mut(panel).collect();
        let count = first.len().max(second.len());
        let part = |_| {
            let second = second.next();
            let columns = second.as_ref().map_or(0, Panels::columns);
            // Without those that pad the units.
            let rows = columns.min(units - first_unit);
            first_unit += rows;
            UpdatePart {
                moment,
                pixels,
                block,
                strides,
                first: first.next(),
                second,
                transposed: transposed
                    .iter_mut()
                    .map(|panel| take_first(panel, rows * MAX_LANES))
                    .collect(),
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
            let rows = first.chunks_exact(stride1);
            accumulate(simd, accumulation, &rows, deltas, layer.reborrow(), inputs);
            if moment.is_last_block {
                transpose(layer.weights, inputs, self.transposed.into_iter());
            }
        }
        if let Some(panels) = self.first {
            let deltas = Deltas {
                numbers: &first_deltas[..images * stride1],
                stride: stride1,
                first: panels.first,
            };
            let rows = self.pixels.iter().copied();
            accumulate(
                simd,
                accumulation,
                &rows,
                deltas,
                panels.layer,
                panels.inputs,
            );
        }
    }
}

/// Transposes panels of 16 units, `[inputs + 1, 16]`, into panels of 16 inputs, each with a row for each of
/// these units.
#[inline(always)]
fn transpose<'a>(panels: &[f32], inputs: usize, transposed: impl Iterator<Item = &'a mut [f32]>) {
    let panel = (inputs + 1) * MAX_LANES;
    for (block, rows) in transposed.enumerate() {
        let first = block * MAX_LANES;
        let columns = MAX_LANES.min(inputs - first);
        for (unit, row) in rows.chunks_exact_mut(MAX_LANES).enumerate() {
            let weights = &panels[unit / MAX_LANES * panel..][first * MAX_LANES..];
            let weights = weights.chunks_exact(MAX_LANES);
            for (number, weights) in row[..columns].iter_mut().zip(weights) {
                *number = weights[unit % MAX_LANES];
            }
        }
    }
}
