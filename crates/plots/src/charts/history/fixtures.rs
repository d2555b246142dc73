//! What the tests of the history chart draw, and read from it.

use super::data::{EpochMetrics, LossAxis, RunHistory};
use super::history;
use crate::base::figure::Figure;
use crate::test_support::texts;

pub(super) fn metrics(epoch: usize, loss: f64, accuracy: f64) -> EpochMetrics {
    EpochMetrics {
        epoch,
        loss,
        accuracy,
        validation_loss: None,
        validation_accuracy: None,
        learning_rate: Some(0.001),
    }
}

/// Losses 1, 1/2, 1/3, ..., rising accuracies, and slightly worse ones for validation.
pub(super) fn run(name: &str, epochs: usize) -> RunHistory {
    let at = |epoch: u32| EpochMetrics {
        validation_loss: Some(1.1 / f64::from(epoch)),
        validation_accuracy: Some(0.99 - 0.5 / f64::from(epoch)),
        ..metrics(
            epoch as usize,
            1.0 / f64::from(epoch),
            1.0 - 0.5 / f64::from(epoch),
        )
    };
    RunHistory {
        name: name.to_owned(),
        epochs: (1..).map(at).take(epochs).collect(),
        best: epochs.checked_sub(3),
    }
}

pub(super) fn linear(title: &str, runs: &[RunHistory]) -> Figure {
    history(title, runs, LossAxis::Linear)
}

pub(super) fn has(figure: &Figure, part: &str) -> bool {
    texts(figure).iter().any(|text| text.contains(part))
}

/// The points of each line in the SVG.
pub(super) fn polylines(figure: &Figure) -> Vec<Vec<(f64, f64)>> {
    let svg = figure.to_inline_svg();
    let lines = svg.split(" points=\"").skip(1);
    let points = |line: &str| -> Vec<(f64, f64)> {
        let points = line.split('"').next().unwrap().split(' ');
        let pairs = points.map(|point| point.split_once(',').unwrap());
        pairs
            .map(|(x, y)| (x.parse().unwrap(), y.parse().unwrap()))
            .collect()
    };
    lines.map(points).collect()
}
