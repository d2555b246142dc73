//! Images of the data set that a network was trained on, to try it with.

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
    /// Reads images of the digits that a run's network tells apart: all, or of many every second or third and so on.
    ///
    /// # Errors
    ///
    /// As [`DataSource::classified`].
    pub(crate) fn read(config: &RunConfig) -> Result<Self> {
        let source = DataSource::of_run(config);
        let digits = source.classified(config.digits.classes()?)?;
        let image = |index: usize| {
            Ok(Example {
                row: digits.row(index),
                label: digits.label(index),
                pixels: data::row_major(&digits.image(index)?),
            })
        };
        let step = digits.len().div_ceil(KEPT).max(1);
        let indices = (0..digits.len()).step_by(step);
        let images = indices.map(image).collect::<Result<_>>()?;
        Ok(Self { images })
    }

    /// One of them, which the number chooses.
    pub(crate) fn one(&self, number: usize) -> Option<Example> {
        self.images.get(number % self.images.len().max(1)).cloned()
    }
}
