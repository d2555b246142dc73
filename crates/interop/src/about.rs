//! What a file says about the use of its network, as keys with texts.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::error::InteropError;
use crate::network::Network;

/// The key of the digits, such as `0,1`.
pub(crate) const DIGITS: &str = "digits";

/// The program that wrote the file, with its version.
pub(crate) const PRODUCER: &str = concat!("digits ", env!("CARGO_PKG_VERSION"));

/// Describes what goes in, what comes out, and who wrote the file: each key with its text, the digits only if they are
/// known.
pub(crate) fn description(network: &Network) -> Vec<(&'static str, String)> {
    let digits = network.digits().map(|digits| (DIGITS, list(digits)));
    let mut entries = vec![
        ("producer", PRODUCER.to_owned()),
        ("input", INPUT.to_owned()),
        ("pixel_order", "column".to_owned()),
        ("pixel_range", "0 (paper) to 1 (ink)".to_owned()),
        ("resize", RESIZE.to_owned()),
        ("output", output(network)),
    ];
    entries.extend(digits);
    entries
}

/// The description as a JSON object; the same network gives the same text.
pub(crate) fn json(network: &Network) -> String {
    let entries: BTreeMap<_, _> = description(network).into_iter().collect();
    let entries = entries.into_iter();
    let object = entries.map(|(key, text)| (key.to_owned(), Value::String(text)));
    Value::Object(object.collect()).to_string()
}

/// The digits of a description as a JSON object; `None` if the text is something else.
pub(crate) fn digits_in_json(text: &str) -> Option<String> {
    let object: Value = serde_json::from_str(text).ok()?;
    Some(object.get(DIGITS)?.as_str()?.to_owned())
}

/// The images that a network takes.
const INPUT: &str = "20 x 20 pixels of a grey-scale image, as 400 numbers, column by column: pixel 20 * column + row";

/// How images of MNIST become such images.
const RESIZE: &str =
    "28 x 28 images are resized to 20 x 20 as MATLAB's imresize does (bicubic, antialiased)";

/// What the outputs are, in words.
fn output(network: &Network) -> String {
    match (network.outputs(), network.digits()) {
        (1, Some([negative, positive])) => {
            format!("probability of {positive}; of {negative} it is 1 minus that")
        }
        (1, _) => "probability of the second digit".to_owned(),
        (_, Some(digits)) => format!(
            "a probability for each of {}; they are independent and need not add up to 1",
            list(digits)
        ),
        _ => {
            "a probability for each digit; they are independent and need not add up to 1".to_owned()
        }
    }
}

/// Takes the digits of a file's description, if it has any.
///
/// # Errors
///
/// [`InteropError::DigitsText`] if the text is no list of digits, and [`InteropError::Digits`] if they do not fit the
/// outputs.
pub(crate) fn with_digits_of(
    network: Network,
    text: Option<&str>,
) -> Result<Network, InteropError> {
    let Some(text) = text else {
        return Ok(network);
    };
    let digits = text.split(',').map(|digit| digit.trim().parse::<u8>());
    let digits: Result<Vec<u8>, _> = digits.collect();
    match digits {
        Ok(digits) => network.with_digits(&digits),
        Err(_) => Err(InteropError::DigitsText {
            found: text.chars().take(40).collect(),
        }),
    }
}

/// Lists digits as `0,1`.
pub(crate) fn list(digits: &[u8]) -> String {
    let digits: Vec<String> = digits.iter().map(u8::to_string).collect();
    digits.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::test_support::network;

    #[test]
    fn the_description_says_what_the_output_means_and_its_digits_are_read_again() {
        let two = network([3, 2, 1]).with_digits(&[3, 8]).unwrap();
        let entries = description(&two);
        let text = |key: &str| {
            let mut entries = entries.iter();
            entries
                .find(|(known, _)| *known == key)
                .map(|(_, text)| text.as_str())
        };
        assert_eq!(text("pixel_order"), Some("column"));
        assert!(text("output").unwrap().starts_with("probability of 8"));
        assert!(text("producer").unwrap().starts_with("digits 0."));
        let read = with_digits_of(network([3, 2, 1]), text(DIGITS)).unwrap();
        assert_eq!(read, two);
        assert!(with_digits_of(network([3, 2, 1]), Some("3,x")).is_err());
        assert!(with_digits_of(network([3, 2, 1]), Some("3,8,9")).is_err());
        assert_eq!(
            with_digits_of(network([3, 2, 1]), None).unwrap().digits(),
            None
        );
    }
}
