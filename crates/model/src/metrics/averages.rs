//! Averages of a metric over the classes.

use super::ratio::{mean, real};

/// Computes the mean of the values that are defined, scikit-learn's `macro` average; `None` if none is.
///
/// scikit-learn with `zero_division=nan` also leaves out undefined values.
pub(super) fn macro_average(values: impl IntoIterator<Item = Option<f64>>) -> Option<f64> {
    weighted_average(values.into_iter().map(|value| (value, 1)))
}

/// Computes the mean of the values that are defined, each weighted by a count; `None` if none is.
///
/// If all these counts are 0, the values weigh the same, as in scikit-learn's `weighted` average.
pub(super) fn weighted_average(
    values: impl IntoIterator<Item = (Option<f64>, usize)>,
) -> Option<f64> {
    let (mut weighted, mut weights) = (0.0, 0);
    let (mut sum, mut count) = (0.0, 0);
    for (value, weight) in values {
        if let Some(value) = value {
            weighted += value * real(weight);
            weights += weight;
            sum += value;
            count += 1;
        }
    }
    let average = if weights > 0 {
        mean(weighted, weights)
    } else {
        mean(sum, count)
    };
    (count > 0).then_some(average)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undefined_values_are_left_out_with_their_weights() {
        // By hand.
        let values = [Some(0.5), None, Some(1.0)];
        assert_eq!(macro_average(values), Some(0.75));
        let weighted = weighted_average(values.into_iter().zip([3, 9, 1]));
        assert_eq!(weighted, Some((0.5 * 3.0 + 1.0) / 4.0));
        assert_eq!(macro_average([None, None]), None);
        assert_eq!(weighted_average([(None, 2)]), None);
    }

    #[test]
    fn without_weights_all_values_weigh_the_same() {
        let found = weighted_average([(Some(0.5), 0), (Some(1.0), 0), (None, 2)]);
        assert_eq!(found, Some(0.75));
    }
}
