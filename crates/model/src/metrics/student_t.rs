//! Student's t distribution: how probable a value is by chance, and which values are within 95 %.

use super::ratio::real;

/// The continued fraction stops when a factor changes it by less than this.
const PRECISION: f64 = 1e-15;

/// Far more terms than the continued fraction needs: about the square root of the degrees of freedom.
const MAX_TERMS: usize = 100_000;

/// Student's t distribution with a whole number of degrees of freedom.
pub(super) struct StudentT {
    degrees: f64,
    /// B(degrees / 2, 1 / 2), the beta function.
    beta: f64,
}

impl StudentT {
    /// The distribution with `degrees` degrees of freedom, at least 1.
    pub(super) fn new(degrees: usize) -> Self {
        let degrees = degrees.max(1);
        Self {
            degrees: real(degrees),
            beta: beta_of_half(degrees),
        }
    }

    /// Computes the probability of a value at least as far from 0 as `t`, on either side.
    ///
    /// `I_x(v / 2, 1 / 2)` with x = v / (v + t²) for v degrees of freedom, where I is the regularized
    /// incomplete beta function (DLMF 8.17; Abramowitz and Stegun 26.7.1). It keeps its relative precision
    /// where it is small.
    pub(super) fn two_sided_p(&self, t: f64) -> f64 {
        if t.is_nan() {
            return f64::NAN;
        }
        let (a, b) = (self.degrees / 2.0, 0.5);
        // x = 1 / (1 + ratio), and 1 - x = ratio / (1 + ratio).
        let ratio = t * t / self.degrees;
        if ratio.is_infinite() {
            return 0.0;
        }
        let [x, rest] = [1.0 / (1.0 + ratio), ratio / (1.0 + ratio)];
        let factor = (-a * ratio.ln_1p()).exp() * rest.sqrt() / self.beta;
        // The fraction converges fast below (a + 1) / (a + b + 2); above, by `I_x(a, b) = 1 - I_y(b, a)` with y = 1 - x.
        if x < (a + 1.0) / (a + b + 2.0) {
            factor * continued_fraction(a, b, x) / a
        } else {
            1.0 - factor * continued_fraction(b, a, rest) / b
        }
    }

    /// Finds the value that is exceeded on either side with this probability, in (0, 1).
    pub(super) fn two_sided_quantile(&self, probability: f64) -> f64 {
        let mut high = 1.0;
        while self.two_sided_p(high) > probability && high < 1e300 {
            high *= 2.0;
        }
        // Bisection: the probability falls as the value rises.
        let mut low = 0.0;
        loop {
            let middle = f64::midpoint(low, high);
            if middle <= low || middle >= high {
                return middle;
            }
            if self.two_sided_p(middle) > probability {
                low = middle;
            } else {
                high = middle;
            }
        }
    }
}

/// Computes B(n / 2, 1 / 2), from B(1 / 2, 1 / 2) = pi and B(1, 1 / 2) = 2 by
/// B(a + 1, b) = B(a, b) a / (a + b) (DLMF 5.12.1 and 5.5.1).
fn beta_of_half(n: usize) -> f64 {
    let (first, start) = if n.is_multiple_of(2) {
        (2.0, 2)
    } else {
        (std::f64::consts::PI, 1)
    };
    let steps = (start..n).step_by(2).map(real);
    steps.fold(first, |beta, twice_a| beta * twice_a / (twice_a + 1.0))
}

/// Computes the continued fraction of the incomplete beta function (DLMF 8.17.22) by Lentz's method as
/// modified by Thompson and Barnett (Numerical Recipes, third edition, sections 5.2 and 6.4).
fn continued_fraction(a: f64, b: f64, x: f64) -> f64 {
    // Replaces a denominator of 0.
    const TINY: f64 = 1e-300;
    let nonzero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut numerators = 1.0;
    let mut denominators = 1.0 / nonzero(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = denominators;
    for term in (1..=MAX_TERMS).map(real) {
        let place = a + 2.0 * term;
        let even = term * (b - term) * x / ((place - 1.0) * place);
        let odd = -(a + term) * (a + b + term) * x / (place * (place + 1.0));
        let mut change = 1.0;
        for coefficient in [even, odd] {
            denominators = 1.0 / nonzero(1.0 + coefficient * denominators);
            numerators = nonzero(1.0 + coefficient / numerators);
            change = numerators * denominators;
            fraction *= change;
        }
        if (change - 1.0).abs() < PRECISION {
            break;
        }
    }
    fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_near(found: f64, expected: f64) {
        let error = (found - expected).abs() / expected;
        assert!(error < 1e-12, "{found} {expected}");
    }

    #[test]
    fn probabilities_agree_with_scipy_s_also_where_they_are_tiny() {
        // 2 * scipy.stats.t.sf(t, degrees), SciPy 1.17.1.
        for (t, degrees, expected) in [
            (0.5, 1, 0.704_832_764_699_133_5),
            (2.0, 4, 0.116_116_523_516_815_56),
            (0.1, 4, 0.925_155_840_939_453_2),
            (0.001, 9, 0.999_223_930_325_973_3),
            (6.0, 9, 0.000_202_499_322_067_640_79),
            (30.0, 9, 2.483_704_704_158_263_5e-10),
            (2.5, 30, 0.018_115_649_068_066_69),
            (1.0, 999, 0.317_552_660_176_426_12),
            (40.0, 200, 2.248_739_653_520_219_7e-97),
            (1e6, 3, 2.205_315_581_679_229e-18),
        ] {
            let distribution = StudentT::new(degrees);
            assert_near(distribution.two_sided_p(t), expected);
            assert_near(distribution.two_sided_p(-t), expected);
        }
    }

    #[test]
    fn quantiles_agree_with_scipy_s() {
        // scipy.stats.t.ppf(0.975, degrees), SciPy 1.17.1.
        for (degrees, expected) in [
            (1, 12.706_204_736_174_694),
            (2, 4.302_652_729_749_462),
            (3, 3.182_446_305_283_707_8),
            (4, 2.776_445_105_197_793_4),
            (9, 2.262_157_162_798_205),
            (29, 2.045_229_642_132_703),
            (99, 1.984_216_951_586_417_4),
            (999, 1.962_341_461_133_449_3),
            (100_000, 1.959_987_707_534_609_5),
        ] {
            assert_near(StudentT::new(degrees).two_sided_quantile(0.05), expected);
        }
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "these are exact")]
    fn zero_is_certain_and_infinity_impossible() {
        for degrees in [0, 1, 2, 3, 1000] {
            let distribution = StudentT::new(degrees);
            assert_eq!(distribution.two_sided_p(0.0), 1.0);
            assert_eq!(distribution.two_sided_p(f64::INFINITY), 0.0);
            assert!(distribution.two_sided_p(1e200) < 1e-100);
            assert!(distribution.two_sided_p(f64::NAN).is_nan());
        }
    }
}
