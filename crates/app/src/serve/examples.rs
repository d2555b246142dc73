//! Images of the data set that a network was trained on, to try it with.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use server::Example;

use crate::config::run_config::RunConfig;
use crate::dataset::DataSource;
use crate::support::error::Result;

/// That many images of a data set are kept, however large it is.
const KEPT: usize = 500;

/// Some images of a data set.
#[derive(Debug)]
pub(crate) struct Examples {
    images: Vec<Example>,
}

impl Examples {
    /// Reads images of the digits that a run's network tells apart: all, or of many some without an order.
    ///
    /// # Errors
    ///
    /// As [`DataSource::classified`].
    pub(crate) fn read(config: &RunConfig) -> Result<Self> {
        let source = DataSource::of_run(config);
        let digits = source.classified(config.digits.classes()?)?;
        let mut random = ChaCha8Rng::seed_from_u64(config.seed.into());
        let all = digits.len();
        let indices: Vec<usize> = if all <= KEPT {
            (0..all).collect()
        } else {
            (0..KEPT).map(|_| below(all, &mut random)).collect()
        };
        let image = |index: usize| {
            Ok(Example {
                row: digits.row(index),
                label: digits.label(index),
                pixels: data::row_major(&digits.image(index)?),
            })
        };
        let images = indices.into_iter().map(image).collect::<Result<_>>()?;
        Ok(Self { images })
    }

    /// One of them, which the number chooses.
    pub(crate) fn one(&self, number: usize) -> Option<Example> {
        self.images.get(number % self.images.len().max(1)).cloned()
    }
}

/// A number below another.
pub(crate) fn below(limit: usize, random: &mut ChaCha8Rng) -> usize {
    #[expect(clippy::cast_possible_truncation, reason = "it is below a usize")]
    let number = (random.next_u64() % limit.max(1) as u64) as usize;
    number
}
