//! The digits that were found in a picture or a drawing, and whether they may be predicted.

use data::{Area, InkedDigit, NoInk};

use crate::predictor::guard::{Guard, Verdict};
use crate::reading::refusal::Refusal;
use crate::reading::row::divided;

/// How many digits a picture is to be read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    /// One.
    One,
    /// One or several, from left to right.
    Row,
}

/// A digit in a picture.
#[derive(Debug)]
pub(crate) struct FoundDigit {
    /// What a network gets: 400 pixels, column by column.
    pub(crate) pixels: Vec<f32>,
    /// Where it is, in pixels of the ink.
    pub(crate) area: Area,
    /// The digit that it looks like beyond doubt, of those that the network knows.
    pub(crate) looks_like: Option<u8>,
    /// Why it is not predicted; `None` if it is.
    pub(crate) refusal: Option<Refusal>,
}

/// Divides digits that touch each other, and judges each for a network that tells `digits` apart. Returns them, and why
/// there is no prediction for the whole, if there is none.
pub(crate) fn judged(
    found: Result<Vec<InkedDigit>, NoInk>,
    digits: &[u8],
    expected: Expected,
) -> (Vec<FoundDigit>, Option<Refusal>) {
    let guard = Guard::embedded();
    let found = match found {
        Err(NoInk::Blank) => return (Vec::new(), Some(Refusal::Blank)),
        Err(NoInk::Noise) => return (Vec::new(), Some(Refusal::Noise)),
        Ok(found) => found.into_iter(),
    };
    let found = found.flat_map(|digit| divided(digit, guard));
    let found: Vec<FoundDigit> = found
        .map(|digit| judged_digit(digit, digits, guard))
        .collect();
    let refusal = match (expected, found.as_slice()) {
        (_, []) => Some(Refusal::Blank),
        (_, [only]) => only.refusal,
        (Expected::One, several) => Some(several_digits(several)),
        (Expected::Row, several) if several.iter().all(|digit| digit.refusal.is_some()) => {
            Some(several_digits(several))
        }
        (Expected::Row, _) => None,
    };
    (found, refusal)
}

/// Several marks are several digits if most look like some.
fn several_digits(found: &[FoundDigit]) -> Refusal {
    let is_none = |digit: &&FoundDigit| digit.refusal == Some(Refusal::NoDigit);
    let digits = found.len() - found.iter().filter(is_none).count();
    if digits * 2 > found.len() {
        Refusal::SeveralDigits(found.len())
    } else {
        Refusal::NoDigit
    }
}

fn judged_digit(digit: InkedDigit, digits: &[u8], guard: &Guard) -> FoundDigit {
    let judgement = guard.judge(&digit.pixels)[0];
    let verdict = judgement.verdict(digits);
    FoundDigit {
        pixels: digit.pixels,
        area: digit.area,
        looks_like: judgement.certain_digit(digits),
        refusal: match verdict {
            Verdict::Digit => None,
            Verdict::NoDigit => Some(Refusal::NoDigit),
            Verdict::OtherDigit(digit) => Some(Refusal::OtherDigit(digit)),
        },
    }
}
