//! The random numbers of one image in one epoch.
//!
//! They depend on the key of a training, the epoch and the row alone, so that images can be augmented in any order, on
//! any thread, and again after a training is resumed. Seeding `ChaCha` takes as long as the rest of an augmentation, so
//! it gives the key of a training only; from there, the numbers are those of `SplitMix64` (Steele, Lea and Flood, "Fast
//! splittable pseudorandom number generators", 2014), whose state starts at a hash of key, epoch and row.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The stream of the seed that gives the key. Epochs of a [`Sampler`](crate::Sampler) have the streams from 1.
const STREAM: u64 = u64::MAX;

/// The increment of `SplitMix64`: 2^64 divided by the golden ratio, an odd number.
const INCREMENT: u64 = 0x9e37_79b9_7f4a_7c15;

/// Returns the key of a training.
pub(super) fn key(seed: u64) -> u64 {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(STREAM);
    random.next_u64()
}

pub(super) struct ImageRandom(u64);

impl ImageRandom {
    pub(super) fn new(key: u64, epoch: usize, row: usize) -> Self {
        let of_epoch = mix(key.wrapping_add((epoch as u64).wrapping_mul(INCREMENT)));
        Self(mix(
            of_epoch.wrapping_add((row as u64).wrapping_mul(INCREMENT))
        ))
    }

    /// A number from 0 up to, but not including, 1, each with the same probability.
    pub(super) fn unit(&mut self) -> f32 {
        f32::midpoint(self.symmetric(), 1.0)
    }

    /// A whole number below `end`, each with the same probability but for one part in 2^32.
    pub(super) fn below(&mut self, end: usize) -> usize {
        let product = u128::from(self.next()) * end as u128;
        usize::try_from(product >> 64).expect("it is below `end`")
    }

    #[inline]
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(INCREMENT);
        mix(self.0)
    }

    /// A number from -1 up to, but not including, 1, each with the same probability.
    pub(super) fn symmetric(&mut self) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "24 bits are exact")]
        let number = (self.next() >> 40) as f32;
        number / 8_388_608.0 - 1.0
    }

    /// A number of mean 0 and standard deviation 1 that is normally distributed to the eye: the sum of four uniform
    /// ones, at most 3.46 from 0.
    #[inline]
    pub(super) fn normal(&mut self) -> f32 {
        /// The standard deviation of the sum of four whole numbers below 65,536: the square root of (65,536^2 - 1) / 3.
        const DEVIATION: f32 = 37_837.227;
        const EVERY_OTHER: u64 = 0x0000_ffff_0000_ffff;
        let bits = self.next();
        let sums = (bits & EVERY_OTHER) + ((bits >> 16) & EVERY_OTHER);
        let sum = (sums & 0xffff_ffff) + (sums >> 32);
        #[expect(clippy::cast_precision_loss, reason = "18 bits are exact")]
        let sum = sum as f32;
        (sum - 131_070.0) * (1.0 / DEVIATION)
    }
}

/// The finalizer of `SplitMix64`.
#[inline]
fn mix(state: u64) -> u64 {
    let state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_is_splitmix64() {
        // The first numbers of Java's SplittableRandom and of Vigna's splitmix64.c from state 1234567.
        let mut random = ImageRandom(1_234_567);
        let expected = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
        ];
        assert_eq!([(); 3].map(|()| random.next()), expected);
    }

    #[test]
    fn numbers_have_the_mean_the_deviation_and_the_limits_they_should() {
        let mut random = ImageRandom::new(key(3), 2, 1);
        for (draw, deviation, limit) in [
            // A uniform number in -1..1 has the variance 1/3.
            (
                ImageRandom::symmetric as fn(&mut ImageRandom) -> f32,
                0.57735,
                1.0,
            ),
            (ImageRandom::normal, 1.0, 3.4642),
            (|random| 2.0 * random.unit() - 1.0, 0.57735, 1.0),
        ] {
            let numbers: Vec<f64> = (0..100_000).map(|_| draw(&mut random).into()).collect();
            let mean = numbers.iter().sum::<f64>() / 1e5;
            let squares: f64 = numbers.iter().map(|number| number * number).sum();
            assert!(mean.abs() < 0.01, "{mean}");
            let found = (squares / 1e5).sqrt();
            assert!((found - deviation).abs() < 0.01, "{found}");
            assert!(numbers.iter().all(|number| number.abs() <= limit));
        }
    }

    #[test]
    fn each_number_below_an_end_is_as_frequent() {
        let mut random = ImageRandom::new(key(3), 2, 1);
        let mut counts = [0_usize; 7];
        for _ in 0..70_000 {
            counts[random.below(7)] += 1;
        }
        // Six standard deviations of a binomial distribution.
        assert!(
            counts.iter().all(|count| count.abs_diff(10_000) < 560),
            "{counts:?}"
        );
    }

    #[test]
    fn seeds_epochs_and_rows_have_numbers_of_their_own() {
        let mut found = std::collections::BTreeSet::new();
        for seed in 0..10 {
            for epoch in 1..=20 {
                for row in 0..50 {
                    found.insert(ImageRandom::new(key(seed), epoch, row).next());
                }
            }
        }
        assert_eq!(found.len(), 10_000);
    }
}
