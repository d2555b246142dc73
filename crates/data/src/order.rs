//! The order in which epochs visit a data set.

use std::sync::Arc;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// Blocks of neighbours that fill a shuffle buffer: enough to mix, few enough that a disk reads each at full speed.
const BLOCKS: usize = 64;

/// The order in which an epoch visits the rows of a data set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// From the first row to the last, every epoch.
    Sequential,
    /// A permutation that depends on this seed and on the epoch's number, and on nothing else.
    Shuffled(u64),
    /// The same for more rows than are in memory at a time: blocks of neighbours are shuffled, and then the rows of as
    /// many blocks as a buffer holds, which are 64.
    Buffered {
        /// What the permutation depends on, beside the epoch's number and the buffer.
        seed: u64,
        /// The rows that are shuffled together.
        buffer: usize,
    },
    /// The row numbers of each epoch, as [`read_batch_order`](crate::read_batch_order) reads them.
    Recorded(Arc<Vec<Vec<usize>>>),
}

impl Order {
    /// Lists the `rows` row numbers as `epoch`, counted from 1, visits them; none in an epoch
    /// beyond those recorded.
    #[must_use]
    pub fn of_epoch(&self, rows: usize, epoch: usize) -> Vec<usize> {
        match self {
            Order::Sequential => (0..rows).collect(),
            Order::Shuffled(seed) => {
                let mut order: Vec<usize> = (0..rows).collect();
                order.shuffle(&mut random(*seed, epoch));
                order
            }
            Order::Buffered { seed, buffer } => buffers(rows, *buffer, random(*seed, epoch))
                .flatten()
                .collect(),
            Order::Recorded(epochs) => epochs.get(epoch - 1).cloned().unwrap_or_default(),
        }
    }

    /// The same in pieces of `most` rows and a last one of the rest; in those of its own buffer where there is one.
    ///
    /// # Panics
    ///
    /// When `most` is 0.
    #[must_use]
    pub fn pieces_of_epoch(
        &self,
        rows: usize,
        epoch: usize,
        most: usize,
    ) -> Box<dyn Iterator<Item = Vec<usize>> + Send> {
        if let Order::Buffered { seed, buffer } = self {
            return Box::new(buffers(rows, *buffer, random(*seed, epoch)));
        }
        let mut order = self.of_epoch(rows, epoch);
        if order.len() <= most {
            return Box::new(Some(order).filter(|order| !order.is_empty()).into_iter());
        }
        order.reverse();
        Box::new(std::iter::from_fn(move || {
            let piece = order.split_off(order.len().saturating_sub(most));
            (!piece.is_empty()).then(|| piece.into_iter().rev().collect())
        }))
    }
}

/// The random numbers of an epoch. `ChaCha`'s streams never overlap, so that two epochs of one seed share nothing.
fn random(seed: u64, epoch: usize) -> ChaCha8Rng {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(epoch as u64);
    random
}

/// Fills one buffer after the other with blocks in a random order, and shuffles it.
fn buffers(
    rows: usize,
    buffer: usize,
    mut random: ChaCha8Rng,
) -> impl Iterator<Item = Vec<usize>> + Send {
    let length = (buffer / BLOCKS).max(1);
    let mut blocks: Vec<usize> = (0..rows.div_ceil(length)).collect();
    blocks.shuffle(&mut random);
    let mut in_blocks = blocks.into_iter().flat_map(move |block| {
        let first = block * length;
        first..rows.min(first + length)
    });
    std::iter::from_fn(move || {
        let mut piece: Vec<usize> = in_blocks.by_ref().take(buffer).collect();
        piece.shuffle(&mut random);
        (!piece.is_empty()).then_some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_epoch_visits_each_row_once_in_an_order_of_its_own() {
        let buffered = |seed| Order::Buffered { seed, buffer: 3000 };
        for (order, other) in [
            (Order::Shuffled(7), Order::Shuffled(8)),
            (buffered(7), buffered(8)),
        ] {
            let first = order.of_epoch(10_000, 1);
            let second = order.of_epoch(10_000, 2);
            assert_ne!(first, second);
            for mut epoch in [first, second] {
                epoch.sort_unstable();
                assert!(epoch.into_iter().eq(0..10_000));
            }
            assert_ne!(order.of_epoch(10_000, 1), other.of_epoch(10_000, 1));
        }
    }

    #[test]
    fn a_buffer_holds_whole_blocks_from_all_over_the_data_well_shuffled() {
        let rows = 640 * 100;
        let order = Order::Buffered {
            seed: 1,
            buffer: 64 * 100,
        };
        let pieces: Vec<Vec<usize>> = order.pieces_of_epoch(rows, 3, 1).collect();
        assert_eq!(pieces.len(), 10);
        assert_eq!(pieces.concat(), order.of_epoch(rows, 3));
        for piece in &pieces {
            let mut blocks: Vec<usize> = piece.iter().map(|row| row / 100).collect();
            // Neighbours in the piece are of the same block once in 64 times.
            let same = blocks.windows(2).filter(|pair| pair[0] == pair[1]).count();
            assert!((50..200).contains(&same), "{same}");
            blocks.sort_unstable();
            blocks.dedup();
            assert_eq!(blocks.len(), 64);
            // Of data sorted by class each piece has both halves, about evenly.
            let first_half = blocks.iter().filter(|&&block| block < 320).count();
            assert!((16..48).contains(&first_half), "{first_half}");
        }
    }

    #[test]
    fn pieces_are_the_epoch_s_order_cut_up() {
        let recorded = Order::Recorded(Arc::new(vec![vec![4, 2, 0, 1, 3]]));
        let pieces: Vec<Vec<usize>> = recorded.pieces_of_epoch(5, 1, 2).collect();
        assert_eq!(pieces, [vec![4, 2], vec![0, 1], vec![3]]);
        let whole: Vec<Vec<usize>> = Order::Sequential.pieces_of_epoch(3, 1, 3).collect();
        assert_eq!(whole, [[0, 1, 2]]);
    }
}
