//! Settings that were given and cannot change anything.
//!
//! Defaults are not reported, only what a user set, by a flag or in a file.

use std::collections::BTreeSet;

use crate::config::choices::ScheduleName;
use crate::config::pixel_source::UnusedPixelSettings;
use crate::config::rate_over_time::{fall, steps_per_epoch};
use crate::config::resolved::{ImageCounts, ResolvedConfig};
use crate::config::run_config::RunConfig;
use crate::support::plural::counted;

/// A smaller fall of the learning rate, as a fraction of it, is not noticed in a training.
const UNNOTICED: f64 = 1e-3;

/// A given setting, and why it changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WithoutEffect {
    pub(crate) key: &'static str,
    pub(crate) reason: String,
}

/// What decides whether a setting has an effect, beside the settings.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Circumstances {
    pub(crate) images: ImageCounts,
    pub(crate) pixels: UnusedPixelSettings,
    /// Why the list of images to leave out changes nothing; none if it may.
    pub(crate) list: Option<&'static str>,
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
        of_the_schedule(config, steps),
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

fn of_the_schedule(config: &ResolvedConfig, steps: usize) -> Vec<WithoutEffect> {
    use ScheduleName::{Constant, Cosine, Exponential, Step};
    let settings = &config.settings;
    let schedule = settings.learning_rate_schedule;
    let mut found = Vec::new();
    if schedule == Constant {
        let reason = "the learning rate is constant; set learning_rate_schedule";
        found.push(rule("decay_steps", reason));
    }
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
        let reason = format!(
            "the training has {}, and no fall of the learning rate",
            counted(steps, "step")
        );
        for key in ["decay_steps", "decay_rate", "learning_rate_schedule"] {
            found.push(rule(key, reason.clone()));
        }
    }
    // Another note says that alpha, or the decay rate, leaves the learning rate as it is.
    let factor = match schedule {
        Cosine if settings.alpha < 1.0 => Some("alpha"),
        Exponential if settings.decay_rate < 1.0 => Some("decay_rate"),
        _ => None,
    };
    if let Some(factor) = factor
        && fall(&config.schedule, steps).is_some_and(|fall| fall < UNNOTICED)
    {
        let reason = format!(
            "the learning rate falls by less than 0.1 % in {}",
            counted(steps, "step")
        );
        for key in ["decay_steps", factor, "learning_rate_schedule"] {
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
    let Circumstances {
        images,
        pixels,
        list,
    } = circumstances;
    let mut found = Vec::new();
    if settings.fold.is_some() {
        let reason = "fold chooses the validation images";
        found.push(rule("validation_split", reason));
    }
    if settings.fold.is_none() && settings.validation_split > 0.0 && images.validation == 0 {
        let reason = "it is too small to hold out an image";
        found.push(rule("validation_split", reason));
    }
    for (key, reason) in [
        ("pixel_order", pixels.order),
        ("pixel_scale", pixels.scale),
        ("pictures", pixels.pictures),
        ("without", list),
    ] {
        found.extend(reason.map(|reason| rule(key, reason)));
    }
    let order = if settings.batch_order.is_some() {
        Some("batch_order")
    } else {
        settings.overfit_batches.map(|_| "overfit_batches")
    };
    let Some(order) = order else {
        if settings.shuffle_buffer < settings.batch_size {
            let batch = settings.cut_to(images.training).batch_size;
            let reason =
                format!("it is less than a batch, and {batch} images are shuffled together");
            found.push(rule("shuffle_buffer", reason));
        }
        return found;
    };
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
    fn found(toml: &str, pixels: UnusedPixelSettings) -> Vec<&'static str> {
        let given = toml.parse::<toml::Table>().unwrap();
        let given = given.into_iter().map(|(key, _)| key).collect();
        let circumstances = Circumstances {
            images: IMAGES,
            pixels,
            list: None,
        };
        let found = without_effect(&resolved(toml, IMAGES), &given, circumstances);
        found.into_iter().map(|setting| setting.key).collect()
    }

    /// Of the built-in digits.
    const KNOWN: UnusedPixelSettings = UnusedPixelSettings {
        order: Some("their order is known"),
        scale: Some("their scale is known"),
        pictures: Some("there are none"),
    };
    const UNKNOWN: UnusedPixelSettings = UnusedPixelSettings {
        order: None,
        scale: None,
        pictures: None,
    };

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
            ("decay_steps = 100", "decay_steps"),
            // After 499 steps, (1 + cos(499 pi / 30,000)) / 2 = 0.99932 and 0.96^(499 / 30,000) = 0.99932.
            (
                "decay_steps = 30000\nlearning_rate_schedule = \"cosine\"",
                "decay_steps",
            ),
            (
                "decay_steps = 30000\nlearning_rate_schedule = \"exponential\"",
                "learning_rate_schedule",
            ),
            (
                "alpha = 0.9995\nlearning_rate_schedule = \"cosine\"",
                "alpha",
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
            ("pixel_scale = \"stored\"", "pixel_scale"),
            ("pictures = \"resized\"", "pictures"),
            ("shuffle_buffer = 31", "shuffle_buffer"),
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
            let keys = found(toml, KNOWN);
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
            // 0.99847 and 0.99898 of the highest rate after 499 steps.
            "decay_steps = 20000\nlearning_rate_schedule = \"cosine\"",
            "decay_steps = 20000\nlearning_rate_schedule = \"exponential\"",
            "early_stopping_min_delta = 0.1\nearly_stopping_patience = 19",
            "plateau_patience = 18\nplateau_factor = 0.5\nplateau_min_learning_rate = 1e-5",
            "keep_every = 20",
            "fold = [1, 5]",
            "pixel_order = \"row\"",
            "pixel_scale = \"stored\"",
            "pictures = \"resized\"",
            "shuffle_buffer = 32",
            // Smaller than the data set, which is then read from disk.
            "shuffle_buffer = 999\nbatch_order = \"a.csv\"",
            "seed = 7\nbatch_order = \"a.csv\"\ninit = \"b.json\"",
            "seed = 7\nvalidation_split = 0.0\ninit = \"b.json\"",
        ] {
            assert_eq!(found(toml, UNKNOWN), [""; 0], "{toml}");
        }
    }

    #[test]
    fn defaults_are_silent() {
        let circumstances = Circumstances {
            images: IMAGES,
            pixels: KNOWN,
            list: None,
        };
        let config = resolved("", IMAGES);
        let none = without_effect(&config, &BTreeSet::new(), circumstances);
        assert_eq!(none, []);
    }
}
