//! What a network without tensors answers to images whose digits are known: losses, and how many
//! answers are right.
//!
//! The formulas are those of `step.rs`.

#![expect(
    clippy::inline_always,
    reason = "only what is inlined into pulp's entry points is compiled for the processor found"
)]

use pulp::{Simd, WithSimd};

use crate::fused_network::{FusedNetwork, IMAGES_AT_ONCE, pixels};
use crate::lanes;
use crate::layer::Aligned;

/// What a network answers to some images, in sums over them.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct StepFigures {
    /// Binary cross-entropies in nats, in training each times the weight of its class.
    pub loss_sum: f64,
    /// Right answers: those whose logit is 0 or more for the positive digit, less for the other.
    pub right: usize,
}

impl FusedNetwork {
    /// Computes the figures of the images `rows` of `images`, without weights of classes.
    ///
    /// `images` is `[n, 400]`, row by row; `positive` says of each of the n whether it shows the
    /// positive digit.
    ///
    /// # Panics
    ///
    /// Panics if a row is not below n.
    #[must_use]
    pub fn evaluate(&self, images: &[f32], positive: &[bool], rows: &[usize]) -> StepFigures {
        self.arch.dispatch(Evaluate {
            network: self,
            images,
            positive,
            rows,
        })
    }
}

/// [`FusedNetwork::evaluate`], compiled for each kind of processor.
struct Evaluate<'a> {
    network: &'a FusedNetwork,
    images: &'a [f32],
    positive: &'a [bool],
    rows: &'a [usize],
}

impl WithSimd for Evaluate<'_> {
    type Output = StepFigures;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> StepFigures {
        let mut figures = StepFigures::default();
        let activations = &mut self.network.activations(self.rows.len());
        for rows in self.rows.chunks(IMAGES_AT_ONCE) {
            let piece = Piece::new(self.images, self.positive, rows);
            let answers = self.network.answer(simd, &piece, activations);
            let losses = answers.losses.iter().take(piece.count);
            figures.loss_sum += losses.copied().map(f64::from).sum::<f64>();
            figures.right += answers.right;
        }
        figures
    }
}

/// Images that go through the network together, and whether each shows the positive digit.
pub(crate) struct Piece<'a> {
    images: [&'a [f32]; IMAGES_AT_ONCE],
    positive: [bool; IMAGES_AT_ONCE],
    count: usize,
}

impl<'a> Piece<'a> {
    /// Takes at most [`IMAGES_AT_ONCE`] rows.
    #[inline(always)]
    pub(crate) fn new(images: &'a [f32], positive: &[bool], rows: &[usize]) -> Self {
        let mut piece = Self {
            images: [&[]; IMAGES_AT_ONCE],
            positive: [false; IMAGES_AT_ONCE],
            count: rows.len(),
        };
        let places = piece.images.iter_mut().zip(&mut piece.positive);
        for ((image, is_positive), &row) in places.zip(rows) {
            *image = pixels(images, row);
            *is_positive = positive[row];
        }
        piece
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

/// What a network answers to some images, image by image.
pub(crate) struct Answers {
    pub(crate) losses: [f32; IMAGES_AT_ONCE],
    /// By how much each loss falls when the logit moves to the right side.
    pub(crate) slopes: [f32; IMAGES_AT_ONCE],
    pub(crate) right: usize,
}

impl FusedNetwork {
    /// Goes forward to the losses.
    #[inline(always)]
    pub(crate) fn answer<S: Simd>(
        &self,
        simd: S,
        piece: &Piece<'_>,
        activations: &mut [Aligned; 2],
    ) -> Answers {
        let images = piece.images();
        // Logits that count towards the right class.
        let mut margins = self.forward(simd, images.len(), |i| images[i], activations);
        let mut right = 0;
        for (margin, &positive) in margins.iter_mut().zip(piece.positive()) {
            right += usize::from((*margin >= 0.0) == positive);
            *margin = if positive { *margin } else { -*margin };
        }
        let (losses, slopes) = losses(simd, &margins);
        Answers {
            losses,
            slopes,
            right,
        }
    }
}

/// From margins m, the losses `softplus(-m)` and by how much they fall with m, `sigmoid(-m)`.
///
/// Both from exp(-|m|), so that nothing overflows: `step.rs` has the formula.
#[inline(always)]
fn losses<S: Simd>(
    simd: S,
    margins: &[f32; IMAGES_AT_ONCE],
) -> ([f32; IMAGES_AT_ONCE], [f32; IMAGES_AT_ONCE]) {
    let mut losses = [0.0; IMAGES_AT_ONCE];
    let mut slopes = [0.0; IMAGES_AT_ONCE];
    let margins = S::as_simd_f32s(margins).0.iter();
    let outputs = S::as_mut_simd_f32s(&mut losses).0.iter_mut();
    let outputs = outputs.zip(S::as_mut_simd_f32s(&mut slopes).0);
    let (zero, one) = (simd.splat_f32s(0.0), simd.splat_f32s(1.0));
    for (&margin, (loss, slope)) in margins.zip(outputs) {
        let is_wrong = simd.less_than_f32s(margin, zero);
        let overshoot = lanes::select(simd, is_wrong, lanes::negative(simd, margin), zero);
        let exp = lanes::exp(simd, lanes::negative(simd, lanes::absolute(simd, margin)));
        *loss = simd.add_f32s(overshoot, lanes::ln_1p(simd, exp));
        let part = lanes::select(simd, is_wrong, one, exp);
        *slope = simd.div_f32s(part, simd.add_f32s(one, exp));
    }
    (losses, slopes)
}

#[cfg(test)]
mod tests {
    use data::PIXELS;
    use pulp::Arch;

    use super::*;
    use crate::fused_reference::{constant, examples, training, weights};

    #[test]
    fn evaluating_gives_the_figures_from_before_the_step() {
        let (images, positive) = examples(130);
        // More than go through at once, some of them twice.
        let rows: Vec<usize> = (0..140).map(|i| (7 * i) % 130).collect();
        let mut training = training(Arch::new(), weights([25, 15], 2));
        let figures = training.evaluate(&images, &positive, &rows);
        let before = training.state();
        assert_eq!(training.step(&images, &positive, &rows, None, 0.1), figures);
        assert_ne!(training.state(), before);
        assert_ne!(training.evaluate(&images, &positive, &rows), figures);
    }

    #[test]
    fn only_the_rows_asked_for_count() {
        let (images, positive) = examples(130);
        let network = FusedNetwork::new(&weights([25, 15], 2));
        let of = |rows: &[usize]| network.evaluate(&images, &positive, rows);
        let one = network.evaluate(&images[129 * PIXELS..], &positive[129..], &[0]);
        assert_eq!(of(&[129]), one);
        assert_eq!(of(&[129, 129]).right, 2 * one.right);
        assert_eq!(of(&[]), StepFigures::default());
    }

    #[test]
    fn a_logit_of_0_counts_as_positive() {
        let network = FusedNetwork::new(&constant(0.0));
        let right = |positive| network.evaluate(&[0.5; PIXELS], &[positive], &[0]).right;
        assert_eq!((right(true), right(false)), (1, 0));
    }
}
