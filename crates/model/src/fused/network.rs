//! The network without tensors: the forward pass from images to logits on flat arrays.
//!
//! The formulas are those of `network/mlp.rs`.

#![expect(
    clippy::inline_always,
    reason = "only code inlined into pulp's entry points is compiled for the detected processor"
)]

use data::PIXELS;
use pulp::{Simd, WithSimd};

use super::aligned::AlignedVec;
use super::architecture::Architecture;
use super::layer::Layer;
use super::matmul::{Epilogue, matmul, output};
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
    pub(crate) arch: Architecture,
    pub(crate) layers: [Layer; 3],
    /// The transpose of the last layer, `[units of the second layer + 1, 16]`, with the biases in the
    /// last row.
    logit_weights: AlignedVec,
}

impl FusedNetwork {
    /// Packs a network's parameters; the lengths of its biases are the units of its layers.
    ///
    /// # Panics
    ///
    /// Panics if the lengths are not those of a network of 400 pixels, two hidden layers of at least
    /// one unit and 1 to 16 outputs.
    #[must_use]
    pub fn new(weights: &LayerValues) -> Self {
        let [first, second, outputs] = weights.biases.each_ref().map(Vec::len);
        assert!(outputs <= MAX_LANES, "at most {MAX_LANES} outputs");
        let mut network = Self {
            arch: Architecture::new(),
            layers: [
                Layer::hidden(weights, 0, PIXELS, first),
                Layer::hidden(weights, 1, first, second),
                Layer::last(weights, second, outputs),
            ],
            logit_weights: AlignedVec::zeros((second + 1) * MAX_LANES),
        };
        network.transpose_last();
        network
    }

    /// The number of weights and biases.
    pub(crate) fn parameters(&self) -> usize {
        let layers = self.layers.iter();
        layers.map(|layer| (layer.inputs + 1) * layer.units).sum()
    }

    /// Returns the number of logits of each image.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.layers[2].units
    }

    /// Reads the parameters of a network of tensors.
    ///
    /// # Errors
    ///
    /// [`ModelError::Device`] if the device fails to return the weights.
    pub fn read(model: &Mlp) -> Result<Self, ModelError> {
        Ok(Self::new(&LayerValues::read(model)?))
    }

    /// Computes the logits of each image of `images`, `[n, 400]` row by row, on all processor cores if
    /// there are many; returns `[n, outputs]`, row by row.
    ///
    /// # Panics
    ///
    /// Panics if the length of `images` is not a multiple of 400.
    #[must_use]
    pub fn logits(&self, images: &[f32]) -> Vec<f32> {
        assert!(images.len().is_multiple_of(PIXELS), "400 pixels an image");
        let (count, outputs) = (images.len() / PIXELS, self.outputs());
        let mut logits = vec![0.0; count * outputs];
        if count <= MIN_IMAGES_PER_THREAD {
            self.forward_all(images, &mut logits);
            return logits;
        }
        // Asked only now, since the answer takes as long as 30 images.
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let per_thread = count.div_ceil(threads).max(MIN_IMAGES_PER_THREAD);
        std::thread::scope(|scope| {
            let parts = images.chunks(per_thread * PIXELS);
            for (images, logits) in parts.zip(logits.chunks_mut(per_thread * outputs)) {
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
        let outputs = self.network.outputs();
        let [mut first, mut second] = self
            .network
            .activations(CHUNK_IMAGES.min(self.images.len() / PIXELS));
        let chunks = self.images.chunks(CHUNK_IMAGES * PIXELS);
        for (images, out) in chunks.zip(self.logits.chunks_mut(CHUNK_IMAGES * outputs)) {
            prefetch(images);
            let image = |i: usize| pixels(images, i);
            let activations = [&mut *first, &mut *second];
            self.network.forward(simd, image, activations, out);
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
    /// Allocates the activations of the hidden layers for so many images,
    /// `[images, stride]` for each layer.
    pub(crate) fn activations(&self, images: usize) -> [AlignedVec; 2] {
        let [layer1, layer2, _] = &self.layers;
        [layer1, layer2].map(|layer| AlignedVec::zeros(images * layer.stride))
    }

    /// Transposes the last layer, whose weights have changed.
    pub(crate) fn transpose_last(&mut self) {
        let [_, layer2, layer3] = &self.layers;
        for (unit, row) in layer3.weights.chunks_exact(layer3.width).enumerate() {
            if unit == layer3.units {
                self.logit_weights[layer2.units * MAX_LANES..][..unit]
                    .copy_from_slice(&row[..unit]);
            } else {
                for (input, &weight) in row[..layer2.units].iter().enumerate() {
                    self.logit_weights[input * MAX_LANES + unit] = weight;
                }
            }
        }
    }

    /// Computes the `logits` of a chunk of images, `[images, outputs]`, and the `activations` of the
    /// hidden layers.
    #[inline(always)]
    pub(crate) fn forward<'a, S: Simd>(
        &self,
        simd: S,
        image: impl Fn(usize) -> &'a [f32] + Copy,
        [first, second]: [&mut [f32]; 2],
        logits: &mut [f32],
    ) {
        let [layer1, layer2, layer3] = &self.layers;
        let count = logits.len() / layer3.units;
        let first = &mut first[..count * layer1.stride]; // [images, 25]
        let second = &mut second[..count * layer2.stride]; // [images, 15]
        let weights = layer1.weights();
        let shape = [layer1.width, layer1.stride];
        matmul(simd, image, weights, shape, first, Epilogue::Sigmoid);
        let row = |i: usize| &first[i * layer1.stride..][..layer1.width];
        let weights = layer2.weights();
        let shape = [layer2.width, layer2.stride];
        matmul(simd, row, weights, shape, second, Epilogue::Sigmoid);
        let row = |i: usize| &second[i * layer2.stride..][..layer2.units];
        output(simd, row, &self.logit_weights, logits, layer3.units);
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
            ([25, 15, 1], 1),
            ([25, 15, 1], 65),
            ([1, 1, 1], 5),
            ([70, 33, 1], 3),
            ([256, 5, 1], 2),
            ([25, 15, 10], 65),
            ([40, 20, 3], 7),
            ([5, 1, 9], 9),
            ([5, 4, 16], 1),
        ] {
            let (images, weights) = (examples(count, units[2]).0, weights(units, 8));
            let reference = Reference::new(units, &weights);
            for (path, arch) in architectures() {
                let network = FusedNetwork::new(&weights);
                let arch = Architecture::Detected(arch);
                let logits = FusedNetwork { arch, ..network }.logits(&images);
                assert_eq!(logits.len(), count * units[2]);
                for (row, logits) in logits.chunks(units[2]).enumerate() {
                    let (_, expected) = reference.forward(pixels(&images, row));
                    for (&logit, expected) in logits.iter().zip(expected) {
                        let difference = (f64::from(logit) - expected).abs();
                        assert!(
                            difference < 1e-5,
                            "{path}, {units:?}: {logit} and {expected}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn an_image_has_the_same_logit_alone_and_among_others() {
        for outputs in [1, 10] {
            let network = FusedNetwork::new(&weights([25, 15, outputs], 8));
            let images = examples(130, outputs).0;
            let alone = |row| network.logits(pixels(&images, row));
            let expected: Vec<f32> = (0..130).flat_map(alone).collect();
            assert_eq!(network.logits(&images), expected);
            assert!(network.logits(&[]).is_empty());

            let many = 2 * MIN_IMAGES_PER_THREAD + 5;
            let repeated = images.iter().copied().cycle().take(many * PIXELS);
            let found = network.logits(&repeated.collect::<Vec<f32>>());
            let expected = expected.into_iter().cycle().take(many * outputs);
            assert_eq!(found, expected.collect::<Vec<f32>>());
        }
    }
}
