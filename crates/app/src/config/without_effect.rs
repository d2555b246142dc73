//! Settings that were given and cannot change anything, and a learning rate that ends before the
//! epochs do.
//!
//! Defaults are not reported, only what a user set, by a flag or in a file.

use std::collections::BTreeSet;

use crate::config::choices::ScheduleName;
use crate::config::resolved::{ImageCounts, ResolvedConfig};
use crate::config::run_config::RunConfig;

/// A rate below which a step changes no weight visibly: Adam moves a weight by about the rate.
const NEGLIGIBLE: f64 = 1e-12;

/// A given setting, and why it changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WithoutEffect {
    pub(crate) key: &'static str,
    pub(crate) reason: String,
}

/// The last epochs, if they have a learning rate that changes nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct RateEnds {
    /// The first of these epochs.
    pub(crate) epoch: usize,
    /// Its highest learning rate.
    pub(crate) rate: f64,
}

/// What decides whether a setting has an effect, beside the settings.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Circumstances {
    pub(crate) images: ImageCounts,
    pub(crate) pixels: PixelSource,
}

/// Whether the order of pixels matters for the images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PixelSource {
    /// There are .npy or .mat files.
    Arrays,
    /// There are none: the order is known.
    KnownOrder,
}

/// Lists the given keys that have no effect.
pub(crate) fn without_effect(
    config: &ResolvedConfig,
    given: &BTreeSet<String>,
    circumstances: Circumstances,
) -> Vec<WithoutEffect> {
    let settings = &config.settings;
    let steps = settings.epochs * steps_per_epoch(settings, circumstances.images);
    let rules = [
        of_the_schedule(settings, steps),
        of_callbacks(settings),
        of_the_data(settings, circumstances),
    ];
    let rules = rules.into_iter().flatten();
    rules.filter(|rule| given.contains(rule.key)).collect()
}

fn rule(key: &'static str, reason: impl Into<String>) -> WithoutEffect {
    let reason = reason.into();
    WithoutEffect { key, reason }
}

fn of_the_schedule(settings: &RunConfig, steps: usize) -> Vec<WithoutEffect> {
    use ScheduleName::{Cosine, Exponential, Step};
    let schedule = settings.learning_rate_schedule;
    let mut found = Vec::new();
    if schedule != Cosine {
        found.push(rule("alpha", "only the cosine schedule uses it"));
    } else if settings.alpha >= 1.0 {
        found.push(rule("alpha", "with 1 the learning rate never falls"));
    }
    if !matches!(schedule, Step | Exponential) {
        let reason = "only the step and the exponential schedule use it";
        found.push(rule("decay_rate", reason));
    } else if settings.decay_rate >= 1.0 {
        found.push(rule("decay_rate", "1 leaves the learning rate as it is"));
    }
    let first_fall = settings.warmup_steps + settings.decay_steps.unwrap_or(0);
    if schedule == Step && first_fall >= steps {
        let reason = format!("the training has {steps} steps, and no fall of the learning rate");
        for key in ["decay_steps", "decay_rate", "learning_rate_schedule"] {
            found.push(rule(key, reason.clone()));
        }
    }
    found
}

fn of_callbacks(settings: &RunConfig) -> Vec<WithoutEffect> {
    let epochs = settings.epochs;
    let mut found = Vec::new();
    match settings.early_stopping_patience {
        None => {
            let reason = "there is no early stopping without early_stopping_patience";
            found.push(rule("early_stopping_min_delta", reason));
        }
        // The first epoch always counts as an improvement.
        Some(patience) if patience >= epochs => {
            let reason = format!("{epochs} epochs end before it can stop them");
            found.push(rule("early_stopping_patience", reason));
        }
        Some(_) => {}
    }
    match settings.plateau_patience {
        None => {
            for key in [
                "plateau_factor",
                "plateau_min_delta",
                "plateau_cooldown",
                "plateau_min_learning_rate",
            ] {
                let reason = "the learning rate is not lowered without plateau_patience";
                found.push(rule(key, reason));
            }
        }
        Some(patience) if patience.max(1) + 1 >= epochs => {
            let reason = format!("{epochs} epochs end before it can lower the learning rate");
            found.push(rule("plateau_patience", reason));
        }
        Some(_) if settings.plateau_min_learning_rate >= settings.learning_rate => {
            let reason = "plateau_min_learning_rate is not below the learning rate";
            found.push(rule("plateau_patience", reason));
        }
        Some(_) => {}
    }
    if settings.keep_every > epochs {
        found.push(rule(
            "keep_every",
            format!("there are only {epochs} epochs"),
        ));
    }
    found
}

fn of_the_data(settings: &RunConfig, circumstances: Circumstances) -> Vec<WithoutEffect> {
    let Circumstances { images, pixels } = circumstances;
    let mut found = Vec::new();
    if settings.fold.is_some() {
        let reason = "fold chooses the validation images";
        found.push(rule("validation_split", reason));
    }
    if settings.fold.is_none() && settings.validation_split > 0.0 && images.validation == 0 {
        let reason = "it is too small to hold out an image";
        found.push(rule("validation_split", reason));
    }
    if pixels == PixelSource::KnownOrder {
        found.push(rule(
            "pixel_order",
            "the images are not in .npy or .mat files",
        ));
    }
    let order = if settings.batch_order.is_some() {
        Some("batch_order")
    } else {
        settings.overfit_batches.map(|_| "overfit_batches")
    };
    let Some(order) = order else { return found };
    // A larger data set is read from disk, with or without an order.
    if images.training + images.validation <= settings.shuffle_buffer {
        let reason = format!("{order} determines the order of the images");
        found.push(rule("shuffle_buffer", reason));
    }
    let is_split = settings.validation_split > 0.0 || settings.fold.is_some();
    if settings.init.is_some() && !is_split {
        let reason = format!("init gives the weights and {order} the order, and nothing is split");
        found.push(rule("seed", reason));
    }
    found
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

/// At least 1, for a data set that turns out to be empty.
fn steps_per_epoch(settings: &RunConfig, images: ImageCounts) -> usize {
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

    /// The keys of a file that have no effect.
    fn found(toml: &str, pixels: PixelSource) -> Vec<&'static str> {
        let given = toml.parse::<toml::Table>().unwrap();
        let given = given.into_iter().map(|(key, _)| key).collect();
        let circumstances = Circumstances {
            images: IMAGES,
            pixels,
        };
        let found = without_effect(&resolved(toml, IMAGES), &given, circumstances);
        found.into_iter().map(|setting| setting.key).collect()
    }

    #[test]
    fn a_setting_of_something_that_is_off_is_found() {
        for (toml, key) in [
            ("decay_rate = 0.5", "decay_rate"),
            (
                "decay_rate = 0.5\nlearning_rate_schedule = \"cosine\"",
                "decay_rate",
            ),
            ("alpha = 0.5", "alpha"),
            ("alpha = 0.5\nlearning_rate_schedule = \"step\"", "alpha"),
            ("alpha = 1.0\nlearning_rate_schedule = \"cosine\"", "alpha"),
            (
                "decay_rate = 1.0\nlearning_rate_schedule = \"exponential\"",
                "decay_rate",
            ),
            // 20 epochs of 25 steps.
            (
                "decay_steps = 500\nlearning_rate_schedule = \"step\"",
                "decay_steps",
            ),
            ("early_stopping_min_delta = 0.1", "early_stopping_min_delta"),
            ("early_stopping_patience = 20", "early_stopping_patience"),
            ("plateau_factor = 0.5", "plateau_factor"),
            ("plateau_min_delta = 0.5", "plateau_min_delta"),
            ("plateau_cooldown = 5", "plateau_cooldown"),
            (
                "plateau_min_learning_rate = 1e-5",
                "plateau_min_learning_rate",
            ),
            ("plateau_patience = 19", "plateau_patience"),
            (
                "plateau_patience = 2\nplateau_min_learning_rate = 0.001",
                "plateau_patience",
            ),
            ("keep_every = 21", "keep_every"),
            ("validation_split = 0.3\nfold = [1, 5]", "validation_split"),
            ("pixel_order = \"row\"", "pixel_order"),
            (
                "shuffle_buffer = 1000\noverfit_batches = 1",
                "shuffle_buffer",
            ),
            (
                "shuffle_buffer = 1000\nbatch_order = \"a.csv\"",
                "shuffle_buffer",
            ),
            (
                "seed = 7\nbatch_order = \"a.csv\"\ninit = \"b.json\"\nvalidation_split = 0.0",
                "seed",
            ),
        ] {
            let keys = found(toml, PixelSource::KnownOrder);
            assert!(keys.contains(&key), "{toml}: {keys:?}");
        }
    }

    #[test]
    fn settings_with_an_effect_are_not_found() {
        for toml in [
            "",
            "decay_rate = 0.5\nlearning_rate_schedule = \"step\"",
            "alpha = 0.5\nlearning_rate_schedule = \"cosine\"",
            "decay_steps = 499\nlearning_rate_schedule = \"step\"",
            "early_stopping_min_delta = 0.1\nearly_stopping_patience = 19",
            "plateau_patience = 18\nplateau_factor = 0.5\nplateau_min_learning_rate = 1e-5",
            "keep_every = 20",
            "fold = [1, 5]",
            "pixel_order = \"row\"",
            // Smaller than the data set, which is then read from disk.
            "shuffle_buffer = 999\nbatch_order = \"a.csv\"",
            "seed = 7\nbatch_order = \"a.csv\"\ninit = \"b.json\"",
            "seed = 7\nvalidation_split = 0.0\ninit = \"b.json\"",
        ] {
            assert_eq!(found(toml, PixelSource::Arrays), [""; 0], "{toml}");
        }
    }

    #[test]
    fn defaults_are_silent() {
        let circumstances = Circumstances {
            images: IMAGES,
            pixels: PixelSource::KnownOrder,
        };
        let config = resolved("", IMAGES);
        let none = without_effect(&config, &BTreeSet::new(), circumstances);
        assert_eq!(none, []);
        assert_eq!(rate_ends(&config, IMAGES, 0), None);
        assert_eq!(endless_warmup(&config, IMAGES), None);
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
