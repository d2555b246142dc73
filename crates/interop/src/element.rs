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
            Self::F16 => of_f16(bits as u16),
            Self::Bf16 => f32::from_bits((bits as u32) << 16),
            Self::F32 => f32::from_bits(bits as u32),
            Self::F64 => f64::from_bits(bits) as f32,
        }
    }
}

/// The number of a half precision's bits: a sign, 5 bits of the exponent, 10 of the mantissa.
pub(crate) fn of_f16(bits: u16) -> f32 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let (exponent, mantissa) = (u32::from(bits >> 10 & 0x1f), u32::from(bits & 0x3ff));
    let magnitude = match exponent {
        // Multiples of 2^-24; the product is exact.
        0 => f32::from(bits & 0x3ff) / 16_777_216.0,
        0x1f => f32::from_bits(0xff << 23 | mantissa << 13),
        // The exponent of an f32 is larger by 127 - 15.
        _ => f32::from_bits((exponent + 112) << 23 | mantissa << 13),
    };
    sign * magnitude
}

#[cfg(test)]
mod tests {
    use super::*;

    // NumPy 2.4.6: np.array([0x3555, ...], "u2").view("f2").astype("f4").
    #[test]
    fn half_precision_has_numpys_values() {
        for (bits, expected) in [
            (0x0000, 0.0),
            (0x8000, -0.0),
            (0x0001, 5.960_464_5e-8),
            (0x83ff, -6.097_555e-5),
            (0x0400, 6.103_515_6e-5),
            (0x3555, 0.333_251_95),
            (0x3c00, 1.0),
            (0xfbff, -65504.0),
            (0x7c00, f32::INFINITY),
            (0xfc00, f32::NEG_INFINITY),
        ] {
            assert_eq!(of_f16(bits).to_bits(), f32::to_bits(expected), "{bits:#x}");
        }
        assert!(of_f16(0x7e00).is_nan());
    }

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
