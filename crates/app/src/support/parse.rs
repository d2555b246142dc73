//! Parsers for values on the command line, whose errors say what is expected, with an example.

use std::ops::RangeInclusive;
use std::str::FromStr;

/// The error for a value that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {0}")]
pub(crate) struct Expected(String);

/// Parses a value; `expected` describes it, with an example.
pub(crate) fn value<T: FromStr>(
    expected: &'static str,
) -> impl Fn(&str) -> Result<T, Expected> + Clone {
    move |text| parse(text).ok_or_else(|| Expected(expected.to_owned()))
}

/// Parses `A,B`; `expected` describes the two values, with an example.
pub(crate) fn two<T: FromStr>(
    expected: &'static str,
) -> impl Fn(&str) -> Result<[T; 2], Expected> + Clone {
    move |text| {
        let both = text.split_once(',');
        both.and_then(|(first, second)| Some([parse(first)?, parse(second)?]))
            .ok_or_else(|| Expected(expected.to_owned()))
    }
}

/// Parses a whole number of a range.
pub(crate) fn within(
    range: RangeInclusive<u16>,
    example: u16,
) -> impl Fn(&str) -> Result<u16, Expected> + Clone {
    move |text| {
        let (first, last) = (range.start(), range.end());
        let number = parse(text).filter(|number| range.contains(number));
        number.ok_or_else(|| {
            Expected(format!(
                "a whole number from {first} to {last}, such as {example}"
            ))
        })
    }
}

fn parse<T: FromStr>(text: &str) -> Option<T> {
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_are_ignored_and_anything_else_is_refused_with_an_example() {
        let digits = two::<u8>("two digits, such as 0,1");
        assert_eq!(digits("3, 8"), Ok([3, 8]));
        for wrong in ["3", "3,", "3,8,9", "a,b", "300,1", ""] {
            let message = digits(wrong).unwrap_err().to_string();
            assert_eq!(message, "expected two digits, such as 0,1", "{wrong}");
        }
        let rate = value::<f64>("a number, such as 0.01");
        assert_eq!(rate("1e-3"), Ok(0.001));
        assert!(rate("1,5").is_err());
        let folds = within(2..=1000, 5);
        assert_eq!(folds("1000"), Ok(1000));
        for wrong in ["1", "1001", "-5", "ten", "99999999999"] {
            let message = folds(wrong).unwrap_err().to_string();
            let expected = "expected a whole number from 2 to 1000, such as 5";
            assert_eq!(message, expected, "{wrong}");
        }
    }
}
