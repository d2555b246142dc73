//! The bytes of a file, by address, and of a part of it, one after the other.

use std::cell::Cell;

use super::error::Hdf5Error;

/// The address of what is not there.
pub(super) const UNDEFINED: u64 = u64::MAX;

/// How often the whole file may be read.
const TIMES: u64 = 4;

/// Bytes that may be read beside that, so that small files may read one collection of texts many times.
const MORE: u64 = 4 * 1024 * 1024;

/// A file in memory, of which a limited number of bytes is read.
pub(super) struct Bytes<'a> {
    all: &'a [u8],
    left: Cell<u64>,
}

impl<'a> Bytes<'a> {
    pub(super) fn new(all: &'a [u8]) -> Self {
        let length = all.len() as u64;
        let left = Cell::new(length.saturating_mul(TIMES).saturating_add(MORE));
        Self { all, left }
    }

    pub(super) fn len(&self) -> u64 {
        self.all.len() as u64
    }

    /// The bytes at an address; `what` is for errors.
    pub(super) fn slice(&self, at: u64, length: u64, what: &str) -> Result<&'a [u8], Hdf5Error> {
        let left = self.left.get().checked_sub(length);
        let range = usize::try_from(at).ok().zip(usize::try_from(length).ok());
        let found = range.and_then(|(at, length)| self.all.get(at..at.checked_add(length)?));
        let Some(found) = found else {
            let file = self.all.len();
            return Err(Hdf5Error::damaged(format!(
                "{what} of {length} bytes at byte {at} is not within the {file} bytes of the file"
            )));
        };
        let Some(left) = left else {
            return Err(Hdf5Error::damaged(
                "its parts refer to each other in a circle or overlap",
            ));
        };
        self.left.set(left);
        Ok(found)
    }

    /// The bytes at an address that begin with a signature, without it.
    pub(super) fn signed(
        &self,
        at: u64,
        signature: [u8; 4],
        length: u64,
        what: &str,
    ) -> Result<Cursor<'a>, Hdf5Error> {
        let mut bytes = Cursor::new(self.slice(at, length, what)?);
        if bytes.take(4)? != signature {
            return Err(Hdf5Error::damaged(format!(
                "{what} was expected at byte {at}"
            )));
        }
        Ok(bytes)
    }
}

/// Bytes that are read one after the other; numbers are little-endian.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The bytes that are left.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.0
    }

    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], Hdf5Error> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or_else(|| {
            let found = self.0.len();
            Hdf5Error::damaged(format!(
                "a structure ends {found} bytes before its last field, which has {length}"
            ))
        })?;
        self.0 = rest;
        Ok(taken)
    }

    /// Skips bytes whose content does not matter.
    pub(super) fn skip(&mut self, length: usize) -> Result<(), Hdf5Error> {
        self.take(length).map(drop)
    }

    /// A number of 1 to 8 bytes.
    fn number(&mut self, length: usize) -> Result<u64, Hdf5Error> {
        let bytes = self.take(length)?;
        let digits = bytes.iter().rev();
        Ok(digits.fold(0, |number, &byte| number << 8 | u64::from(byte)))
    }

    pub(super) fn u8(&mut self) -> Result<u8, Hdf5Error> {
        Ok(self.take(1)?[0])
    }

    pub(super) fn u16(&mut self) -> Result<u16, Hdf5Error> {
        let bytes = self.take(2)?;
        Ok(u16::from_le_bytes([bytes[0], bytes[1]]))
    }

    pub(super) fn u32(&mut self) -> Result<u32, Hdf5Error> {
        let bytes = self.take(4)?;
        Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    pub(super) fn u64(&mut self) -> Result<u64, Hdf5Error> {
        self.number(8)
    }

    /// A number of 1, 2, 4 or 8 bytes, by the two lowest bits of `width`: 0 to 3.
    pub(super) fn sized(&mut self, width: u8) -> Result<u64, Hdf5Error> {
        self.number(1 << (width & 3))
    }

    /// Takes bytes and skips what fills them up to a multiple of eight.
    pub(super) fn take_padded(&mut self, length: usize) -> Result<&'a [u8], Hdf5Error> {
        let taken = self.take(length)?;
        self.skip((8 - length % 8) % 8)?;
        Ok(taken)
    }
}
