//! How far a training is, and the first layer of its epochs, as the server's JSON.

use std::collections::BTreeSet;

use server::{EpochMetrics, FirstLayer, Training};

use crate::predictor::member::Member;
use crate::run::checkpoint_name::CheckpointName;
use crate::run::directory::RunDirectory;
use crate::run::summary::{RunState, RunSummary};
use crate::serve::first_layers::{FirstLayers, LayerBytes};
use crate::serve::names::{metrics, name_of};
use crate::support::error::Result;

/// That many epochs with weights are named.
const MOST_NAMED: usize = 200;

/// The epochs of a run after `after`, and which have weights; `layers` are those of a training in this process.
///
/// # Errors
///
/// As [`RunSummary::read`].
pub(crate) fn training(
    run: &RunDirectory,
    after: usize,
    layers: Option<&FirstLayers>,
) -> Result<Training> {
    let state = RunState::of(run)?;
    let summary = RunSummary::read(run.clone())?;
    let newest = summary.epochs.last().map_or(0, |epoch| epoch.epoch);
    let new = summary.epochs.iter().filter(|epoch| epoch.epoch > after);
    let epochs = new.map(|epoch| EpochMetrics {
        epoch: epoch.epoch,
        metrics: metrics(epoch),
    });
    Ok(Training {
        run: name_of(run.path()),
        state: state.to_string(),
        planned_epochs: summary.config.settings.epochs,
        epochs: epochs.collect(),
        weight_epochs: some_of(weight_epochs(run, newest, layers)?),
    })
}

/// The first layer after an epoch, by default the newest; `None` if there is none.
///
/// # Errors
///
/// As [`training`] and [`Member::open`].
pub(crate) fn first_layer(
    run: &RunDirectory,
    epoch: Option<usize>,
    layers: Option<&FirstLayers>,
) -> Result<Option<FirstLayer>> {
    let newest = RunSummary::read(run.clone())?
        .epochs
        .last()
        .map_or(0, |epoch| epoch.epoch);
    let known = weight_epochs(run, newest, layers)?;
    let Some(epoch) = epoch
        .or(known.last().copied())
        .filter(|epoch| known.contains(epoch))
    else {
        return Ok(None);
    };
    let kept = layers.and_then(|layers| layers.get(epoch));
    let layer = match kept {
        Some(layer) => layer,
        None => match stored(run, epoch) {
            Ok(layer) => layer,
            // It was deleted in this moment.
            Err(_) if !weight_epochs(run, newest, layers)?.contains(&epoch) => return Ok(None),
            Err(error) => return Err(error),
        },
    };
    Ok(Some(FirstLayer {
        run: name_of(run.path()),
        epoch,
        units: layer.units,
        largest: layer.largest,
        weights: layer.weights,
    }))
}

/// The layer of a checkpoint, or of the final network.
fn stored(run: &RunDirectory, epoch: usize) -> Result<LayerBytes> {
    let is_checkpoint = run.checkpoints().epochs()?.contains(&epoch);
    let name = if is_checkpoint {
        CheckpointName::Epoch(epoch)
    } else {
        CheckpointName::Last
    };
    let member = Member::open(run, name)?;
    Ok(LayerBytes::of(&member.weights.kernels[0]))
}

/// The epochs up to the newest that have weights, the earliest first: those of checkpoints, that of the final network, and
/// those that are kept in memory.
fn weight_epochs(
    run: &RunDirectory,
    newest: usize,
    layers: Option<&FirstLayers>,
) -> Result<Vec<usize>> {
    let mut epochs: BTreeSet<usize> = run.checkpoints().epochs()?.into_iter().collect();
    epochs.extend(run.result()?.map(|result| result.network));
    epochs.extend(layers.map(FirstLayers::epochs).unwrap_or_default());
    Ok(epochs
        .range(1..=newest.max(1))
        .copied()
        .filter(|epoch| *epoch <= newest)
        .collect())
}

/// Of many epochs every second, third and so on: always the first and the last.
fn some_of(epochs: Vec<usize>) -> Vec<usize> {
    let (step, last) = (
        epochs.len().div_ceil(MOST_NAMED),
        epochs.len().saturating_sub(1),
    );
    let is_named = |index: usize| index == 0 || (last - index).is_multiple_of(step);
    let epochs = epochs.into_iter().enumerate();
    epochs
        .filter(|(index, _)| is_named(*index))
        .map(|(_, epoch)| epoch)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_epochs_some_are_named_with_the_first_and_the_last() {
        for count in [0, 1, 2, 200] {
            assert_eq!(some_of((1..=count).collect()).len(), count);
        }
        let some = some_of((1..=1001).collect());
        assert!(some.len() <= MOST_NAMED + 1, "{}", some.len());
        assert_eq!((some[0], some[1], some.last()), (1, 5, Some(&1001)));
    }
}
