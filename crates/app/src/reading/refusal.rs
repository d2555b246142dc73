//! Why a picture gets no answer.

use crate::support::listing::listed_digits;
use crate::support::plural::counted;

/// The reason why no digit is predicted for a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Nothing differs from the ground.
    Blank,
    /// Many small marks.
    Noise,
    /// So many digits, where one was asked for.
    SeveralDigits(usize),
    /// Ink that has the shape of no digit.
    NoDigit,
    /// A digit that the network does not know.
    OtherDigit(u8),
}

impl Refusal {
    /// The `status` in JSON and CSV.
    pub(crate) fn status(self) -> &'static str {
        match self {
            Self::Blank => "blank",
            Self::Noise => "noise",
            Self::SeveralDigits(_) => "several_digits",
            Self::NoDigit => "no_digit",
            Self::OtherDigit(_) => "other_digit",
        }
    }

    /// What was seen, for a network that knows `digits`.
    pub(crate) fn reason(self, digits: &[u8]) -> String {
        match self {
            Self::Blank => "the picture is blank".to_owned(),
            Self::Noise => "many small marks, none of which stands out".to_owned(),
            Self::SeveralDigits(found) => {
                format!("{} side by side: --row reads them", counted(found, "digit"))
            }
            Self::NoDigit => "the ink does not have the shape of a digit".to_owned(),
            Self::OtherDigit(digit) => format!(
                "it looks like a {digit}, and the network only knows {}",
                listed_digits(digits)
            ),
        }
    }
}
