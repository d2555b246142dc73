//! The scale of the pixels in a file: which stored value is full ink.
//!
//! Floats are usually 0 to 1 and bytes 0 to 255. Floats of 0 to 255 and bytes of 0 and 1 are seen as often as arrays are
//! made by hand, and a network that is trained on them recognizes no picture. So the values decide: their range, and how
//! most of them lie in it.

use crate::formats::npy_number::NumberType;
use crate::formats::pixel_counts::PixelCounts;

/// The values of the images that were read from a file, before they were scaled.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StoredPixels {
    pub(crate) number: NumberType,
    pub(crate) counts: PixelCounts,
}

impl StoredPixels {
    /// Returns the smallest and the largest value.
    pub(crate) fn range(&self) -> [f64; 2] {
        [self.counts.low, self.counts.high]
    }
}

/// What the values of a file mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Verdict {
    /// Ink on background, with this value as full ink.
    FullInk(f64),
    /// The same the other way round: `fraction` of the pixels are brighter than half of full ink.
    Inverted { full_ink: f64, fraction: f64 },
    /// All are the same.
    Uniform,
    /// Nothing clear.
    Unclear,
    /// No pixels.
    Impossible,
}

/// Ink fainter than this fraction of full ink, everywhere in a data set, is none.
const FAINT: f64 = 0.25;
/// How far a bicubic resize passes background and ink, as a fraction of full ink. Of its four weights along an axis, the
/// negative ones add up to -1/8 at most and the others to 9/8, so that it ends at -2 * 1/8 * 9/8 = -0.28 and at
/// 1/8 * 1/8 + 9/8 * 9/8 = 1.28.
const OVERSHOOT: f64 = 0.3;
/// Ink of 255 is at least this dark somewhere; full ink of 100 or of 128 is not, wherever a resize passes it.
const DARK: f64 = 150.0;
/// An overshoot of 0 to 255 passes 0 at least this far; standardised pixels, which may also reach 255, do not.
const LEAST_OVERSHOOT: f64 = 8.0;
/// A resize leaves fewer pixels below background than this fraction; of centred pixels, most are.
const CENTRED: f64 = 0.1;
/// Of the pixels that are not background, at least this fraction is ink that is not faint; fewer are outliers.
const LEAST_INK: f64 = 0.01;

/// Judges the values of a whole file, or of the images of the digits that are wanted.
pub(crate) fn judge(pixels: &StoredPixels) -> Verdict {
    let counts = &pixels.counts;
    if counts.high < counts.low {
        // No image.
        return Verdict::FullInk(pixels.number.full_ink());
    }
    let verdict = if pixels.number.is_float() {
        judge_floats(counts)
    } else {
        judge_integers(counts)
    };
    match verdict {
        Verdict::Impossible => verdict,
        _ if counts.high <= counts.low => Verdict::Uniform,
        Verdict::FullInk(full_ink) => {
            let fraction = fraction(counts.of_ink(full_ink).bright, counts.count);
            if fraction > 0.5 {
                Verdict::Inverted { full_ink, fraction }
            } else {
                verdict
            }
        }
        _ => verdict,
    }
}

/// Says whether some images of a file have values of the usual scale of their type, whatever the others have. Then they
/// need not be judged; a faint image, or an empty one, is none that says anything of its file.
pub(crate) fn is_usual_for_some(pixels: &StoredPixels) -> bool {
    let PixelCounts { low, high, .. } = pixels.counts;
    if high < low || (low == 0.0 && high == 0.0) {
        true
    } else if pixels.number.is_float() {
        is_up_to_1(&pixels.counts)
    } else {
        low >= 0.0 && high > 1.0 && high <= 255.0
    }
}

fn judge_integers(counts: &PixelCounts) -> Verdict {
    if counts.low < 0.0 || counts.high > 255.0 {
        Verdict::Impossible
    } else if counts.high <= 1.0 {
        Verdict::FullInk(1.0)
    } else if is_ink_of_255(counts) {
        Verdict::FullInk(255.0)
    } else {
        Verdict::Unclear
    }
}

fn judge_floats(counts: &PixelCounts) -> Verdict {
    let PixelCounts { low, high, .. } = *counts;
    let is_centred = |ink| fraction(counts.of_ink(ink).below_background, counts.count) > CENTRED;
    let is_up_to_255 = low >= -OVERSHOOT * 255.0 && high <= (1.0 + OVERSHOOT) * 255.0;
    let is_standardised = low < -0.1 && low > -LEAST_OVERSHOOT;
    if is_up_to_1(counts) {
        if high < FAINT || is_centred(1.0) {
            Verdict::Unclear
        } else {
            Verdict::FullInk(1.0)
        }
    } else if is_up_to_255
        && high >= DARK
        && is_ink_of_255(counts)
        && !is_standardised
        && !is_centred(255.0)
    {
        Verdict::FullInk(255.0)
    } else if low.abs().max(high.abs()) <= 1000.0 {
        Verdict::Unclear
    } else {
        Verdict::Impossible
    }
}

/// Other images of the course's kind pass 1 a little further.
fn is_up_to_1(counts: &PixelCounts) -> bool {
    counts.low >= -OVERSHOOT && counts.high <= 1.5
}

/// Says whether most of the ink is that of 255, and not only a few pixels among others up to 1 or up to 16.
fn is_ink_of_255(counts: &PixelCounts) -> bool {
    let ink = counts.up_to_2 + counts.above_2;
    counts.above_2 > counts.up_to_2 && fraction(counts.from_64, ink) >= LEAST_INK
}

#[expect(clippy::cast_precision_loss, reason = "a fraction needs few digits")]
fn fraction(part: u64, whole: u64) -> f64 {
    part as f64 / whole.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(descr: &str, values: &[f64]) -> StoredPixels {
        let mut counts = PixelCounts::default();
        counts.add(values);
        let number = NumberType::parse(descr).unwrap();
        StoredPixels { number, counts }
    }

    /// 20 values as in images: 14 of background, 4 of the darkest ink, the least one, and NaN.
    fn images(low: f64, high: f64) -> Vec<f64> {
        let background = low.max(0.0);
        [vec![background; 14], vec![high; 4], vec![low, f64::NAN]].concat()
    }

    fn judged(descr: &str, low: f64, high: f64) -> Verdict {
        judge(&stored(descr, &images(low, high)))
    }

    #[test]
    fn usual_ranges_stay_as_they_are() {
        // The course's X.npy: -0.132 to 1.128.
        for (low, high) in [(0.0, 1.0), (-0.132, 1.128), (-0.2, 1.25), (0.0, 0.3)] {
            let verdict = judged("<f8", low, high);
            assert_eq!(verdict, Verdict::FullInk(1.0), "{low} {high}");
        }
        for (low, high) in [(0.0, 255.0), (3.0, 64.0)] {
            let verdict = judged("|u1", low, high);
            assert_eq!(verdict, Verdict::FullInk(255.0), "{low} {high}");
        }
    }

    #[test]
    fn floats_up_to_255_and_integers_up_to_1_are_rescaled() {
        for (low, high) in [(0.0, 255.0), (-33.6, 287.6), (0.0, 160.0), (-1e-9, 255.0)] {
            let verdict = judged(">f4", low, high);
            assert_eq!(verdict, Verdict::FullInk(255.0), "{low} {high}");
        }
        for descr in ["|u1", "|b1", "<i8"] {
            assert_eq!(judged(descr, 0.0, 1.0), Verdict::FullInk(1.0), "{descr}");
        }
    }

    #[test]
    fn other_ranges_are_unclear_or_impossible() {
        // -1 to 1, standardised (also by pixel), 0 to 16, percent, 7 bits, also resized, scaled twice.
        for (low, high) in [
            (-1.0, 1.0),
            (-0.424, 2.82),
            (-1.27, 244.9),
            (0.0, 16.0),
            (0.0, 99.0),
            (0.0, 100.0),
            (0.0, 127.0),
            (0.0, 128.0),
            (-16.9, 144.4),
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
            let verdict = judged(descr, low, high);
            assert_eq!(verdict, Verdict::Impossible, "{descr} {low} {high}");
        }
    }

    #[test]
    fn a_few_outliers_do_not_make_the_scale() {
        let with = |mut values: Vec<f64>, outliers: &[f64]| {
            values.extend(outliers);
            values
        };
        let units = images(0.0, 1.0).repeat(100);
        let sixteenths = images(0.0, 16.0).repeat(100);
        for (descr, values) in [
            ("<f4", with(units.clone(), &[255.0])),
            ("<f4", with(units.clone(), &[3.0; 100])),
            ("<f8", with(sixteenths.clone(), &[255.0])),
            ("|u1", with(units.clone(), &[255.0; 100])),
            ("|u1", with(sixteenths, &[255.0])),
        ] {
            assert_eq!(judge(&stored(descr, &values)), Verdict::Unclear, "{descr}");
        }
        // A few faint pixels do not either: 20 of 400 are 1.
        let words = with(images(0.0, 255.0).repeat(20), &[1.0; 20]);
        for descr in ["<f4", "|u1"] {
            let verdict = judge(&stored(descr, &words));
            assert_eq!(verdict, Verdict::FullInk(255.0), "{descr}");
        }
    }

    #[test]
    fn a_bright_background_is_inverted() {
        for (descr, full_ink) in [("<f4", 1.0), ("<f8", 255.0), ("|u1", 255.0), ("|b1", 1.0)] {
            // 4 of 20 are ink, and NaN is none.
            let values: Vec<f64> = images(0.0, full_ink)
                .iter()
                .map(|value| full_ink - value)
                .collect();
            let Verdict::Inverted {
                full_ink: ink,
                fraction,
            } = judge(&stored(descr, &values))
            else {
                panic!("{descr}");
            };
            assert!((ink - full_ink).abs() < 1e-9 && (fraction - 0.75).abs() < 1e-9);
        }
    }

    #[test]
    fn centred_pixels_are_unclear() {
        let resized = [vec![0.0; 14], vec![1.1; 4], vec![-0.12, 0.4]].concat();
        for (shift, verdict) in [
            (0.0, Verdict::FullInk(1.0)),
            (0.13, Verdict::Unclear),
            (0.3, Verdict::Unclear),
            (0.5, Verdict::Unclear),
        ] {
            let values: Vec<f64> = resized.iter().map(|value| value - shift).collect();
            assert_eq!(judge(&stored("<f4", &values)), verdict, "{shift}");
        }
        let values: Vec<f64> = resized.iter().map(|value| 255.0 * (value - 0.13)).collect();
        assert_eq!(judge(&stored("<f4", &values)), Verdict::Unclear);
    }

    #[test]
    fn pixels_that_are_all_the_same_are_uniform_and_no_pixels_as_usual() {
        for (descr, value) in [("<f4", 0.0), ("<f8", 0.7), ("<f4", 255.0), ("|u1", 1.0)] {
            let verdict = judge(&stored(descr, &[value; 9]));
            assert_eq!(verdict, Verdict::Uniform, "{descr} {value}");
        }
        assert_eq!(judge(&stored("<f4", &[70000.0; 9])), Verdict::Impossible);
        assert_eq!(judge(&stored("|u1", &[])), Verdict::FullInk(255.0));
    }

    #[test]
    fn an_empty_or_faint_image_says_nothing_of_its_file() {
        for (descr, value, is_usual) in [
            ("<f4", 0.0, true),
            ("<f4", 0.01, true),
            ("<f4", 255.0, false),
            ("|u1", 0.0, true),
            ("|u1", 9.0, true),
            ("|u1", 1.0, false),
        ] {
            let found = is_usual_for_some(&stored(descr, &[0.0, value]));
            assert_eq!(found, is_usual, "{descr} {value}");
        }
    }
}
