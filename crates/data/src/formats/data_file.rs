//! A data file as a stream of bytes, decompressed if it is gzipped. An array in an archive is one too, and so is an archive
//! of one array.
//!
//! Long runs of rows that are not wanted are skipped, where the format allows that. Memory use grows with the bytes that
//! are read, not with the sizes that a header announces. The readers of the formats interpret the bytes.

use std::io::{BufReader, Cursor, Read, Seek};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use fs_err as fs;

use crate::error::DataError;
use crate::formats::blocks::BlockReader;
use crate::formats::byte_source::ByteSource;
use crate::formats::npz;
use crate::storage::StoreWriter;

/// The most rows that a file may have; labels and row numbers are in memory, whatever their number.
const MAX_ROWS: u64 = 1_000_000_000;

/// Bytes per read; a longer row is read alone. Fewer bytes are not skipped but read.
const READ_SIZE: usize = 64 * 1024;

/// RFC 1952, section 2.3.1.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// The bytes needed to recognize any format.
const MAGIC_LENGTH: usize = 64;

/// An open data file, read from start to end.
pub(crate) struct DataFile {
    path: PathBuf,
    magic: Vec<u8>,
    /// The bytes of `magic` that have been read; those after them come before those of the reader.
    magic_read: usize,
    reader: Box<dyn ByteSource>,
    compression: Compression,
    /// The position of the next byte in the decompressed file, valid until the first row is read.
    position: u64,
}

#[derive(Clone, Copy)]
enum Compression {
    None,
    Gzip,
    /// An entry of an archive.
    Archive,
}

impl DataFile {
    /// Opens a file and reads its first bytes.
    ///
    /// # Errors
    ///
    /// When it cannot be read, is not a regular file, is empty, or its gzip stream or its archive is damaged.
    pub(crate) fn open(path: &Path) -> Result<Self, DataError> {
        if let Some((archive, name)) = npz::split(path) {
            return Self::open_array(path, archive, name);
        }
        // What is wrong with an archive is told by who recognizes it.
        if npz::is_archive(path)
            && let Ok([array]) = npz::arrays(path).as_deref()
            && let Some((archive, name)) = npz::split(array)
        {
            return Self::open_array(array, archive, name);
        }
        if !fs::metadata(path)?.is_file() {
            return Err(DataError::NotAFile { path: path.into() });
        }
        let mut file = fs::File::open(path)?;
        let mut magic = Vec::new();
        (&mut file)
            .take(GZIP_MAGIC.len() as u64)
            .read_to_end(&mut magic)?;
        file.rewind()?;
        let file = BufReader::new(file);
        if magic == GZIP_MAGIC {
            let decoder = BufReader::new(MultiGzDecoder::new(file));
            Self::new(path.into(), decoder, Compression::Gzip)
        } else {
            Self::new(path.into(), file, Compression::None)
        }
    }

    fn open_array(path: &Path, archive: &Path, name: &str) -> Result<Self, DataError> {
        let entry = BufReader::new(npz::open_array(path, archive, name)?);
        Self::new(path.into(), entry, Compression::Archive)
    }

    /// Reads a file from memory that is not gzipped; `name` is its path in errors.
    ///
    /// # Errors
    ///
    /// When it is empty.
    pub(crate) fn from_memory(name: &str, bytes: Vec<u8>) -> Result<Self, DataError> {
        Self::new(name.into(), Cursor::new(bytes), Compression::None)
    }

    /// Reads a gzipped file from memory; `name` is its path in errors.
    pub(crate) fn from_gzip(name: &str, file: &'static [u8]) -> Result<Self, DataError> {
        let decoder = BufReader::new(MultiGzDecoder::new(file));
        Self::new(name.into(), decoder, Compression::Gzip)
    }

    /// Reads a file of blocks from memory; `name` is its path in errors.
    pub(crate) fn from_blocks(name: &str, file: &'static [u8]) -> Result<Self, DataError> {
        Self::new(name.into(), BlockReader::new(file), Compression::Gzip)
    }

    fn new(
        path: PathBuf,
        reader: impl ByteSource + 'static,
        compression: Compression,
    ) -> Result<Self, DataError> {
        let mut file = Self {
            path,
            magic: Vec::new(),
            magic_read: 0,
            reader: Box::new(reader),
            compression,
            position: 0,
        };
        file.magic = file.read(MAGIC_LENGTH)?;
        // A server or a browser packs what is packed.
        if matches!(compression, Compression::Gzip) && file.magic.starts_with(&GZIP_MAGIC) {
            let packed = Cursor::new(file.magic).chain(file.reader);
            file.reader = Box::new(BufReader::new(MultiGzDecoder::new(packed)));
            file.magic = Vec::new();
            file.magic = file.read(MAGIC_LENGTH)?;
        }
        if file.magic.is_empty() {
            return Err(DataError::EmptyFile { path: file.path });
        }
        Ok(file)
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
        self,
        rows: u64,
        row_length: usize,
        mut each: impl FnMut(&[u8]) -> Result<(), DataError>,
    ) -> Result<(), DataError> {
        self.read_or_skip(rows, row_length, &mut (), |(), row| each(row), |(), _| 0)
    }

    /// Does the same for rows that go to `images`, but may skip some that are not wanted.
    pub(crate) fn read_wanted_rows<'a>(
        self,
        rows: u64,
        row_length: usize,
        images: &mut StoreWriter<'a>,
        each: impl FnMut(&mut StoreWriter<'a>, &[u8]) -> Result<(), DataError>,
    ) -> Result<(), DataError> {
        let at_least = READ_SIZE.div_ceil(row_length);
        let skip = |images: &mut StoreWriter<'a>, rows| images.skip_unwanted_run(at_least, rows);
        self.read_or_skip(rows, row_length, images, each, skip)
    }

    /// Asks `skip`, which is told how many rows are left, how many to skip, and reads the others.
    fn read_or_skip<T>(
        mut self,
        rows: u64,
        row_length: usize,
        target: &mut T,
        mut each: impl FnMut(&mut T, &[u8]) -> Result<(), DataError>,
        skip: impl Fn(&mut T, usize) -> usize,
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
            let left = usize::try_from(expected - found).unwrap_or(usize::MAX);
            let skipped = skip(target, left / row_length) * row_length;
            let (wanted, passed) = if skipped > 0 {
                (skipped, self.skip(skipped)?)
            } else {
                let wanted = left.min(whole_rows);
                let bytes = self.read(wanted)?;
                for row in bytes.chunks_exact(row_length) {
                    each(target, row).map_err(|error| error.in_file(&self.path))?;
                }
                (wanted, bytes.len())
            };
            found += passed as u64;
            if passed < wanted {
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
    pub(crate) fn read(&mut self, length: usize) -> Result<Vec<u8>, DataError> {
        let mut bytes = Vec::with_capacity(length.min(READ_SIZE));
        bytes.extend_from_slice(self.unread_magic(length));
        self.magic_read += bytes.len();
        let rest = (length - bytes.len()) as u64;
        let read = (&mut self.reader).take(rest).read_to_end(&mut bytes);
        read.map_err(|error| self.read_error(error))?;
        Ok(bytes)
    }

    /// Skips up to `length` bytes, and returns how many; fewer only at the end of the file.
    pub(crate) fn skip(&mut self, length: usize) -> Result<usize, DataError> {
        let unread = self.unread_magic(length).len();
        self.magic_read += unread;
        let skipped = self.reader.skip((length - unread) as u64);
        let skipped = skipped.map_err(|error| self.read_error(error))?;
        // At most `length`, which is a usize.
        Ok(usize::try_from(skipped).unwrap_or(usize::MAX) + unread)
    }

    /// The first bytes of `magic` that have not been read, at most `length`.
    fn unread_magic(&self, length: usize) -> &[u8] {
        let unread = &self.magic[self.magic_read..];
        &unread[..length.min(unread.len())]
    }

    fn read_error(&self, source: std::io::Error) -> DataError {
        match self.compression {
            Compression::None => source.into(),
            Compression::Gzip => DataError::Gzip {
                path: self.path.clone(),
                source,
            },
            Compression::Archive => DataError::Npz {
                path: self.path.clone(),
                source,
            },
        }
    }
}
