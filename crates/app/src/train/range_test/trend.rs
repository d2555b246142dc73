//! The trend of noisy numbers: a line through the neighbours of each.

/// A line through a number and its neighbours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Trend {
    /// Its value at the number's place.
    pub(super) value: f64,
    /// By how much it rises from one number to the next.
    pub(super) slope: f64,
}

/// The line of least squares through each number and up to `reach` neighbours on each side.
pub(super) fn trends(numbers: &[f64], reach: usize) -> Vec<Trend> {
    (0..numbers.len())
        .map(|index| {
            let first = index.saturating_sub(reach);
            let last = (index + reach).min(numbers.len() - 1);
            line(&numbers[first..=last], index - first)
        })
        .collect()
}

/// The line through all numbers, at the place of one of them.
fn line(numbers: &[f64], at: usize) -> Trend {
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    let place = |index: usize| index as f64;
    let count = place(numbers.len());
    let middle = (count - 1.0) / 2.0;
    let mean = numbers.iter().sum::<f64>() / count;
    let (mut products, mut squares) = (0.0, 0.0);
    for (index, number) in numbers.iter().enumerate() {
        let distance = place(index) - middle;
        products += distance * (number - mean);
        squares += distance * distance;
    }
    let slope = if squares > 0.0 {
        products / squares
    } else {
        0.0
    };
    Trend {
        value: mean + slope * (place(at) - middle),
        slope,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn is_near(found: Trend, [value, slope]: [f64; 2]) {
        let near = |found: f64, expected: f64| (found - expected).abs() < 1e-12;
        assert!(
            near(found.value, value) && near(found.slope, slope),
            "{found:?}"
        );
    }

    #[test]
    fn a_line_is_its_own_trend_up_to_both_ends() {
        let numbers = [5.0, 3.0, 1.0, -1.0, -3.0];
        for (trend, number) in trends(&numbers, 1).into_iter().zip(numbers) {
            is_near(trend, [number, -2.0]);
        }
    }

    #[test]
    fn the_trend_of_neighbours_is_that_of_numpy_s_polyfit() {
        // numpy.polyfit(range(5), [1, 4, 2, 8, 5], 1) = [1.2, 1.6].
        let found = trends(&[1.0, 4.0, 2.0, 8.0, 5.0], 2);
        is_near(found[2], [4.0, 1.2]);
        // numpy.polyfit(range(3), [1, 4, 2], 1) = [0.5, 11/6], at 0.
        is_near(found[0], [11.0 / 6.0, 0.5]);
    }

    #[test]
    fn one_number_alone_has_no_slope() {
        is_near(trends(&[2.5], 3)[0], [2.5, 0.0]);
        assert_eq!(trends(&[], 3), []);
    }
}
