//! The part of a training step that goes image by image: the forward pass, the loss, and the gradients
//! before each sigmoid.

#![expect(
    clippy::inline_always,
    reason = "only code inlined into pulp's entry points is compiled for the detected processor"
)]

use pulp::{Simd, WithSimd};

use super::block::BlockPart;
use super::gradients::deltas_below_last;
use super::losses::output_of;
use super::matmul::{Epilogue, Weights, matmul};
use super::network::FusedNetwork;

/// The weight of each image in the loss of its batch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BatchWeights<'a> {
    /// The images of the batch.
    pub(crate) count: f32,
    pub(crate) class_weight: Option<&'a [f32]>,
}

impl BatchWeights<'_> {
    /// The factor of the loss of an image.
    #[inline(always)]
    pub(crate) fn of(&self, class: u8) -> f32 {
        self.class_weight.map_or(1.0, |of| of[usize::from(class)])
    }
}

/// The pass of some images; returns the number of correct predictions.
pub(crate) struct ImagePass<'a> {
    pub(crate) network: &'a FusedNetwork,
    /// The transpose of the second layer's kernel, and a bias of zeros.
    pub(crate) transposed: Weights<'a>,
    pub(crate) pixels: &'a [&'a [f32]],
    pub(crate) classes: &'a [u8],
    pub(crate) weights: BatchWeights<'a>,
    pub(crate) block: BlockPart<'a>,
}

impl WithSimd for ImagePass<'_> {
    type Output = usize;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> usize {
        let Self {
            network,
            transposed,
            pixels,
            classes,
            weights,
            mut block,
        } = self;
        let [layer1, layer2, layer3] = &network.layers;
        let outputs = layer3.units;
        let [first, second] = block.activations;
        let activations = [&mut *first, &mut *second];
        let losses = &mut block.losses;
        let correct = network.forward_to_loss(simd, pixels, classes, activations, losses);
        for (slopes, &class) in losses.slopes.chunks_exact_mut(outputs).zip(classes) {
            // The derivative of a margin with respect to its logit is 1 or -1.
            let (weight, output) = (weights.of(class) / weights.count, output_of(class, outputs));
            for (index, slope) in slopes.iter_mut().enumerate() {
                *slope *= if index == output { -weight } else { weight };
            }
        }
        let [first_deltas, second_deltas] = block.deltas;
        let (deltas, kernel) = (&losses.slopes[..classes.len() * outputs], &layer3.weights);
        let shape = [layer2.width, layer2.stride, outputs];
        deltas_below_last(simd, deltas, kernel, second, second_deltas, shape);
        let second_deltas = &*second_deltas;
        let row = |i: usize| &second_deltas[i * layer2.stride..][..layer2.width];
        let shape = [layer1.width, layer1.stride];
        let epilogue = Epilogue::TimesSlopeOf(first);
        matmul(simd, row, transposed, shape, first_deltas, epilogue);
        correct
    }
}
