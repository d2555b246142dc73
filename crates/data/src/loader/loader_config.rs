//! What both loaders need to know, besides the data set and the device.

use crate::loader::batch::DigitBatcher;
use crate::loader::sampler::Sampler;

/// How a loader makes batches.
#[derive(Debug, Clone)]
pub struct LoaderConfig {
    /// Puts the images of a batch on the device.
    pub batcher: DigitBatcher,
    /// Images per batch, at least 1.
    pub batch_size: usize,
    /// The order of the images in each epoch.
    pub sampler: Sampler,
    /// The epoch of the first pass, counted from 1: more than 1 in a resumed training.
    pub first_epoch: usize,
}
