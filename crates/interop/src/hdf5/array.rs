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
fn values(data: &[u8], datatype: Datatype) -> Vec<f32> {
    #[expect(clippy::cast_possible_truncation, reason = "rounded to the nearest")]
    let rounded = |number: f64| number as f32;
    match datatype {
        Datatype::F64 => {
            let (numbers, _) = data.as_chunks();
            let numbers = numbers.iter().map(|&bytes| f64::from_le_bytes(bytes));
            numbers.map(rounded).collect()
        }
        Datatype::F32 => {
            let (numbers, _) = data.as_chunks();
            numbers
                .iter()
                .map(|&bytes| f32::from_le_bytes(bytes))
                .collect()
        }
        Datatype::F16 => {
            let (numbers, _) = data.as_chunks();
            let numbers = numbers.iter().map(|&bytes| u16::from_le_bytes(bytes));
            numbers.map(half).collect()
        }
        Datatype::FixedText(_) | Datatype::Text => Vec::new(),
    }
}

/// The number of an IEEE half: a sign, 5 bits of exponent and 10 of mantissa.
fn half(bits: u16) -> f32 {
    let magnitude = u32::from(bits & 0x7fff);
    let exponent = magnitude >> 10;
    let number = match exponent {
        // Subnormal numbers are multiples of 2^-24, which f32 has exactly.
        0 => f32::from(bits & 0x3ff) * 2.0_f32.powi(-24),
        // Infinity and NaN.
        0x1f => f32::from_bits(0x7f80_0000 | (magnitude & 0x3ff) << 13),
        // The mantissa moves up by 13 bits, and the bias from 15 to 127.
        _ => f32::from_bits((magnitude << 13) + ((127 - 15) << 23)),
    };
    if bits & 0x8000 == 0 { number } else { -number }
}

#[cfg(test)]
mod tests {
    use super::half;

    #[test]
    fn halves_are_those_of_numpy() {
        // numpy.array([0, 0x8000, 1, 0x3ff, 0x400, 0x3c00, 0xc000, 0x3555, 0x7bff, 0x7c00], "u2").view("f2")
        let known = [
            (0, 0.0),
            (0x8000, -0.0),
            (1, 5.960_464_5e-8),
            (0x3ff, 6.097_555e-5),
            (0x400, 6.103_515_6e-5),
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x3555, 0.333_251_95),
            (0x7bff, 65504.0),
            (0x7c00, f32::INFINITY),
        ];
        for (bits, expected) in known {
            assert_eq!(half(bits).to_bits(), f32::to_bits(expected), "{bits:x}");
        }
        assert!(half(0x7e00).is_nan());
    }
}
