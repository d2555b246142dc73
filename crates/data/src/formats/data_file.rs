//! A data file as a stream of bytes, decompressed if it is gzipped.
//!
//! Memory use grows with the bytes that are read, not with the sizes that a header announces. The readers of the formats
//! interpret the bytes.

use std::io::{BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use fs_err as fs;

use crate::error::DataError;

/// The most rows that a file may have; labels and row numbers are in memory, whatever their number.
const MAX_ROWS: u64 = 1_000_000_000;

/// Bytes per read; a longer row is read alone.
const READ_SIZE: usize = 64 * 1024;

/// RFC 1952, section 2.3.1.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// The bytes needed to recognize any format.
const MAGIC_LENGTH: usize = 64;

/// How often a file may be gzipped. Twice is the most that is seen: a server or a browser packs what is packed.
const MAX_GZIPPED: usize = 2;

/// An open data file, read from start to end.
pub(crate) struct DataFile {
    path: PathBuf,
    magic: Vec<u8>,
    reader: Box<dyn Read>,
    compression: Compression,
    /// The position of the next byte in the decompressed file, valid until the first row is read.
    position: u64,
}

#[derive(Clone, Copy)]
enum Compression {
    None,
    Gzip,
}

impl DataFile {
    /// Opens a file and reads its first bytes.
    ///
    /// # Errors
    ///
    /// When it cannot be read, is not a regular file, is empty, or its gzip stream is damaged.
    pub(crate) fn open(path: &Path) -> Result<Self, DataError> {
        if !fs::metadata(path)?.is_file() {
            return Err(DataError::NotAFile { path: path.into() });
        }
        Self::new(path.into(), fs::File::open(path)?)
    }

    /// Reads a file from memory; `name` is its path in errors.
    pub(crate) fn from_bytes(name: &str, bytes: &'static [u8]) -> Result<Self, DataError> {
        Self::new(name.into(), bytes)
    }

    fn new(path: PathBuf, bytes: impl Read + 'static) -> Result<Self, DataError> {
        let mut file = Self {
            path,
            magic: Vec::new(),
            reader: Box::new(BufReader::new(bytes)),
            compression: Compression::None,
            position: 0,
        };
        file.peek_magic()?;
        for _ in 0..MAX_GZIPPED {
            if !file.magic.starts_with(&GZIP_MAGIC) {
                break;
            }
            file.reader = Box::new(BufReader::new(MultiGzDecoder::new(file.reader)));
            file.compression = Compression::Gzip;
            file.peek_magic()?;
        }
        if file.magic.is_empty() {
            return Err(DataError::EmptyFile { path: file.path });
        }
        Ok(file)
    }

    /// Reads the next bytes as the magic number and puts them back.
    fn peek_magic(&mut self) -> Result<(), DataError> {
        self.magic = self.read(MAGIC_LENGTH)?;
        let rest = std::mem::replace(&mut self.reader, Box::new(std::io::empty()));
        self.reader = Box::new(Cursor::new(self.magic.clone()).chain(rest));
        Ok(())
    }

    /// Returns the file's path.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the first 64 decompressed bytes, or fewer of a shorter file.
    pub(crate) fn magic(&self) -> &[u8] {
        &self.magic
    }

    /// Returns the position in bytes of what follows the headers read so far; `None` in a gzipped file.
    pub(crate) fn position_in_plain_file(&self) -> Option<u64> {
        matches!(self.compression, Compression::None).then_some(self.position)
    }

    /// Reads exactly `length` bytes of a header.
    pub(crate) fn read_header(&mut self, length: usize) -> Result<Vec<u8>, DataError> {
        let header = self.read(length)?;
        if header.len() < length {
            return Err(DataError::Header {
                path: self.path.clone(),
                expected: length,
                found: header.len(),
            });
        }
        self.position += length as u64;
        Ok(header)
    }

    /// Reads the rest of the file, which must be `rows` rows of `row_length` bytes, and calls `each` with each row.
    pub(crate) fn read_rows(
        mut self,
        rows: u64,
        row_length: usize,
        mut each: impl FnMut(&[u8]) -> Result<(), DataError>,
    ) -> Result<(), DataError> {
        if rows == 0 {
            return Err(DataError::NoRows.in_file(self.path));
        }
        if rows > MAX_ROWS {
            let found = rows;
            let limit = MAX_ROWS;
            return Err(DataError::TooManyRows { found, limit }.in_file(self.path));
        }
        let expected = rows * row_length as u64;
        let whole_rows = (READ_SIZE / row_length).max(1) * row_length;
        let mut found = 0;
        while found < expected {
            let wanted =
                usize::try_from(expected - found).map_or(whole_rows, |left| left.min(whole_rows));
            let bytes = self.read(wanted)?;
            for row in bytes.chunks_exact(row_length) {
                each(row).map_err(|error| error.in_file(&self.path))?;
            }
            found += bytes.len() as u64;
            if bytes.len() < wanted {
                return Err(DataError::Truncated {
                    path: self.path,
                    expected,
                    found,
                });
            }
        }
        // Reading past the end also makes the gzip decoder check its checksum.
        if !self.read(1)?.is_empty() {
            return Err(DataError::TrailingBytes {
                path: self.path,
                expected,
            });
        }
        Ok(())
    }

    /// Says whether two files have the same content, decompressed. It reads no further than to the first difference.
    ///
    /// # Errors
    ///
    /// When one of them cannot be read.
    pub(crate) fn have_same_content(first: &Path, second: &Path) -> Result<bool, DataError> {
        let (mut one, mut other) = (Self::open(first)?, Self::open(second)?);
        let are_plain = [&one, &other].map(|file| matches!(file.compression, Compression::None));
        if are_plain == [true; 2] && fs::metadata(first)?.len() != fs::metadata(second)?.len() {
            return Ok(false);
        }
        loop {
            let (bytes, others) = (one.read(READ_SIZE)?, other.read(READ_SIZE)?);
            if bytes != others {
                return Ok(false);
            }
            if bytes.is_empty() {
                return Ok(true);
            }
        }
    }

    /// Reads up to `length` bytes; fewer only at the end of the file.
    fn read(&mut self, length: usize) -> Result<Vec<u8>, DataError> {
        let mut bytes = Vec::new();
        let read = (&mut self.reader)
            .take(length as u64)
            .read_to_end(&mut bytes);
        match (read, self.compression) {
            (Ok(_), _) => Ok(bytes),
            (Err(source), Compression::Gzip) => Err(DataError::Gzip {
                path: self.path.clone(),
                source,
            }),
            (Err(error), Compression::None) => Err(error.into()),
        }
    }
}
