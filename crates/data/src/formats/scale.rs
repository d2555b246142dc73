//! The scale of the pixels in a file: which stored value is full ink.
//!
//! Floats are usually 0 to 1 and bytes 0 to 255. Floats of 0 to 255 and bytes of 0 and 1 are seen as often as arrays are
//! made by hand, and a network that is trained on them recognizes no picture. So the range of the values decides.

use crate::formats::npy_number::NumberType;

/// The smallest and the largest of the values so far.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ValueRange {
    low: f64,
    high: f64,
}

impl Default for ValueRange {
    fn default() -> Self {
        Self {
            low: f64::INFINITY,
            high: f64::NEG_INFINITY,
        }
    }
}

impl ValueRange {
    /// Takes in a value; NaN changes nothing.
    pub(crate) fn add(&mut self, value: f64) {
        self.low = self.low.min(value);
        self.high = self.high.max(value);
    }

    pub(crate) fn ends(self) -> [f64; 2] {
        [self.low, self.high]
    }
}

/// The values of the images that were read from a file, before they were scaled.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StoredPixels {
    pub(crate) number: NumberType,
    pub(crate) range: ValueRange,
}

/// What a range of values means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Verdict {
    /// The usual scale of the type.
    Usual,
    /// This value is full ink.
    FullInk(f64),
    /// Nothing clear.
    Unclear,
    /// No pixels.
    Impossible,
}

/// Ink fainter than this fraction of full ink, everywhere in a data set, is none.
const FAINT: f64 = 0.25;
/// How far a bicubic resize may pass background and ink, as a fraction of full ink.
const OVERSHOOT: f64 = 0.25;
/// Ink of 255 is at least this dark somewhere.
const DARK: f64 = 100.0;
/// An overshoot of 0 to 255 passes 0 at least this far; standardised pixels, which may also reach 255, do not.
const LEAST_OVERSHOOT: f64 = 8.0;

/// Judges the range of the values in a file.
pub(crate) fn judge(pixels: StoredPixels) -> Verdict {
    let ValueRange { low, high } = pixels.range;
    // No image, or all 0.
    if high < low || (low == 0.0 && high == 0.0) {
        return Verdict::Usual;
    }
    if pixels.number.is_float() {
        judge_floats(low, high)
    } else {
        judge_integers(low, high)
    }
}

fn judge_integers(low: f64, high: f64) -> Verdict {
    if low < 0.0 || high > 255.0 {
        Verdict::Impossible
    } else if high <= 1.0 {
        Verdict::FullInk(1.0)
    } else if high < FAINT * 255.0 {
        Verdict::Unclear
    } else {
        Verdict::Usual
    }
}

fn judge_floats(low: f64, high: f64) -> Verdict {
    let is_up_to = |ink: f64| low >= -OVERSHOOT * ink && high <= (1.0 + OVERSHOOT) * ink;
    let is_standardised = low < -0.1 && low > -LEAST_OVERSHOOT;
    // Other images of the course's kind pass 0 and 1 a little further.
    if low >= -0.5 && high <= 1.5 {
        if high < FAINT {
            Verdict::Unclear
        } else {
            Verdict::Usual
        }
    } else if is_up_to(255.0) && high >= DARK && !is_standardised {
        Verdict::FullInk(255.0)
    } else if low.abs().max(high.abs()) <= 1000.0 {
        Verdict::Unclear
    } else {
        Verdict::Impossible
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(descr: &str, low: f64, high: f64) -> Verdict {
        let mut range = ValueRange::default();
        for value in [low, f64::NAN, high] {
            range.add(value);
        }
        let number = NumberType::parse(descr).unwrap();
        judge(StoredPixels { number, range })
    }

    #[test]
    fn usual_ranges_stay_as_they_are() {
        // The course's X.npy: -0.132 to 1.128.
        for (low, high) in [(0.0, 1.0), (-0.132, 1.128), (0.0, 0.3), (0.0, 0.0)] {
            assert_eq!(judged("<f8", low, high), Verdict::Usual, "{low} {high}");
        }
        for (low, high) in [(0.0, 255.0), (3.0, 64.0), (0.0, 0.0)] {
            assert_eq!(judged("|u1", low, high), Verdict::Usual, "{low} {high}");
        }
    }

    #[test]
    fn floats_up_to_255_and_integers_up_to_1_are_rescaled() {
        for (low, high) in [(0.0, 255.0), (-33.6, 287.6), (0.0, 120.0), (-1e-9, 255.0)] {
            assert_eq!(
                judged(">f4", low, high),
                Verdict::FullInk(255.0),
                "{low} {high}"
            );
        }
        for descr in ["|u1", "|b1", "<i8"] {
            assert_eq!(judged(descr, 0.0, 1.0), Verdict::FullInk(1.0), "{descr}");
        }
    }

    #[test]
    fn other_ranges_are_unclear_or_impossible() {
        // -1 to 1, standardised (also by pixel), 0 to 16, percent that are dark nowhere, scaled twice.
        for (low, high) in [
            (-1.0, 1.0),
            (-0.424, 2.82),
            (-1.27, 244.9),
            (0.0, 16.0),
            (0.0, 99.0),
            (0.0, 0.0039),
        ] {
            assert_eq!(judged("<f4", low, high), Verdict::Unclear, "{low} {high}");
        }
        assert_eq!(judged("|u1", 0.0, 16.0), Verdict::Unclear);
        for (descr, low, high) in [
            ("<f4", 0.0, 65535.0),
            ("<f8", -2000.0, 1.0),
            ("<u2", 0.0, 256.0),
            ("|i1", -128.0, 127.0),
        ] {
            assert_eq!(
                judged(descr, low, high),
                Verdict::Impossible,
                "{descr} {low} {high}"
            );
        }
    }
}
