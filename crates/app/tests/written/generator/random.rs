//! Random numbers by name: each picture has a generator of its own, so that adding a kind or a picture
//! changes no other one.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sha2::{Digest, Sha256};

pub(crate) struct Random(ChaCha8Rng);

impl Random {
    pub(crate) fn named(seed: u64, name: &str) -> Self {
        let hash = Sha256::digest(format!("{seed}/{name}"));
        Self(ChaCha8Rng::from_seed(hash.into()))
    }

    /// From `low` to below `high`.
    pub(crate) fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.0.random::<f32>()
    }

    /// From `low` to `high`, both possible.
    pub(crate) fn whole(&mut self, low: usize, high: usize) -> usize {
        self.0.random_range(low..=high)
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.whole(0, from.len() - 1)]
    }

    pub(crate) fn chance(&mut self, probability: f32) -> bool {
        self.0.random::<f32>() < probability
    }

    /// Of mean 0 and standard deviation 1, near enough to a normal distribution: the sum of four bytes.
    pub(crate) fn normal(&mut self) -> f32 {
        let bytes = self.0.random::<u32>().to_le_bytes();
        let sum: u16 = bytes.iter().map(|&byte| u16::from(byte)).sum();
        (f32::from(sum) - 510.0) / 147.8
    }

    /// -1 or 1.
    pub(crate) fn sign(&mut self) -> f32 {
        if self.chance(0.5) { 1.0 } else { -1.0 }
    }
}
