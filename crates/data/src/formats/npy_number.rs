//! The numbers in `.npy` and IDX files: integers and floats of every size and byte order.

use crate::formats::half::half_to_f32;

/// The type of the numbers in a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NumberType {
    kind: Kind,
    byte_order: ByteOrder,
    size: usize,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Unsigned,
    Signed,
    Float,
}

#[derive(Debug, Clone, Copy)]
enum ByteOrder {
    LittleEndian,
    BigEndian,
}

impl NumberType {
    /// Floats as they are in memory.
    pub(crate) const FLOAT: Self = Self {
        kind: Kind::Float,
        byte_order: ByteOrder::LittleEndian,
        size: 8,
    };

    /// Whole numbers of 64 bits.
    pub(crate) const WHOLE: Self = Self {
        kind: Kind::Signed,
        byte_order: ByteOrder::LittleEndian,
        size: 8,
    };

    /// Parses NumPy's name of a type, such as `<f8`; `None` for a type that is not supported.
    pub(crate) fn parse(descr: &str) -> Option<Self> {
        let byte_order = match descr.get(..1)? {
            "<" | "|" => ByteOrder::LittleEndian,
            ">" => ByteOrder::BigEndian,
            _ => return None,
        };
        let (kind, size) = match descr.get(1..)? {
            // NumPy's bool is a byte, 0 or 1.
            "u1" | "b1" => (Kind::Unsigned, 1),
            "u2" => (Kind::Unsigned, 2),
            "u4" => (Kind::Unsigned, 4),
            "u8" => (Kind::Unsigned, 8),
            "i1" => (Kind::Signed, 1),
            "i2" => (Kind::Signed, 2),
            "i4" => (Kind::Signed, 4),
            "i8" => (Kind::Signed, 8),
            "f2" => (Kind::Float, 2),
            "f4" => (Kind::Float, 4),
            "f8" => (Kind::Float, 8),
            _ => return None,
        };
        Some(Self {
            kind,
            byte_order,
            size,
        })
    }

    /// Returns the type of an IDX file from the third byte of its magic number; `None` if there is no such type.
    pub(crate) fn of_idx(code: u8) -> Option<Self> {
        let descr = match code {
            0x08 => "|u1",
            0x09 => "|i1",
            0x0b => ">i2",
            0x0c => ">i4",
            0x0d => ">f4",
            0x0e => ">f8",
            _ => return None,
        };
        Self::parse(descr)
    }

    /// Returns the usual value of full ink in images of this type: 1 for floats and 255 for integers.
    pub(crate) fn full_ink(self) -> f64 {
        if self.is_float() { 1.0 } else { 255.0 }
    }

    /// Says whether the numbers are floats.
    pub(crate) fn is_float(self) -> bool {
        matches!(self.kind, Kind::Float)
    }

    /// Returns the bytes of one number.
    pub(crate) fn size(self) -> usize {
        self.size
    }

    /// Decodes one number, [`size`](Self::size) bytes.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "an integer that f64 cannot represent is no label; a float of 2 or 4 bytes fills the lower bits"
    )]
    pub(crate) fn value(self, stored: &[u8]) -> f64 {
        let mut bytes = [0; 8];
        bytes[..self.size].copy_from_slice(stored);
        if matches!(self.byte_order, ByteOrder::BigEndian) {
            bytes[..self.size].reverse();
        }
        let bits = u64::from_le_bytes(bytes);
        let unused_bits = 8 * (8 - self.size);
        match (self.kind, self.size) {
            (Kind::Unsigned, _) => bits as f64,
            // Shifting up and down again copies the sign into the unused bits.
            (Kind::Signed, _) => ((bits << unused_bits).cast_signed() >> unused_bits) as f64,
            (Kind::Float, 2) => half_to_f32(bits as u16).into(),
            (Kind::Float, 4) => f32::from_bits(bits as u32).into(),
            (Kind::Float, _) => f64::from_bits(bits),
        }
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these numbers are exact")]
mod tests {
    use super::*;

    fn decode(descr: &str, bytes: &[u8]) -> f64 {
        let number = NumberType::parse(descr).unwrap();
        assert_eq!(number.size(), bytes.len());
        number.value(bytes)
    }

    #[test]
    fn decodes_the_extremes_of_every_size_and_byte_order() {
        assert_eq!(decode("|u1", &[255]), 255.0);
        assert_eq!(decode("|i1", &[0x80]), -128.0);
        assert_eq!(decode("<u2", &[1, 2]), 513.0);
        assert_eq!(decode(">u2", &[1, 2]), 258.0);
        assert_eq!(decode(">i2", &[0xff, 0xfe]), -2.0);
        assert_eq!(decode("<u4", &[0, 0, 0, 0x80]), 2_147_483_648.0);
        assert_eq!(decode("<i4", &[0, 0, 0, 0x80]), -2_147_483_648.0);
        assert_eq!(decode("<i8", &[0xff; 8]), -1.0);
        assert_eq!(decode("<u8", &[0xff; 8]), 18_446_744_073_709_551_616.0);
        // IEEE 754: -1.5 is bfc00000 and bff8000000000000.
        assert_eq!(decode(">f4", &[0xbf, 0xc0, 0, 0]), -1.5);
        assert_eq!(decode("<f8", &[0, 0, 0, 0, 0, 0, 0xf8, 0xbf]), -1.5);
        assert_eq!(decode("<f2", &[0, 0xbe]), -1.5);
        assert_eq!(decode(">f2", &[0xbe, 0]), -1.5);
        assert_eq!(decode("|b1", &[1]), 1.0);
    }

    #[test]
    fn other_types_are_not_supported() {
        for descr in ["", "<", "=f8", "<f16", "<c8", "|O", "<U1", "é8"] {
            assert!(NumberType::parse(descr).is_none(), "{descr}");
        }
    }

    #[test]
    fn full_ink_is_1_in_floats_and_255_in_integers() {
        let full_ink = |descr| NumberType::parse(descr).unwrap().full_ink();
        assert_eq!((full_ink("<f4"), full_ink(">f8")), (1.0, 1.0));
        assert_eq!((full_ink("|u1"), full_ink("<i8")), (255.0, 255.0));
    }

    #[test]
    fn the_types_of_idx_files_are_those_of_mnist_s_page() {
        let decode = |code, bytes: &[u8]| NumberType::of_idx(code).unwrap().value(bytes);
        assert_eq!(decode(0x08, &[255]), 255.0);
        assert_eq!(decode(0x09, &[255]), -1.0);
        assert_eq!(decode(0x0b, &[1, 2]), 258.0);
        assert_eq!(decode(0x0c, &[0, 0, 1, 2]), 258.0);
        assert_eq!(decode(0x0d, &[0xbf, 0xc0, 0, 0]), -1.5);
        assert_eq!(decode(0x0e, &[0xbf, 0xf8, 0, 0, 0, 0, 0, 0]), -1.5);
        assert!(NumberType::of_idx(0x0a).is_none() && NumberType::of_idx(0).is_none());
    }
}
