//! Mathematical functions on SIMD registers of f32s: AVX-512, AVX2 or NEON, whichever is found at run
//! time, or one number at a time if there is none of them.

#![expect(
    clippy::inline_always,
    reason = "only code inlined into pulp's entry points is compiled for the detected processor"
)]

use pulp::{Simd, cast};

/// The number of f32s in the widest register, AVX-512's; rows of matrices are padded to a multiple.
pub(crate) const MAX_LANES: usize = 16;

/// Computes 1 / (1 + exp(-x)) with an error of at most 3 units in the last place.
///
/// For x below -87 the result is that for -87, 1.6e-38.
#[inline(always)]
pub(crate) fn sigmoid<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let one = simd.splat_f32s(1.0);
    let exp = exp(simd, negative(simd, x));
    simd.div_f32s(one, simd.add_f32s(one, exp))
}

/// Computes the derivative of the sigmoid from its value a: a (1 - a).
#[inline(always)]
pub(crate) fn sigmoid_slope<S: Simd>(simd: S, a: S::f32s) -> S::f32s {
    simd.mul_f32s(a, simd.sub_f32s(simd.splat_f32s(1.0), a))
}

/// Computes exp(x) with an error of at most 2 units in the last place. Arguments are clamped to ±87, so
/// that nothing overflows; NaN stays NaN.
///
/// x = n ln 2 + r with |r| <= ln 2 / 2, and exp(r) by the polynomial of Cephes' `expf.c` (Moshier,
/// netlib.org/cephes).
#[inline(always)]
pub(crate) fn exp<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let splat = |value| simd.splat_f32s(value);
    let x = select(simd, simd.greater_than_f32s(x, splat(87.0)), splat(87.0), x);
    let x = select(simd, simd.less_than_f32s(x, splat(-87.0)), splat(-87.0), x);
    // Adding 1.5 * 2^23 rounds to an integer and leaves it in the low bits.
    let shift = splat(12_582_912.0);
    let shifted = simd.mul_add_e_f32s(x, splat(std::f32::consts::LOG2_E), shift);
    let n = simd.sub_f32s(shifted, shift);
    // ln 2 is split into two parts; the first has so few bits that its product with n is exact.
    let r = simd.mul_add_e_f32s(n, splat(-0.693_359_4), x);
    let r = simd.mul_add_e_f32s(n, splat(2.121_944_4e-4), r);
    let mut sum = splat(1.987_569_1e-4);
    for coefficient in [
        1.398_199_9e-3,
        8.333_452e-3,
        4.166_579_6e-2,
        0.166_666_66,
        0.5,
    ] {
        sum = simd.mul_add_e_f32s(sum, r, splat(coefficient));
    }
    let sum = simd.mul_add_e_f32s(sum, simd.mul_f32s(r, r), r);
    let sum = simd.add_f32s(sum, splat(1.0));
    // 2^n from its bits: n + 127 in the exponent field.
    let exponent = simd.add_u32s(cast(shifted), simd.splat_u32s(127));
    let power = simd.wrapping_dyn_shl_u32s(exponent, simd.splat_u32s(23));
    simd.mul_f32s(sum, cast(power))
}

/// Computes ln(1 + x) for x in [0, 1] with an error of at most 3 units in the last place: 2 artanh(s)
/// with s = x / (2 + x), by the series s + s^3 / 3 + s^5 / 5 + ...
#[inline(always)]
pub(crate) fn ln_1p<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let s = simd.div_f32s(x, simd.add_f32s(x, simd.splat_f32s(2.0)));
    let square = simd.mul_f32s(s, s);
    // s is at most 1/3, so the first omitted term is below 2e-9 of the sum.
    let mut sum = simd.splat_f32s(1.0 / 15.0);
    for odd in [13.0, 11.0, 9.0, 7.0, 5.0, 3.0] {
        sum = simd.mul_add_e_f32s(sum, square, simd.splat_f32s(1.0 / odd));
    }
    let twice = simd.add_f32s(s, s);
    simd.mul_add_e_f32s(simd.mul_f32s(sum, square), twice, twice)
}

// pulp has the next three, too, but does not mark them all `inline(always)`.

/// Computes 0 - x.
#[inline(always)]
pub(crate) fn negative<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    simd.sub_f32s(simd.splat_f32s(0.0), x)
}

/// Computes |x|.
#[inline(always)]
pub(crate) fn absolute<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    simd.max_f32s(x, negative(simd, x))
}

/// Takes each number from `then` where `mask` is set, from `otherwise` elsewhere.
#[inline(always)]
pub(crate) fn select<S: Simd>(
    simd: S,
    mask: S::m32s,
    then: S::f32s,
    otherwise: S::f32s,
) -> S::f32s {
    cast(simd.select_u32s(mask, cast(then), cast(otherwise)))
}

/// Replaces numbers of a magnitude below `smallest` by 0; NaN stays NaN.
#[inline(always)]
pub(crate) fn flush<S: Simd>(simd: S, x: S::f32s, smallest: f32) -> S::f32s {
    let is_small = simd.less_than_f32s(absolute(simd, x), simd.splat_f32s(smallest));
    select(simd, is_small, simd.splat_f32s(0.0), x)
}

#[cfg(test)]
mod tests {
    use pulp::WithSimd;

    use super::super::test_support::architectures;
    use super::*;

    enum Function {
        Exp,
        Sigmoid,
        Ln1p,
        Flush,
    }

    struct Map<'a>(Function, &'a mut [f32]);

    impl WithSimd for Map<'_> {
        type Output = ();

        fn with_simd<S: Simd>(self, simd: S) {
            for value in S::as_mut_simd_f32s(self.1).0 {
                *value = match self.0 {
                    Function::Exp => exp(simd, *value),
                    Function::Sigmoid => sigmoid(simd, *value),
                    Function::Ln1p => ln_1p(simd, *value),
                    Function::Flush => flush(simd, *value, 1e-3),
                };
            }
        }
    }

    /// The largest relative error over 2^20 evenly spaced arguments from `from` to `to`.
    fn error(function: fn() -> Function, exact: fn(f64) -> f64, from: f32, to: f32) -> f64 {
        let count = 1 << 20;
        #[expect(clippy::cast_precision_loss, reason = "20 bits fit an f32")]
        let arguments: Vec<f32> = (0..count)
            .map(|i| from + (to - from) * (i as f32 / (count - 1) as f32))
            .collect();
        let errors = architectures().into_iter().map(|(_, architecture)| {
            let mut values = arguments.clone();
            architecture.dispatch(Map(function(), &mut values));
            let pairs = values.iter().zip(&arguments);
            pairs.fold(0.0_f64, |largest, (&value, &argument)| {
                let exact = exact(f64::from(argument));
                largest.max((f64::from(value) / exact - 1.0).abs())
            })
        });
        errors.fold(0.0, f64::max)
    }

    #[test]
    fn functions_agree_with_f64_to_a_few_units_in_the_last_place() {
        let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
        let exp = error(|| Function::Exp, f64::exp, -87.0, 87.0);
        let low = error(|| Function::Sigmoid, sigmoid, -86.0, 0.0);
        let high = error(|| Function::Sigmoid, sigmoid, -9.0, 40.0);
        let ln_1p = error(|| Function::Ln1p, f64::ln_1p, 1e-30, 1.0);
        let small = error(|| Function::Ln1p, f64::ln_1p, 1e-30, 1e-6);
        // A unit in the last place is between 6e-8 and 1.2e-7 of a number.
        assert!(exp < 1.2e-7, "{exp:e}");
        assert!(low < 2e-7 && high < 2e-7, "{low:e} {high:e}");
        assert!(ln_1p < 2e-7 && small < 2e-7, "{ln_1p:e} {small:e}");
    }

    #[test]
    fn nothing_overflows_and_nan_stays_nan() {
        for (path, architecture) in architectures() {
            let mut values = [0.0; MAX_LANES];
            values[..6].copy_from_slice(&[200.0, -200.0, f32::INFINITY, -f32::INFINITY, 0.0, -0.0]);
            values[6] = f32::NAN;
            values[7] = f32::from_bits(0xffc0_0155);
            let mut exponentials = values;
            architecture.dispatch(Map(Function::Exp, &mut exponentials));
            assert!(
                exponentials[..6].iter().all(|value| value.is_normal()),
                "{path}"
            );
            assert!(exponentials[6].is_nan() && exponentials[7].is_nan());
            architecture.dispatch(Map(Function::Sigmoid, &mut values));
            assert_eq!(values[..6].iter().position(|v| !v.is_normal()), None);
            let expected = [1.0_f32, 1.0, 0.5, 0.5].map(f32::to_bits);
            let found = [values[0], values[2], values[4], values[5]].map(f32::to_bits);
            assert_eq!(found, expected);
            assert!(values[1] < 1e-37 && values[3] < 1e-37);
            assert!(values[6].is_nan() && values[7].is_nan());
        }
    }

    #[test]
    fn flushing_changes_only_the_smallest_numbers() {
        for (path, architecture) in architectures() {
            let mut values = [7.0; MAX_LANES];
            values[..6].copy_from_slice(&[1e-3, -1e-3, 9e-4, -9e-4, 1e-40, f32::NAN]);
            architecture.dispatch(Map(Function::Flush, &mut values));
            let expected = [1e-3_f32, -1e-3, 0.0, 0.0, 0.0].map(f32::to_bits);
            assert_eq!(values.map(f32::to_bits)[..5], expected, "{path}");
            assert!(values[5].is_nan());
            assert_eq!(values[6].to_bits(), 7.0_f32.to_bits());
        }
    }
}
