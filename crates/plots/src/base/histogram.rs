//! Counts values in bins of equal width.

use super::count::real;

/// Counts the values from `from` to `to` in `bins` bins of equal width.
///
/// Values outside the range count in the first or last bin, and `to` itself in the last. Values
/// that are not finite are not counted.
pub(crate) fn histogram(
    values: impl IntoIterator<Item = f64>,
    (from, to): (f64, f64),
    bins: usize,
) -> Vec<usize> {
    let mut counts = vec![0; bins];
    for value in values.into_iter().filter(|value| value.is_finite()) {
        let place = (value - from) / (to - from) * real(bins);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "from 0 to the number of bins"
        )]
        let bin = (place.max(0.0) as usize).min(bins - 1);
        counts[bin] += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_in_bins_of_equal_width() {
        // Four bins of 0.5 from −1 to 1.
        let values = [-1.0, -0.75, -0.5, 0.0, 0.25, 0.49, 0.5, 1.0, f64::NAN];
        assert_eq!(histogram(values, (-1.0, 1.0), 4), [2, 1, 3, 2]);
        assert_eq!(histogram([], (0.0, 1.0), 2), [0, 0]);
    }

    #[test]
    fn values_outside_the_range_count_in_the_outer_bins() {
        let values = [-0.1, 0.0, 0.049, 0.05, 0.5, 0.99, 1.0, 1.1, f64::INFINITY];
        let mut expected = [0; 20];
        (expected[0], expected[1], expected[10], expected[19]) = (3, 1, 1, 3);
        assert_eq!(histogram(values, (0.0, 1.0), 20), expected);
    }
}
