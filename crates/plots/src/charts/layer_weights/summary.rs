//! The remark above a plot of weights: how many there are, their range and their spread.

use crate::base::count::real;
use crate::base::number_format::{compact, grouped};

/// The number, range and standard deviation of a layer's weights or biases.
pub(super) fn summary(
    [one, several]: [&str; 2],
    trained: &[f32],
    initial: Option<&[f32]>,
) -> String {
    let name = if trained.len() == 1 { one } else { several };
    let range = match (trained.len(), range(trained)) {
        (_, None) => String::new(),
        (1, Some((only, _))) => format!(": {}", compact(only)),
        (_, Some((low, high))) => format!(" from {} to {}", compact(low), compact(high)),
    };
    let spread = deviation(trained).map_or(String::new(), |spread| {
        format!(", standard deviation {}", compact(spread))
    });
    let before = initial.and_then(deviation).map_or(String::new(), |spread| {
        format!(" (initially {})", compact(spread))
    });
    let all = trained.iter().chain(initial.into_iter().flatten());
    let left_out = match all.filter(|value| !value.is_finite()).count() {
        0 => String::new(),
        left_out => format!("; not shown (not finite): {}", grouped(left_out)),
    };
    let number = grouped(trained.len());
    format!("{number} {name}{range}{spread}{before}{left_out}")
}

pub(super) fn finite(values: &[f32]) -> impl Iterator<Item = f64> + Clone {
    let values = values.iter().map(|value| f64::from(*value));
    values.filter(|value| value.is_finite())
}

fn range(values: &[f32]) -> Option<(f64, f64)> {
    let low = finite(values).min_by(f64::total_cmp)?;
    let high = finite(values).max_by(f64::total_cmp)?;
    Some((low, high))
}

/// The standard deviation of the finite values, of which there must be at least two.
fn deviation(values: &[f32]) -> Option<f64> {
    let all = finite(values).count();
    let mean = finite(values).sum::<f64>() / real(all);
    let squares = finite(values).map(|value| (value - mean).powi(2));
    (all > 1).then(|| (squares.sum::<f64>() / real(all)).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_has_range_and_spread() {
        // The mean is 2.5, and the squared distances 2.25, 0.25, 0.25, 2.25: on average 1.25.
        let summary = |trained: &[f32], initial| summary(["weight", "weights"], trained, initial);
        assert_eq!(
            summary(&[4.0, 1.0, 2.0, 3.0], None),
            "4 weights from 1.00 to 4.00, standard deviation 1.12"
        );
        assert_eq!(
            summary(&[1.0, 3.0, f32::NAN], Some(&[0.5, -0.5, f32::INFINITY])),
            "3 weights from 1.00 to 3.00, standard deviation 1.00 (initially 0.50); \
             not shown (not finite): 2"
        );
        assert_eq!(summary(&[-0.25], None), "1 weight: −0.25");
        assert_eq!(summary(&[], None), "0 weights");
    }
}
