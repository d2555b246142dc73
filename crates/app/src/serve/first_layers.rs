//! The first layer after each epoch of a training in this process, for a page that follows it: as bytes, of a long training
//! those of every second epoch, fourth, and so on.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use data::PIXELS;

use crate::serve::described::images_of_units;

/// That many epochs are kept.
const MOST_EPOCHS: usize = 200;
/// Of wide layers fewer, so that all together take no more bytes than that.
const MOST_BYTES: usize = 16 << 20;

/// The weights of a layer as bytes: 127 stands for the largest in absolute value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LayerBytes {
    pub(crate) units: usize,
    pub(crate) largest: f32,
    /// For each unit 20 x 20, row by row.
    pub(crate) weights: Vec<i8>,
}

/// The layers of a training, from its first epoch on.
#[derive(Debug, Default)]
pub(crate) struct FirstLayers(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    layers: BTreeMap<usize, LayerBytes>,
    /// Of which epochs they are: the first, and then of every so many.
    every: usize,
    newest: usize,
}

impl LayerBytes {
    /// Takes the kernel of a first layer: `[400, units]`, row by row, of pixels column by column.
    pub(crate) fn of(kernel: &[f32]) -> Self {
        let units = kernel.len() / PIXELS;
        let sizes = kernel
            .iter()
            .map(|weight| weight.abs())
            .filter(|size| size.is_finite());
        let largest = sizes.fold(0.0, f32::max);
        let images = images_of_units(kernel, units).concat();
        #[expect(clippy::cast_possible_truncation, reason = "from -127 to 127")]
        let byte = |weight: f32| (weight / largest * 127.0).round() as i8;
        Self {
            units,
            largest,
            weights: images.into_iter().map(byte).collect(),
        }
    }
}

impl FirstLayers {
    /// Keeps the layer after an epoch; epochs come in their order.
    pub(crate) fn keep(&self, epoch: usize, kernel: &[f32]) {
        let layer = LayerBytes::of(kernel);
        let most = (MOST_BYTES / layer.weights.len().max(1)).clamp(2, MOST_EPOCHS);
        let mut kept = self.kept();
        let every = kept.every.max(1);
        if kept.newest > 1 && !kept.newest.is_multiple_of(every) {
            let last = kept.newest;
            kept.layers.remove(&last);
        }
        kept.newest = epoch;
        kept.every = every;
        kept.layers.insert(epoch, layer);
        while kept.layers.len() > most {
            kept.every *= 2;
            let every = kept.every;
            kept.layers
                .retain(|each, _| [1, epoch].contains(each) || each.is_multiple_of(every));
        }
    }

    /// The epochs that are kept, the earliest first.
    pub(crate) fn epochs(&self) -> Vec<usize> {
        self.kept().layers.keys().copied().collect()
    }

    /// The layer after an epoch.
    pub(crate) fn get(&self, epoch: usize) -> Option<LayerBytes> {
        self.kept().layers.get(&epoch).cloned()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_of_127_is_the_largest_weight_and_pixels_are_row_by_row() {
        let units = 2;
        let mut kernel = vec![0.0; PIXELS * units];
        // Pixel (row 3, column 7) is number 7 * 20 + 3 column by column.
        kernel[(7 * 20 + 3) * units + 1] = -0.5;
        kernel[0] = 0.125;
        let layer = LayerBytes::of(&kernel);
        assert_eq!((layer.units, layer.weights.len()), (2, 800));
        assert!((layer.largest - 0.5).abs() < f32::EPSILON);
        // 0.125 / 0.5 * 127 = 31.75
        assert_eq!(layer.weights[0], 32);
        assert_eq!(layer.weights[PIXELS + 3 * 20 + 7], -127);
        assert_eq!(layer.weights.iter().filter(|byte| **byte != 0).count(), 2);
        assert!(
            LayerBytes::of(&[0.0; PIXELS])
                .weights
                .iter()
                .all(|byte| *byte == 0)
        );
    }

    #[test]
    fn long_trainings_keep_the_first_epoch_the_newest_and_some_between() {
        let layers = FirstLayers::default();
        for epoch in 1..=MOST_EPOCHS {
            layers.keep(epoch, &[0.5; PIXELS]);
        }
        assert_eq!(layers.epochs(), (1..=MOST_EPOCHS).collect::<Vec<_>>());
        for epoch in MOST_EPOCHS + 1..=1001 {
            layers.keep(epoch, &[0.5; PIXELS]);
        }
        let epochs = layers.epochs();
        assert!((MOST_EPOCHS / 2..=MOST_EPOCHS).contains(&epochs.len()));
        assert_eq!(epochs[..4], [1, 8, 16, 24]);
        assert_eq!(epochs[epochs.len() - 2..], [1000, 1001]);
        assert!(layers.get(1001).is_some() && layers.get(999).is_none());
        // Layers of 1 MiB: 16 of them.
        let wide = FirstLayers::default();
        for epoch in 1..=100 {
            wide.keep(epoch, &vec![0.5; PIXELS * 2622]);
        }
        let bytes: usize = wide
            .kept()
            .layers
            .values()
            .map(|layer| layer.weights.len())
            .sum();
        assert!(bytes <= MOST_BYTES, "{bytes}");
        assert!(wide.epochs().len() >= 8);
    }
}
