//! Round numbers, at which axes have their ticks: 1, 2 and 5 times powers of ten, and their multiples.

use super::count::real;

/// The number with this index among ..., 0.5, 1, 2, 5, 10, ..., of which 1 has the index 0.
pub(super) fn round_number(index: i32) -> f64 {
    let factor = [1.0, 2.0, 5.0][index.rem_euclid(3).unsigned_abs() as usize];
    let power = index.div_euclid(3);
    // A negative power of ten is not exact, and a division by one is.
    if power < 0 {
        factor / 10_f64.powi(-power)
    } else {
        factor * 10_f64.powi(power)
    }
}

/// The index of a round number less than a decade from a positive value.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the logarithm is at most 300"
)]
pub(super) fn round_number_near(value: f64) -> i32 {
    3 * (value.log10().floor() as i32 + 1)
}

/// All round numbers with these indices if there is room for them, or else powers of ten.
pub(super) fn logarithmic_ticks(first: i32, last: i32, max_ticks: usize) -> Vec<f64> {
    let indices: Vec<i32> = (first..=last).collect();
    if indices.len() <= max_ticks + 1 {
        return indices.into_iter().map(round_number).collect();
    }
    let powers = indices.into_iter().filter(|index| index % 3 == 0);
    let powers: Vec<f64> = powers.map(round_number).collect();
    let every = powers.len().div_ceil(max_ticks + 1);
    powers.into_iter().step_by(every).collect()
}

/// The smallest of 1, 2, 5, 10, ... times a power of ten that is not below `least`.
pub(super) fn round_step(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    let factor = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .find(|factor| factor * power >= least * (1.0 - 1e-9));
    factor.unwrap_or(10.0) * power
}

/// The multiples of a step, from `first` to `last` times the step.
pub(super) fn multiples(first: f64, last: f64, step: f64) -> Vec<f64> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a number of ticks; there are none below zero"
    )]
    let ticks = (last - first + 1.0).round() as usize;
    (0..ticks)
        .map(|index| (first + real(index)) * step)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_numbers_are_1_2_and_5_times_powers_of_ten() {
        let numbers: Vec<f64> = (-4..=4).map(round_number).collect();
        assert_eq!(numbers, [0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0]);
        for value in [3e-9, 0.1, 1.0, 7.5, 4e12] {
            let near = round_number(round_number_near(value));
            assert!(value < near && near <= 10.0 * value, "{value}: {near}");
        }
    }

    #[test]
    fn steps_are_the_next_round_number() {
        let steps = [0.11, 0.2, 0.3, 0.7, 3.0, 60.0].map(round_step);
        for (found, expected) in steps.iter().zip([0.2, 0.2, 0.5, 1.0, 5.0, 100.0]) {
            assert!((found - expected).abs() < 1e-9, "{found} for {expected}");
        }
        assert_eq!(multiples(-1.0, 2.0, 0.5), [-0.5, 0.0, 0.5, 1.0]);
    }

    #[test]
    fn where_there_is_no_room_for_all_round_numbers_there_are_powers_of_ten() {
        assert_eq!(logarithmic_ticks(-1, 2, 3), [0.5, 1.0, 2.0, 5.0]);
        assert_eq!(logarithmic_ticks(-1, 6, 3), [1.0, 10.0, 100.0]);
        assert_eq!(logarithmic_ticks(0, 18, 3), [1.0, 100.0, 1e4, 1e6]);
    }
}
