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
use super::simd_math::{absolute, exp, ln_1p, negative, select};
use crate::network::is_positive_logit;

/// The metrics of some images, as sums over them.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct StepMetrics {
    /// Sum of the binary cross-entropies in nats, in training each times the weight of its class.
    pub loss_sum: f64,
    /// Number of correct predictions, by the rule of [`is_positive_logit`].
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
    /// `images` is `[n, 400]`, row by row; `positive` says for each of the n whether it shows the
    /// positive digit.
    ///
    /// # Panics
    ///
    /// Panics if a row is n or more.
    #[must_use]
    pub fn evaluate(&self, images: &[f32], positive: &[bool], rows: &[usize]) -> StepMetrics {
        self.arch.dispatch(Evaluate {
            network: self,
            images,
            positive,
            rows,
        })
    }
}

/// [`FusedNetwork::evaluate`], compiled for each instruction set.
struct Evaluate<'a> {
    network: &'a FusedNetwork,
    images: &'a [f32],
    positive: &'a [bool],
    rows: &'a [usize],
}

impl WithSimd for Evaluate<'_> {
    type Output = StepMetrics;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> StepMetrics {
        let mut metrics = StepMetrics::default();
        let activations = &mut self.network.activations(self.rows.len());
        for rows in self.rows.chunks(CHUNK_IMAGES) {
            let chunk = Chunk::new(self.images, self.positive, rows);
            let outputs = self.network.forward_to_loss(simd, &chunk, activations);
            let losses = outputs.losses.iter().take(chunk.count);
            metrics.loss_sum += losses.copied().map(f64::from).sum::<f64>();
            metrics.correct += outputs.correct;
        }
        metrics
    }
}

/// Images that pass through the network together, and whether each shows the positive digit.
pub(crate) struct Chunk<'a> {
    images: [&'a [f32]; CHUNK_IMAGES],
    positive: [bool; CHUNK_IMAGES],
    count: usize,
}

impl<'a> Chunk<'a> {
    /// Takes at most [`CHUNK_IMAGES`] rows.
    #[inline(always)]
    pub(crate) fn new(images: &'a [f32], positive: &[bool], rows: &[usize]) -> Self {
        let mut chunk = Self {
            images: [&[]; CHUNK_IMAGES],
            positive: [false; CHUNK_IMAGES],
            count: rows.len(),
        };
        let entries = chunk.images.iter_mut().zip(&mut chunk.positive);
        for ((image, is_positive), &row) in entries.zip(rows) {
            *image = pixels(images, row);
            *is_positive = positive[row];
        }
        chunk
    }

    #[inline(always)]
    pub(crate) fn images(&self) -> &[&'a [f32]] {
        &self.images[..self.count]
    }

    #[inline(always)]
    pub(crate) fn positive(&self) -> &[bool] {
        &self.positive[..self.count]
    }
}

/// The loss of each image of a chunk.
pub(crate) struct ChunkLosses {
    pub(crate) losses: [f32; CHUNK_IMAGES],
    /// Of each loss, minus its derivative with respect to the margin, in [0, 1].
    pub(crate) slopes: [f32; CHUNK_IMAGES],
    pub(crate) correct: usize,
}

impl FusedNetwork {
    /// Computes the forward pass and the losses.
    #[inline(always)]
    pub(crate) fn forward_to_loss<S: Simd>(
        &self,
        simd: S,
        chunk: &Chunk<'_>,
        activations: &mut [AlignedVec; 2],
    ) -> ChunkLosses {
        let images = chunk.images();
        // The margin of an image is its logit, with the sign changed if the image is negative.
        let mut margins = self.forward(simd, images.len(), |i| images[i], activations);
        let mut correct = 0;
        for (margin, &positive) in margins.iter_mut().zip(chunk.positive()) {
            correct += usize::from(is_positive_logit(*margin) == positive);
            *margin = if positive { *margin } else { -*margin };
        }
        let (losses, slopes) = losses(simd, &margins);
        ChunkLosses {
            losses,
            slopes,
            correct,
        }
    }
}

/// Computes from margins m the losses `softplus(-m)` and minus their derivatives, `sigmoid(-m)`.
///
/// Both are computed from exp(-|m|), so that nothing overflows, as in `training/loss.rs`.
#[inline(always)]
fn losses<S: Simd>(
    simd: S,
    margins: &[f32; CHUNK_IMAGES],
) -> ([f32; CHUNK_IMAGES], [f32; CHUNK_IMAGES]) {
    let mut losses = [0.0; CHUNK_IMAGES];
    let mut slopes = [0.0; CHUNK_IMAGES];
    let margins = S::as_simd_f32s(margins).0.iter();
    let outputs = S::as_mut_simd_f32s(&mut losses).0.iter_mut();
    let outputs = outputs.zip(S::as_mut_simd_f32s(&mut slopes).0);
    let (zero, one) = (simd.splat_f32s(0.0), simd.splat_f32s(1.0));
    for (&margin, (loss, slope)) in margins.zip(outputs) {
        let is_wrong = simd.less_than_f32s(margin, zero);
        let overshoot = select(simd, is_wrong, negative(simd, margin), zero);
        let exp = exp(simd, negative(simd, absolute(simd, margin)));
        *loss = simd.add_f32s(overshoot, ln_1p(simd, exp));
        let part = select(simd, is_wrong, one, exp);
        *slope = simd.div_f32s(part, simd.add_f32s(one, exp));
    }
    (losses, slopes)
}

#[cfg(test)]
mod tests {
    use data::PIXELS;
    use pulp::Arch;

    use super::*;
    use crate::fused::test_support::{constant, examples, training, weights};

    #[test]
    fn evaluation_gives_the_metrics_from_before_the_step() {
        let (images, positive) = examples(130);
        // More than a chunk, some of them twice.
        let rows: Vec<usize> = (0..140).map(|i| (7 * i) % 130).collect();
        let mut training = training(Arch::new(), weights([25, 15], 2));
        let metrics = training.network().evaluate(&images, &positive, &rows);
        let before = training.state();
        assert_eq!(training.step(&images, &positive, &rows, None, 0.1), metrics);
        assert_ne!(training.state(), before);
        let after = training.network().evaluate(&images, &positive, &rows);
        assert_ne!(after, metrics);
    }

    #[test]
    fn only_the_given_rows_count() {
        let (images, positive) = examples(130);
        let network = FusedNetwork::new(&weights([25, 15], 2));
        let of = |rows: &[usize]| network.evaluate(&images, &positive, rows);
        let one = network.evaluate(&images[129 * PIXELS..], &positive[129..], &[0]);
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
        let correct = |positive| network.evaluate(&[0.5; PIXELS], &[positive], &[0]).correct;
        assert_eq!((correct(true), correct(false)), (1, 0));
    }
}
