//! The network without tensors: the forward pass from images to logits on flat arrays.
//!
//! The formulas are those of `network/mlp.rs`.

#![expect(
    clippy::inline_always,
    reason = "only code inlined into pulp's entry points is compiled for the detected processor"
)]

use data::PIXELS;
use pulp::{Arch, Simd, WithSimd};

use super::aligned::AlignedVec;
use super::layer::Layer;
use super::matmul::{Epilogue, matmul};
use super::simd_math::MAX_LANES;
use super::state::LayerValues;
use crate::error::ModelError;
use crate::network::Mlp;

/// Images of a chunk, which pass through the network together: few enough to stay in the cache.
pub(crate) const CHUNK_IMAGES: usize = 64;

/// The least number of images that is worth a thread of its own: about a millisecond of work.
const MIN_IMAGES_PER_THREAD: usize = 2048;

/// A trained network for inference and validation on the CPU, without tensors.
#[derive(Debug)]
pub struct FusedNetwork {
    pub(crate) arch: Arch,
    /// The kernel of the third layer is stored as a row, `[1, units of the second layer]`.
    pub(crate) layers: [Layer; 3],
}

impl FusedNetwork {
    /// Packs a network's parameters; the lengths of its biases are the units of its layers.
    ///
    /// # Panics
    ///
    /// Panics if the lengths are not those of a network of 400 pixels, two hidden layers of at least
    /// one unit and one logit.
    #[must_use]
    pub(crate) fn new(weights: &LayerValues) -> Self {
        let [first, second, logits] = weights.biases.each_ref().map(Vec::len);
        assert_eq!(logits, 1, "one logit");
        Self {
            arch: Arch::new(),
            layers: [
                Layer::new(weights, 0, PIXELS, first),
                Layer::new(weights, 1, first, second),
                Layer::new(weights, 2, 1, second),
            ],
        }
    }

    /// Reads the parameters of a network of tensors.
    ///
    /// # Errors
    ///
    /// [`ModelError::Device`] if the device fails to return the weights.
    pub fn read(model: &Mlp) -> Result<Self, ModelError> {
        Ok(Self::new(&LayerValues::read(model)?))
    }

    /// Computes the logit of each image of `images`, `[n, 400]` row by row, on all processor cores if
    /// there are many; returns `[n]`.
    ///
    /// # Panics
    ///
    /// Panics if the length of `images` is not a multiple of 400.
    #[must_use]
    pub fn logits(&self, images: &[f32]) -> Vec<f32> {
        assert!(images.len().is_multiple_of(PIXELS), "400 pixels an image");
        let mut logits = vec![0.0; images.len() / PIXELS];
        if logits.len() <= MIN_IMAGES_PER_THREAD {
            self.forward_all(images, &mut logits);
            return logits;
        }
        // Asked only now, since the answer takes as long as 30 images.
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let per_thread = logits.len().div_ceil(threads).max(MIN_IMAGES_PER_THREAD);
        std::thread::scope(|scope| {
            let parts = images.chunks(per_thread * PIXELS);
            for (images, logits) in parts.zip(logits.chunks_mut(per_thread)) {
                scope.spawn(|| self.forward_all(images, logits));
            }
        });
        logits
    }

    fn forward_all(&self, images: &[f32], logits: &mut [f32]) {
        self.arch.dispatch(Forward {
            network: self,
            images,
            logits,
        });
    }
}

/// [`FusedNetwork::logits`] of one thread, compiled for each instruction set.
struct Forward<'a> {
    network: &'a FusedNetwork,
    images: &'a [f32],
    logits: &'a mut [f32],
}

impl WithSimd for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let activations = &mut self.network.activations(self.logits.len());
        let chunks = self.images.chunks(CHUNK_IMAGES * PIXELS);
        for (images, out) in chunks.zip(self.logits.chunks_mut(CHUNK_IMAGES)) {
            prefetch(images);
            let image = |i: usize| pixels(images, i);
            let logits = self.network.forward(simd, out.len(), image, activations);
            out.copy_from_slice(&logits[..out.len()]);
        }
    }
}

/// Reads images into the cache from the first pixel to the last: memory delivers several rows side by
/// side, as a tile reads them, at only half of that speed.
fn prefetch(images: &[f32]) {
    let lines = images.iter().step_by(MAX_LANES);
    std::hint::black_box(lines.fold(0, |bits, pixel| bits ^ pixel.to_bits()));
}

/// Returns the 400 pixels of one row of `images`, `[n, 400]`.
pub(crate) fn pixels(images: &[f32], row: usize) -> &[f32] {
    &images[row * PIXELS..][..PIXELS]
}

impl FusedNetwork {
    /// Allocates the activations of the hidden layers for a chunk of at most so many images,
    /// `[images, width]` for each layer.
    pub(crate) fn activations(&self, images: usize) -> [AlignedVec; 2] {
        let images = images.min(CHUNK_IMAGES);
        let [layer1, layer2, _] = &self.layers;
        [layer1, layer2].map(|layer| AlignedVec::zeros(images * layer.width))
    }

    /// Computes the logits of a chunk of images, and the `activations` of the hidden layers.
    #[inline(always)]
    pub(crate) fn forward<'a, S: Simd>(
        &self,
        simd: S,
        count: usize,
        image: impl Fn(usize) -> &'a [f32] + Copy,
        activations: &mut [AlignedVec; 2],
    ) -> [f32; CHUNK_IMAGES] {
        let [layer1, layer2, layer3] = &self.layers;
        let [first, second] = activations;
        let first = &mut first[..count * layer1.width]; // [images, 25]
        let second = &mut second[..count * layer2.width]; // [images, 15]
        let (weights, width) = (&layer1.weights, layer1.width);
        matmul(simd, image, weights, width, first, Epilogue::Sigmoid);
        let row = |i: usize| &first[i * layer1.width..][..layer1.width];
        let (weights, width) = (&layer2.weights, layer2.width);
        matmul(simd, row, weights, width, second, Epilogue::Sigmoid);

        let (kernel, bias) = layer3.weights.split_at(layer3.width);
        let mut logits = [0.0; CHUNK_IMAGES];
        for (logit, row) in logits.iter_mut().zip(second.chunks_exact(layer2.width)) {
            // One number at a time, so that the sum does not depend on the width of a register.
            let products = row.iter().zip(&kernel[..layer2.units]);
            *logit = products.fold(bias[0], |sum, (a, weight)| sum + a * weight);
        }
        logits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fused::reference::Reference;
    use crate::fused::test_support::{architectures, examples, weights};

    #[test]
    fn logits_agree_with_the_equations_in_f64() {
        for (units, count) in [
            ([25, 15], 1),
            ([25, 15], 65),
            ([1, 1], 5),
            ([70, 33], 3),
            ([256, 5], 2),
        ] {
            let (images, weights) = (examples(count).0, weights(units, 8));
            let reference = Reference::new(units, &weights);
            for (path, arch) in architectures() {
                let layers = FusedNetwork::new(&weights).layers;
                let logits = FusedNetwork { arch, layers }.logits(&images);
                assert_eq!(logits.len(), count);
                for (row, logit) in logits.into_iter().enumerate() {
                    let (_, expected) = reference.forward(pixels(&images, row));
                    let difference = (f64::from(logit) - expected).abs();
                    assert!(
                        difference < 1e-5,
                        "{path}, {units:?}: {logit} and {expected}"
                    );
                }
            }
        }
    }

    #[test]
    fn an_image_has_the_same_logit_alone_and_among_others() {
        let network = FusedNetwork::new(&weights([25, 15], 8));
        let images = examples(130).0;
        let alone = |row| network.logits(pixels(&images, row))[0];
        let expected: Vec<f32> = (0..130).map(alone).collect();
        assert_eq!(network.logits(&images), expected);
        assert!(network.logits(&[]).is_empty());

        let many = 2 * MIN_IMAGES_PER_THREAD + 5;
        let repeated = images.iter().copied().cycle().take(many * PIXELS);
        let found = network.logits(&repeated.collect::<Vec<f32>>());
        let expected = expected.into_iter().cycle().take(many);
        assert_eq!(found, expected.collect::<Vec<f32>>());
    }
}
