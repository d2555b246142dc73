//! A data file as a stream of bytes: unpacked if it is gzipped, never trusted for its length.
//!
//! Memory grows with the bytes that arrive, not with the numbers that a header announces. What the bytes mean is the
//! business of the readers.

use std::io::{BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use fs_err as fs;

use crate::DataError;

/// The most rows that a file may hold: labels and row numbers are in memory, however many there are.
pub(crate) const MOST_ROWS: u64 = 1_000_000_000;

/// Bytes that are read together, where rows are shorter.
const BYTES_AT_ONCE: usize = 64 * 1024;

/// RFC 1952, section 2.3.1.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// As many bytes as it takes to recognise every format.
const MAGIC_LENGTH: usize = 6;

/// An open data file, read from front to end.
pub(crate) struct DataFile {
    path: PathBuf,
    magic: Vec<u8>,
    reader: Box<dyn Read>,
    packing: Packing,
    /// Where in the unpacked file the next byte stands.
    position: u64,
}

#[derive(Clone, Copy)]
enum Packing {
    Plain,
    Gzip,
}

impl DataFile {
    /// Opens a file and looks at its first bytes.
    pub(crate) fn open(path: &Path) -> Result<Self, DataError> {
        if !fs::metadata(path)?.is_file() {
            return Err(DataError::NotAFile { path: path.into() });
        }
        Self::new(path.into(), fs::File::open(path)?)
    }

    /// Takes a file's bytes from memory; `name` stands for its path in errors.
    pub(crate) fn from_bytes(name: &str, bytes: &'static [u8]) -> Result<Self, DataError> {
        Self::new(name.into(), bytes)
    }

    fn new(path: PathBuf, bytes: impl Read + 'static) -> Result<Self, DataError> {
        let mut file = Self {
            path,
            magic: Vec::new(),
            reader: Box::new(BufReader::new(bytes)),
            packing: Packing::Plain,
            position: 0,
        };
        file.look_ahead()?;
        if file.magic.starts_with(&GZIP_MAGIC) {
            file.reader = Box::new(BufReader::new(MultiGzDecoder::new(file.reader)));
            file.packing = Packing::Gzip;
            file.look_ahead()?;
        }
        if file.magic.is_empty() {
            return Err(DataError::EmptyFile { path: file.path });
        }
        Ok(file)
    }

    /// Notes the next bytes as the magic number and puts them back.
    fn look_ahead(&mut self) -> Result<(), DataError> {
        self.magic = self.read(MAGIC_LENGTH)?;
        let rest = std::mem::replace(&mut self.reader, Box::new(std::io::empty()));
        self.reader = Box::new(Cursor::new(self.magic.clone()).chain(rest));
        Ok(())
    }

    /// Returns the file's path.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the file's first bytes, unpacked: six of them, fewer in a shorter file.
    pub(crate) fn magic(&self) -> &[u8] {
        &self.magic
    }

    /// Where in the file the next byte stands, after headers only; none in a gzipped file.
    pub(crate) fn position_of_plain(&self) -> Option<u64> {
        matches!(self.packing, Packing::Plain).then_some(self.position)
    }

    /// Reads the `length` bytes of a header, which must all be there.
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

    /// Reads the rest of the file, which must be `rows` rows of `row_length` bytes, and hands on each.
    pub(crate) fn read_rows(
        mut self,
        rows: u64,
        row_length: usize,
        mut each: impl FnMut(&[u8]) -> Result<(), DataError>,
    ) -> Result<(), DataError> {
        if rows == 0 {
            return Err(DataError::NoRows.in_file(self.path));
        }
        if rows > MOST_ROWS {
            let found = rows;
            let limit = MOST_ROWS;
            return Err(DataError::TooManyRows { found, limit }.in_file(self.path));
        }
        let expected = rows * row_length as u64;
        let at_once = (BYTES_AT_ONCE / row_length).max(1) * row_length;
        let mut found = 0;
        while found < expected {
            let wanted =
                usize::try_from(expected - found).map_or(at_once, |left| left.min(at_once));
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
        // Reading past the end also makes gzip compare its checksum.
        if !self.read(1)?.is_empty() {
            return Err(DataError::TrailingBytes {
                path: self.path,
                expected,
            });
        }
        Ok(())
    }

    /// Reads up to `length` bytes; fewer only at the end of the file.
    fn read(&mut self, length: usize) -> Result<Vec<u8>, DataError> {
        let mut bytes = Vec::new();
        let read = (&mut self.reader)
            .take(length as u64)
            .read_to_end(&mut bytes);
        match (read, self.packing) {
            (Ok(_), _) => Ok(bytes),
            (Err(source), Packing::Gzip) => Err(DataError::Gzip {
                path: self.path.clone(),
                source,
            }),
            (Err(error), Packing::Plain) => Err(error.into()),
        }
    }
}
