//! Arrays of f32s aligned to cache lines.

use std::ops::{Deref, DerefMut};

use super::simd_math::MAX_LANES;

/// Bytes of a cache line.
const CACHE_LINE: usize = 64;

/// An array of f32s that starts at the start of a cache line: loading 16 f32s takes twice as long if
/// they lie in two lines.
#[derive(Debug)]
pub(crate) struct AlignedVec {
    values: Vec<f32>,
    start: usize,
    length: usize,
}

impl AlignedVec {
    /// Makes an array of zeros.
    pub(crate) fn zeros(length: usize) -> Self {
        let values = vec![0.0; length + MAX_LANES];
        let start = values.as_ptr().align_offset(CACHE_LINE).min(MAX_LANES);
        Self {
            values,
            start,
            length,
        }
    }
}

/// Takes so many numbers off the start, at most all.
#[expect(clippy::mut_mut, reason = "what is left is the caller's")]
pub(crate) fn take_first<'a>(all: &mut &'a mut [f32], count: usize) -> &'a mut [f32] {
    let count = count.min(all.len());
    all.split_off_mut(..count).unwrap_or_default()
}

impl Deref for AlignedVec {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.values[self.start..][..self.length]
    }
}

impl DerefMut for AlignedVec {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.values[self.start..][..self.length]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_start_at_a_cache_line_and_have_the_length_asked_for() {
        for length in [0, 1, 16, 25, 1000] {
            let mut array = AlignedVec::zeros(length);
            assert_eq!(array.as_ptr() as usize % 64, 0);
            assert_eq!(array.len(), length);
            array.fill(1.0);
            assert!(
                array
                    .iter()
                    .all(|value| value.to_bits() == 1.0_f32.to_bits())
            );
        }
    }
}
