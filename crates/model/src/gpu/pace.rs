//! How many blocks of images a launch takes.

use std::time::Duration;

/// Mesa's software driver stops a unit without an error after 65,535 iterations of all loops together.
const MOST_ITERATIONS: usize = 60_000;
/// More gain nothing.
const MOST_BLOCKS: usize = 512;
/// Windows ends a launch of 2 s, and resets the device.
const LONG: Duration = Duration::from_millis(600);
const SHORT: Duration = Duration::from_millis(150);

/// The number of blocks of the next launch, by the time that the last one took.
///
/// The results do not depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pace {
    blocks: usize,
    most: usize,
}

impl Pace {
    /// Starts with a few blocks, of which each has so many iterations of loops.
    pub(crate) fn new(loop_iterations: usize) -> Self {
        let most = (MOST_ITERATIONS / loop_iterations.max(1)).clamp(1, MOST_BLOCKS);
        Self {
            blocks: most.min(32),
            most,
        }
    }

    /// The blocks of the next launch.
    pub(crate) fn blocks(self) -> usize {
        self.blocks
    }

    /// Takes note of how long a launch of so many blocks took.
    pub(crate) fn took(&mut self, blocks: usize, time: Duration) {
        if time > LONG {
            self.blocks = (self.blocks / 2).max(1);
        } else if time < SHORT && blocks == self.blocks {
            self.blocks = (2 * self.blocks).min(self.most);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Pace {
        /// For tests: launches of so many blocks.
        pub(crate) fn at_most(blocks: usize) -> Self {
            Self {
                blocks,
                most: blocks,
            }
        }
    }

    const MILLISECOND: Duration = Duration::from_millis(1);

    #[test]
    fn launches_become_longer_while_they_are_short_and_shorter_when_they_are_long() {
        let mut pace = Pace::new(100);
        let start = pace.blocks();
        pace.took(start, MILLISECOND);
        assert_eq!(pace.blocks(), 2 * start);
        // A launch of fewer blocks, as at the end of an epoch, says nothing.
        pace.took(3, MILLISECOND);
        assert_eq!(pace.blocks(), 2 * start);
        pace.took(2 * start, 300 * MILLISECOND);
        assert_eq!(pace.blocks(), 2 * start);
        for _ in 0..20 {
            pace.took(pace.blocks(), 1000 * MILLISECOND);
        }
        assert_eq!(pace.blocks(), 1);
    }

    #[test]
    fn a_launch_stays_below_the_loop_limit_of_mesa() {
        for iterations in [1, 154, 2_000, 100_000] {
            let mut pace = Pace::new(iterations);
            for _ in 0..20 {
                pace.took(pace.blocks(), MILLISECOND);
            }
            let blocks = pace.blocks();
            assert!(blocks == 1 || blocks * iterations < 65_535, "{iterations}");
            assert!((1..=512).contains(&blocks));
        }
    }
}
