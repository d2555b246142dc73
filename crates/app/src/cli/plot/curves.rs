//! The curves of runs: metrics by epoch.

use std::path::Path;

use plots::RunHistory;

use crate::run::directory::{RUNS, RunDirectory};
use crate::run::history::EpochMetrics;
use crate::run::summary::RunSummary;
use crate::support::error::Result;

/// Reads the metrics of each run.
pub(crate) fn curves(runs: &[RunDirectory]) -> Result<Vec<RunHistory>> {
    let mut curves = Vec::new();
    for run in runs {
        curves.push(curve(&RunSummary::read(run.clone())?));
    }
    Ok(curves)
}

pub(crate) fn curve(summary: &RunSummary) -> RunHistory {
    RunHistory {
        name: name(summary.run.path()),
        epochs: summary.epochs.iter().map(epoch_figures).collect(),
        best: summary.best.map(|best| best.epoch),
    }
}

fn epoch_figures(epoch: &EpochMetrics) -> plots::EpochMetrics {
    plots::EpochMetrics {
        epoch: epoch.epoch,
        loss: epoch.loss,
        accuracy: epoch.accuracy,
        validation_loss: epoch.val_loss,
        validation_accuracy: epoch.val_accuracy,
        learning_rate: Some(epoch.learning_rate),
    }
}

/// The name of a run, without `runs/`.
fn name(run: &Path) -> String {
    let name = run.strip_prefix(RUNS).unwrap_or(run);
    name.display().to_string()
}
