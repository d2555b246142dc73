//! The entries of a zip archive, within limits, read from memory and never written to a disk.

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipReadOptions, ZipWriter};

use crate::error::InteropError;
use crate::format::Format;

/// The first bytes of an archive.
pub(crate) const MAGIC: [u8; 4] = *b"PK\x03\x04";

/// The most entries; PyTorch's archives of these networks have a dozen.
const MAX_ENTRIES: usize = 1000;

/// The most bytes of all entries that are read, decompressed.
pub(crate) const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// An archive in memory.
pub(crate) struct Archive<'a> {
    format: Format,
    zip: ZipArchive<Cursor<&'a [u8]>>,
    names: Vec<String>,
    /// The bytes that may still be read.
    left: u64,
}

impl<'a> Archive<'a> {
    /// Opens an archive; `format` is that of errors.
    ///
    /// # Errors
    ///
    /// [`InteropError::Damaged`] if it is none, is cut short, has more than 1,000 entries, two of one name, or one outside
    /// its own folder.
    pub(crate) fn open(bytes: &'a [u8], format: Format) -> Result<Self, InteropError> {
        let zip = ZipArchive::new(Cursor::new(bytes));
        let mut zip = zip.map_err(|error| InteropError::damaged(format, error))?;
        if zip.len() > MAX_ENTRIES {
            let reason = format!("it has {} entries", zip.len());
            return Err(InteropError::damaged(format, reason));
        }
        if zip.has_duplicate_names() {
            let reason = "it has two entries of the same name";
            return Err(InteropError::damaged(format, reason));
        }
        let mut names = Vec::with_capacity(zip.len());
        for index in 0..zip.len() {
            let entry = zip.by_index_raw(index);
            let entry = entry.map_err(|error| InteropError::damaged(format, error))?;
            let name = entry.name();
            let name = name.map_err(|error| InteropError::damaged(format, error))?;
            if entry.enclosed_name().is_none() {
                let reason = format!("its entry {name:?} leads out of it");
                return Err(InteropError::damaged(format, reason));
            }
            names.push(name.into_owned());
        }
        Ok(Self {
            format,
            zip,
            names,
            left: MAX_BYTES,
        })
    }

    /// The names of the entries, in the order of the archive.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// The comment of the archive, as text.
    pub(crate) fn comment(&self) -> String {
        String::from_utf8_lossy(self.zip.comment()).into_owned()
    }

    /// Reads an entry, stored or deflated, and checks its CRC-32.
    ///
    /// # Errors
    ///
    /// [`InteropError::Damaged`] if there is none, it is damaged or compressed in another way, and
    /// [`InteropError::TooLarge`] if more bytes come out of the archive than the limit.
    pub(crate) fn read(&mut self, name: &str) -> Result<Vec<u8>, InteropError> {
        let damaged = |reason: String| InteropError::damaged(self.format, reason);
        // A fuzzer cannot guess a checksum.
        let options = ZipReadOptions::new().ignore_crc32(cfg!(fuzzing));
        let entry = self.zip.by_name_with_options(name, options);
        let entry = entry.map_err(|error| damaged(format!("entry {name:?}: {error}")))?;
        let too_large = |found| InteropError::TooLarge {
            found,
            limit: MAX_BYTES,
        };
        if entry.size() > self.left {
            return Err(too_large(entry.size()));
        }
        let mut bytes = Vec::new();
        let read = entry.take(self.left + 1).read_to_end(&mut bytes);
        read.map_err(|error| damaged(format!("entry {name:?}: {error}")))?;
        let length = bytes.len() as u64;
        self.left = self.left.checked_sub(length).ok_or(too_large(length))?;
        Ok(bytes)
    }
}

/// Writes an archive of entries that are not compressed, with a comment.
///
/// Entries have no date, so that the same entries give the same bytes.
pub(crate) fn write(
    entries: &[(&str, Vec<u8>)],
    comment: &str,
) -> Result<Vec<u8>, zip::result::ZipError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, bytes) in entries {
        zip.start_file(*name, stored)?;
        zip.write_all(bytes)?;
    }
    zip.set_comment(comment)?;
    Ok(zip.finish()?.into_inner())
}
