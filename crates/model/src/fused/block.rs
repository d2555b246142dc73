//! The images of a batch that pass through a training step together, and what is found for each.

use super::aligned::{AlignedVec, take_first};
use super::losses::{LossBuffers, Losses};
use super::network::{CHUNK_IMAGES, FusedNetwork, pixels};
use super::simd_math::MAX_LANES;

/// The most images of a block of a large network: enough work for several threads, and the sums of the
/// gradients are not written to memory for each chunk.
const BLOCK_IMAGES: usize = 4 * CHUNK_IMAGES;

/// From so many parameters on a network is large: their gradients no longer fit the level-1 cache.
const LARGE: usize = 1 << 15;

/// Returns the most images of a block. Of a small network what belongs to a chunk of images fits the
/// level-1 cache.
pub(crate) fn block_images(network: &FusedNetwork) -> usize {
    if network.parameters() < LARGE {
        CHUNK_IMAGES
    } else {
        BLOCK_IMAGES
    }
}

/// Images and the class of each.
pub(crate) struct Images<'a> {
    pub(crate) pixels: Vec<&'a [f32]>,
    pub(crate) classes: Vec<u8>,
}

impl<'a> Images<'a> {
    /// Takes the rows `rows` of `images`, `[n, 400]`, and of `classes`.
    pub(crate) fn new(images: &'a [f32], classes: &[u8], rows: &[usize]) -> Self {
        Self {
            pixels: rows.iter().map(|&row| pixels(images, row)).collect(),
            classes: rows.iter().map(|&row| classes[row]).collect(),
        }
    }
}

/// What the passes through the network find for each image of a block.
#[derive(Debug)]
pub(crate) struct Block {
    /// The images that there is room for.
    room: usize,
    /// Of the hidden layers, `[images, stride]`.
    pub(crate) activations: [AlignedVec; 2],
    /// The gradients of the loss before the sigmoids of the hidden layers, `[images, stride]`.
    pub(crate) deltas: [AlignedVec; 2],
    /// Of the outputs; the slopes become the gradients of the loss before the last sigmoid.
    pub(crate) losses: LossBuffers,
}

/// A [`Block`] of some of its images.
pub(crate) struct BlockPart<'a> {
    pub(crate) activations: [&'a mut [f32]; 2],
    pub(crate) deltas: [&'a mut [f32]; 2],
    pub(crate) losses: Losses<'a>,
}

impl Block {
    /// Allocates room for so many images.
    pub(crate) fn new(network: &FusedNetwork, images: usize) -> Self {
        Self {
            room: images,
            activations: network.activations(images),
            deltas: network.activations(images),
            losses: LossBuffers::new(images, network.outputs()),
        }
    }

    /// Allocates more room if there is too little for so many images.
    pub(crate) fn make_room(&mut self, network: &FusedNetwork, images: usize) {
        if self.room < images {
            *self = Self::new(network, images);
        }
    }

    /// Divides the block into parts of so many images each.
    pub(crate) fn parts(
        &mut self,
        network: &FusedNetwork,
        lengths: &[usize],
    ) -> Vec<BlockPart<'_>> {
        let [layer1, layer2, _] = &network.layers;
        let [mut first, mut second] = self.activations.each_mut().map(|all| &mut **all);
        let [mut first_deltas, mut second_deltas] = self.deltas.each_mut().map(|all| &mut **all);
        let mut losses = self.losses.all();
        let parts = lengths.iter().map(|&images| {
            let [of_first, of_second] = [layer1, layer2].map(|layer| images * layer.stride);
            BlockPart {
                activations: [
                    take_first(&mut first, of_first),
                    take_first(&mut second, of_second),
                ],
                deltas: [
                    take_first(&mut first_deltas, of_first),
                    take_first(&mut second_deltas, of_second),
                ],
                losses: losses.take(images.next_multiple_of(MAX_LANES)),
            }
        });
        parts.collect()
    }
}
