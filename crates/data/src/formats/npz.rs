//! NumPy's `.npz`: a zip archive of `.npy` files, which is read like a folder of them.
//!
//! An array in an archive has a path, such as `mnist.npz/x_train`: that of the archive, then the name of the array. It is
//! read as a stream, stored or deflated; length and CRC-32 are checked at its end. The format of the archive is PKWARE's
//! "APPNOTE.TXT - .ZIP File Format Specification".

use std::io::{self, BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::path::{Component, Path, PathBuf};

use flate2::Crc;
use flate2::bufread::DeflateDecoder;
use fs_err as fs;
use zip::{CompressionMethod, ZipArchive};

use crate::error::DataError;

/// The first bytes of an archive with an entry.
pub(crate) const MAGIC: [u8; 4] = *b"PK\x03\x04";

/// The most entries of an archive. MNIST's has four, archives with folds or several resolutions a few dozen.
const MAX_ENTRIES: usize = 256;

/// The ending of the name of an array's entry.
const ENDING: &str = ".npy";

type Archive = ZipArchive<BufReader<fs::File>>;

/// Says whether a path is that of something in an archive: what is there instead of a folder is a file.
#[must_use]
pub fn is_in_archive(path: &Path) -> bool {
    split(path).is_some()
}

/// Splits the path of an array into that of the archive and the array's name.
pub(crate) fn split(path: &Path) -> Option<(&Path, &str)> {
    let archive = path.parent().filter(|parent| parent.is_file())?;
    Some((archive, path.file_name()?.to_str()?))
}

/// Says whether a file is an archive, by its first bytes; one that cannot be read is none.
pub(crate) fn is_archive(path: &Path) -> bool {
    let start = || -> io::Result<[u8; 4]> {
        let mut start = [0; 4];
        fs::File::open(path)?.read_exact(&mut start)?;
        Ok(start)
    };
    path.is_file() && start().is_ok_and(|start| start == MAGIC)
}

/// Lists the paths of the arrays in an archive, by name. Entries in folders of the archive, and those that are no `.npy`
/// files, are not among them.
///
/// # Errors
///
/// [`DataError::Npz`] if it is damaged or cut short, [`DataError::NpzEntries`] and [`DataError::NpzName`] if it has too
/// many entries, or one that leads out of it.
pub(crate) fn arrays(archive: &Path) -> Result<Vec<PathBuf>, DataError> {
    let names = array_names(archive, &mut open(archive)?)?;
    Ok(names.iter().map(|name| archive.join(name)).collect())
}

/// Opens an array as a stream of the bytes of a `.npy` file.
///
/// # Errors
///
/// Those of [`arrays`], and [`DataError::NpzNoArray`] if there is none of this name.
pub(crate) fn open_array(path: &Path, archive: &Path, name: &str) -> Result<Entry, DataError> {
    let mut zip = open(archive)?;
    let names = array_names(archive, &mut zip)?;
    let name = name.strip_suffix(ENDING).unwrap_or(name);
    if !names.iter().any(|known| known == name) {
        return Err(DataError::NpzNoArray {
            path: archive.into(),
            name: name.to_owned(),
            names,
        });
    }
    Entry::open(zip, &format!("{name}{ENDING}")).map_err(|source| damaged(path, source))
}

fn open(archive: &Path) -> Result<Archive, DataError> {
    let file = BufReader::new(fs::File::open(archive)?);
    let zip = ZipArchive::new(file).map_err(|error| damaged(archive, error.into()))?;
    match zip.len() {
        0..=MAX_ENTRIES => Ok(zip),
        found => Err(DataError::NpzEntries {
            path: archive.into(),
            limit: MAX_ENTRIES,
            found,
        }),
    }
}

fn damaged(path: &Path, source: io::Error) -> DataError {
    DataError::Npz {
        path: path.into(),
        source,
    }
}

/// Lists the names of the arrays, without the ending of their entries, and checks all names.
fn array_names(archive: &Path, zip: &mut Archive) -> Result<Vec<String>, DataError> {
    let mut names = Vec::new();
    for index in 0..zip.len() {
        let entry = zip.by_index_data(index);
        let name = entry.and_then(|entry| Ok(entry.name()?.into_owned()));
        let name = name.map_err(|error| damaged(archive, error.into()))?;
        if leads_out(&name) {
            return Err(DataError::NpzName {
                path: archive.into(),
                name,
            });
        }
        if let Some(array) = name.strip_suffix(ENDING)
            && is_plain(array)
        {
            names.push(array.to_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// Says whether the name of an entry is that of something outside the archive.
fn leads_out(name: &str) -> bool {
    name.split(['/', '\\']).any(|part| part == "..") || name.starts_with(['/', '\\'])
}

/// Says whether a name has no folder, also on Windows.
fn is_plain(name: &str) -> bool {
    let mut parts = Path::new(name).components();
    let is_name = matches!(parts.next(), Some(Component::Normal(_)));
    is_name && parts.next().is_none() && !name.contains(['/', '\\', ':'])
}

/// The bytes of an entry, decompressed.
pub(crate) struct Entry {
    stored: Box<dyn Read>,
    /// The bytes that follow, as the archive says.
    left: u64,
    so_far: Crc,
    expected: u32,
}

impl Entry {
    fn open(mut zip: Archive, name: &str) -> io::Result<Self> {
        let index = zip.index_for_name(name).ok_or(ErrorKind::NotFound)?;
        let entry = zip.by_index_raw(index)?;
        let start = entry.data_start().ok_or(ErrorKind::InvalidData)?;
        let (method, is_encrypted) = (entry.compression(), entry.encrypted());
        let (length, left, expected) = (entry.compressed_size(), entry.size(), entry.crc32());
        drop(entry);
        let mut file = zip.into_inner();
        file.seek(SeekFrom::Start(start))?;
        let compressed = file.take(length);
        let stored: Box<dyn Read> = match method {
            _ if is_encrypted => return Err(invalid("it is encrypted")),
            CompressionMethod::Stored => Box::new(compressed),
            CompressionMethod::Deflated => Box::new(DeflateDecoder::new(compressed)),
            _ => return Err(invalid("it is compressed otherwise than by deflate")),
        };
        Ok(Self {
            stored,
            left,
            so_far: Crc::new(),
            expected,
        })
    }

    /// Checks, after the last byte, that it is the last one, and that all are as the archive says.
    fn check_end(&mut self) -> io::Result<()> {
        if self.stored.read(&mut [0])? > 0 {
            Err(invalid("it is longer than the archive says"))
        } else if self.so_far.sum() != self.expected {
            Err(invalid("its checksum does not match"))
        } else {
            Ok(())
        }
    }
}

impl Read for Entry {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        if self.left == 0 {
            return self.check_end().map(|()| 0);
        }
        let length = usize::try_from(self.left).map_or(buffer.len(), |left| left.min(buffer.len()));
        let read = self.stored.read(&mut buffer[..length])?;
        if read == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        self.so_far.update(&buffer[..read]);
        self.left -= read as u64;
        Ok(read)
    }
}

fn invalid(reason: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_without_a_folder_are_arrays_and_none_leads_out() {
        for (name, is_array, is_outside) in [
            ("x_train", true, false),
            ("a.b c", true, false),
            ("layer/x", false, false),
            ("layer\\x", false, false),
            ("C:x", false, false),
            ("", false, false),
            ("../x", false, true),
            ("a/../../x", false, true),
            ("..\\x", false, true),
            ("/x", false, true),
            ("x..y", true, false),
        ] {
            assert_eq!(is_plain(name), is_array, "{name}");
            assert_eq!(leads_out(name), is_outside, "{name}");
        }
    }
}
