//! Loading: which images train and which validate, in which order, in which batches.

mod batch;
mod batch_order;
mod digit_loader;
mod loader_config;
#[cfg(test)]
mod numbered;
mod resident_loader;
mod sampler;
mod split;

pub use batch::{DigitBatch, DigitBatcher, Example};
pub use batch_order::read_batch_order;
pub use digit_loader::DigitLoader;
pub use loader_config::LoaderConfig;
pub use resident_loader::ResidentLoader;
pub use sampler::Sampler;
pub use split::{Split, fold, split};
