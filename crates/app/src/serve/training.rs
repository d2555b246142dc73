//! How far a training is, as the server's JSON.

use server::{EpochMetrics, Training};

use crate::predictor::member::Member;
use crate::run::checkpoint_name::CheckpointName;
use crate::run::directory::RunDirectory;
use crate::run::summary::{RunState, RunSummary};
use crate::serve::described::{images_of_units, metrics};
use crate::serve::runs::name_of;
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
    // Before the first checkpoint there are no weights, and while one is replaced it may be gone for a moment.
    let first_layer = match (epochs.is_empty(), Member::open(run, CheckpointName::Last)) {
        (false, Ok(member)) => {
            let [units, _] = member.config.model().hidden_units;
            images_of_units(&member.weights.kernels[0], units)
        }
        _ => Vec::new(),
    };
    Ok(Training {
        run: name_of(run.path()),
        state: state.to_string(),
        planned_epochs: summary.config.settings.epochs,
        epochs,
        first_layer,
    })
}
