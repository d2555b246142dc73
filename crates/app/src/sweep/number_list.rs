//! A list of whole numbers, such as the seeds of a sweep.

use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// What is accepted on the command line.
pub(crate) const NUMBER_LIST: &str =
    "different whole numbers, such as 0..31 or 0,1,5, at most 100,000";
/// More numbers than anybody means.
const MOST: usize = 100_000;

/// A list of different whole numbers: on the command line `0..31`, with both ends, or `0,1,5`; in a file one of
/// these texts, or a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "InFile", into = "InFile")]
pub(crate) struct NumberList(pub(crate) Vec<u32>);

/// What stands in a file.
#[derive(Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a list of different whole numbers, such as [0, 1, 5], or a text, such as \"0..31\""
)]
enum InFile {
    Text(String),
    List(Vec<u32>),
}

impl JsonSchema for NumberList {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "NumberList".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [
                {
                    "type": "array",
                    "items": { "type": "integer", "minimum": 0, "maximum": u32::MAX },
                    "minItems": 1,
                    "uniqueItems": true
                },
                {
                    "type": "string",
                    "pattern": r"^\s*(\d+\s*\.\.\s*=?\s*\d+|\d+(\s*,\s*\d+)*)\s*$"
                }
            ]
        })
    }
}

impl TryFrom<InFile> for NumberList {
    type Error = String;

    fn try_from(found: InFile) -> Result<Self, String> {
        let text = match found {
            InFile::Text(text) => text,
            InFile::List(numbers) => {
                let numbers: Vec<String> = numbers.iter().map(u32::to_string).collect();
                numbers.join(",")
            }
        };
        text.parse().map_err(|()| format!("expected {NUMBER_LIST}"))
    }
}

impl From<NumberList> for InFile {
    fn from(NumberList(numbers): NumberList) -> Self {
        let is_range = numbers
            .windows(2)
            .all(|pair| pair[0].checked_add(1) == Some(pair[1]));
        match numbers.as_slice() {
            [first, _, .., last] if is_range => Self::Text(format!("{first}..{last}")),
            _ => Self::List(numbers),
        }
    }
}

impl FromStr for NumberList {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let number = |text: &str| text.trim().parse::<u32>().map_err(|_| ());
        if let Some((first, last)) = text.split_once("..") {
            let (first, last) = (number(first)?, number(last.trim_start_matches('='))?);
            let is_meant = first <= last && ((last - first) as usize) < MOST;
            return is_meant.then(|| Self((first..=last).collect())).ok_or(());
        }
        let numbers: Vec<u32> = text.split(',').map(number).collect::<Result<_, _>>()?;
        let mut sorted = numbers.clone();
        sorted.sort_unstable();
        sorted.dedup();
        (sorted.len() == numbers.len())
            .then_some(Self(numbers))
            .ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Serialize, Deserialize)]
    struct File {
        seeds: NumberList,
    }

    #[test]
    fn ranges_have_both_ends_and_lists_different_numbers() {
        let read = |text: &str| text.parse::<NumberList>().map(|list| list.0);
        assert_eq!(read("0..3"), Ok(vec![0, 1, 2, 3]));
        assert_eq!(read("2..=3"), Ok(vec![2, 3]));
        assert_eq!(read("7, 1,4"), Ok(vec![7, 1, 4]));
        assert_eq!(read("7"), Ok(vec![7]));
        assert_eq!(read("3..3"), Ok(vec![3]));
        for wrong in [
            "",
            "a",
            "0,",
            "1,1",
            "9..0",
            "..",
            "-1,2",
            "0..100000",
            "0..4294967295",
            "4294967296",
        ] {
            assert_eq!(read(wrong), Err(()), "{wrong}");
        }
    }

    #[test]
    fn a_file_has_a_text_or_a_list_and_a_range_is_written_as_one() {
        let read = |value: &str| toml::from_str::<File>(&format!("seeds = {value}"));
        for (value, expected) in [
            ("\"0..31\"", "seeds = \"0..31\"\n"),
            ("[4, 5, 6]", "seeds = \"4..6\"\n"),
            ("\"0,2\"", "seeds = [0, 2]\n"),
            ("[3, 2]", "seeds = [3, 2]\n"),
        ] {
            assert_eq!(toml::to_string(&read(value).unwrap()).unwrap(), expected);
        }
        for wrong in ["[1, 1]", "5", "\"many\"", "[-1]"] {
            let message = read(wrong).unwrap_err().to_string();
            assert!(
                message.contains("different whole numbers, such as"),
                "{message}"
            );
        }
    }
}
