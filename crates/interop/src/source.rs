//! Source code with the weights as constants, in C99 or Rust: one file without dependencies, for any program or a
//! microcontroller.
//!
//! Both languages have one function, `predict`: 400 pixels in, the digit and the probability of each digit out, whether
//! there are two digits or ten, one network or several. The code around the constants is the same text for all networks.
//!
//! - `int8`: weights of 8 bits;
//! - `constants`: the arrays of a network as text, and read again;
//! - `header`: the comment at the top of a file;
//! - `c`, `rust`: the code.

mod c;
mod constants;
mod header;
mod int8;
mod rust;

use crate::error::InteropError;
use crate::format::{Format, Precision};
use crate::network::Network;

pub use int8::quantized;

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    C,
    Rust,
}

/// Writes one network, or several whose probabilities are averaged. `note` becomes a part of the comment at the top.
///
/// # Errors
///
/// [`InteropError::NoNetwork`] if there is none, and [`InteropError::OtherDigits`] if several do not tell the same digits
/// apart.
pub(crate) fn write(
    networks: &[Network],
    language: Language,
    precision: Precision,
    note: Option<&str>,
) -> Result<Vec<u8>, InteropError> {
    let Some((first, others)) = networks.split_first() else {
        return Err(InteropError::NoNetwork);
    };
    let is_same =
        |other: &Network| other.digits() == first.digits() && other.outputs() == first.outputs();
    if !others.iter().all(is_same) {
        return Err(InteropError::OtherDigits);
    }
    let contents = header::Contents {
        networks,
        precision,
        note,
    };
    let text = match language {
        Language::C => c::write(&contents),
        Language::Rust => rust::write(&contents),
    };
    Ok(text.into_bytes())
}

/// Reads the networks whose constants are in a file that [`write()`] has made, to verify it. Other source is not understood.
///
/// # Errors
///
/// [`InteropError::Damaged`] if it has other constants than such a file, and those of [`Network::new`].
pub(crate) fn read(bytes: &[u8], format: Format) -> Result<Vec<Network>, InteropError> {
    let text = str::from_utf8(bytes).map_err(|error| InteropError::damaged(format, error))?;
    let digits = constants::digits(text, format)?;
    let digits = header::has_digits(text).then_some(digits);
    let networks = constants::networks(text, format)?.into_iter();
    let networks = networks.map(|network| match &digits {
        Some(digits) => network.with_digits(digits),
        None => Ok(network),
    });
    networks.collect()
}
