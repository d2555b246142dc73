//! The confidence interval of a mean, and of the mean difference of pairs.

use super::ratio::real;
use super::spread::spread;
use super::student_t::StudentT;

/// The probability that an interval does not contain the mean.
pub(super) const ERROR_RATE: f64 = 0.05;

/// How the values of a metric, or the differences of two, come about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Samples {
    /// Independent of each other: networks with different seeds, evaluated with the same images.
    Independent,
    /// Folds of one data set, with one seed or several. Their training images overlap, so that they are not
    /// independent, and an interval as for independent values would be far too narrow.
    ///
    /// The variance of the mean is then s² (1 / n + `test_per_training`) instead of s² / n: Nadeau and Bengio,
    /// "Inference for the Generalization Error", Machine Learning 52, 2003, corrected resampled t-test; for
    /// several cross-validations Bouckaert and Frank, PAKDD 2004. It is an approximation, as no unbiased estimate
    /// exists.
    Folds {
        /// The number of test images divided by that of training images: 1 / (k - 1) with k folds.
        test_per_training: f64,
    },
}

impl Samples {
    /// The variance of the mean of n values divided by the variance of one.
    fn variance_factor(self, n: usize) -> f64 {
        match self {
            Self::Independent => 1.0 / real(n),
            Self::Folds { test_per_training } => 1.0 / real(n) + test_per_training,
        }
    }
}

/// A mean with its 95 % confidence interval.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct MeanInterval {
    /// The number of values.
    pub n: usize,
    /// Arithmetic mean.
    pub mean: f64,
    /// The lower and upper end of the interval.
    pub interval: [f64; 2],
}

/// Computes the 95 % confidence interval of the mean of values that are distributed normally; `None` of fewer than
/// two values, or if one is not finite.
///
/// mean ± t s sqrt(1 / n), where s is the sample standard deviation and t the 97.5 % quantile of Student's t
/// distribution with n - 1 degrees of freedom (Student, "The Probable Error of a Mean", Biometrika 6, 1908);
/// [`Samples::Folds`] is wider.
#[must_use]
pub fn mean_interval(values: &[f64], samples: Samples) -> Option<MeanInterval> {
    let (n, mean, error) = standard_error(values, samples)?;
    let half = StudentT::new(n - 1).two_sided_quantile(ERROR_RATE) * error;
    Some(MeanInterval {
        n,
        mean,
        interval: [mean - half, mean + half],
    })
}

/// How much two settings differ, compared pair by pair.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct PairedDifference {
    /// The mean of the differences, first minus second, with its interval; n is the number of pairs.
    pub difference: MeanInterval,
    /// The probability of a mean difference at least as far from 0 if there is none in truth (two-sided paired
    /// t-test). If all n differences are equal but not 0, the t-test says nothing, and it is that of n equal signs,
    /// 2 / 2ⁿ (sign test).
    pub p_value: f64,
}

/// Compares two settings by pairs of values that have everything else in common, such as seed and fold: mean
/// difference, 95 % confidence interval, and p-value of the paired t-test; `None` of fewer than two pairs, or if a
/// value is not finite.
///
/// The formulas are those of [`mean_interval`] for the differences; t is their mean divided by its standard error.
#[must_use]
pub fn paired_difference(pairs: &[[f64; 2]], samples: Samples) -> Option<PairedDifference> {
    /// Differences that are equal but for rounding have a spread of about 1e-16 times the values.
    const ROUNDING: f64 = 1e-13;
    let largest = pairs.iter().flatten().map(|value| value.abs());
    let rounding = ROUNDING * largest.fold(0.0, f64::max);
    let differences: Vec<f64> = pairs.iter().map(|[one, other]| one - other).collect();
    let difference = mean_interval(&differences, samples)?;
    let (n, mean, error) = standard_error(&differences, samples)?;
    let p_value = if error > rounding {
        StudentT::new(n - 1).two_sided_p(mean / error)
    } else if mean.abs() <= rounding {
        1.0
    } else {
        2.0 * 0.5_f64.powf(real(n))
    };
    Some(PairedDifference {
        difference,
        p_value,
    })
}

/// The number of values, their mean and its standard error; `None` of fewer than two, or if one is not finite.
fn standard_error(values: &[f64], samples: Samples) -> Option<(usize, f64, f64)> {
    let n = values.len();
    if n < 2 {
        return None;
    }
    let spread = spread(values)?;
    let error = spread.std * samples.variance_factor(n).sqrt();
    (spread.mean.is_finite() && error.is_finite()).then_some((n, spread.mean, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: [f64; 5] = [0.91, 0.94, 0.93, 0.97, 0.90];
    const SECOND: [f64; 5] = [0.88, 0.93, 0.93, 0.94, 0.89];
    const FIVE_FOLDS: Samples = Samples::Folds {
        test_per_training: 0.25,
    };

    fn pairs() -> Vec<[f64; 2]> {
        let pairs = FIRST.into_iter().zip(SECOND);
        pairs.map(|(first, second)| [first, second]).collect()
    }

    #[track_caller]
    fn assert_near(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        }
    }

    #[test]
    fn the_interval_of_a_mean_agrees_with_scipy_s() {
        // scipy.stats.t.interval(0.95, 4, loc=numpy.mean(v), scale=scipy.stats.sem(v)), SciPy 1.17.1.
        let found = mean_interval(&FIRST, Samples::Independent).unwrap();
        assert_eq!(found.n, 5);
        assert_near(&[found.mean], &[0.93]);
        let expected = [0.895_995_630_967_087_3, 0.964_004_369_032_912_8];
        assert_near(&found.interval, &expected);
        // The same with scale=numpy.std(v, ddof=1) * numpy.sqrt(1 / 5 + 1 / 4).
        let found = mean_interval(&FIRST, FIVE_FOLDS).unwrap();
        let expected = [0.878_993_446_450_630_9, 0.981_006_553_549_369_2];
        assert_near(&found.interval, &expected);
    }

    #[test]
    fn paired_differences_agree_with_scipy_s() {
        // scipy.stats.ttest_rel(first, second) and its confidence_interval(0.95), SciPy 1.17.1.
        let found = paired_difference(&pairs(), Samples::Independent).unwrap();
        assert_eq!(found.difference.n, 5);
        assert_near(&[found.difference.mean], &[0.016]);
        let expected = [-0.000_658_670_631_186_797_4, 0.032_658_670_631_186_784];
        assert_near(&found.difference.interval, &expected);
        assert_near(&[found.p_value], &[0.056]);
        // d = first - second, t = d.mean() / (d.std(ddof=1) * sqrt(1 / 5 + 1 / 4)), 2 * scipy.stats.t.sf(t, 4).
        let found = paired_difference(&pairs(), FIVE_FOLDS).unwrap();
        let expected = [-0.008_988_005_946_780_193, 0.040_988_005_946_780_176];
        assert_near(&found.difference.interval, &expected);
        assert_near(&[found.p_value], &[0.150_072_468_255_517_1]);
    }

    #[test]
    fn fewer_than_two_values_and_values_that_are_not_finite_have_no_interval() {
        for values in [&[][..], &[0.5], &[0.5, f64::NAN], &[0.5, f64::INFINITY]] {
            assert_eq!(mean_interval(values, Samples::Independent), None);
            let pairs: Vec<[f64; 2]> = values.iter().map(|value| [*value, 0.5]).collect();
            assert_eq!(paired_difference(&pairs, FIVE_FOLDS), None);
        }
    }

    #[test]
    fn equal_differences_are_as_probable_as_equal_signs_unless_they_are_0() {
        let of = |pairs: &[[f64; 2]]| paired_difference(pairs, Samples::Independent).unwrap();
        assert_near(&[of(&[[0.98, 0.98], [0.97, 0.97]]).p_value], &[1.0]);
        // 0.985 - 0.98 and 0.99 - 0.985 differ by 1e-16.
        let found = of(&[[0.985, 0.98], [0.99, 0.985]]);
        assert_near(&[found.p_value], &[0.5]);
        assert_near(&found.difference.interval, &[0.005, 0.005]);
        // scipy.stats.binomtest(6, 6).pvalue
        assert_near(&[of(&[[0.999, 1.0]; 6]).p_value], &[0.03125]);
    }
}
