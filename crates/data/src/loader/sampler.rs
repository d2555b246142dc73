//! The order in which an epoch goes through a data set.

use std::sync::Arc;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// Blocks of consecutive images that fill a shuffle buffer: enough to mix well, and few enough that each is long and a
/// disk reads it at full speed.
const BLOCKS: usize = 64;

/// The order in which an epoch goes through the images of a data set.
///
/// An order depends on the sampler and the number of the epoch alone, so that a resumed training sees the same batches
/// as one that was never interrupted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sampler {
    /// From the first image to the last, in every epoch.
    Sequential,
    /// A permutation of all images, drawn anew for each epoch.
    Shuffled {
        /// Every epoch draws from its own stream of this seed.
        seed: u64,
    },
    /// A permutation for data sets that do not fit in memory: blocks of consecutive images are shuffled, then the images
    /// of as many blocks as fill a buffer, which are 64.
    Buffered {
        /// Every epoch draws from its own stream of this seed.
        seed: u64,
        /// The number of images that are shuffled together, at least 1.
        buffer: usize,
    },
    /// The indices of each epoch, as [`read_batch_order`](crate::read_batch_order) reads them.
    Recorded(Arc<Vec<Vec<usize>>>),
}

impl Sampler {
    /// Lists the indices of `images` images in the order of `epoch`, which counts from 1. After the last recorded epoch
    /// the list is empty.
    ///
    /// # Panics
    ///
    /// When the buffer of [`Buffered`](Self::Buffered) is 0.
    #[must_use]
    pub fn epoch_indices(&self, images: usize, epoch: usize) -> Vec<usize> {
        match self {
            Sampler::Sequential => (0..images).collect(),
            Sampler::Shuffled { seed } => {
                let mut indices: Vec<usize> = (0..images).collect();
                indices.shuffle(&mut random(*seed, epoch));
                indices
            }
            Sampler::Buffered { seed, buffer } => buffers(images, *buffer, random(*seed, epoch))
                .flatten()
                .collect(),
            Sampler::Recorded(epochs) => {
                let recorded = epoch.checked_sub(1).and_then(|epoch| epochs.get(epoch));
                recorded.cloned().unwrap_or_default()
            }
        }
    }

    /// Lists the same indices in chunks: those of the buffer for [`Buffered`](Self::Buffered), otherwise of `size`
    /// images. The last chunk may be smaller, and none is empty.
    ///
    /// # Panics
    ///
    /// When `size` or the buffer is 0.
    #[must_use]
    pub fn epoch_chunks(
        &self,
        images: usize,
        epoch: usize,
        size: usize,
    ) -> Box<dyn Iterator<Item = Vec<usize>> + Send> {
        assert!(size > 0, "a chunk holds at least one image");
        if let Sampler::Buffered { seed, buffer } = self {
            return Box::new(buffers(images, *buffer, random(*seed, epoch)));
        }
        let mut indices = self.epoch_indices(images, epoch);
        if indices.len() <= size {
            return Box::new(Some(indices).filter(|chunk| !chunk.is_empty()).into_iter());
        }
        // Chunks are split off the end of the reversed list, so that memory shrinks as the epoch advances.
        indices.reverse();
        Box::new(std::iter::from_fn(move || {
            let chunk = indices.split_off(indices.len().saturating_sub(size));
            (!chunk.is_empty()).then(|| chunk.into_iter().rev().collect())
        }))
    }
}

/// Returns the random numbers of an epoch. The streams of `ChaCha` do not overlap, so epochs of one seed share nothing.
fn random(seed: u64, epoch: usize) -> ChaCha8Rng {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(epoch as u64);
    random
}

/// Fills one buffer after another with blocks in random order, and shuffles each.
fn buffers(
    images: usize,
    buffer: usize,
    mut random: ChaCha8Rng,
) -> impl Iterator<Item = Vec<usize>> + Send {
    assert!(buffer > 0, "a shuffle buffer holds at least one image");
    let length = (buffer / BLOCKS).max(1);
    let mut blocks: Vec<usize> = (0..images.div_ceil(length)).collect();
    blocks.shuffle(&mut random);
    let mut in_blocks = blocks.into_iter().flat_map(move |block| {
        let first = block * length;
        first..images.min(first + length)
    });
    std::iter::from_fn(move || {
        let mut chunk: Vec<usize> = in_blocks.by_ref().take(buffer).collect();
        chunk.shuffle(&mut random);
        (!chunk.is_empty()).then_some(chunk)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_epoch_has_each_image_once_in_an_order_of_its_own() {
        let buffered = |seed| Sampler::Buffered { seed, buffer: 3000 };
        let shuffled = |seed| Sampler::Shuffled { seed };
        for (sampler, other) in [(shuffled(7), shuffled(8)), (buffered(7), buffered(8))] {
            let first = sampler.epoch_indices(10_000, 1);
            let second = sampler.epoch_indices(10_000, 2);
            assert_ne!(first, second);
            for mut epoch in [first, second] {
                epoch.sort_unstable();
                assert!(epoch.into_iter().eq(0..10_000));
            }
            assert_ne!(
                sampler.epoch_indices(10_000, 1),
                other.epoch_indices(10_000, 1)
            );
        }
    }

    #[test]
    fn a_seed_means_the_same_order_in_every_version() {
        // Recorded by this program in version 0.1.0: a changed order would make an old run resume with other batches.
        let shuffled = Sampler::Shuffled { seed: 3 };
        assert_eq!(shuffled.epoch_indices(8, 1), [0, 5, 4, 7, 6, 3, 2, 1]);
        assert_eq!(shuffled.epoch_indices(8, 2), [7, 4, 6, 0, 5, 2, 1, 3]);
        let buffered = Sampler::Buffered { seed: 3, buffer: 4 };
        assert_eq!(buffered.epoch_indices(8, 1), [0, 7, 5, 4, 6, 3, 2, 1]);
    }

    #[test]
    fn a_buffer_holds_whole_blocks_from_all_parts_of_the_data_well_shuffled() {
        let images = 640 * 100;
        let sampler = Sampler::Buffered {
            seed: 1,
            buffer: 64 * 100,
        };
        let chunks: Vec<Vec<usize>> = sampler.epoch_chunks(images, 3, 1).collect();
        assert_eq!(chunks.len(), 10);
        assert_eq!(chunks.concat(), sampler.epoch_indices(images, 3));
        for chunk in &chunks {
            let mut blocks: Vec<usize> = chunk.iter().map(|index| index / 100).collect();
            // Neighbours in a chunk come from the same block once in 64 times.
            let same = blocks.windows(2).filter(|pair| pair[0] == pair[1]).count();
            assert!((50..200).contains(&same), "{same}");
            blocks.sort_unstable();
            blocks.dedup();
            assert_eq!(blocks.len(), 64);
            // Of data sorted by class, each chunk has both halves in about equal parts.
            let first_half = blocks.iter().filter(|&&block| block < 320).count();
            assert!((16..48).contains(&first_half), "{first_half}");
        }
    }

    #[test]
    fn chunks_are_the_order_of_the_epoch_cut_up() {
        let recorded = Sampler::Recorded(Arc::new(vec![vec![4, 2, 0, 1, 3], vec![0]]));
        let chunks: Vec<Vec<usize>> = recorded.epoch_chunks(5, 1, 2).collect();
        assert_eq!(chunks, [vec![4, 2], vec![0, 1], vec![3]]);
        let even: Vec<Vec<usize>> = Sampler::Sequential.epoch_chunks(4, 1, 2).collect();
        assert_eq!(even, [[0, 1], [2, 3]]);
        let whole: Vec<Vec<usize>> = Sampler::Sequential.epoch_chunks(3, 1, 3).collect();
        assert_eq!(whole, [[0, 1, 2]]);
        assert_eq!(Sampler::Sequential.epoch_chunks(0, 1, 3).count(), 0);
    }

    #[test]
    fn an_empty_chunk_or_buffer_panics_as_documented() {
        let buffered = Sampler::Buffered { seed: 0, buffer: 0 };
        assert!(std::panic::catch_unwind(|| buffered.epoch_indices(3, 1)).is_err());
        let chunks = || Sampler::Sequential.epoch_chunks(3, 1, 0).count();
        assert!(std::panic::catch_unwind(chunks).is_err());
    }

    #[test]
    fn after_the_last_recorded_epoch_there_is_nothing() {
        let recorded = Sampler::Recorded(Arc::new(vec![vec![1, 0], vec![0, 1]]));
        assert_eq!(recorded.epoch_indices(2, 2), [0, 1]);
        assert_eq!(recorded.epoch_indices(2, 3), [0; 0]);
        assert_eq!(recorded.epoch_chunks(2, 3, 1).count(), 0);
    }
}
