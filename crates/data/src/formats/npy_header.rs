//! The header of a NumPy `.npy` file: type, memory order and shape of the array.
//!
//! The header is a Python dictionary with three keys, as `numpy.save` writes it, and only that is parsed: a parser of all
//! Python literals would recurse as deep as a malicious file asks. The format is NumPy Enhancement Proposal 1, and
//! `numpy.lib.format` in NumPy's reference.

use crate::error::DataError;
use crate::formats::data_file::DataFile;

pub(crate) const MAGIC: [u8; 6] = *b"\x93NUMPY";

/// The longest header in bytes; NumPy has the same limit (`max_header_size` of `numpy.load`).
const MAX_LENGTH: usize = 10_000;

/// The most characters of an unreadable header that an error repeats.
const MAX_SHOWN: usize = 100;

/// The description of the array.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// The type of the numbers in NumPy's notation, `<f8` for a little-endian double.
    pub(crate) descr: String,
    pub(crate) order: MemoryOrder,
    pub(crate) shape: Vec<u64>,
}

/// Which index of the array changes fastest in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MemoryOrder {
    /// The last one: row-major.
    C,
    /// The first one: column-major.
    Fortran,
}

impl Header {
    /// Skips the magic number, which is already checked, and reads the version and the header.
    ///
    /// # Errors
    ///
    /// When the file is cut short, has another version, or its header is too long or is no such dictionary.
    pub(crate) fn read(file: &mut DataFile) -> Result<Self, DataError> {
        let start = file.read_header(MAGIC.len() + 2)?;
        let (major, minor) = (start[MAGIC.len()], start[MAGIC.len() + 1]);
        let length_size = match (major, minor) {
            (1, 0) => 2,
            (2 | 3, 0) => 4,
            _ => return Err(DataError::NpyVersion { major, minor }.in_file(file.path())),
        };
        let mut length = [0; 4];
        length[..length_size].copy_from_slice(&file.read_header(length_size)?);
        let length = u32::from_le_bytes(length) as usize;
        if length > MAX_LENGTH {
            let (limit, found) = (MAX_LENGTH, length);
            return Err(DataError::NpyHeaderLength { limit, found }.in_file(file.path()));
        }
        let text = file.read_header(length)?;
        let header = std::str::from_utf8(&text).ok().and_then(parse);
        header.ok_or_else(|| {
            let text = String::from_utf8_lossy(&text);
            let found = text.trim().chars().take(MAX_SHOWN).collect();
            DataError::NpyHeader { found }.in_file(file.path())
        })
    }
}

/// Parses the dictionary; `None` unless it has exactly the three keys, with values of the right types.
fn parse(text: &str) -> Option<Header> {
    let (mut descr, mut order, mut shape) = (None, None, None);
    let mut rest = text.trim().strip_prefix('{')?.strip_suffix('}')?.trim();
    while !rest.is_empty() {
        let (key, value) = quoted(rest)?;
        let value = value.trim_start().strip_prefix(':')?.trim_start();
        rest = match key {
            "descr" => {
                let (name, rest) = quoted(value)?;
                descr = Some(name.to_owned());
                rest
            }
            "fortran_order" => {
                let (name, rest) = value.split_at(value.find([',', ' ']).unwrap_or(value.len()));
                order = Some(match name {
                    "False" => MemoryOrder::C,
                    "True" => MemoryOrder::Fortran,
                    _ => return None,
                });
                rest
            }
            "shape" => {
                let (numbers, rest) = value.strip_prefix('(')?.split_once(')')?;
                shape = Some(dimensions(numbers)?);
                rest
            }
            _ => return None,
        };
        rest = match rest.trim_start() {
            "" => "",
            more => more.strip_prefix(',')?.trim_start(),
        };
    }
    Some(Header {
        descr: descr?,
        order: order?,
        shape: shape?,
    })
}

/// Splits off a leading quoted string.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let quote = text.chars().next().filter(|c| ['\'', '"'].contains(c))?;
    text[1..].split_once(quote)
}

fn dimensions(numbers: &str) -> Option<Vec<u64>> {
    numbers
        .split(',')
        .map(str::trim)
        .filter(|number| !number.is_empty())
        // Python 2 wrote long integers with an L.
        .map(|number| number.trim_end_matches('L').parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_dictionary_that_numpy_writes() {
        let text = "{'descr': '<f8', 'fortran_order': False, 'shape': (5000, 400), }      \n";
        let header = Header {
            descr: "<f8".into(),
            order: MemoryOrder::C,
            shape: vec![5000, 400],
        };
        assert_eq!(parse(text), Some(header));
    }

    #[test]
    fn reads_keys_in_any_order_and_the_long_integers_of_python_2() {
        let text = "{\"shape\":(5L,),\"fortran_order\":True,\"descr\":\"|u1\"}";
        let header = Header {
            descr: "|u1".into(),
            order: MemoryOrder::Fortran,
            shape: vec![5],
        };
        assert_eq!(parse(text), Some(header));
    }

    #[test]
    fn refuses_other_dictionaries() {
        for text in [
            "",
            "{",
            "{}",
            "{'descr': '<f8', 'fortran_order': False}",
            "{'descr': '<f8', 'fortran_order': 0, 'shape': (2,)}",
            "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (2,)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (-2,)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), 'more': 1}",
            "{é",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
