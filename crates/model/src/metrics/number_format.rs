//! How the value of a metric is printed.

/// The smallest value of which four decimals show a significant digit.
const FOUR_DECIMALS: f64 = 1e-4;
/// The smallest value of which nobody reads all digits.
const ALL_DIGITS: f64 = 1e6;

/// Formats a loss or a fraction with four decimals, such as `0.0123`, and a value below 0.0001 or from a million on with
/// two significant digits, such as `2.1e-05` or `3.4e+38`, in Keras's notation. Finite values in [0, 10) take at
/// most seven characters.
#[must_use]
pub fn format_metric(value: f64) -> String {
    let is_plain = (FOUR_DECIMALS..ALL_DIGITS).contains(&value.abs());
    if value == 0.0 || is_plain || !value.is_finite() {
        return format!("{value:.4}");
    }
    let text = format!("{value:.1e}");
    match (text.split_once("e-"), text.split_once('e')) {
        (Some((digits, exponent)), _) => format!("{digits}e-{exponent:0>2}"),
        (None, Some((digits, exponent))) => format!("{digits}e+{exponent:0>2}"),
        (None, None) => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_values_have_two_significant_digits_and_all_others_four_decimals() {
        // Python: f"{value:.4f}" and f"{value:.1e}".
        for (value, expected) in [
            (0.0, "0.0000"),
            (1.0, "1.0000"),
            (0.012_34, "0.0123"),
            (12.5, "12.5000"),
            (999_999.0, "999999.0000"),
            (1.25e6, "1.2e+06"),
            (3.4e38, "3.4e+38"),
            (0.000_1, "0.0001"),
            (0.000_099, "9.9e-05"),
            (0.000_021_4, "2.1e-05"),
            (-0.000_021_4, "-2.1e-05"),
            (1.26e-12, "1.3e-12"),
            (3e-123, "3.0e-123"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "inf"),
        ] {
            assert_eq!(format_metric(value), expected);
        }
    }
}
