//! Losses and their slopes, from logits and classes.
//!
//! The formulas are those of `training/loss.rs`.

#![expect(
    clippy::inline_always,
    reason = "only code inlined into pulp's entry points is compiled for the detected processor"
)]

use pulp::Simd;

use super::aligned::{AlignedVec, take_first};
use super::simd_math::{MAX_LANES, absolute, exp, ln_1p, negative, select};
use crate::network::predicted_class;

/// Room for the losses of some images, `[images, outputs]`, padded to whole registers.
#[derive(Debug)]
pub(crate) struct LossBuffers {
    outputs: usize,
    margins: AlignedVec,
    losses: AlignedVec,
    slopes: AlignedVec,
}

/// A part of [`LossBuffers`].
pub(crate) struct Losses<'a> {
    pub(crate) outputs: usize,
    /// The logits, and then each with the sign changed where the output should be 0.
    pub(crate) margins: &'a mut [f32],
    /// The losses.
    pub(crate) values: &'a mut [f32],
    /// Of each loss, minus its derivative with respect to the margin, in [0, 1].
    pub(crate) slopes: &'a mut [f32],
}

impl LossBuffers {
    pub(crate) fn new(images: usize, outputs: usize) -> Self {
        let length = (images * outputs).next_multiple_of(MAX_LANES);
        Self {
            outputs,
            margins: AlignedVec::zeros(length),
            losses: AlignedVec::zeros(length),
            slopes: AlignedVec::zeros(length),
        }
    }

    /// Borrows all of them.
    pub(crate) fn all(&mut self) -> Losses<'_> {
        Losses {
            outputs: self.outputs,
            margins: &mut self.margins,
            values: &mut self.losses,
            slopes: &mut self.slopes,
        }
    }

    /// Returns the losses, `[images, outputs]`.
    pub(crate) fn losses(&self) -> &[f32] {
        &self.losses
    }

    /// Returns the slopes, `[images, outputs]`.
    pub(crate) fn slopes(&self) -> &[f32] {
        &self.slopes
    }
}

impl<'a> Losses<'a> {
    /// Takes off those of the first images, a multiple of 16.
    pub(crate) fn take(&mut self, images: usize) -> Losses<'a> {
        let length = images * self.outputs;
        Losses {
            outputs: self.outputs,
            margins: take_first(&mut self.margins, length),
            values: take_first(&mut self.values, length),
            slopes: take_first(&mut self.slopes, length),
        }
    }

    /// Computes losses and slopes from the logits in `margins`; returns the number of correct
    /// predictions.
    #[inline(always)]
    pub(crate) fn compute<S: Simd>(&mut self, simd: S, classes: &[u8]) -> usize {
        let outputs = self.outputs;
        let mut correct = 0;
        for (logits, &class) in self.margins.chunks_exact_mut(outputs).zip(classes) {
            correct += usize::from(predicted_class(logits) == usize::from(class));
            let output = output_of(class, outputs);
            for (index, logit) in logits.iter_mut().enumerate() {
                *logit = if index == output { *logit } else { -*logit };
            }
        }
        let end = (classes.len() * outputs).next_multiple_of(MAX_LANES);
        let (losses, slopes) = (&mut self.values[..end], &mut self.slopes[..end]);
        compute(simd, &self.margins[..end], losses, slopes);
        correct
    }
}

/// Sums the losses of one image, `[images, outputs]`.
#[inline(always)]
pub(crate) fn loss_of(losses: &[f32], image: usize, outputs: usize) -> f32 {
    let losses = &losses[image * outputs..][..outputs];
    losses[1..].iter().fold(losses[0], |sum, loss| sum + loss)
}

/// Returns the output that should be 1 for an image of a class; with one output it is that of class 1, so
/// that for class 0 there is none.
#[inline(always)]
pub(crate) fn output_of(class: u8, outputs: usize) -> usize {
    let class = usize::from(class);
    match outputs {
        1 => class.wrapping_sub(1),
        _ => class,
    }
}

/// Computes from margins m the losses `softplus(-m)` and minus their derivatives, `sigmoid(-m)`.
///
/// Both are computed from exp(-|m|), so that nothing overflows, as in `training/loss.rs`.
#[inline(always)]
fn compute<S: Simd>(simd: S, margins: &[f32], losses: &mut [f32], slopes: &mut [f32]) {
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
