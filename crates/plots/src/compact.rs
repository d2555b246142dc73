//! Numbers of any size in few characters, for cells and labels that have little room.

use crate::axes::number;

/// A number to about three digits, in at most eight characters: 0.98, −12.3, 1.2e−5.
pub(crate) fn compact(value: f64) -> String {
    let size = value.abs();
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "−inf" }.to_owned();
    }
    if size == 0.0 {
        return "0".to_owned();
    }
    // The limits are those at which rounding would add a digit, or leave none.
    match size {
        0.0005..0.00995 => number(value, 4),
        0.00995..0.0995 => number(value, 3),
        0.0995..9.995 => number(value, 2),
        9.995..99.95 => number(value, 1),
        99.95..9999.5 => number(value, 0),
        _ => format!("{value:.1e}").replace('-', "−"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_any_size_keep_their_first_digits() {
        let expected = [
            (0.0, "0"),
            (-0.0, "0"),
            (0.9812, "0.98"),
            (-1.236, "−1.24"),
            (9.999, "10.0"),
            (-12.34, "−12.3"),
            (99.96, "100"),
            (-9999.0, "−9999"),
            (9999.6, "1.0e4"),
            (0.0996, "0.10"),
            (-0.0341, "−0.034"),
            (-0.00352, "−0.0035"),
            (0.0004, "4.0e−4"),
            (-1.2e-5, "−1.2e−5"),
            (3.4e38, "3.4e38"),
            (-1e-45, "−1.0e−45"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "−inf"),
            (f64::NAN, "NaN"),
        ];
        for (value, text) in expected {
            assert_eq!(compact(value), text, "{value}");
        }
    }
}
