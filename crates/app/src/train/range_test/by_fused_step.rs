//! The steps of a range test by the fused step.

use model::{FusedState, Scheduler};

use crate::config::run_config::RunConfig;
use crate::dataset::training_data::TrainingData;
use crate::device::select::reference_device;
use crate::support::cause::Divergence;
use crate::support::error::{Error, Result};
use crate::train::engine::fused::FusedEngine;
use crate::train::initial_weights::initial_network;
use crate::train::loader::order_of;
use crate::train::pass::Pass;
use crate::train::range_test::losses::Losses;

pub(super) fn train(config: &RunConfig, digits: &TrainingData, losses: &mut Losses) -> Result<()> {
    let network = initial_network(config, &reference_device())?;
    let state = FusedState::read(&network, None)?;
    let scheduler = Scheduler {
        schedule: losses.rates().schedule(),
        next_step: 0,
    };
    let order = order_of(config, digits.training.len());
    let mut engine = FusedEngine::new(config, digits, order, state, scheduler, network);
    for epoch in 1.. {
        match engine.train_epoch_until(epoch, |batch| Ok(losses.add(batch.loss()))) {
            Ok(Pass::Complete(_)) => {}
            Ok(Pass::Stopped(_)) => break,
            Err(Error::Diverged {
                cause: Divergence::Loss { loss, .. },
                ..
            }) => {
                losses.add(loss);
                break;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
