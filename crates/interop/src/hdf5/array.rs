//! Arrays of numbers (section IV.A.2.i).

use super::bytes::{Bytes, Cursor, UNDEFINED};
use super::datatype::{self, Datatype};
use super::error::Hdf5Error;
use super::header::{Message, kind};

/// An array of numbers in C order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Array {
    pub(crate) shape: Vec<usize>,
    /// As many as the product of `shape`.
    pub(crate) values: Vec<f32>,
}

/// Reads the array with this header; `name` is for errors.
pub(super) fn read(
    file: &Bytes<'_>,
    header: &[Message<'_>],
    name: &str,
) -> Result<Array, Hdf5Error> {
    let what = format!("its array {name:?}");
    let message = |kind| {
        let mut messages = header.iter();
        messages.find(|message| message.kind == kind)
    };
    let needed = |kind, part: &str| {
        let message = message(kind);
        message.map_or_else(
            || Err(Hdf5Error::damaged(format!("{what} has no {part}"))),
            Message::data,
        )
    };
    if message(kind::EXTERNAL_FILES).is_some() {
        return Err(Hdf5Error::unsupported(format!("{what} is in another file")));
    }
    if message(kind::FILTERS).is_some() {
        return Err(Hdf5Error::unsupported(format!("{what} is compressed")));
    }
    let shape = datatype::shape(needed(kind::DATASPACE, "shape")?)?;
    let shape = shape.ok_or_else(|| Hdf5Error::damaged(format!("{what} is empty")))?;
    let datatype = datatype::read(needed(kind::DATATYPE, "type")?, &what)?;
    if matches!(datatype, Datatype::FixedText(_) | Datatype::Text) {
        return Err(Hdf5Error::unsupported(format!("{what} has texts")));
    }
    let length = datatype::count(&shape).and_then(|count| count.checked_mul(datatype.size()));
    let length = length.ok_or_else(|| {
        Hdf5Error::damaged(format!(
            "{what} announces more numbers than there can be: {shape:?}"
        ))
    })?;
    let data = stored(file, needed(kind::LAYOUT, "place")?, length as u64, &what)?;
    Ok(Array {
        shape,
        values: values(data, datatype),
    })
}

/// The bytes of an array, of which there must be `length`.
fn stored<'a>(
    file: &Bytes<'a>,
    mut layout: Cursor<'a>,
    length: u64,
    what: &str,
) -> Result<&'a [u8], Hdf5Error> {
    const COMPACT: u8 = 0;
    const CONTIGUOUS: u8 = 1;
    const VIRTUAL: u8 = 3;
    let (version, class) = (layout.u8()?, layout.u8()?);
    let refused = |how: &str| Err(Hdf5Error::unsupported(format!("{what} is {how}")));
    match (version, class) {
        (3 | 4, COMPACT) => {
            let found = usize::from(layout.u16()?);
            let data = layout.take(found)?;
            check_length(found as u64, length, what)?;
            Ok(data)
        }
        (3 | 4, CONTIGUOUS) => {
            let (at, found) = (layout.u64()?, layout.u64()?);
            if at == UNDEFINED {
                return refused("announced, but its numbers were never written");
            }
            check_length(found, length, what)?;
            file.slice(at, length, what)
        }
        (4, VIRTUAL) => refused("virtual: its numbers are in other files"),
        (3 | 4, _) => refused("stored in chunks"),
        _ => refused("stored in an old or unknown way"),
    }
}

fn check_length(found: u64, expected: u64, what: &str) -> Result<(), Hdf5Error> {
    if found != expected {
        return Err(Hdf5Error::damaged(format!(
            "{what} needs {expected} bytes by its shape, but has {found}"
        )));
    }
    Ok(())
}

/// The numbers of bytes of floats.
fn values(stored: &[u8], datatype: Datatype) -> Vec<f32> {
    #[expect(clippy::cast_possible_truncation, reason = "rounded to the nearest")]
    let rounded = |number: f64| number as f32;
    match datatype {
        Datatype::F64 => {
            let (numbers, _) = stored.as_chunks();
            let numbers = numbers.iter().map(|&bytes| f64::from_le_bytes(bytes));
            numbers.map(rounded).collect()
        }
        Datatype::F32 => {
            let (numbers, _) = stored.as_chunks();
            numbers
                .iter()
                .map(|&bytes| f32::from_le_bytes(bytes))
                .collect()
        }
        Datatype::F16 => {
            let (numbers, _) = stored.as_chunks();
            let numbers = numbers.iter().map(|&bytes| u16::from_le_bytes(bytes));
            numbers.map(data::half_to_f32).collect()
        }
        Datatype::FixedText(_) | Datatype::Text => Vec::new(),
    }
}
