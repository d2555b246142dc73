//! Types and shapes (sections IV.A.2.b and IV.A.2.d).

use super::bytes::Cursor;
use super::error::Hdf5Error;

/// The most dimensions; no layer here has more than four.
const MAX_RANK: u8 = 32;

/// A type of numbers or texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Datatype {
    F16,
    F32,
    F64,
    /// Texts of this many bytes each, ended by zeros or spaces.
    FixedText(usize),
    /// Texts in the global heap.
    Text,
}

impl Datatype {
    /// The bytes of one value.
    pub(super) fn size(self) -> usize {
        match self {
            Self::F16 => 2,
            Self::F32 => 4,
            Self::F64 => 8,
            Self::FixedText(size) => size,
            Self::Text => 16,
        }
    }
}

/// Reads a type; `what` has it.
pub(super) fn read(mut datatype: Cursor<'_>, what: &str) -> Result<Datatype, Hdf5Error> {
    const INTEGER: u8 = 0;
    const FLOAT: u8 = 1;
    const TEXT: u8 = 3;
    const VARIABLE_LENGTH: u8 = 9;
    let class = datatype.u8()? & 0x0f;
    let bits = datatype.take(3)?;
    let bits = [bits[0], bits[1], bits[2]];
    let size = datatype.u32()?;
    let is_text = bits[0] & 0x0f == 1;
    match class {
        FLOAT => float(bits, size, datatype),
        TEXT => Some(Datatype::FixedText(
            usize::try_from(size).unwrap_or(usize::MAX),
        )),
        VARIABLE_LENGTH if is_text && size == 16 => Some(Datatype::Text),
        _ => None,
    }
    .ok_or_else(|| {
        let found = match class {
            INTEGER => format!("integers of {} bits", u64::from(size) * 8),
            FLOAT => format!("floats of {} bits in an unusual form", u64::from(size) * 8),
            _ => format!("values of class {class}"),
        };
        Hdf5Error::unsupported(format!(
            "{what} has {found}, not 16, 32 or 64-bit little-endian floats"
        ))
    })
}

/// The IEEE type with these properties, little-endian.
fn float(bits: [u8; 3], size: u32, properties: Cursor<'_>) -> Option<Datatype> {
    // Bit offset and precision; location and size of exponent and mantissa; bias of the exponent.
    const F16: [u8; 12] = [0, 0, 16, 0, 10, 5, 0, 10, 15, 0, 0, 0];
    const F32: [u8; 12] = [0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0];
    const F64: [u8; 12] = [0, 0, 64, 0, 52, 11, 0, 52, 0xff, 3, 0, 0];
    /// Little-endian, and a mantissa without its leading 1.
    const NORMALIZED: u8 = 0x20;
    let properties = properties.rest().first_chunk()?;
    let (known, found, sign) = match size {
        2 => (F16, Datatype::F16, 15),
        4 => (F32, Datatype::F32, 31),
        8 => (F64, Datatype::F64, 63),
        _ => return None,
    };
    (*properties == known && bits == [NORMALIZED, sign, 0]).then_some(found)
}

/// Reads a shape: the lengths of its dimensions; `None` if it is empty.
pub(super) fn shape(mut dataspace: Cursor<'_>) -> Result<Option<Vec<usize>>, Hdf5Error> {
    const NULL: u8 = 2;
    let (version, rank, _flags) = (dataspace.u8()?, dataspace.u8()?, dataspace.u8()?);
    let kind = match version {
        1 => {
            dataspace.skip(5)?;
            0
        }
        2 => dataspace.u8()?,
        _ => return Err(Hdf5Error::damaged(format!("a shape has version {version}"))),
    };
    if rank > MAX_RANK {
        return Err(Hdf5Error::damaged(format!("a shape has {rank} dimensions")));
    }
    let mut dimension = || {
        let length = dataspace.u64()?;
        usize::try_from(length)
            .map_err(|_| Hdf5Error::damaged(format!("a dimension has the length {length}")))
    };
    let shape: Vec<usize> = (0..rank).map(|_| dimension()).collect::<Result<_, _>>()?;
    Ok((kind != NULL).then_some(shape))
}

/// The number of values of a shape, if they fit into memory.
pub(super) fn count(shape: &[usize]) -> Option<usize> {
    let mut lengths = shape.iter();
    lengths.try_fold(1_usize, |count, &length| count.checked_mul(length))
}
