//! How the ticks of a scale are written.

use super::number_format::{fixed, without_trailing_zeros};

/// The unit of a scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    One,
    Percent,
}

/// Longer labels use scientific notation if that is shorter.
const MAX_CHARACTERS: usize = 7;

/// The labels of ticks that are multiples of `step`: all plain, or all in scientific notation.
pub(crate) fn tick_labels(ticks: &[f64], step: f64, unit: Unit) -> Vec<String> {
    let (factor, sign) = match unit {
        Unit::One => (1.0, ""),
        Unit::Percent => (100.0, " %"),
    };
    let step = step * factor;
    let decimals = digits(-exponent(step));
    let written = |write: &dyn Fn(f64) -> String| -> Vec<String> {
        let ticks = ticks.iter().map(|tick| tick * factor);
        ticks.map(|tick| write(tick) + sign).collect()
    };
    let longest = |labels: &[String]| labels.iter().map(|label| label.chars().count()).max();
    let plain = written(&|tick| fixed(tick, decimals));
    if longest(&plain) <= Some(MAX_CHARACTERS) {
        return plain;
    }
    let scientific = written(&|tick| scientific(tick, step));
    if longest(&scientific) < longest(&plain) {
        scientific
    } else {
        plain
    }
}

/// The labels of round numbers of different sizes, each as short as possible: 0.02, 1e−6.
pub(crate) fn plain_labels(ticks: &[f64]) -> Vec<String> {
    let written = ticks.iter().map(|tick| {
        // One digit: far from 1, the floating-point number is not exactly round.
        let (plain, scientific) = (format!("{tick}"), format!("{tick:.0e}"));
        if plain.len() < MAX_CHARACTERS {
            plain
        } else {
            scientific.replace('-', "−")
        }
    });
    written.collect()
}

/// A multiple of a step in scientific notation, without trailing zeros: 1.5e−7.
fn scientific(value: f64, step: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let decimals = digits(exponent(value.abs()) - exponent(step));
    let text = format!("{value:.decimals$e}");
    let (factor, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let factor = without_trailing_zeros(factor);
    let text = match exponent {
        "0" => factor.to_owned(),
        _ => format!("{factor}e{exponent}"),
    };
    text.replace('-', "−")
}

/// A number of decimals, within what can be read.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to 0 to 12"
)]
fn digits(wanted: f64) -> usize {
    wanted.clamp(0.0, 12.0).round() as usize
}

/// The power of ten of a number's first digit; a number slightly below a power counts as the power.
fn exponent(value: f64) -> f64 {
    (value * 1.000_001).log10().floor()
}
