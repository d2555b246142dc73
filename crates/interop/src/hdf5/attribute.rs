//! Attributes that are texts, here or in a global heap (sections III.E and IV.A.2.m).

use super::bytes::{Bytes, Cursor, UNDEFINED};
use super::datatype::{self, Datatype};
use super::error::Hdf5Error;
use super::header::{Message, kind};

/// Reads the texts of an attribute, one if it is no list; `None` if there is no such attribute.
///
/// # Errors
///
/// [`Hdf5Error::Unsupported`] if it has other values than texts, or if there are so many attributes that they are indexed.
pub(super) fn texts(
    file: &Bytes<'_>,
    header: &[Message<'_>],
    name: &str,
) -> Result<Option<Vec<String>>, Hdf5Error> {
    for message in header {
        match message.kind {
            kind::ATTRIBUTE => {
                let attribute = Attribute::read(message.data()?)?;
                if attribute.name == name.as_bytes() {
                    return attribute.texts(file, name).map(Some);
                }
            }
            kind::ATTRIBUTE_INFO => check_not_dense(message.data()?)?,
            _ => {}
        }
    }
    Ok(None)
}

/// Refuses attributes that are in a heap with an index.
fn check_not_dense(mut info: Cursor<'_>) -> Result<(), Hdf5Error> {
    const HAS_ORDER: u8 = 1;
    info.skip(1)?; // Its version.
    if info.u8()? & HAS_ORDER != 0 {
        info.skip(2)?;
    }
    if info.u64()? != UNDEFINED {
        return Err(Hdf5Error::unsupported(
            "it has an index of attributes, as h5py writes with libver=\"latest\"",
        ));
    }
    Ok(())
}

/// The parts of an attribute's message.
struct Attribute<'a> {
    name: &'a [u8],
    is_shared: bool,
    datatype: &'a [u8],
    dataspace: &'a [u8],
    data: &'a [u8],
}

impl<'a> Attribute<'a> {
    fn read(mut message: Cursor<'a>) -> Result<Self, Hdf5Error> {
        let (version, flags) = (message.u8()?, message.u8()?);
        let lengths = [message.u16()?, message.u16()?, message.u16()?].map(usize::from);
        if version == 3 {
            message.skip(1)?; // The characters of its name.
        }
        let mut part = |length| match version {
            1 => message.take_padded(length),
            2 | 3 => message.take(length),
            _ => Err(Hdf5Error::damaged(format!(
                "an attribute has version {version}"
            ))),
        };
        let [name, datatype, dataspace] = [part(lengths[0])?, part(lengths[1])?, part(lengths[2])?];
        Ok(Self {
            name: until_zero(name),
            is_shared: version > 1 && flags != 0,
            datatype,
            dataspace,
            data: message.rest(),
        })
    }

    fn texts(&self, file: &Bytes<'_>, name: &str) -> Result<Vec<String>, Hdf5Error> {
        let what = format!("its attribute {name:?}");
        if self.is_shared {
            return Err(Hdf5Error::unsupported(format!("{what} has a shared type")));
        }
        let shape = datatype::shape(Cursor::new(self.dataspace))?;
        let count = shape.map_or(Some(0), |shape| datatype::count(&shape));
        if count == Some(0) {
            return Ok(Vec::new());
        }
        let datatype = datatype::read(Cursor::new(self.datatype), &what)?;
        let length = count.and_then(|count| count.checked_mul(datatype.size()));
        let data = length.and_then(|length| self.data.get(..length));
        let data = data.filter(|data| !data.is_empty());
        let data = data.ok_or_else(|| Hdf5Error::damaged(format!("{what} is cut short")))?;
        let values = data.chunks_exact(datatype.size());
        let bytes: Result<Vec<&[u8]>, Hdf5Error> = match datatype {
            Datatype::FixedText(_) => Ok(values.map(until_zero).collect()),
            Datatype::Text => values.map(|value| in_heap(file, value)).collect(),
            _ => Err(Hdf5Error::unsupported(format!("{what} is no text"))),
        };
        let texts = bytes?.into_iter().map(|text| {
            let text = std::str::from_utf8(text);
            let text = text.map_err(|_| Hdf5Error::damaged(format!("{what} is no UTF-8")));
            text.map(str::to_owned)
        });
        texts.collect()
    }
}

fn until_zero(text: &[u8]) -> &[u8] {
    let end = text.iter().position(|&byte| byte == 0);
    &text[..end.unwrap_or(text.len())]
}

/// The bytes of a text in a global heap: its length, the address of the heap, and its number there.
fn in_heap<'a>(file: &Bytes<'a>, value: &[u8]) -> Result<&'a [u8], Hdf5Error> {
    const PREFIX: u64 = 16;
    let what = "a heap of texts";
    let mut value = Cursor::new(value);
    let (length, at, number) = (value.u32()?, value.u64()?, value.u32()?);
    if length == 0 {
        return Ok(&[]);
    }
    let mut prefix = file.signed(at, *b"GCOL", PREFIX, what)?;
    prefix.skip(4)?; // Its version.
    let all = prefix.u64()?;
    let mut heap = Cursor::new(file.slice(at, all, what)?);
    heap.skip(16)?;
    while heap.rest().len() >= 16 {
        let found = heap.u16()?;
        heap.skip(6)?; // The number of references to it.
        let size = usize::try_from(heap.u64()?).unwrap_or(usize::MAX);
        if found == 0 {
            break;
        }
        if u32::from(found) == number {
            let text = heap.take(size)?;
            let text = usize::try_from(length).ok().and_then(|end| text.get(..end));
            return text.ok_or_else(|| Hdf5Error::damaged("a text is longer than its place"));
        }
        heap.skip(size.checked_next_multiple_of(8).unwrap_or(usize::MAX))?;
    }
    Err(Hdf5Error::damaged(format!("{what} has no text {number}")))
}
