//! Why a picture gets no prediction.

use crate::support::listing::listed_digits;
use crate::support::plural::counted;

/// The reason why no digit is predicted for a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Nothing differs from the ground.
    Blank,
    /// Too many marks, none of which stands out: noise, or a long row of digits.
    Noise,
    /// So many digits, where one was asked for.
    SeveralDigits(usize),
    /// Ink that has the shape of no digit.
    NoDigit,
    /// A digit that the network does not know.
    OtherDigit(u8),
    /// A digit that the network takes for another of those it knows.
    Disputed {
        /// What the network predicts.
        predicted: u8,
        /// What it looks like.
        looks_like: u8,
    },
}

impl Refusal {
    /// Why a prediction is not given: the digit looks like another one, beyond doubt.
    pub(crate) fn of_dispute(predicted: Option<u8>, looks_like: Option<u8>) -> Option<Self> {
        let (predicted, looks_like) = (predicted?, looks_like?);
        (predicted != looks_like).then_some(Self::Disputed {
            predicted,
            looks_like,
        })
    }

    /// The `status` in JSON and CSV.
    pub(crate) fn status(self) -> &'static str {
        match self {
            Self::Blank => "blank",
            Self::Noise => "noise",
            Self::SeveralDigits(_) => "several_digits",
            Self::NoDigit => "no_digit",
            Self::OtherDigit(_) => "other_digit",
            Self::Disputed { .. } => "disputed",
        }
    }

    /// The digit that it looks like, if it looks like one that is not predicted.
    pub(crate) fn looks_like(self) -> Option<u8> {
        match self {
            Self::OtherDigit(digit)
            | Self::Disputed {
                looks_like: digit, ..
            } => Some(digit),
            _ => None,
        }
    }

    /// What was seen, for a network that knows `digits`.
    pub(crate) fn reason(self, digits: &[u8]) -> String {
        match self {
            Self::Blank => "the picture is blank".to_owned(),
            Self::Noise => format!(
                "more than {} marks, none of which stands out: noise, or too many digits at a time",
                data::MOST_PIECES
            ),
            Self::SeveralDigits(found) => {
                format!("{} side by side: --row reads them", counted(found, "digit"))
            }
            Self::NoDigit => "the ink does not have the shape of a digit".to_owned(),
            Self::OtherDigit(digit) => format!(
                "it looks like a {digit}, and the network only knows {}",
                listed_digits(digits)
            ),
            Self::Disputed {
                predicted,
                looks_like,
            } => format!("the network says {predicted}, but it looks like a {looks_like}"),
        }
    }
}
