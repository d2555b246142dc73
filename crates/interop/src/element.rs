//! The floating-point numbers of files, of 16, 32 and 64 bits, as f32.

/// A kind of floating-point number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Element {
    /// IEEE 754's half precision.
    F16,
    /// The upper half of an f32.
    Bf16,
    F32,
    /// Rounded to the nearest f32.
    F64,
}

/// The order of a number's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ByteOrder {
    Little,
    Big,
}

impl Element {
    /// The bytes of one number.
    pub(crate) fn size(self) -> usize {
        match self {
            Self::F16 | Self::Bf16 => 2,
            Self::F32 => 4,
            Self::F64 => 8,
        }
    }

    /// Reads the number at `index` of an array; `None` if the array ends before.
    pub(crate) fn get(self, array: &[u8], index: usize, order: ByteOrder) -> Option<f32> {
        let start = index.checked_mul(self.size())?;
        let number = array.get(start..start.checked_add(self.size())?)?;
        let bits = number.iter().rev();
        let bits = match order {
            ByteOrder::Little => bits.fold(0, |bits, byte| bits << 8 | u64::from(*byte)),
            ByteOrder::Big => bits.rfold(0, |bits, byte| bits << 8 | u64::from(*byte)),
        };
        Some(self.of_bits(bits))
    }

    #[expect(clippy::cast_possible_truncation, reason = "as many bits as were read")]
    fn of_bits(self, bits: u64) -> f32 {
        match self {
            Self::F16 => data::half_to_f32(bits as u16),
            Self::Bf16 => f32::from_bits((bits as u32) << 16),
            Self::F32 => f32::from_bits(bits as u32),
            Self::F64 => f64::from_bits(bits) as f32,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_both_byte_orders_are_read_and_none_beyond_the_end() {
        // Python: struct.pack("<d", 0.1), struct.pack("<f", 0.1); 0x3dcd is the upper half of the latter, rounded.
        let f64 = [0x9a, 0x99, 0x99, 0x99, 0x99, 0x99, 0xb9, 0x3f];
        let f32 = [0xcd, 0xcc, 0xcc, 0x3d];
        for (element, bytes, expected) in [
            (Element::F64, &f64[..], 0.1),
            (Element::F32, &f32, 0.1),
            (Element::Bf16, &[0xcd, 0x3d], 0.100_097_656),
            (Element::F16, &[0x00, 0xc0], -2.0),
        ] {
            let mut array = [bytes, bytes].concat();
            assert_eq!(element.get(&array, 1, ByteOrder::Little), Some(expected));
            assert_eq!(element.get(&array, 2, ByteOrder::Little), None);
            assert_eq!(element.get(&array, usize::MAX, ByteOrder::Little), None);
            array.reverse();
            assert_eq!(element.get(&array, 1, ByteOrder::Big), Some(expected));
        }
    }
}
