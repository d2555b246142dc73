//! Augmentation: training images that are shifted, turned, bent and drawn with another pen, anew in each epoch.

mod augmenter;
mod elastic;
mod ink;
mod random;
mod settings;
mod warp;

pub use augmenter::Augmenter;
pub use settings::Augment;
