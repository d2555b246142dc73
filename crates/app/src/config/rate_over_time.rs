//! The learning rate over a whole training: whether it falls, rises to its value, or ends early.

use model::Schedule;

use crate::config::resolved::{ImageCounts, ResolvedConfig};
use crate::config::run_config::RunConfig;

/// A rate below which a step changes no weight visibly: Adam moves a weight by about the rate.
const NEGLIGIBLE: f64 = 1e-12;

/// The last epochs, if they have a learning rate that changes nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct RateEnds {
    /// The first of these epochs.
    pub(crate) epoch: usize,
    /// Its highest learning rate.
    pub(crate) rate: f64,
}

/// Finds out whether the learning rate ends before the epochs do, of those after `finished`.
pub(crate) fn rate_ends(
    config: &ResolvedConfig,
    images: ImageCounts,
    finished: usize,
) -> Option<RateEnds> {
    let steps = steps_per_epoch(&config.settings, images);
    // The rate rises during the warm-up, and falls afterwards.
    let highest = |epoch: usize| {
        let [first, last] = [(epoch - 1) * steps, epoch * steps - 1];
        let peak = config.schedule.warmup_steps.clamp(first, last);
        config.schedule.at(peak)
    };
    let epochs = (finished + 1)..=config.settings.epochs;
    let epoch = epochs
        .rev()
        .take_while(|epoch| highest(*epoch) < NEGLIGIBLE);
    let epoch = epoch.last()?;
    let rate = highest(epoch);
    Some(RateEnds { epoch, rate })
}

/// The steps of the warm-up, if it takes all steps of the training.
pub(crate) fn endless_warmup(config: &ResolvedConfig, images: ImageCounts) -> Option<f64> {
    let settings = &config.settings;
    let steps = settings.epochs * steps_per_epoch(settings, images);
    let is_endless = settings.warmup_steps > 0 && settings.warmup_steps >= steps;
    is_endless.then(|| config.schedule.at(steps.saturating_sub(1)))
}

/// How far the learning rate falls from its highest value to the last of all steps, as a fraction;
/// none if all belong to the warm-up.
pub(crate) fn fall(schedule: &Schedule, steps: usize) -> Option<f64> {
    let last = steps.checked_sub(1)?;
    let has_decay = last >= schedule.warmup_steps;
    has_decay.then(|| 1.0 - schedule.at(last) / schedule.learning_rate)
}

/// At least 1, for a data set that turns out to be empty.
pub(crate) fn steps_per_epoch(settings: &RunConfig, images: ImageCounts) -> usize {
    images.training.div_ceil(settings.batch_size).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 25 steps an epoch.
    const IMAGES: ImageCounts = ImageCounts {
        training: 800,
        validation: 200,
    };

    fn resolved(toml: &str, images: ImageCounts) -> ResolvedConfig {
        let mut table = toml::Table::try_from(RunConfig::default()).unwrap();
        table.extend(toml.parse::<toml::Table>().unwrap());
        ResolvedConfig::new(table.try_into().unwrap(), images).unwrap()
    }

    #[test]
    fn the_defaults_train_in_every_epoch_at_the_rate_that_is_set() {
        let config = resolved("", IMAGES);
        assert_eq!(rate_ends(&config, IMAGES, 0), None);
        assert_eq!(endless_warmup(&config, IMAGES), None);
        assert_eq!(fall(&config.schedule, 500), Some(0.0));
    }

    #[test]
    fn a_cosine_that_ends_before_the_epochs_is_found() {
        // 5 epochs of 25 steps; the 126th step has a rate of 0.
        let toml = "learning_rate_schedule = \"cosine\"\ndecay_steps = 125\nepochs = 10";
        let config = resolved(toml, IMAGES);
        let ends = RateEnds {
            epoch: 6,
            rate: 0.0,
        };
        for finished in [0, 5] {
            assert_eq!(rate_ends(&config, IMAGES, finished), Some(ends));
        }
        let of_all = resolved("learning_rate_schedule = \"cosine\"", IMAGES);
        assert_eq!(rate_ends(&of_all, IMAGES, 0), None);
        let with_alpha = resolved(&format!("{toml}\nalpha = 0.01"), IMAGES);
        assert_eq!(rate_ends(&with_alpha, IMAGES, 0), None);
    }

    #[test]
    fn a_decay_to_nothing_is_found() {
        let toml = "learning_rate_schedule = \"step\"\ndecay_rate = 0.09";
        let ends = rate_ends(&resolved(toml, IMAGES), IMAGES, 0).unwrap();
        // 0.001 * 0.09^9 = 3.9e-13, and 0.001 * 0.09^8 = 4.3e-12.
        assert_eq!(ends.epoch, 10);
        assert!((ends.rate / 3.874e-13 - 1.0).abs() < 1e-3, "{ends:?}");
    }

    #[test]
    fn a_warm_up_of_all_steps_is_found_with_the_rate_that_it_reaches() {
        let reached = endless_warmup(&resolved("warmup_steps = 1000", IMAGES), IMAGES);
        // Step 499 of 1,000, times 0.001.
        assert!((reached.unwrap() - 0.000_499).abs() < 1e-12);
        let shorter = resolved("warmup_steps = 499", IMAGES);
        assert_eq!(endless_warmup(&shorter, IMAGES), None);
        let config = resolved("warmup_steps = 1000", IMAGES);
        assert_eq!(rate_ends(&config, IMAGES, 0), None);
    }
}
