//! Numbers of 16 bits, as IEEE 754 has them: `float16` in NumPy, `F16` in safetensors.

/// The place of an exponent, and the bits of a fraction.
const FRACTION_BITS: u16 = 10;

/// 2^-24, the smallest number above 0.
const SMALLEST: f32 = 1.0 / 16_777_216.0;

/// Decodes the bits of a 16-bit float; every one is exactly an `f32`.
#[must_use]
pub fn half_to_f32(bits: u16) -> f32 {
    let exponent = u32::from(bits >> FRACTION_BITS & 0x1f);
    let fraction = bits & 0x3ff;
    let magnitude = match (exponent, fraction) {
        (0, _) => f32::from(fraction) * SMALLEST,
        (0x1f, 0) => f32::INFINITY,
        (0x1f, _) => f32::NAN,
        // The exponent of an f32 is 112 larger, and its fraction has 13 more bits.
        _ => f32::from_bits((exponent + 112) << 23 | u32::from(fraction) << 13),
    };
    if bits >> 15 == 0 {
        magnitude
    } else {
        -magnitude
    }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::half_to_f32;

    #[test]
    fn all_of_them_are_those_of_numpy() {
        // NumPy 2.4: a = numpy.arange(65536).astype("uint16").view("float16").astype("<f4")
        // hashlib.sha256(a[~numpy.isnan(a)].tobytes()).hexdigest(), numpy.flatnonzero(numpy.isnan(a))
        let mut sha = Sha256::new();
        for bits in 0..=u16::MAX {
            let number = half_to_f32(bits);
            let is_nan = matches!(bits, 0x7c01..=0x7fff | 0xfc01..=0xffff);
            assert_eq!(number.is_nan(), is_nan, "{bits:04x}");
            if !is_nan {
                sha.update(number.to_le_bytes());
            }
        }
        assert_eq!(
            format!("{:x}", sha.finalize()),
            "680bbc22915f61aa1bbfc7265bc3882a6aa42d299bfd2c571807196e5544de2e"
        );
    }
}
