//! Losses and numbers of correct predictions, from images with labels.
//!
//! The formulas are those of `training/loss.rs`.

#![expect(
    clippy::inline_always,
    reason = "only code inlined into pulp's entry points is compiled for the detected processor"
)]

use std::ops::AddAssign;

use pulp::{Simd, WithSimd};

use super::aligned::AlignedVec;
use super::network::{CHUNK_IMAGES, FusedNetwork, pixels};
use super::simd_math::{MAX_LANES, absolute, exp, ln_1p, negative, select};
use crate::network::predicted_class;

/// The metrics of some images, as sums over them.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct StepMetrics {
    /// Sum over images and outputs of the binary cross-entropies in nats, in training each times the
    /// weight of the image's class.
    pub loss_sum: f64,
    /// Number of correct predictions, by the rule of [`predicted_class`].
    pub correct: usize,
}

impl AddAssign for StepMetrics {
    fn add_assign(&mut self, other: Self) {
        self.loss_sum += other.loss_sum;
        self.correct += other.correct;
    }
}

impl FusedNetwork {
    /// Computes the metrics of the rows `rows` of `images`, without class weights.
    ///
    /// `images` is `[n, 400]`, row by row, and `classes` holds the class of each of the n: with one
    /// output, 0 for the negative and 1 for the positive digit.
    ///
    /// # Panics
    ///
    /// Panics if a row is n or more.
    #[must_use]
    pub fn evaluate(&self, images: &[f32], classes: &[u8], rows: &[usize]) -> StepMetrics {
        self.arch.dispatch(Evaluate {
            network: self,
            images,
            classes,
            rows,
        })
    }
}

/// [`FusedNetwork::evaluate`], compiled for each instruction set.
struct Evaluate<'a> {
    network: &'a FusedNetwork,
    images: &'a [f32],
    classes: &'a [u8],
    rows: &'a [usize],
}

impl WithSimd for Evaluate<'_> {
    type Output = StepMetrics;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> StepMetrics {
        let mut metrics = StepMetrics::default();
        let activations = &mut self.network.activations(self.rows.len());
        let losses = &mut ChunkLosses::new(self.network.outputs());
        for rows in self.rows.chunks(CHUNK_IMAGES) {
            let chunk = Chunk::new(self.images, self.classes, rows);
            metrics.correct += self
                .network
                .forward_to_loss(simd, &chunk, activations, losses);
            let of_chunk: f64 = (0..rows.len()).map(|i| f64::from(losses.of_image(i))).sum();
            metrics.loss_sum += of_chunk;
        }
        metrics
    }
}

/// Images that pass through the network together, and the class of each.
pub(crate) struct Chunk<'a> {
    images: [&'a [f32]; CHUNK_IMAGES],
    classes: [u8; CHUNK_IMAGES],
    count: usize,
}

impl<'a> Chunk<'a> {
    /// Takes at most [`CHUNK_IMAGES`] rows.
    #[inline(always)]
    pub(crate) fn new(images: &'a [f32], classes: &[u8], rows: &[usize]) -> Self {
        let mut chunk = Self {
            images: [&[]; CHUNK_IMAGES],
            classes: [0; CHUNK_IMAGES],
            count: rows.len(),
        };
        let entries = chunk.images.iter_mut().zip(&mut chunk.classes);
        for ((image, class), &row) in entries.zip(rows) {
            *image = pixels(images, row);
            *class = classes[row];
        }
        chunk
    }

    #[inline(always)]
    pub(crate) fn images(&self) -> &[&'a [f32]] {
        &self.images[..self.count]
    }

    #[inline(always)]
    pub(crate) fn classes(&self) -> &[u8] {
        &self.classes[..self.count]
    }
}

/// The losses of a chunk, `[images, outputs]`.
#[derive(Debug)]
pub(crate) struct ChunkLosses {
    pub(crate) outputs: usize,
    /// Each logit, with the sign changed where the output should be 0.
    margins: AlignedVec,
    losses: AlignedVec,
    /// Of each loss, minus its derivative with respect to the margin, in [0, 1].
    pub(crate) slopes: AlignedVec,
}

impl ChunkLosses {
    /// Allocates the losses of a chunk.
    pub(crate) fn new(outputs: usize) -> Self {
        let zeros = || AlignedVec::zeros(CHUNK_IMAGES * outputs);
        Self {
            outputs,
            margins: zeros(),
            losses: zeros(),
            slopes: zeros(),
        }
    }

    /// Sums the losses of one image.
    #[inline(always)]
    pub(crate) fn of_image(&self, image: usize) -> f32 {
        let losses = &self.losses[image * self.outputs..][..self.outputs];
        losses[1..].iter().fold(losses[0], |sum, loss| sum + loss)
    }

    /// Returns the output that should be 1 for an image of a class; with one output it is that of class
    /// 1, so that for class 0 there is none.
    #[inline(always)]
    pub(crate) fn output_of(&self, class: u8) -> usize {
        let class = usize::from(class);
        match self.outputs {
            1 => class.wrapping_sub(1),
            _ => class,
        }
    }
}

impl FusedNetwork {
    /// Computes the forward pass, the losses and their slopes; returns the number of correct
    /// predictions.
    #[inline(always)]
    pub(crate) fn forward_to_loss<S: Simd>(
        &self,
        simd: S,
        chunk: &Chunk<'_>,
        activations: &mut [AlignedVec; 2],
        losses: &mut ChunkLosses,
    ) -> usize {
        let (images, outputs) = (chunk.images(), losses.outputs);
        let length = images.len() * outputs;
        let logits = &mut losses.margins[..length];
        self.forward(simd, |i| images[i], activations, logits);
        let mut correct = 0;
        for (image, &class) in chunk.classes().iter().enumerate() {
            let output = losses.output_of(class);
            let logits = &mut losses.margins[image * outputs..][..outputs];
            correct += usize::from(predicted_class(logits) == usize::from(class));
            for (index, logit) in logits.iter_mut().enumerate() {
                *logit = if index == output { *logit } else { -*logit };
            }
        }
        let end = length.next_multiple_of(MAX_LANES);
        let (found, slopes) = (&mut losses.losses[..end], &mut losses.slopes[..end]);
        compute_losses(simd, &losses.margins[..end], found, slopes);
        correct
    }
}

/// Computes from margins m the losses `softplus(-m)` and minus their derivatives, `sigmoid(-m)`.
///
/// Both are computed from exp(-|m|), so that nothing overflows, as in `training/loss.rs`.
#[inline(always)]
fn compute_losses<S: Simd>(simd: S, margins: &[f32], losses: &mut [f32], slopes: &mut [f32]) {
    let margins = S::as_simd_f32s(margins).0.iter();
    let outputs = S::as_mut_simd_f32s(losses).0.iter_mut();
    let outputs = outputs.zip(S::as_mut_simd_f32s(slopes).0);
    let (zero, one) = (simd.splat_f32s(0.0), simd.splat_f32s(1.0));
    for (&margin, (loss, slope)) in margins.zip(outputs) {
        let is_wrong = simd.less_than_f32s(margin, zero);
        let overshoot = select(simd, is_wrong, negative(simd, margin), zero);
        let exp = exp(simd, negative(simd, absolute(simd, margin)));
        *loss = simd.add_f32s(overshoot, ln_1p(simd, exp));
        let part = select(simd, is_wrong, one, exp);
        *slope = simd.div_f32s(part, simd.add_f32s(one, exp));
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
