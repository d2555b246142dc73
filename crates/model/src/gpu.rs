//! The same training step on a GPU, for many networks in one launch: a workgroup trains one network, step
//! after step, while the next trains another. A training by Burn launches 23 kernels a step, which
//! takes a GPU longer than the arithmetic of so small a network.
//!
//! The formulas are those of `network` and `training`. The kernels are written with `CubeCL`, by which
//! Burn computes on every GPU, and use its connection to the device. Gradient clipping is left out.

#[cfg(test)]
mod agreement;
mod device;
mod error;
mod evaluate;
mod images;
mod kernels;
mod launch;
mod layout;
mod pace;
mod plan;
mod shape;
#[cfg(test)]
mod test_support;
mod training;

pub use device::GpuDevice;
pub use error::{GpuError, GpuLimit};
pub use images::GpuImages;
pub use plan::EpochPlan;
pub use training::GpuTraining;
