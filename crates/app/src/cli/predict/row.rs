//! The digits of a row, as JSON and as a line of text.

use std::io::Write;

use model::format_metric;
use serde::Serialize;

use crate::cli::networks::NetworkJson;
use crate::cli::predict::inputs::{InRow, Source};
use crate::cli::predict::predicted::{Networks, Predicted};
use crate::reading::refusal::Refusal;

/// A row of digits; the keys of `--json`.
#[derive(Debug, Serialize)]
pub(super) struct Row<'a> {
    /// None if there are several.
    #[serde(flatten)]
    network: Option<&'a NetworkJson>,
    source: &'a str,
    /// `digits`, or `partly` if some were not predicted.
    status: &'static str,
    /// The digits from left to right, with ? for one that was not predicted.
    text: String,
    digits: Vec<Cell>,
}

/// A place of a row.
#[derive(Debug, Serialize)]
pub(super) struct Cell {
    /// Null if it was not predicted.
    pub(super) digit: Option<u8>,
    /// The probability of the digit, in [0, 1].
    pub(super) probability: Option<f64>,
    /// As of a single picture.
    pub(super) status: &'static str,
    /// Left, top, right, bottom, in pixels.
    #[serde(rename = "box")]
    pub(super) bounds: [usize; 4],
}

impl<'a> Row<'a> {
    /// Takes the prediction of each digit that has no refusal.
    pub(super) fn new(
        networks: &'a Networks,
        source: &'a Source,
        digits: &[InRow],
        mut predictions: impl Iterator<Item = Predicted<'a>>,
    ) -> Self {
        let cell = |place: &InRow| {
            let predicted = match place.refusal {
                None => predictions.next(),
                Some(_) => None,
            };
            let refusal = place.refusal.or_else(|| {
                let predicted = predicted.as_ref()?;
                Refusal::of_dispute(predicted.digit, place.looks_like)
            });
            let predicted = predicted.filter(|_| refusal.is_none());
            let digit = predicted.as_ref().and_then(|predicted| predicted.digit);
            Cell {
                digit,
                probability: digit
                    .and(predicted.as_ref())
                    .map(Predicted::probability_of_digit),
                status: match (refusal, &predicted) {
                    (Some(refusal), _) => refusal.status(),
                    (None, Some(predicted)) => predicted.status,
                    (None, None) => "rejected",
                },
                bounds: place.bounds,
            }
        };
        let digits: Vec<Cell> = digits.iter().map(cell).collect();
        let all = digits.iter().all(|cell| cell.digit.is_some());
        Self {
            network: networks.only(),
            source: &source.name,
            status: if all { "digits" } else { "partly" },
            text: digits.iter().map(Cell::character).collect(),
            digits,
        }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn cells(&self) -> &[Cell] {
        &self.digits
    }

    /// Prints a line.
    pub(super) fn print(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let source = plots::printable(self.source);
        let probabilities: Vec<String> = self.digits.iter().map(Cell::label).collect();
        writeln!(
            out,
            "{source}: {} ({})",
            self.text,
            probabilities.join(", ")
        )
    }
}

impl Cell {
    fn character(&self) -> char {
        self.digit.map_or('?', |digit| char::from(b'0' + digit))
    }

    /// `7, P = 0.98`, or why there is none.
    pub(super) fn label(&self) -> String {
        match (self.digit, self.probability) {
            (Some(digit), Some(probability)) => {
                format!("{digit}: {}", format_metric(probability))
            }
            _ => format!("?: {}", self.status.replace('_', " ")),
        }
    }
}
