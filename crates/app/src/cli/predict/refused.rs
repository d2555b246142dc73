//! A picture without a prediction, as JSON and as a line of text.

use std::io::Write;

use serde::Serialize;

use crate::cli::networks::NetworkJson;
use crate::cli::predict::inputs::Source;
use crate::cli::predict::predicted::Networks;
use crate::reading::refusal::Refusal;

/// Why there is no prediction; the keys of `--json`.
#[derive(Debug, Serialize)]
pub(super) struct Refused<'a> {
    /// None if there are several.
    #[serde(flatten)]
    network: Option<&'a NetworkJson>,
    pub(super) source: &'a str,
    /// Null, as there is no prediction.
    probability: Option<f64>,
    /// Null.
    digit: Option<u8>,
    pub(super) status: &'static str,
    pub(super) reason: String,
    /// How many digits were found, where one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    digits_found: Option<usize>,
    /// The digit that it looks like, if the network does not know it or predicts another.
    #[serde(skip_serializing_if = "Option::is_none")]
    looks_like: Option<u8>,
    /// Where the ink is: left, top, right, bottom, in pixels.
    #[serde(rename = "box", skip_serializing_if = "Option::is_none")]
    pub(super) bounds: Option<[usize; 4]>,
}

impl<'a> Refused<'a> {
    pub(super) fn new(networks: &'a Networks, source: &'a Source, refusal: Refusal) -> Self {
        Self {
            network: networks.only(),
            source: &source.name,
            probability: None,
            digit: None,
            status: refusal.status(),
            reason: refusal.reason(networks.classes.digits()),
            digits_found: match refusal {
                Refusal::SeveralDigits(found) => Some(found),
                _ => None,
            },
            looks_like: refusal.looks_like(),
            bounds: source.bounds,
        }
    }

    /// A picture that could not be read.
    pub(super) fn unreadable(networks: &'a Networks, source: &'a str, reason: String) -> Self {
        Self {
            network: networks.only(),
            source,
            probability: None,
            digit: None,
            status: "unreadable",
            reason,
            digits_found: None,
            looks_like: None,
            bounds: None,
        }
    }

    /// Prints a line.
    pub(super) fn print(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let source = plots::printable(self.source);
        writeln!(out, "{source}: no prediction: {}", self.reason)
    }
}
