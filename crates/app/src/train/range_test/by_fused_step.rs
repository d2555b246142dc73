//! The steps of a range test by the fused step, on the CPU or on a GPU.

#[cfg(feature = "wgpu")]
use model::GpuDevice;
use model::{FusedState, Mlp, Scheduler};

use crate::config::run_config::RunConfig;
use crate::dataset::training_data::TrainingData;
use crate::device::adapter::OpenDevice;
use crate::device::select::reference_device;
use crate::support::cause::Divergence;
use crate::support::error::{Error, Result};
use crate::train::engine::fused::FusedEngine;
#[cfg(feature = "wgpu")]
use crate::train::engine::gpu::GpuEngine;
use crate::train::initial_weights::initial_network;
use crate::train::loader::order_of;
use crate::train::pass::Pass;
use crate::train::range_test::losses::Losses;

pub(super) fn train(config: &RunConfig, digits: &TrainingData, losses: &mut Losses) -> Result<()> {
    let (network, state, scheduler) = start(config, losses)?;
    let order = order_of(config, digits.training.len());
    let mut engine = FusedEngine::new(config, digits, order, state, scheduler, network);
    take_steps(losses, |epoch, losses| {
        engine.train_epoch_until(epoch, |batch| Ok(losses.add(batch.loss())))
    })
}

#[cfg(feature = "wgpu")]
pub(super) fn train_on_gpu(
    config: &RunConfig,
    digits: &TrainingData,
    device: &OpenDevice,
    losses: &mut Losses,
) -> Result<()> {
    let (network, state, scheduler) = start(config, losses)?;
    let order = order_of(config, digits.training.len());
    let device = GpuDevice::new(&device.device)?;
    let mut engine = GpuEngine::new(config, digits, &device, order, state, scheduler, network)?;
    take_steps(losses, |epoch, losses| {
        engine.train_epoch_until(epoch, |batch| Ok(losses.add(batch.loss())))
    })
}

/// Never called: without these kernels, no run uses them.
#[cfg(not(feature = "wgpu"))]
pub(super) fn train_on_gpu(
    config: &RunConfig,
    digits: &TrainingData,
    _: &OpenDevice,
    losses: &mut Losses,
) -> Result<()> {
    train(config, digits, losses)
}

fn start(config: &RunConfig, losses: &Losses) -> Result<(Mlp, FusedState, Scheduler)> {
    let network = initial_network(config, &reference_device())?;
    let state = FusedState::read(&network, None)?;
    let scheduler = Scheduler {
        schedule: losses.rates().schedule(),
        next_step: 0,
    };
    Ok((network, state, scheduler))
}

/// Trains epoch after epoch until the test ends, or the loss is NaN or infinite.
fn take_steps(
    losses: &mut Losses,
    mut train_epoch: impl FnMut(usize, &mut Losses) -> Result<Pass>,
) -> Result<()> {
    for epoch in 1.. {
        match train_epoch(epoch, losses) {
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
