//! The confidence interval of a proportion.

use super::ratio::real;

/// The 97.5 % quantile of the standard normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// Computes the 95 % score interval of the proportion of `correct` in `examples`, lower and upper
/// end, both in [0, 1]; [0, 1] if there are no examples.
///
/// Wilson, Journal of the American Statistical Association 22, 1927; numerator and denominator are
/// multiplied by n.
pub(super) fn wilson_interval(correct: usize, examples: usize) -> [f64; 2] {
    if examples == 0 {
        return [0.0, 1.0];
    }
    let (correct, wrong, n) = (real(correct), real(examples - correct), real(examples));
    let half_width = Z * (correct * wrong / n + Z * Z / 4.0).sqrt();
    let lower_end = |count: f64| (count + Z * Z / 2.0 - half_width) / (n + Z * Z);
    // By symmetry the upper end is 1 minus the lower end of the wrong predictions. Computed so, it is
    // exactly 1 if there are none.
    [lower_end(correct), 1.0 - lower_end(wrong)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-12, "{found} {expected}");
    }

    #[test]
    fn the_interval_agrees_with_scipy_s() {
        // scipy.stats.binomtest(k, n).proportion_ci(method="wilson"); by hand for 999 of 1000:
        // (999 + 1.920729 -+ 1.959964 sqrt(0.999 + 0.960365)) / (1000 + 3.841459).
        let [from, to] = wilson_interval(999, 1000);
        assert_close(from, 0.994_357_441_402_042_1);
        assert_close(to, 0.999_823_453_629_373_9);
        let [from, to] = wilson_interval(7, 10);
        assert_close(from, 0.396_778_147_461_145_26);
        assert_close(to, 0.892_208_732_593_699);
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "these ends are exact")]
    fn the_interval_starts_at_0_if_all_are_wrong_and_ends_at_1_if_all_are_correct() {
        for examples in 1..2000 {
            let [from, to] = wilson_interval(0, examples);
            assert!(from == 0.0 && 0.0 < to && to < 1.0, "{examples}");
            let [from, to] = wilson_interval(examples, examples);
            assert!(0.0 < from && from < 1.0 && to == 1.0, "{examples}");
        }
    }
}
