//! Counts of the stored values of a file of images, by which the scale of its pixels is judged.
//!
//! They are made while the images are decoded, so that a file is not read for them.

/// What is background in values up to a full ink of 1 or of 255, and what is not.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct InkCounts {
    /// Values that are less than background by more than a twentieth of full ink.
    pub(crate) below_background: u64,
    /// Values above half of full ink.
    pub(crate) bright: u64,
}

/// The range of the values so far, and how many there are of some sizes. NaN counts nowhere but in `count`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PixelCounts {
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) count: u64,
    /// Values from 1/16 to 2: ink, if full ink is 1.
    pub(crate) up_to_2: u64,
    /// Values above 2.
    pub(crate) above_2: u64,
    /// Values from 64: ink, if full ink is 255.
    pub(crate) from_64: u64,
    of_1: InkCounts,
    of_255: InkCounts,
}

impl Default for PixelCounts {
    fn default() -> Self {
        Self {
            low: f64::INFINITY,
            high: f64::NEG_INFINITY,
            count: 0,
            up_to_2: 0,
            above_2: 0,
            from_64: 0,
            of_1: InkCounts::default(),
            of_255: InkCounts::default(),
        }
    }
}

impl PixelCounts {
    /// Takes in the values of an image.
    pub(crate) fn add<T: Copy + Into<f64>>(&mut self, values: &[T]) {
        self.count += values.len() as u64;
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for &value in values {
            low = low.min(value.into());
            high = high.max(value.into());
        }
        self.low = self.low.min(low);
        self.high = self.high.max(high);
        // Each loop counts one thing, so that the compiler can count several values at once; most images need two.
        self.up_to_2 += count_where(values, |value| (0.0625..=2.0).contains(&value));
        self.of_1.bright += count_where(values, |value| value > 0.5);
        if low < -0.05 {
            self.of_1.below_background += count_where(values, |value| value < -0.05);
            self.of_255.below_background += count_where(values, |value| value < -0.05 * 255.0);
        }
        if high > 2.0 {
            self.above_2 += count_where(values, |value| value > 2.0);
            self.from_64 += count_where(values, |value| value >= 64.0);
            self.of_255.bright += count_where(values, |value| value > 127.5);
        }
    }

    /// Does the same for bytes, the most common type, faster.
    pub(crate) fn add_bytes(&mut self, bytes: &[u8]) {
        self.count += bytes.len() as u64;
        if !bytes.is_empty() {
            let low = bytes.iter().fold(u8::MAX, |low, byte| low.min(*byte));
            let high = bytes.iter().fold(u8::MIN, |high, byte| high.max(*byte));
            self.low = self.low.min(low.into());
            self.high = self.high.max(high.into());
        }
        let ink = count_from(bytes, 1);
        let above_2 = count_from(bytes, 3);
        self.up_to_2 += ink - above_2;
        self.above_2 += above_2;
        self.from_64 += count_from(bytes, 64);
        self.of_1.bright += ink;
        self.of_255.bright += count_from(bytes, 128);
    }

    /// Returns what counts if full ink is 255, or 1.
    pub(crate) fn of_ink(&self, full_ink: f64) -> InkCounts {
        if full_ink > 1.0 {
            self.of_255
        } else {
            self.of_1
        }
    }
}

fn count_where<T: Copy + Into<f64>>(values: &[T], is: impl Fn(f64) -> bool) -> u64 {
    // A check for overflow in each addition would keep the compiler from counting several values at once.
    let add = |count: u64, value: &T| count.wrapping_add(u64::from(is((*value).into())));
    values.iter().fold(0, add)
}

/// Counts the bytes that are not less than `least`.
fn count_from(bytes: &[u8], least: u8) -> u64 {
    // A counter of one byte, which 255 values do not overflow, lets the compiler count many values at once.
    let add = |count: u8, byte: &u8| count.wrapping_add(u8::from(*byte >= least));
    let chunks = bytes.chunks(255);
    chunks
        .map(|chunk| u64::from(chunk.iter().fold(0, add)))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_counted_as_numbers_are() {
        // 1000 values: each byte at least three times.
        let bytes: Vec<u8> = (0..1000).map(|at: usize| at.to_le_bytes()[0]).collect();
        let (mut fast, mut slow) = (PixelCounts::default(), PixelCounts::default());
        fast.add_bytes(&bytes);
        slow.add(&bytes);
        assert_eq!(format!("{fast:?}"), format!("{slow:?}"));
        // 0 to 255 three times, and 0 to 231.
        assert_eq!((fast.low, fast.high, fast.count), (0.0, 255.0, 1000));
        assert_eq!((fast.up_to_2, fast.above_2), (8, 1000 - 12));
        assert_eq!(fast.from_64, 3 * 192 + 168);
        assert_eq!(fast.of_ink(255.0).bright, 3 * 128 + 104);
        assert_eq!(fast.of_ink(1.0).bright, 1000 - 4);
    }
}
