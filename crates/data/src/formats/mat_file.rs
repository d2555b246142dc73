//! The arrays in a MATLAB file of version 5, which `save -v7` and `scipy.io.savemat` write.
//!
//! A header of 128 bytes is followed by one element for each array, usually compressed by zlib. The fields of an array are
//! its flags, its dimensions, its name and its numbers, column by column, often in a smaller type than the array's own. The
//! format is described in "MAT-File Format", a part of MATLAB's documentation, chapter 1.
//!
//! Text, cells, structures, objects and sparse matrices are recognized, but not read.

use std::io::{self, ErrorKind, Read};
use std::path::PathBuf;

use flate2::read::ZlibDecoder;

use crate::error::DataError;
use crate::formats::data_file::DataFile;
use crate::formats::mat_fields::{ByteOrder, Fields, MAX_FIELD, damaged, stored_type};
use crate::formats::npy_number::NumberType;

/// The first bytes; version and byte order are at the end of the header.
pub(crate) const MAGIC: [u8; 19] = *b"MATLAB 5.0 MAT-file";
const HEADER: usize = 128;

/// Types of elements.
const MATRIX: u32 = 14;
const COMPRESSED: u32 = 15;

/// The class of MATLAB's newer objects, which have no dimensions.
const OPAQUE: u32 = 17;
const COMPLEX_FLAG: u32 = 0x800;

/// An open file, whose arrays are read one after another.
pub(crate) struct MatFile {
    file: DataFile,
    path: PathBuf,
    byte_order: ByteOrder,
    /// The position in bytes of the next element.
    at: u64,
}

/// An array, of which name and dimensions are read, and the numbers are not.
pub(crate) struct Array<'a> {
    pub(crate) header: ArrayHeader,
    fields: Fields<'a>,
}

/// The description of an array.
#[derive(Debug, Clone)]
pub(crate) struct ArrayHeader {
    pub(crate) name: String,
    pub(crate) content: Content,
    pub(crate) dimensions: Vec<u64>,
}

/// What an array contains.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Content {
    /// Real numbers that have this type in MATLAB.
    Numbers(NumberType),
    /// Something else, which is named.
    Other(&'static str),
}

/// The numbers of an array.
pub(crate) struct Numbers {
    /// The type in which they are stored.
    pub(crate) stored: NumberType,
    /// All of them, in the order of columns.
    pub(crate) bytes: Vec<u8>,
}

impl MatFile {
    /// Reads the header of a file that begins with [`MAGIC`].
    ///
    /// # Errors
    ///
    /// When the file cannot be read, is cut short, or its header has another version.
    pub(crate) fn new(mut file: DataFile) -> Result<Self, DataError> {
        let path = file.path().to_owned();
        let header = file.read_header(HEADER)?;
        let byte_order = match header[HEADER - 4..] {
            [0, 1, b'I', b'M'] => ByteOrder::Little,
            [1, 0, b'M', b'I'] => ByteOrder::Big,
            _ => return Err(DataError::MatDamaged { path, at: 0 }),
        };
        Ok(Self {
            file,
            path,
            byte_order,
            at: HEADER as u64,
        })
    }

    /// Calls `each` with each array, in the order of the file. Numbers that `each` does not read are skipped.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, is damaged or cut short. What is skipped must be there, but is not checked.
    pub(crate) fn for_each(
        mut self,
        mut each: impl FnMut(&mut Array<'_>) -> io::Result<()>,
    ) -> Result<(), DataError> {
        loop {
            match self.read_element(&mut each) {
                Ok(0) => return Ok(()),
                Ok(length) => self.at += length,
                Err(error) => {
                    let (path, at) = (self.path, self.at);
                    let damaged = DataError::MatDamaged { path, at };
                    // An error of the file comes from below, through the decoder.
                    return Err(error.downcast().unwrap_or(damaged));
                }
            }
        }
    }

    /// Reads the next element, and returns its length: 0 at the end of the file.
    fn read_element(
        &mut self,
        each: &mut impl FnMut(&mut Array<'_>) -> io::Result<()>,
    ) -> io::Result<u64> {
        let tag = self.file.read(8).map_err(io::Error::other)?;
        if tag.is_empty() {
            return Ok(0);
        }
        let ([kind, length], []) = tag.as_chunks() else {
            return Err(ErrorKind::UnexpectedEof.into());
        };
        let [kind, length] = [*kind, *length].map(|word| self.byte_order.word(word));
        let byte_order = self.byte_order;
        let mut element = Element {
            file: &mut self.file,
            left: length as usize,
        };
        match kind {
            MATRIX => read_array(&mut element, length, byte_order, each)?,
            COMPRESSED => {
                let mut inflated = ZlibDecoder::new(&mut element);
                let mut tag = [[0; 4]; 2];
                inflated.read_exact(tag.as_flattened_mut())?;
                let [kind, length] = tag.map(|word| byte_order.word(word));
                if kind != MATRIX {
                    return Err(damaged());
                }
                read_array(&mut inflated, length, byte_order, each)?;
            }
            _ => return Err(damaged()),
        }
        let left = element.left;
        if self.file.skip(left).map_err(io::Error::other)? < left {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        Ok(8 + u64::from(length))
    }
}

/// Reads the description of an array, and calls `each`.
fn read_array(
    reader: &mut dyn Read,
    length: u32,
    byte_order: ByteOrder,
    each: &mut impl FnMut(&mut Array<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let mut array = Array::new(Fields {
        reader,
        byte_order,
        left: length.into(),
    })?;
    each(&mut array)?;
    // Reading past the end also makes the decoder check its checksum.
    if array.fields.left == 0 && array.fields.reader.read(&mut [0])? > 0 {
        return Err(damaged());
    }
    Ok(())
}

impl<'a> Array<'a> {
    fn new(mut fields: Fields<'a>) -> io::Result<Self> {
        let flags = fields.read_words()?;
        let flags = *flags.first().ok_or_else(damaged)?;
        let class = flags & 0xff;
        let dimensions = match class {
            OPAQUE => Vec::new(),
            _ => fields.read_words()?,
        };
        let (_, name) = fields.read(MAX_FIELD)?;
        let header = ArrayHeader {
            name: String::from_utf8_lossy(&name).into_owned(),
            content: content(class, flags & COMPLEX_FLAG != 0).ok_or_else(damaged)?,
            dimensions: dimensions.into_iter().map(u64::from).collect(),
        };
        Ok(Self { header, fields })
    }

    /// Reads the numbers, exactly as many as the dimensions say, with which the array must end.
    pub(crate) fn read_numbers(&mut self) -> io::Result<Numbers> {
        let mut dimensions = self.header.dimensions.iter();
        let count = dimensions.try_fold(1_u64, |count, length| count.checked_mul(*length));
        let count = count.ok_or_else(damaged)?;
        let (kind, bytes) = self.fields.read(count.saturating_mul(8))?;
        let stored = stored_type(kind, self.fields.byte_order).ok_or_else(damaged)?;
        let expected = count.checked_mul(stored.size() as u64);
        if expected == Some(bytes.len() as u64) && self.fields.left == 0 {
            Ok(Numbers { stored, bytes })
        } else {
            Err(damaged())
        }
    }
}

/// Returns what an array of a class contains; `None` if there is no such class.
fn content(class: u32, is_complex: bool) -> Option<Content> {
    // The byte order is that of the stored numbers, not of these.
    let descr = match class {
        1 => return Some(Content::Other("a cell array")),
        2 => return Some(Content::Other("a structure")),
        3 | OPAQUE => return Some(Content::Other("an object")),
        4 => return Some(Content::Other("text")),
        5 => return Some(Content::Other("a sparse matrix")),
        16 => return Some(Content::Other("a function")),
        _ if is_complex => return Some(Content::Other("complex numbers")),
        6 => "<f8",
        7 => "<f4",
        8 => "|i1",
        9 => "|u1",
        10 => "<i2",
        11 => "<u2",
        12 => "<i4",
        13 => "<u4",
        14 => "<i8",
        15 => "<u8",
        _ => return None,
    };
    NumberType::parse(descr).map(Content::Numbers)
}

/// The bytes of one element of the file. An error is a [`DataError`].
struct Element<'a> {
    file: &'a mut DataFile,
    left: usize,
}

impl Read for Element<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = buffer.len().min(self.left);
        let bytes = self.file.read(length).map_err(io::Error::other)?;
        buffer[..bytes.len()].copy_from_slice(&bytes);
        self.left -= bytes.len();
        Ok(bytes.len())
    }
}
