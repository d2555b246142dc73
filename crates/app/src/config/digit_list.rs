//! The digits that a network tells apart, as a setting.

use std::fmt;
use std::str::FromStr;

use data::{Classes, DataError};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::support::listing::listed_digits;

/// A list of digits: on the command line `0,1`, `1,4,7`, `0..9` or `all`; in a file a list of numbers or
/// one of these texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "InFile", into = "Vec<u8>")]
pub struct DigitList(pub Vec<u8>);

/// What may stand in a file.
#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "expected a list of digits, such as [0, 1, 2], or a text, such as \"0..9\" or \"all\""
)]
enum InFile {
    List(Vec<u8>),
    Text(String),
}

impl TryFrom<InFile> for DigitList {
    type Error = String;

    fn try_from(found: InFile) -> Result<Self, String> {
        match found {
            InFile::List(digits) => Ok(Self(digits)),
            InFile::Text(text) => text.parse().map_err(|()| format!("expected {DIGIT_LIST}")),
        }
    }
}

impl From<DigitList> for Vec<u8> {
    fn from(list: DigitList) -> Self {
        list.0
    }
}

/// Of what may stand in a file.
impl JsonSchema for DigitList {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "DigitList".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [
                { "type": "array", "items": { "type": "integer" }, "minItems": 2, "uniqueItems": true },
                {
                    "type": "string",
                    "pattern": r"^\s*(all|\d\s*\.\.\s*=?\s*\d|\d(\s*,\s*\d)+)\s*$"
                }
            ]
        })
    }
}

/// What is accepted on the command line.
pub(crate) const DIGIT_LIST: &str = "different digits from 0 to 9, such as 0,1 or 0..9 or all";

impl DigitList {
    /// The classes of a network for these digits.
    ///
    /// # Errors
    ///
    /// [`DataError`] if they are not two or more different digits.
    pub fn classes(&self) -> Result<Classes, DataError> {
        Classes::new(&self.0)
    }
}

impl FromStr for DigitList {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let number = |text: &str| text.trim().parse::<u8>().map_err(|_| ());
        if text.trim() == "all" {
            return Ok(Self((0..=9).collect()));
        }
        let mut digits = Vec::new();
        for part in text.split(',') {
            let Some((first, last)) = part.split_once("..") else {
                digits.push(number(part)?);
                continue;
            };
            let (first, last) = (number(first)?, number(last.trim_start_matches('='))?);
            if first >= last || last > 9 {
                return Err(());
            }
            digits.extend(first..=last);
        }
        if digits.len() < 2 {
            return Err(());
        }
        Ok(Self(digits))
    }
}

/// As in "0 and 1", or "0 to 9" for all of a range.
impl fmt::Display for DigitList {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&listed_digits(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_a_list_or_the_text_of_the_command_line_and_a_list_is_written() {
        #[derive(Debug, Serialize, Deserialize)]
        struct File {
            digits: DigitList,
        }
        let read = |value: &str| toml::from_str::<File>(&format!("digits = {value}"));
        for (value, expected) in [
            ("[7, 1]", "digits = [7, 1]\n"),
            ("\"2..4\"", "digits = [2, 3, 4]\n"),
        ] {
            assert_eq!(toml::to_string(&read(value).unwrap()).unwrap(), expected);
        }
        for wrong in ["5", "true", "[0.5, 1]", "[-1, 2]", "[\"a\"]", "{ a = 1 }"] {
            let message = read(wrong).unwrap_err().to_string();
            assert!(
                message.contains("a list of digits, such as [0, 1, 2]"),
                "{message}"
            );
        }
        let message = read("\"0..10\"").unwrap_err().to_string();
        assert!(
            message.contains("different digits from 0 to 9, such as 0,1"),
            "{message}"
        );
    }

    #[test]
    fn lists_ranges_and_all_are_read() {
        let read = |text: &str| text.parse::<DigitList>().map(|list| list.0);
        assert_eq!(read("0,1"), Ok(vec![0, 1]));
        assert_eq!(read("7, 1 ,4"), Ok(vec![7, 1, 4]));
        assert_eq!(read("0..9"), Ok((0..=9).collect()));
        assert_eq!(read("2..=4"), Ok(vec![2, 3, 4]));
        assert_eq!(read("all"), Ok((0..=9).collect()));
        assert_eq!(read("1..9,0"), Ok(vec![1, 2, 3, 4, 5, 6, 7, 8, 9, 0]));
        assert_eq!(read("7, 1..3"), Ok(vec![7, 1, 2, 3]));
        for wrong in [
            "", "a", "3", "0,", "0..10", "5..5", "9..0", "1-3", "0,300", "..", "-1,2",
        ] {
            assert_eq!(read(wrong), Err(()), "{wrong}");
        }
    }
}
