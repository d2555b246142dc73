//! How numbers are written in pictures.

/// The maximum number of decimals of a fraction close to 0 or 1.
const MAX_DECIMALS: usize = 9;

/// A number with so many decimals, with a real minus sign and without a negative zero.
pub(crate) fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let is_zero = text
        .chars()
        .all(|character| matches!(character, '-' | '0' | '.'));
    if is_zero {
        text.replace('-', "")
    } else {
        text.replace('-', "−")
    }
}

/// A number in scientific notation: 1.2e−5.
pub(crate) fn scientific(value: f64, decimals: usize) -> String {
    format!("{value:.decimals$e}").replace('-', "−")
}

/// A number with about three significant digits, in at most eight characters: 0.98, −12.3, 1.2e−5.
pub(crate) fn compact(value: f64) -> String {
    // The limits are those at which rounding would add a digit, or leave none.
    match value.abs() {
        size if size.is_nan() => "NaN".to_owned(),
        f64::INFINITY => if value > 0.0 { "inf" } else { "−inf" }.to_owned(),
        0.0 => "0".to_owned(),
        0.0005..0.00995 => fixed(value, 4),
        0.00995..0.0995 => fixed(value, 3),
        0.0995..9.995 => fixed(value, 2),
        9.995..99.95 => fixed(value, 1),
        99.95..9999.5 => fixed(value, 0),
        _ => scientific(value, 1),
    }
}

/// A count with a comma as thousands separator: 10,431.
#[must_use]
pub fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number of images: 1 image, 1,200 images.
pub(crate) fn images(count: usize) -> String {
    format!(
        "{} image{}",
        grouped(count),
        if count == 1 { "" } else { "s" }
    )
}

/// A loss or a rate: four decimals, or three more digits in scientific notation where four decimals
/// say little: 0.0212, 2.123e−5.
#[must_use]
pub fn significant(value: f64) -> String {
    let is_usual = value == 0.0 || (0.001..1e6).contains(&value.abs());
    if is_usual || !value.is_finite() {
        fixed(value, 4)
    } else {
        scientific(value, 3)
    }
}

/// A probability or score in [0, 1]: 0.9987, 0.5, 2.1e−5, 1.
///
/// Only 0 and 1 themselves are written as 0 and 1; the percentages below treat 0 % and 100 % alike.
#[must_use]
pub fn probability(value: f64) -> String {
    // Four decimals would leave less than two digits.
    const SMALL: f64 = 0.000_95;
    if value > 0.0 && value < SMALL {
        return scientific(value, 1);
    }
    between_ends(value, 1.0, 4)
}

/// The same with three decimals: 0.999, 0.5, 2.1e−5.
#[must_use]
pub fn short_probability(value: f64) -> String {
    const SMALL: f64 = 0.0095;
    if value > 0.0 && value < SMALL {
        return scientific(value, 1);
    }
    between_ends(value, 1.0, 3)
}

/// A fraction as a percentage: 99.6 %, 50 %.
pub(crate) fn percent(fraction: f64) -> String {
    format!("{} %", between_ends(100.0 * fraction, 100.0, 1))
}

/// A fraction as a percentage without decimals, unless it would round to 0 % or 100 %: 93 %.
pub(crate) fn whole_percent(fraction: f64) -> String {
    format!("{} %", between_ends(100.0 * fraction, 100.0, 0))
}

/// A number from 0 to `end`, with as many decimals as distinguish it from both, without trailing
/// zeros.
fn between_ends(value: f64, end: f64, decimals: usize) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    let value = value.clamp(0.0, end);
    let is_end = |value: f64| value <= 0.0 || value >= end;
    let distinguishes = |text: &String| is_end(value) || !text.parse().is_ok_and(is_end);
    let text = (decimals..=MAX_DECIMALS)
        .map(|decimals| format!("{:.decimals$}", value.abs()))
        .find(distinguishes)
        .unwrap_or_else(|| format!("{value:.0}"));
    without_trailing_zeros(&text).to_owned()
}

/// Removes zeros at the end of the decimals: 1.50 becomes 1.5, and 100 stays.
pub(crate) fn without_trailing_zeros(number: &str) -> &str {
    if number.contains('.') {
        number.trim_end_matches('0').trim_end_matches('.')
    } else {
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::count::fraction;

    #[test]
    fn a_probability_is_rounded_but_never_to_certainty() {
        assert_eq!(probability(0.5), "0.5");
        assert_eq!(probability(0.998_74), "0.9987");
        assert_eq!(probability(0.999_98), "0.99998");
        assert_eq!(probability(0.000_004), "4.0e−6");
        assert_eq!([0.0011, 0.000_21].map(probability), ["0.0011", "2.1e−4"]);
        assert_eq!(probability(1e-30), "1.0e−30");
        assert_eq!([0.0, -0.0, 1.0].map(probability), ["0", "0", "1"]);
        assert_eq!(probability(f64::NAN), "NaN");
        let short = [0.5, 0.2689, 0.999_98, 0.0012].map(short_probability);
        assert_eq!(short, ["0.5", "0.269", "0.99998", "1.2e−3"]);
    }

    #[test]
    fn one_mistake_in_ten_thousand_is_not_a_hundred_percent() {
        assert_eq!(percent(fraction(9_999, 10_000).unwrap()), "99.99 %");
        assert_eq!(percent(fraction(996, 1000).unwrap()), "99.6 %");
        assert_eq!(percent(fraction(1, 3).unwrap()), "33.3 %");
        assert_eq!(percent(fraction(7, 7).unwrap()), "100 %");
        assert_eq!(whole_percent(0.934), "93 %");
        assert_eq!(whole_percent(0.9996), "99.96 %");
        assert_eq!(fraction(0, 0), None);
        assert_eq!([images(1), images(20)], ["1 image", "20 images"]);
    }

    #[test]
    fn a_fixed_number_has_a_minus_sign_unless_it_is_zero() {
        assert_eq!(fixed(-0.06, 1), "−0.1");
        assert_eq!([fixed(-0.04, 1), fixed(2.0, 2)], ["0.0", "2.00"]);
        assert_eq!(scientific(-0.000_123_4, 3), "−1.234e−4");
    }

    #[test]
    fn a_small_loss_keeps_its_first_digits() {
        let losses = [0.25, 0.001, 0.000_021_23, 1.5e7, 0.0, f64::NAN].map(significant);
        let expected = ["0.2500", "0.0010", "2.123e−5", "1.500e7", "0.0000", "NaN"];
        assert_eq!(losses, expected);
    }

    #[test]
    fn compact_numbers_keep_their_first_digits() {
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

    #[test]
    fn counts_are_grouped_by_three() {
        let grouped = [0, 16, 999, 1000, 10_431, 1_234_567].map(grouped);
        assert_eq!(grouped, ["0", "16", "999", "1,000", "10,431", "1,234,567"]);
    }
}
