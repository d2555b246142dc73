//! The same network and training step without tensors, for the CPU: forward pass, loss, backward
//! pass and Adam on flat arrays, with the widest SIMD instructions that the processor has, and where it
//! pays on several threads: of their results no bit depends on the number of threads.
//!
//! The formulas are those of `network` and `training`, which go through Burn and run on every
//! device. Burn spends nearly all of its time on handing the small tensors of this network around.
//! Gradient clipping is left out.
//!
//! The way in is [`FusedState::read`](FusedState::read), from an [`Mlp`](crate::Mlp) and the
//! optimizer's record, and the way out [`FusedState::records`](FusedState::records).

mod adam_step;
mod aligned;
mod architecture;
mod block;
mod evaluate;
#[cfg(test)]
mod extreme_values;
mod gradients;
mod image_pass;
mod layer;
mod losses;
mod matmul;
mod network;
mod records;
#[cfg(test)]
mod reference;
mod simd_math;
mod state;
#[cfg(test)]
pub(crate) mod test_support;
mod threads;
mod training;
mod update;

pub use evaluate::StepMetrics;
pub use network::FusedNetwork;
pub use state::{FusedState, LayerValues};
pub use training::FusedTraining;
