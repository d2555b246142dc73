//! Several tests at once: Holm's correction.

use super::ratio::real;

/// Adjusts the p-values of several tests, so that the probability of one or more false findings among all those at or
/// below a level is at most this level. In the order of the input, each at most 1.
///
/// Sorted in ascending order, the i-th of m is multiplied by m - i + 1, and none is below the previous one: S. Holm,
/// "A Simple Sequentially Rejective Multiple Test Procedure", Scandinavian Journal of Statistics 6, 1979.
pub(super) fn holm_adjusted(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|one, other| p_values[*one].total_cmp(&p_values[*other]));
    let mut adjusted = vec![0.0; p_values.len()];
    let mut previous = 0.0_f64;
    for (smaller, index) in order.into_iter().enumerate() {
        let tests = real(p_values.len() - smaller);
        previous = previous.max((tests * p_values[index]).min(1.0));
        adjusted[index] = previous;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p_values_are_multiplied_by_the_number_of_tests_that_are_left() {
        // By hand: 0.01 * 4; 0.04 and 0.03 in the order 0.03 * 2 = 0.06, then 0.04 * 1 = 0.04, which must not be
        // below 0.06; 0.005 * 4 is the smallest, so 0.01 has 3. The example of R's ?p.adjust page by
        // p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm"): 0.03 0.06 0.06 0.02.
        let found = holm_adjusted(&[0.01, 0.04, 0.03, 0.005]);
        for (found, expected) in found.iter().zip([0.03, 0.06, 0.06, 0.02]) {
            assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        }
        assert_eq!(holm_adjusted(&[0.7, 0.6]), [1.0, 1.0]);
        assert_eq!(holm_adjusted(&[]), Vec::<f64>::new());
    }
}
