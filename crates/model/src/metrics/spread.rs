//! Mean and standard deviation of one metric over several runs.

use super::ratio::mean;

/// Mean and standard deviation of a metric over several runs, in the metric's unit.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Spread {
    /// Arithmetic mean.
    pub mean: f64,
    /// Sample standard deviation, with n - 1 in the denominator; 0 for a single value.
    pub std: f64,
}

/// Computes mean and sample standard deviation, for example over the folds of a cross-validation;
/// `None` if there are no values.
#[must_use]
pub fn spread(values: &[f64]) -> Option<Spread> {
    // From the first value on, so that the mean of equal values is that value.
    let first = *values.first()?;
    let average = first + mean(values.iter().map(|value| value - first).sum(), values.len());
    let squares = values.iter().map(|value| (value - average).powi(2)).sum();
    Some(Spread {
        mean: average,
        std: mean(squares, values.len() - 1).sqrt(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(
        clippy::float_cmp,
        reason = "a mean of whole numbers and a single value are exact"
    )]
    fn spread_is_mean_and_sample_standard_deviation() {
        // statistics.stdev([2, 4, 4, 4, 5, 5, 7, 9]) of Python: sqrt(32 / 7).
        let found = spread(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]).unwrap();
        assert_eq!(found.mean, 5.0);
        assert!((found.std - (32.0_f64 / 7.0).sqrt()).abs() < 1e-12);
        let (mean, std) = (0.25, 0.0);
        assert_eq!(spread(&[0.25]), Some(Spread { mean, std }));
        assert_eq!(spread(&[]), None);
        let equal = spread(&[0.999; 32]).unwrap();
        assert_eq!((equal.mean, equal.std), (0.999, 0.0));
    }
}
