//! Bytes from start to end, of which some can be skipped.

use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};

use flate2::read::MultiGzDecoder;
use fs_err as fs;

use crate::formats::npz::Entry;

/// A reader that can skip bytes faster than it reads them, if its format allows that.
pub(crate) trait ByteSource: Read {
    /// Skips the next `length` bytes, and returns how many there were: fewer only at the end.
    ///
    /// # Errors
    ///
    /// Those of reading.
    fn skip(&mut self, length: u64) -> io::Result<u64>;
}

impl ByteSource for BufReader<fs::File> {
    fn skip(&mut self, length: u64) -> io::Result<u64> {
        let end = self.get_ref().metadata()?.len();
        let position = self.stream_position()?;
        let skipped = length.min(end.saturating_sub(position));
        self.seek(SeekFrom::Start(position + skipped))?;
        Ok(skipped)
    }
}

/// The checksum of an entry is that of all its bytes.
impl ByteSource for BufReader<Entry> {
    fn skip(&mut self, length: u64) -> io::Result<u64> {
        io::copy(&mut self.take(length), &mut io::sink())
    }
}

/// A file in memory.
impl ByteSource for Cursor<Vec<u8>> {
    fn skip(&mut self, length: u64) -> io::Result<u64> {
        let end = self.get_ref().len() as u64;
        let skipped = length.min(end.saturating_sub(self.position()));
        self.set_position(self.position() + skipped);
        Ok(skipped)
    }
}

/// A compressed byte is only known after all bytes before it.
impl<R: Read> ByteSource for BufReader<MultiGzDecoder<R>> {
    fn skip(&mut self, length: u64) -> io::Result<u64> {
        io::copy(&mut self.take(length), &mut io::sink())
    }
}
