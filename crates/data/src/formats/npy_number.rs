//! The numbers of a `.npy` file: integers and floats of every size and byte order that NumPy writes.

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
    /// Parses NumPy's name of a type, such as `<f8`; `None` for a type that is not supported.
    pub(crate) fn parse(descr: &str) -> Option<Self> {
        let byte_order = match descr.get(..1)? {
            "<" | "|" => ByteOrder::LittleEndian,
            ">" => ByteOrder::BigEndian,
            _ => return None,
        };
        let (kind, size) = match descr.get(1..)? {
            "u1" => (Kind::Unsigned, 1),
            "u2" => (Kind::Unsigned, 2),
            "u4" => (Kind::Unsigned, 4),
            "u8" => (Kind::Unsigned, 8),
            "i1" => (Kind::Signed, 1),
            "i2" => (Kind::Signed, 2),
            "i4" => (Kind::Signed, 4),
            "i8" => (Kind::Signed, 8),
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

    /// Returns the value of full ink in images of this type, 255 for bytes and 1 for floats; `None` if images of it are
    /// not supported.
    pub(crate) fn full_ink(self) -> Option<f64> {
        match (self.kind, self.size) {
            (Kind::Float, _) => Some(1.0),
            (Kind::Unsigned, 1) => Some(255.0),
            _ => None,
        }
    }

    /// Returns the bytes of one number.
    pub(crate) fn size(self) -> usize {
        self.size
    }

    /// Decodes one number, [`size`](Self::size) bytes.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "an integer that f64 cannot represent is no label; a float of 4 bytes fills the lower half"
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
    }

    #[test]
    fn other_types_are_not_supported() {
        for descr in [
            "", "<", "=f8", "<f2", "<f16", "|b1", "<c8", "|O", "<U1", "é8",
        ] {
            assert!(NumberType::parse(descr).is_none(), "{descr}");
        }
    }

    #[test]
    fn images_are_floats_or_bytes() {
        let full_ink = |descr| NumberType::parse(descr).unwrap().full_ink();
        assert_eq!(full_ink("<f4"), Some(1.0));
        assert_eq!(full_ink(">f8"), Some(1.0));
        assert_eq!(full_ink("|u1"), Some(255.0));
        for descr in ["|i1", "<u2", "<i8"] {
            assert_eq!(full_ink(descr), None, "{descr}");
        }
    }
}
