//! How far a training is, as the server's JSON.

use server::{EpochMetrics, Training};

use crate::predictor::member::Member;
use crate::run::checkpoint_name::CheckpointName;
use crate::run::directory::RunDirectory;
use crate::run::summary::{RunState, RunSummary};
use crate::serve::described::images_of_units;
use crate::serve::names::{metrics, name_of};
use crate::support::error::Result;

/// The epochs of a run after `after`, and its first layer if there is one.
///
/// # Errors
///
/// As [`RunSummary::read`].
pub(crate) fn training(run: &RunDirectory, after: usize) -> Result<Training> {
    let state = RunState::of(run)?;
    let summary = RunSummary::read(run.clone())?;
    let new = summary.epochs.iter().filter(|epoch| epoch.epoch > after);
    let epochs: Vec<EpochMetrics> = new
        .map(|epoch| EpochMetrics {
            epoch: epoch.epoch,
            metrics: metrics(epoch),
        })
        .collect();
    let first_layer = if epochs.is_empty() {
        Vec::new()
    } else {
        first_layer(run)
    };
    Ok(Training {
        run: name_of(run.path()),
        state: state.to_string(),
        planned_epochs: summary.config.settings.epochs,
        epochs,
        first_layer,
    })
}

/// The weights of the first layer after the last checkpoint. Before the first one there are none, and while one is replaced
/// it may be gone for a moment.
fn first_layer(run: &RunDirectory) -> Vec<Vec<f32>> {
    let Ok(member) = Member::open(run, CheckpointName::Last) else {
        return Vec::new();
    };
    let [units, _] = member.config.model().hidden_units;
    images_of_units(&member.weights.kernels[0], units)
}
