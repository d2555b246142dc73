//! Files of other kinds that are found in the place of a data file: what they are, and what to do.

use std::fmt;

/// A kind of file that is not read, and that is told from its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForeignFile {
    /// A page, mostly of a server that refused the download.
    Html,
    /// The same as XML, as storage services send it.
    Xml,
    /// The same as JSON, as web interfaces send it.
    Json,
    /// Other text, such as a server's `404: Not Found`; also CSV of a label and pixels, before it is recognized.
    Text,
    /// The text that Git LFS keeps in the place of a large file.
    GitLfsPointer,
    /// Also PyTorch's `.pt`; NumPy's `.npz` only if it is compressed again, or has no arrays.
    Zip,
    /// PNG, JPEG, GIF or BMP.
    Picture,
    /// Compressed by another program than gzip, or by gzip more than twice.
    Compressed,
    /// MATLAB's newest format, which is HDF5.
    Matlab7_3,
    /// MATLAB's format of the nineties, or Octave's own.
    OldMatlab,
    /// HDF5.
    Container,
}

impl ForeignFile {
    /// Recognizes a file by its first bytes, 64 if it has so many.
    pub(crate) fn of_start(start: &[u8]) -> Option<Self> {
        const STARTS: [(&[u8], ForeignFile); 16] = [
            (b"version https://git-lfs", ForeignFile::GitLfsPointer),
            (b"PK\x03\x04", ForeignFile::Zip),
            (b"\x89PNG", ForeignFile::Picture),
            (b"\xff\xd8\xff", ForeignFile::Picture),
            (b"GIF8", ForeignFile::Picture),
            (b"BM", ForeignFile::Picture),
            (b"\x1f\x8b", ForeignFile::Compressed),
            (b"BZh", ForeignFile::Compressed),
            (b"\xfd7zXZ", ForeignFile::Compressed),
            (b"\x28\xb5\x2f\xfd", ForeignFile::Compressed),
            (b"7z\xbc\xaf", ForeignFile::Compressed),
            (b"MATLAB 7.", ForeignFile::Matlab7_3),
            (b"# Created by Octave", ForeignFile::OldMatlab),
            (b"Octave-1-", ForeignFile::OldMatlab),
            (b"MATLAB ", ForeignFile::OldMatlab),
            (b"\x89HDF", ForeignFile::Container),
        ];
        let mut starts = STARTS.into_iter();
        starts
            .find(|(bytes, _)| start.starts_with(bytes))
            .map(|(_, kind)| kind)
            .or_else(|| is_matlab_4(start).then_some(Self::OldMatlab))
            .or_else(|| of_text(start))
    }
}

/// Recognizes a document of a server by the start of its text, after a byte order mark and spaces.
fn of_text(start: &[u8]) -> Option<ForeignFile> {
    let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let text = text.trim_ascii_start().to_ascii_lowercase();
    let starts_with = |words: &[&str]| words.iter().any(|word| text.starts_with(word.as_bytes()));
    if starts_with(&["<!doctype html", "<html", "<head"]) {
        return Some(ForeignFile::Html);
    }
    // A document of XML need not start with its declaration: S3's error is `<Error>`.
    if starts_with(&["<?xml", "<error"]) {
        return Some(ForeignFile::Xml);
    }
    let (first, rest) = text.split_first()?;
    match (first, rest.trim_ascii_start().first()) {
        (b'{', Some(b'"' | b'}')) | (b'[', Some(b'{' | b'[' | b'"')) => Some(ForeignFile::Json),
        _ => is_text(start).then_some(ForeignFile::Text),
    }
}

/// Says whether bytes are text: at least a word's length, in UTF-8 except for a letter that is cut at the end, and without
/// control characters.
fn is_text(start: &[u8]) -> bool {
    const LEAST: usize = 4;
    let text = match str::from_utf8(start) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            str::from_utf8(&start[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    let is_readable = |letter: char| !letter.is_control() || letter.is_ascii_whitespace();
    text.len() >= LEAST && text.chars().all(is_readable)
}

/// Says whether a file starts as one of MATLAB 4 does: five numbers (the type, rows, columns, whether there are imaginary
/// parts, the length of the name), then the name of a matrix, which ends with a zero.
fn is_matlab_4(start: &[u8]) -> bool {
    let Some((words, name)) = start.split_at_checked(20) else {
        return false;
    };
    let (words, _) = words.as_chunks();
    let is_of_a_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    // The first digit of the type is the byte order, the third the type of the numbers, the last that of the matrix.
    let is_header = |[kind, _, _, imaginary, length]: [u32; 5], first_digit| {
        let name = name.get(..length as usize);
        let name = name.and_then(|name| name.strip_suffix(&[0]));
        kind / 1000 == first_digit
            && kind % 1000 / 10 <= 5
            && kind % 10 <= 2
            && imaginary <= 1
            && name.is_some_and(|name| !name.is_empty() && name.iter().all(is_of_a_name))
    };
    is_header(std::array::from_fn(|at| u32::from_le_bytes(words[at])), 0)
        || is_header(std::array::from_fn(|at| u32::from_be_bytes(words[at])), 1)
}

impl fmt::Display for ForeignFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Html => {
                "an HTML page, as a server sends it in the place of a file; download the data again"
            }
            Self::Xml => {
                "an XML document, as a server sends it in the place of a file; read what it says, and download the data again"
            }
            Self::Json => {
                "a JSON document, as a server sends it in the place of a file; read what it says, and download the data again"
            }
            Self::Text => {
                "a text file; if it is a server's message, such as `404: Not Found`, download the data again; if it is CSV, each line must have a label and 784 or 400 pixels, separated by commas"
            }
            Self::GitLfsPointer => {
                "a Git LFS pointer in the place of the data; get the data with `git lfs pull`"
            }
            Self::Zip => "a zip archive without NumPy arrays, or compressed again; unpack it first",
            Self::Picture => {
                "a picture; put pictures into a folder with one subfolder per digit, 0 to 9"
            }
            Self::Compressed => {
                "a file that is compressed otherwise than by gzip once or twice; decompress it first"
            }
            Self::Matlab7_3 => {
                "a MATLAB file of version 7.3, which is HDF5; save it with `save -v7` in MATLAB or Octave, or with scipy.io.savemat"
            }
            Self::OldMatlab => {
                "an old MATLAB file or one of Octave; save it with `save -v7` there, or with scipy.io.savemat"
            }
            Self::Container => {
                "an HDF5 file; save its arrays with numpy.save, images as X.npy and labels as y.npy"
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_by_their_first_bytes() {
        for (start, expected) in [
            (&b"<!DOCTYPE html><html>403"[..], Some(ForeignFile::Html)),
            (b"\n  <HTML lang=\"en\">", Some(ForeignFile::Html)),
            (
                b"version https://git-lfs.github.com/spec/v1\n",
                Some(ForeignFile::GitLfsPointer),
            ),
            (b"PK\x03\x04\x14\0", Some(ForeignFile::Zip)),
            (b"\x89PNG\r\n\x1a\n", Some(ForeignFile::Picture)),
            (
                b"MATLAB 7.3 MAT-file, Platform",
                Some(ForeignFile::Matlab7_3),
            ),
            (b"# Created by Octave 9.2", Some(ForeignFile::OldMatlab)),
            (b"\x89HDF\r\n", Some(ForeignFile::Container)),
            (b"BZh91AY", Some(ForeignFile::Compressed)),
            (
                b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>AccessDenied",
                Some(ForeignFile::Xml),
            ),
            (b"<Error><Code>NoSuchKey</Code>", Some(ForeignFile::Xml)),
            (b"{\"message\": \"Not Found\"}", Some(ForeignFile::Json)),
            (b"\xef\xbb\xbf{\r\n  \"message\"", Some(ForeignFile::Json)),
            (b"[{\"code\": 404}]", Some(ForeignFile::Json)),
            (b"{}", Some(ForeignFile::Json)),
            (b"404: Not Found", Some(ForeignFile::Text)),
            (b"0.0,0.5,1.0\n0.0,", Some(ForeignFile::Text)),
            ("nicht gefunden: \u{e4}".as_bytes(), Some(ForeignFile::Text)),
            // The last letter is cut.
            (b"nicht gefunden: \xc3", Some(ForeignFile::Text)),
            (b"\x93NUMPY\x01\0", None),
            (b"\0\0\x08\x03\0\0\0\x0a", None),
            (b"word\0", None),
            (b"{1}", None),
            (b"{", None),
            (b"", None),
        ] {
            assert_eq!(ForeignFile::of_start(start), expected, "{start:?}");
        }
    }
}
