//! The guard: a small network that says whether a picture shows a digit at all.
//!
//! A network that tells 0 from 1 has no output for a letter, a scribble or a 7: it takes them for one or the other, often
//! with confidence. The guard was trained once, on MNIST's 60,000 training images and on letters, lines, shapes, noise
//! and several digits in a row, and is compiled in. It only refuses: which digit a picture shows is for the run's
//! networks to say. `examples/train_guard` makes its weights, `assets/README.md` says what of.

mod gradients;

use std::sync::LazyLock;

use data::{PIXELS, half_to_f32};
use model::{FusedNetwork, LayerValues, MlpConfig, sigmoid};

pub use gradients::gradient_histograms;

/// The units of the guard's layers: an output for each digit, and one for none.
const LAYERS: MlpConfig = MlpConfig {
    hidden_units: [128, 64],
    outputs: OUTPUTS,
};

const DIGITS: usize = 10;
const OUTPUTS: usize = DIGITS + 1;

/// The weights as 16-bit floats, little-endian, layer by layer, each kernel before its bias.
const WEIGHTS: &[u8] = include_bytes!("../../../../assets/guard.f16");

/// The least [evidence](Judgement::is_digit) of a digit.
///
/// 0.19 refused 0.5 % of MNIST's 10,000 test images, and accepted 4.2 % of 19,538 pictures that are no digit, drawn with
/// fonts that were not trained with; 0.77 refused 1 % and accepted 2.1 %. `examples/train_guard` prints this table.
pub const DIGIT_EVIDENCE: f64 = 0.12;

/// The least evidence of a digit that is not among those of a run.
///
/// For runs of two digits, over all 45 pairs, 0.99 took 0.1 % of MNIST's test images of the two for another digit, and
/// recognized 99.2 % of those of others.
pub const OTHER_DIGIT_EVIDENCE: f64 = 0.99;

/// The evidence of one digit over another with which a prediction of that other is not given.
pub const CERTAIN_DIGIT_EVIDENCE: f64 = 0.98;

/// Ink below that is none: the preparation stretches the darkest pixel to 1.
const LEAST_INK: f32 = 0.2;

/// The network that knows digits from what is none.
#[derive(Debug)]
pub struct Guard(FusedNetwork);

/// What the guard makes of a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judgement {
    /// The evidence that it shows a digit, in [0, 1].
    pub is_digit: f64,
    /// Which digit it looks like most.
    pub digit: u8,
    /// The logit of each digit.
    logits: [f32; DIGITS],
}

/// Whether a picture shows one of the digits that a run tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It may.
    Digit,
    /// It shows no digit.
    NoDigit,
    /// It shows another digit.
    OtherDigit(u8),
}

impl Guard {
    /// Returns the guard that is compiled into the program.
    #[must_use]
    pub fn embedded() -> &'static Self {
        static GUARD: LazyLock<Guard> = LazyLock::new(|| {
            let halves = WEIGHTS.as_chunks().0.iter().copied();
            let numbers: Vec<f32> = halves
                .map(|half| half_to_f32(u16::from_le_bytes(half)))
                .collect();
            let weights = LayerValues::from_numbers(&LAYERS, &numbers);
            Guard(FusedNetwork::new(
                &weights.expect("the embedded weights are those of the layers"),
            ))
        });
        &GUARD
    }

    /// The inputs and units of each layer, from the gradients of the image to its outputs.
    #[cfg(feature = "serve")]
    pub(crate) fn layers() -> [[usize; 2]; 3] {
        LAYERS.layers().map(|layer| [layer.inputs, layer.units])
    }

    /// The weights as they are stored: 16-bit floats, little-endian, layer by layer, each kernel before its bias.
    #[cfg(feature = "serve")]
    pub(crate) fn stored_weights() -> &'static [u8] {
        WEIGHTS
    }

    /// Judges images as a network gets them, `[n, 400]` row by row, pixels column by column, 0 ground and 1 ink. It takes
    /// some ten microseconds an image.
    ///
    /// # Panics
    ///
    /// Panics if the length of `pixels` is not a multiple of 400.
    #[must_use]
    pub fn judge(&self, pixels: &[f32]) -> Vec<Judgement> {
        let logits = self.0.logits(&gradient_histograms(pixels));
        let images = pixels.chunks_exact(PIXELS);
        let judged = images.zip(logits.as_chunks().0);
        judged
            .map(|(pixels, logits)| Judgement::new(pixels, logits))
            .collect()
    }
}

impl Judgement {
    fn new(pixels: &[f32], outputs: &[f32; OUTPUTS]) -> Self {
        let [logits @ .., none] = *outputs;
        let digits = (0..).zip(logits);
        let (digit, best) = digits.fold(
            (0, f32::MIN),
            |best, next| {
                if next.1 > best.1 { next } else { best }
            },
        );
        let has_ink = pixels.iter().any(|pixel| *pixel >= LEAST_INK);
        let is_digit = if has_ink {
            sigmoid(f64::from(best - none))
        } else {
            0.0
        };
        Self {
            is_digit,
            digit,
            logits,
        }
    }

    /// Returns the digit, of those that a run tells apart, that the picture shows with
    /// [`CERTAIN_DIGIT_EVIDENCE`] over each of the others.
    #[must_use]
    pub fn certain_digit(&self, digits: &[u8]) -> Option<u8> {
        let logit = |digit: &u8| self.logits.get(usize::from(*digit)).copied();
        let others = digits.iter().filter(|digit| **digit != self.digit);
        let second = others.filter_map(logit).fold(f32::MIN, f32::max);
        let ahead = f64::from(logit(&self.digit)?) - f64::from(second);
        let is_certain = digits.contains(&self.digit) && sigmoid(ahead) >= CERTAIN_DIGIT_EVIDENCE;
        is_certain.then_some(self.digit)
    }

    /// Says whether the picture may show one of the digits that a run tells apart.
    ///
    /// In a run of all ten digits none is another one.
    #[must_use]
    pub fn verdict(&self, digits: &[u8]) -> Verdict {
        if self.is_digit < DIGIT_EVIDENCE {
            return Verdict::NoDigit;
        }
        let logit = |digit: u8| self.logits[usize::from(digit)];
        let of_run = digits.iter().filter(|digit| usize::from(**digit) < DIGITS);
        let best_of_run = of_run.map(|digit| logit(*digit)).fold(f32::MIN, f32::max);
        let ahead = f64::from(logit(self.digit)) - f64::from(best_of_run);
        if sigmoid(ahead) >= OTHER_DIGIT_EVIDENCE {
            return Verdict::OtherDigit(self.digit);
        }
        Verdict::Digit
    }
}

#[cfg(test)]
mod tests {
    use data::{Digits, SIDE};

    use super::*;
    use crate::support::hash::sha256;

    /// Judges a picture by a rule that says where ink is, by row and column.
    fn judge(has_ink: impl Fn(usize, usize) -> bool) -> Judgement {
        let ink = |index: usize| f32::from(u8::from(has_ink(index % SIDE, index / SIDE)));
        let pixels: Vec<f32> = (0..PIXELS).map(ink).collect();
        Guard::embedded().judge(&pixels)[0]
    }

    /// Within the box of 14 x 14 pixels that MNIST's framing fills.
    fn in_box(row: usize, column: usize) -> bool {
        [row, column].iter().all(|at| (3..17).contains(at))
    }

    #[test]
    fn the_weights_are_those_of_the_list_of_checksums() {
        let sums = include_str!("../../../../assets/SHA256SUMS");
        let line = format!("{}  guard.f16", sha256(WEIGHTS));
        assert!(sums.lines().any(|listed| listed == line), "{line}");
        let weights: usize = LAYERS
            .layers()
            .iter()
            .map(model::LayerSummary::parameters)
            .sum();
        assert_eq!(WEIGHTS.len(), 2 * weights);
    }

    #[test]
    fn digits_of_the_built_in_data_set_are_digits_and_those_of_a_run_or_others() {
        // MNIST's training images, so this is no measurement: that is beside DIGIT_EVIDENCE.
        let digits = Digits::embedded();
        let judged = Guard::embedded().judge(&digits.images().unwrap());
        let (mut refused, mut of_run, mut others) = (0, 0, 0);
        for (judged, &digit) in judged.iter().zip(digits.labels()) {
            refused +=
                usize::from(judged.verdict(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) != Verdict::Digit);
            match judged.verdict(&[0, 1]) {
                Verdict::OtherDigit(found) if digit < 2 => of_run += usize::from(found > 1),
                Verdict::OtherDigit(found) => others += usize::from(found == digit),
                _ => {}
            }
        }
        assert!(refused <= 50, "{refused} of 5000");
        assert!(of_run <= 5, "{of_run} of 1000");
        assert!(others >= 3600, "{others} of 4000");
    }

    #[test]
    fn lines_textures_and_shapes_are_no_digits() {
        let pictures: [(&str, Judgement); 8] = [
            (
                "a flat bar",
                judge(|row, column| (9..11).contains(&row) && in_box(row, column)),
            ),
            ("a square", judge(in_box)),
            (
                "a checkerboard",
                judge(|row, column| in_box(row, column) && (row / 3 + column / 3) % 2 == 0),
            ),
            (
                "upright lines",
                judge(|row, column| in_box(row, column) && column % 4 < 2),
            ),
            (
                "squared paper",
                judge(|row, column| in_box(row, column) && (row % 5 == 3 || column % 5 == 3)),
            ),
            (
                "a cross",
                judge(|row, column| {
                    in_box(row, column)
                        && (row.abs_diff(column) < 2 || (row + column).abs_diff(19) < 2)
                }),
            ),
            (
                "E",
                judge(|row, column| {
                    in_box(row, column) && (column < 5 || [3, 4, 9, 10, 15, 16].contains(&row))
                }),
            ),
            (
                "H",
                judge(|row, column| {
                    in_box(row, column) && (!(5..=14).contains(&column) || [9, 10].contains(&row))
                }),
            ),
        ];
        for (name, judged) in pictures {
            assert_eq!(
                judged.verdict(&[0, 1]),
                Verdict::NoDigit,
                "{name}: {judged:?}"
            );
        }
    }

    #[test]
    fn an_upright_line_is_a_1_and_a_ring_a_0() {
        let line = judge(|row, column| in_box(row, column) && (9..11).contains(&column));
        assert_eq!(
            (line.digit, line.verdict(&[0, 1])),
            (1, Verdict::Digit),
            "{line:?}"
        );
        assert_eq!(line.verdict(&[4, 8]), Verdict::OtherDigit(1));
        let ring = judge(|row, column| {
            // Twice the distances from the middle: an ellipse of 10 x 14 pixels, two pixels wide.
            let (down, right) = ((2 * row).abs_diff(19), (2 * column).abs_diff(19));
            let size = 100 * down * down / (14 * 14) + 100 * right * right / (10 * 10);
            (50..110).contains(&size)
        });
        assert_eq!(
            (ring.digit, ring.verdict(&[0, 1])),
            (0, Verdict::Digit),
            "{ring:?}"
        );
    }

    #[test]
    fn without_ink_there_is_no_digit() {
        for ink in [0.0, 0.1] {
            let judged = Guard::embedded().judge(&[ink; PIXELS])[0];
            assert_eq!(
                (judged.is_digit, judged.verdict(&[0, 1])),
                (0.0, Verdict::NoDigit)
            );
        }
        assert_eq!(Guard::embedded().judge(&[]), []);
    }
}
