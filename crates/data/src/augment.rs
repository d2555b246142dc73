//! Augmentation: training images that are replaced by digits of fonts, shifted, turned, bent and drawn with another pen, anew in each epoch.

mod augmenter;
mod elastic;
mod font_digits;
mod ink;
mod random;
mod settings;
mod warp;

pub use augmenter::{Augmenter, Original};
pub use settings::Augment;
