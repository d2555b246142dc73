//! The engine of a training: the only interface through which the epoch loop trains and validates.

pub(crate) mod burn;
pub(crate) mod fused;
#[cfg(feature = "wgpu")]
pub(crate) mod gpu;

use model::{Mlp, Scheduler};

use crate::support::error::Result;
use crate::train::engine::burn::BurnEngine;
use crate::train::engine::fused::FusedEngine;
#[cfg(feature = "wgpu")]
use crate::train::engine::gpu::GpuEngine;
use crate::train::pass::Pass;
use crate::train::records::MakeRecords;
use crate::train::watch::Watch;

/// The implementation of the training step.
pub(crate) enum Engine {
    /// Burn's learner, on every device.
    Burn(Box<BurnEngine>),
    /// The fused step, on the CPU.
    Fused(Box<FusedEngine>),
    /// The fused kernels, on a GPU.
    #[cfg(feature = "wgpu")]
    Gpu(Box<GpuEngine>),
}

impl Engine {
    /// Runs the training steps of an epoch, counted from 1.
    pub(crate) fn train_epoch(&mut self, epoch: usize, watch: &mut Watch) -> Result<Pass> {
        match self {
            Self::Burn(engine) => engine.train_epoch(epoch, watch),
            Self::Fused(engine) => engine.train_epoch(epoch, watch),
            #[cfg(feature = "wgpu")]
            Self::Gpu(engine) => engine.train_epoch(epoch, watch),
        }
    }

    /// Computes the metrics of the validation images.
    pub(crate) fn validate(&mut self, epoch: usize, watch: &mut Watch) -> Result<Pass> {
        match self {
            Self::Burn(engine) => engine.validate(epoch, watch),
            Self::Fused(engine) => engine.validate(epoch, watch),
            #[cfg(feature = "wgpu")]
            Self::Gpu(engine) => engine.validate(epoch, watch),
        }
    }

    /// The records of a checkpoint after the last epoch, with the position in the schedule.
    pub(crate) fn records(&mut self, epoch: usize, scheduler: Scheduler) -> Result<MakeRecords> {
        match self {
            Self::Burn(engine) => engine.records(epoch),
            Self::Fused(engine) => Ok(engine.records(scheduler)),
            #[cfg(feature = "wgpu")]
            Self::Gpu(engine) => Ok(engine.records(scheduler)),
        }
    }

    /// The learning rate of the last step.
    pub(crate) fn learning_rate(&self) -> f64 {
        match self {
            Self::Burn(engine) => engine.learning_rate(),
            Self::Fused(engine) => engine.learning_rate(),
            #[cfg(feature = "wgpu")]
            Self::Gpu(engine) => engine.learning_rate(),
        }
    }

    /// Continues with another schedule.
    pub(crate) fn set_scheduler(&mut self, scheduler: Scheduler) {
        match self {
            Self::Burn(engine) => engine.set_scheduler(scheduler),
            Self::Fused(engine) => engine.set_scheduler(scheduler),
            #[cfg(feature = "wgpu")]
            Self::Gpu(engine) => engine.set_scheduler(scheduler),
        }
    }

    /// The name of a weight that became NaN or infinite, if any.
    pub(crate) fn non_finite_weight(&self) -> Result<Option<String>> {
        match self {
            Self::Burn(engine) => engine.non_finite_weight(),
            Self::Fused(engine) => Ok(engine.non_finite_weight()),
            #[cfg(feature = "wgpu")]
            Self::Gpu(engine) => Ok(engine.non_finite_weight()),
        }
    }

    /// Shows the kernel of the first layer after the last epoch, `[400, units]`, row by row.
    pub(crate) fn with_first_kernel(&self, show: impl FnOnce(&[f32])) -> Result<()> {
        match self {
            Self::Burn(engine) => show(&engine.first_kernel()?),
            Self::Fused(engine) => show(engine.first_kernel()),
            #[cfg(feature = "wgpu")]
            Self::Gpu(engine) => show(engine.first_kernel()),
        }
        Ok(())
    }

    /// The number of images of an epoch.
    pub(crate) fn training_images(&self) -> usize {
        match self {
            Self::Burn(engine) => engine.training_images(),
            Self::Fused(engine) => engine.training_images(),
            #[cfg(feature = "wgpu")]
            Self::Gpu(engine) => engine.training_images(),
        }
    }

    /// The number of validation images.
    pub(crate) fn validation_images(&self) -> usize {
        match self {
            Self::Burn(engine) => engine.validation_images(),
            Self::Fused(engine) => engine.validation_images(),
            #[cfg(feature = "wgpu")]
            Self::Gpu(engine) => engine.validation_images(),
        }
    }

    /// The network that Burn's learner returns; the fused engine leaves it unchanged.
    pub(crate) fn into_network(self) -> Mlp {
        match self {
            Self::Burn(engine) => engine.into_network(),
            Self::Fused(engine) => engine.into_network(),
            #[cfg(feature = "wgpu")]
            Self::Gpu(engine) => engine.into_network(),
        }
    }
}
