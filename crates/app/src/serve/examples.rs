//! Images of the data set that a network was trained on, to try it with.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use server::Example;

use crate::config::run_config::RunConfig;
use crate::dataset::DataSource;
use crate::support::error::Result;

/// That many images of a data set are kept, however large it is.
const KEPT: usize = 500;
/// Images of that many data sets are kept, those that were asked for last.
const MOST_DATA_SETS: usize = 4;

/// Some images of a data set.
#[derive(Debug)]
pub(crate) struct Examples {
    images: Vec<Example>,
}

/// Images of the data sets that were asked for last, the last one at the end: runs with the same data set share them.
#[derive(Debug, Default)]
pub(crate) struct KeptExamples(Mutex<Vec<(RunConfig, Arc<Examples>)>>);

impl KeptExamples {
    /// Images of the data set of a run, read if they are not among those that are kept.
    ///
    /// # Errors
    ///
    /// As [`DataSource::classified_in_part`].
    pub(crate) fn of(&self, config: &RunConfig) -> Result<Arc<Examples>> {
        let source = source_of(config);
        if let Some(kept) = self.take(&source) {
            self.keep(source, Arc::clone(&kept));
            return Ok(kept);
        }
        // Not while others wait for the lock.
        let read = Arc::new(Examples::read(config)?);
        self.keep(source, Arc::clone(&read));
        Ok(read)
    }

    fn take(&self, source: &RunConfig) -> Option<Arc<Examples>> {
        let mut kept = self.kept();
        let place = kept.iter().position(|(known, _)| known == source)?;
        Some(kept.remove(place).1)
    }

    fn keep(&self, source: RunConfig, examples: Arc<Examples>) {
        let mut kept = self.kept();
        kept.retain(|(known, _)| *known != source);
        kept.push((source, examples));
        if kept.len() > MOST_DATA_SETS {
            kept.remove(0);
        }
    }

    fn kept(&self) -> MutexGuard<'_, Vec<(RunConfig, Arc<Examples>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Settings that differ only where images are read from elsewhere, or in another way.
fn source_of(config: &RunConfig) -> RunConfig {
    RunConfig {
        data: config.data.clone(),
        digits: config.digits.clone(),
        pixel_order: config.pixel_order,
        pixel_scale: config.pixel_scale,
        pictures: config.pictures,
        without: config.without.clone(),
        ..RunConfig::default()
    }
}

impl Examples {
    /// Reads images of the digits that a run's network tells apart: all, or of many every second or third and so on.
    fn read(config: &RunConfig) -> Result<Self> {
        let source = DataSource::of_run(config);
        let digits = source.classified_in_part(config.digits.classes()?)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_with_the_same_data_share_its_images_and_few_data_sets_are_kept() {
        let kept = KeptExamples::default();
        let config = |digits: [u8; 2]| RunConfig {
            digits: crate::config::digit_list::DigitList(digits.to_vec()),
            ..RunConfig::default()
        };
        let first = kept.of(&config([0, 1])).unwrap();
        let other = RunConfig {
            seed: 5,
            epochs: 3,
            ..config([0, 1])
        };
        assert!(Arc::ptr_eq(&first, &kept.of(&other).unwrap()));
        for other in 2..9 {
            kept.of(&config([1, other])).unwrap();
            // Asked for in between, it stays.
            assert!(Arc::ptr_eq(&first, &kept.of(&config([0, 1])).unwrap()));
        }
        assert_eq!(kept.kept().len(), MOST_DATA_SETS);
        let images: usize = kept.kept().iter().map(|(_, one)| one.images.len()).sum();
        assert!(images <= MOST_DATA_SETS * KEPT, "{images}");
    }
}
