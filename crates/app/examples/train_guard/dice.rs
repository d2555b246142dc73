//! Random numbers: one generator for each picture, so that a picture depends on the seed and its number alone.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A seeded source of random numbers.
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    /// The numbers of one picture of one stream.
    pub(crate) fn new(seed: u64, stream: u64, picture: usize) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed ^ (stream << 32));
        random.set_stream(picture as u64);
        Self(random)
    }

    /// A number in [0, 1).
    pub(crate) fn unit(&mut self) -> f32 {
        (self.0.next_u32() >> 8) as f32 / (1_u32 << 24) as f32
    }

    /// A number between two.
    pub(crate) fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// A number in -size..size.
    pub(crate) fn around(&mut self, size: f32) -> f32 {
        self.between(-size, size)
    }

    /// Nearly normal, with mean 0 and standard deviation 1, in [-6, 6].
    pub(crate) fn normal(&mut self) -> f32 {
        (0..12).map(|_| self.unit()).sum::<f32>() - 6.0
    }

    /// A whole number in 0..count.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        (self.0.next_u64() % count as u64) as usize
    }

    /// A whole number from `low` to `high`.
    pub(crate) fn count(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low + 1)
    }

    /// Whether something of this probability happens.
    pub(crate) fn chance(&mut self, probability: f32) -> bool {
        self.unit() < probability
    }

    /// One of several.
    pub(crate) fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}
