//! The fields of an array in a MATLAB file.
//!
//! A field has a tag with its type and its length, then its bytes, padded to a multiple of 8; up to four bytes fit into the
//! tag itself.

use std::io::{self, ErrorKind, Read};

use crate::formats::npy_number::NumberType;

const INT32: u32 = 5;
const UINT32: u32 = 6;

/// The most bytes of flags, dimensions or a name; MATLAB's names have up to 63.
pub(crate) const MAX_FIELD: u64 = 1000;

#[derive(Debug, Clone, Copy)]
pub(crate) enum ByteOrder {
    Little,
    Big,
}

impl ByteOrder {
    pub(crate) fn word(self, bytes: [u8; 4]) -> u32 {
        match self {
            Self::Little => u32::from_le_bytes(bytes),
            Self::Big => u32::from_be_bytes(bytes),
        }
    }
}

/// The fields of one array.
pub(crate) struct Fields<'a> {
    pub(crate) reader: &'a mut dyn Read,
    pub(crate) byte_order: ByteOrder,
    /// The bytes of the array that are not read yet.
    pub(crate) left: u64,
}

impl Fields<'_> {
    /// Reads the next field, of at most `limit` bytes: its type and its bytes.
    pub(crate) fn read(&mut self, limit: u64) -> io::Result<(u32, Vec<u8>)> {
        let first = self.read_word()?;
        let (kind, length, with_padding) = match u64::from(first >> 16) {
            0 => {
                let length = u64::from(self.read_word()?);
                (first, length, length.next_multiple_of(8))
            }
            short @ 1..=4 => (first & 0xffff, short, 4),
            _ => return Err(damaged()),
        };
        if length > limit || length > self.left {
            return Err(damaged());
        }
        let bytes = self.read_bytes(length)?;
        self.read_bytes(self.left.min(with_padding - length))?;
        Ok((kind, bytes))
    }

    /// Reads a field of whole numbers of 32 bits, none of them negative; some programs store them as unsigned.
    pub(crate) fn read_words(&mut self) -> io::Result<Vec<u32>> {
        let (kind, bytes) = self.read(MAX_FIELD)?;
        let (words, rest) = bytes.as_chunks();
        let words = words.iter().map(|word| self.byte_order.word(*word));
        let words: Vec<u32> = words.collect();
        let are_positive = words.iter().all(|word| word.cast_signed() >= 0);
        if [INT32, UINT32].contains(&kind) && rest.is_empty() && are_positive {
            Ok(words)
        } else {
            Err(damaged())
        }
    }

    fn read_word(&mut self) -> io::Result<u32> {
        let bytes = self.read_bytes(4)?;
        let word = bytes.as_array().ok_or_else(damaged)?;
        Ok(self.byte_order.word(*word))
    }

    /// Reads exactly `length` bytes; memory grows with those that are there.
    fn read_bytes(&mut self, length: u64) -> io::Result<Vec<u8>> {
        self.left = self.left.checked_sub(length).ok_or_else(damaged)?;
        let mut bytes = Vec::new();
        (&mut *self.reader).take(length).read_to_end(&mut bytes)?;
        if bytes.len() as u64 == length {
            Ok(bytes)
        } else {
            Err(ErrorKind::UnexpectedEof.into())
        }
    }
}

/// Returns the type of the numbers in a field of a type; `None` if they are none.
pub(crate) fn stored_type(kind: u32, byte_order: ByteOrder) -> Option<NumberType> {
    let name = match kind {
        1 => "i1",
        2 => "u1",
        3 => "i2",
        4 => "u2",
        INT32 => "i4",
        UINT32 => "u4",
        7 => "f4",
        9 => "f8",
        12 => "i8",
        13 => "u8",
        _ => return None,
    };
    let order = match byte_order {
        ByteOrder::Little => '<',
        ByteOrder::Big => '>',
    };
    NumberType::parse(&format!("{order}{name}"))
}

pub(crate) fn damaged() -> io::Error {
    ErrorKind::InvalidData.into()
}
