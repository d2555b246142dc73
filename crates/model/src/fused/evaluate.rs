//! Metrics of images with labels: losses and numbers of correct predictions.

#![expect(
    clippy::inline_always,
    reason = "only code inlined into pulp's entry points is compiled for the detected processor"
)]

use std::ops::AddAssign;

use pulp::{Simd, WithSimd};

use super::block::Images;
use super::losses::{LossBuffers, Losses, loss_of};
use super::network::{CHUNK_IMAGES, FusedNetwork};
use super::threads;

/// Chunks of images that a thread evaluates together.
const CHUNKS_AT_ONCE: usize = 16;

/// The metrics of some images, as sums over them.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct StepMetrics {
    /// Sum over images and outputs of the binary cross-entropies in nats, in training each times the
    /// weight of the image's class.
    pub loss_sum: f64,
    /// Number of correct predictions, by the rule of [`predicted_class`](crate::predicted_class).
    pub correct: usize,
}

impl AddAssign for StepMetrics {
    fn add_assign(&mut self, other: Self) {
        self.loss_sum += other.loss_sum;
        self.correct += other.correct;
    }
}

impl FusedNetwork {
    /// Computes the metrics of the rows `rows` of `images`, without class weights, on all processor cores
    /// if there are many.
    ///
    /// `images` is `[n, 400]`, row by row, and `classes` holds the class of each of the n: with one
    /// output, 0 for the negative and 1 for the positive digit.
    ///
    /// # Panics
    ///
    /// Panics if a row is n or more.
    #[must_use]
    pub fn evaluate(&self, images: &[f32], classes: &[u8], rows: &[usize]) -> StepMetrics {
        let evaluate = |rows| {
            self.arch.dispatch(Evaluate {
                network: self,
                images,
                classes,
                rows,
            })
        };
        let by_chunk = if threads::threads_for(rows.len() * self.parameters()) == 1 {
            evaluate(rows)
        } else {
            let parts = rows.chunks(CHUNKS_AT_ONCE * CHUNK_IMAGES).collect();
            threads::run(parts, evaluate).concat()
        };
        // In the order of the chunks, so that the sum does not depend on the number of threads.
        let mut metrics = StepMetrics::default();
        for of_chunk in by_chunk {
            metrics += of_chunk;
        }
        metrics
    }
}

/// The metrics of each chunk, compiled for each instruction set.
struct Evaluate<'a> {
    network: &'a FusedNetwork,
    images: &'a [f32],
    classes: &'a [u8],
    rows: &'a [usize],
}

impl WithSimd for Evaluate<'_> {
    type Output = Vec<StepMetrics>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Vec<StepMetrics> {
        let images = self.rows.len().min(CHUNK_IMAGES);
        let outputs = self.network.outputs();
        let [mut first, mut second] = self.network.activations(images);
        let mut buffers = LossBuffers::new(images, outputs);
        let mut metrics = Vec::with_capacity(self.rows.len().div_ceil(CHUNK_IMAGES));
        // Not a closure, which would not be compiled for the processor.
        for rows in self.rows.chunks(CHUNK_IMAGES) {
            let images = Images::new(self.images, self.classes, rows);
            let activations = [&mut *first, &mut *second];
            let mut losses = buffers.all();
            let Images { pixels, classes } = &images;
            let network = self.network;
            let correct = network.forward_to_loss(simd, pixels, classes, activations, &mut losses);
            let losses = (0..rows.len()).map(|image| loss_of(losses.values, image, outputs));
            metrics.push(StepMetrics {
                loss_sum: losses.map(f64::from).sum(),
                correct,
            });
        }
        metrics
    }
}

impl FusedNetwork {
    /// Computes the forward pass, the losses and their slopes; returns the number of correct
    /// predictions.
    #[inline(always)]
    pub(crate) fn forward_to_loss<S: Simd>(
        &self,
        simd: S,
        images: &[&[f32]],
        classes: &[u8],
        activations: [&mut [f32]; 2],
        losses: &mut Losses<'_>,
    ) -> usize {
        let logits = &mut losses.margins[..images.len() * losses.outputs];
        self.forward(simd, |i| images[i], activations, logits);
        losses.compute(simd, classes)
    }
}

#[cfg(test)]
mod tests {
    use data::PIXELS;
    use pulp::Arch;

    use super::*;
    use crate::fused::test_support::{constant, examples, training, weights};

    #[test]
    fn evaluation_gives_the_metrics_from_before_the_step() {
        for outputs in [1, 10] {
            let (images, classes) = examples(130, outputs);
            // More than a chunk, some of them twice.
            let rows: Vec<usize> = (0..140).map(|i| (7 * i) % 130).collect();
            let mut training = training(Arch::new(), weights([25, 15, outputs], 2));
            let metrics = training.network().evaluate(&images, &classes, &rows);
            let before = training.state();
            assert_eq!(training.step(&images, &classes, &rows, None, 0.1), metrics);
            assert_ne!(training.state(), before);
            let after = training.network().evaluate(&images, &classes, &rows);
            assert_ne!(after, metrics);
        }
    }

    #[test]
    fn only_the_given_rows_count() {
        let (images, classes) = examples(130, 1);
        let network = FusedNetwork::new(&weights([25, 15, 1], 2));
        let of = |rows: &[usize]| network.evaluate(&images, &classes, rows);
        let one = network.evaluate(&images[129 * PIXELS..], &classes[129..], &[0]);
        assert_eq!(of(&[129]), one);
        let mut twice = one;
        twice += one;
        assert_eq!(of(&[129, 129]), twice);
        assert_eq!(twice.correct, 2 * one.correct);
        assert_eq!(of(&[]), StepMetrics::default());
    }

    #[test]
    fn a_logit_of_0_counts_as_positive() {
        let network = FusedNetwork::new(&constant(0.0));
        let correct = |class| network.evaluate(&[0.5; PIXELS], &[class], &[0]).correct;
        assert_eq!((correct(1), correct(0)), (1, 0));
    }
}
