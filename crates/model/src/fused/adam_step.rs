//! Adam's update of a layer's parameters, one SIMD register at a time.
//!
//! The formulas are those of `training/adam.rs`.

#![expect(
    clippy::inline_always,
    reason = "only code inlined into pulp's entry points is compiled for the detected processor"
)]

use pulp::Simd;

use super::aligned::take_first;
use super::simd_math::flush;
use crate::training::Adam;

/// 2^-58: 0.001 times the square of a smaller gradient would be a subnormal number.
///
/// Processors take a hundred times as long for subnormal numbers, and a resize can leave rounding
/// errors of 1e-30 in pixels. Flushing such gradients to 0 costs nothing: it changes no weight by more
/// than rate / epsilon times 1e-17. TensorFlow flushes all subnormal numbers.
const SMALLEST_GRADIENT: f32 = f32::from_bits((127 - 58) << 23);

/// 2^-125: a moment from here on is not subnormal after the next decay, which leaves at least half.
const SMALLEST_MOMENT: f32 = 2.0 * f32::MIN_POSITIVE;

/// The coefficients of one step of [`Adam`], each in all lanes of a register.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AdamStep<S: Simd> {
    beta_1: S::f32s,
    one_minus_beta_1: S::f32s,
    beta_2: S::f32s,
    one_minus_beta_2: S::f32s,
    rate: S::f32s,
    epsilon: S::f32s,
}

impl<S: Simd> AdamStep<S> {
    /// Computes the coefficients of step `t`, counted from 1.
    #[inline(always)]
    pub(crate) fn new(simd: S, adam: &Adam, learning_rate: f64, t: u64) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "weights are f32")]
        let splat = |value: f64| simd.splat_f32s(value as f32);
        Self {
            beta_1: splat(adam.beta_1),
            one_minus_beta_1: splat(1.0 - adam.beta_1),
            beta_2: splat(adam.beta_2),
            one_minus_beta_2: splat(1.0 - adam.beta_2),
            rate: splat(adam.corrected_rate(learning_rate, t)),
            epsilon: splat(adam.epsilon),
        }
    }
}

/// How the gradients of some images of a batch are used.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Accumulation<S: Simd> {
    /// Whether these are the batch's first images, so that there are no gradients yet to add to.
    pub(crate) is_first: bool,
    /// The update, if these are the batch's last images.
    pub(crate) adam: Option<AdamStep<S>>,
}

impl<S: Simd> Accumulation<S> {
    /// The same for a chunk of these images.
    #[inline(always)]
    pub(crate) fn of_chunk(self, is_first: bool, is_last: bool) -> Self {
        Self {
            is_first: self.is_first && is_first,
            adam: self.adam.filter(|_| is_last),
        }
    }
}

/// A layer's parameters, or some of its panels, and what belongs to each parameter.
pub(crate) struct LayerMut<'a> {
    pub(crate) weights: &'a mut [f32],
    /// Sums over the images of the batch's earlier chunks.
    pub(crate) gradients: &'a mut [f32],
    /// Adam's m.
    pub(crate) first_moments: &'a mut [f32],
    /// Adam's v.
    pub(crate) second_moments: &'a mut [f32],
}

impl<'a> LayerMut<'a> {
    /// Borrows it for a shorter time.
    pub(crate) fn reborrow(&mut self) -> LayerMut<'_> {
        LayerMut {
            weights: self.weights,
            gradients: self.gradients,
            first_moments: self.first_moments,
            second_moments: self.second_moments,
        }
    }

    /// Takes off so many numbers of each array from the start.
    pub(crate) fn take(&mut self, count: usize) -> LayerMut<'a> {
        LayerMut {
            weights: take_first(&mut self.weights, count),
            gradients: take_first(&mut self.gradients, count),
            first_moments: take_first(&mut self.first_moments, count),
            second_moments: take_first(&mut self.second_moments, count),
        }
    }
}

/// A [`LayerMut`] in SIMD registers.
pub(crate) struct LayerRegisters<'a, S: Simd> {
    pub(crate) weights: &'a mut [S::f32s],
    pub(crate) gradients: &'a mut [S::f32s],
    first_moments: &'a mut [S::f32s],
    second_moments: &'a mut [S::f32s],
}

impl<'a, S: Simd> LayerRegisters<'a, S> {
    #[inline(always)]
    pub(crate) fn new(layer: LayerMut<'a>) -> Self {
        let LayerMut {
            weights,
            gradients,
            first_moments,
            second_moments,
        } = layer;
        Self {
            weights: S::as_mut_simd_f32s(weights).0,
            gradients: S::as_mut_simd_f32s(gradients).0,
            first_moments: S::as_mut_simd_f32s(first_moments).0,
            second_moments: S::as_mut_simd_f32s(second_moments).0,
        }
    }

    /// Adds a chunk's gradient to the sum of the register at `index`, and after the last chunk
    /// updates the weights there.
    #[inline(always)]
    pub(crate) fn add_gradient(
        &mut self,
        simd: S,
        accumulation: Accumulation<S>,
        index: usize,
        mut gradient: S::f32s,
    ) {
        if !accumulation.is_first {
            gradient = simd.add_f32s(self.gradients[index], gradient);
        }
        match accumulation.adam {
            None => self.gradients[index] = gradient,
            Some(adam) => self.update(simd, adam, index, gradient),
        }
    }

    /// Updates the weights of the register at `index`.
    #[inline(always)]
    pub(crate) fn update(&mut self, simd: S, adam: AdamStep<S>, index: usize, gradient: S::f32s) {
        let gradient = flush(simd, gradient, SMALLEST_GRADIENT);
        let m = simd.mul_f32s(gradient, adam.one_minus_beta_1);
        let m = simd.mul_add_e_f32s(self.first_moments[index], adam.beta_1, m);
        let v = simd.mul_f32s(gradient, gradient);
        let v = simd.mul_f32s(v, adam.one_minus_beta_2);
        let v = simd.mul_add_e_f32s(self.second_moments[index], adam.beta_2, v);
        let m = flush(simd, m, SMALLEST_MOMENT);
        let v = flush(simd, v, SMALLEST_MOMENT);
        let root = simd.add_f32s(simd.sqrt_f32s(v), adam.epsilon);
        let change = simd.div_f32s(simd.mul_f32s(m, adam.rate), root);
        self.weights[index] = simd.sub_f32s(self.weights[index], change);
        self.first_moments[index] = m;
        self.second_moments[index] = v;
    }
}
