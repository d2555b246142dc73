//! The network without tensors: images forward to logits on flat numbers, with the widest
//! instructions that the processor has.
//!
//! The formulas are those of `mlp.rs`, which go through Burn and run on every device.

#![expect(
    clippy::inline_always,
    reason = "only what is inlined into pulp's entry points is compiled for the processor found"
)]

use data::PIXELS;
use pulp::{Arch, Simd, WithSimd};

use crate::error::ModelError;
use crate::fused_state::{FusedState, LayerValues};
use crate::lanes::LANES;
use crate::layer::{Aligned, Layer};
use crate::mlp::Mlp;
use crate::tiles::{self, Finish};

/// Images that go through a network together: few enough to stay in the cache.
pub(crate) const IMAGES_AT_ONCE: usize = 64;

/// The least number of images that are worth a thread: a millisecond's work.
const IMAGES_A_THREAD: usize = 2048;

/// A network at work on the CPU.
#[derive(Debug)]
pub struct FusedNetwork {
    pub(crate) arch: Arch,
    /// The kernel of the third lies down, `[1, units of the second layer]`.
    pub(crate) layers: [Layer; 3],
}

impl FusedNetwork {
    /// Takes over a network's numbers, which say how many units the layers have.
    ///
    /// # Panics
    ///
    /// Panics if there are not as many numbers as a network with 400 pixels, two hidden layers of
    /// at least one unit and one logit has.
    #[must_use]
    pub fn new(weights: &LayerValues) -> Self {
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

    /// Takes over a network of tensors.
    ///
    /// # Errors
    ///
    /// [`ModelError::Device`] if the device does not hand the weights back.
    pub fn read(model: &Mlp) -> Result<Self, ModelError> {
        Ok(Self::new(&FusedState::read(model, None)?.weights))
    }

    /// Computes the logit of each image of `images`, `[n, 400]`, row by row; of many images on all
    /// processor cores.
    ///
    /// # Panics
    ///
    /// Panics if the last image has fewer than 400 pixels.
    #[must_use]
    pub fn logits(&self, images: &[f32]) -> Vec<f32> {
        assert!(images.len().is_multiple_of(PIXELS), "400 pixels an image");
        let mut logits = vec![0.0; images.len() / PIXELS];
        if logits.len() <= IMAGES_A_THREAD {
            self.forward_all(images, &mut logits);
            return logits;
        }
        // To ask takes as long as 30 images.
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let at_once = logits.len().div_ceil(threads).max(IMAGES_A_THREAD);
        std::thread::scope(|scope| {
            let pieces = images.chunks(at_once * PIXELS);
            for (piece, out) in pieces.zip(logits.chunks_mut(at_once)) {
                scope.spawn(|| self.forward_all(piece, out));
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

/// [`FusedNetwork::logits`], compiled for each kind of processor.
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
        let pieces = self.images.chunks(IMAGES_AT_ONCE * PIXELS);
        for (piece, out) in pieces.zip(self.logits.chunks_mut(IMAGES_AT_ONCE)) {
            touch(piece);
            let image = |i: usize| pixels(piece, i);
            let logits = self.network.forward(simd, out.len(), image, activations);
            out.copy_from_slice(&logits[..out.len()]);
        }
    }
}

/// Reads images from the first to the last, so that they are in the cache: from memory, several
/// rows side by side, as a tile has them, come at half that speed.
fn touch(images: &[f32]) {
    let lines = images.iter().step_by(LANES);
    std::hint::black_box(lines.fold(0, |bits, pixel| bits ^ pixel.to_bits()));
}

/// The 400 pixels of one of `images`, `[n, 400]`.
pub(crate) fn pixels(images: &[f32], row: usize) -> &[f32] {
    &images[row * PIXELS..][..PIXELS]
}

impl FusedNetwork {
    /// Makes room for what the hidden layers answer to as many images as go through together,
    /// `[images, width]` for each layer.
    pub(crate) fn activations(&self, images: usize) -> [Aligned; 2] {
        let images = images.min(IMAGES_AT_ONCE);
        let [layer1, layer2, _] = &self.layers;
        [layer1, layer2].map(|layer| Aligned::zeros(images * layer.width))
    }

    /// Goes forward to the logits of at most [`IMAGES_AT_ONCE`] images, and leaves behind what the
    /// hidden layers answered.
    #[inline(always)]
    pub(crate) fn forward<'a, S: Simd>(
        &self,
        simd: S,
        count: usize,
        image: impl Fn(usize) -> &'a [f32] + Copy,
        activations: &mut [Aligned; 2],
    ) -> [f32; IMAGES_AT_ONCE] {
        let [layer1, layer2, layer3] = &self.layers;
        let [first, second] = activations;
        let first = &mut first[..count * layer1.width]; // [images, 25]
        let second = &mut second[..count * layer2.width]; // [images, 15]
        let (weights, width) = (&layer1.weights, layer1.width);
        tiles::product(simd, image, weights, width, first, Finish::Sigmoid);
        let row = |i: usize| &first[i * layer1.width..][..layer1.width];
        let (weights, width) = (&layer2.weights, layer2.width);
        tiles::product(simd, row, weights, width, second, Finish::Sigmoid);

        let (kernel, bias) = layer3.weights.split_at(layer3.width);
        let mut logits = [0.0; IMAGES_AT_ONCE];
        for (logit, row) in logits.iter_mut().zip(second.chunks_exact(layer2.width)) {
            // Number by number, so that the sum does not depend on how many a register takes.
            let products = row.iter().zip(&kernel[..layer2.units]);
            *logit = products.fold(bias[0], |sum, (a, weight)| sum + a * weight);
        }
        logits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fused_reference::{Reference, examples, weights};
    use crate::lanes::tests::architectures;

    #[test]
    fn logits_are_those_of_the_equations_in_f64() {
        for (units, count) in [
            ([25, 15], 1),
            ([25, 15], 65),
            ([1, 1], 5),
            ([70, 33], 3),
            ([256, 5], 2),
        ] {
            let (images, weights) = (examples(count).0, weights(units, 8));
            let reference = Reference::new(units, &weights);
            for arch in architectures() {
                let layers = FusedNetwork::new(&weights).layers;
                let logits = FusedNetwork { arch, layers }.logits(&images);
                assert_eq!(logits.len(), count);
                for (row, logit) in logits.into_iter().enumerate() {
                    let (_, expected) = reference.forward(pixels(&images, row));
                    let difference = (f64::from(logit) - expected).abs();
                    assert!(difference < 1e-5, "{units:?}: {logit} and {expected}");
                }
            }
        }
    }

    #[test]
    fn an_image_has_the_same_logit_alone_as_among_others() {
        let network = FusedNetwork::new(&weights([25, 15], 8));
        let images = examples(130).0;
        let alone = |row| network.logits(pixels(&images, row))[0];
        let expected: Vec<f32> = (0..130).map(alone).collect();
        assert_eq!(network.logits(&images), expected);
        assert!(network.logits(&[]).is_empty());

        let many = 2 * IMAGES_A_THREAD + 5;
        let repeated = images.iter().copied().cycle().take(many * PIXELS);
        let found = network.logits(&repeated.collect::<Vec<f32>>());
        let expected = expected.into_iter().cycle().take(many);
        assert_eq!(found, expected.collect::<Vec<f32>>());
    }
}
