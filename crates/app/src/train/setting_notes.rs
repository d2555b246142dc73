//! Notices about settings that change nothing.

use std::collections::BTreeSet;

use crate::config::pixel_source::UnusedPixelSettings;
use crate::config::rate_over_time::{endless_warmup, rate_ends};
use crate::config::resolved::ResolvedConfig;
use crate::config::run_config::RunConfig;
use crate::config::without_effect::{Circumstances, WithoutEffect, without_effect};
use crate::dataset::DataSource;
use crate::dataset::training_data::TrainingData;
use crate::dataset::without::unused_list;
use crate::run::directory::RunDirectory;
use crate::run::manifest::Manifest;
use crate::support::notice::{Notice, Notify};

/// The run that is resumed, and its checkpoint.
pub(crate) type Resumed<'a> = (&'a RunDirectory, Option<&'a Manifest>);

/// What decides whether given settings have an effect, as far as it is needed.
pub(crate) fn circumstances(
    settings: &RunConfig,
    digits: &TrainingData,
    given: &BTreeSet<String>,
) -> Circumstances {
    let of_pixels = ["pixel_order", "pixel_scale", "pictures"];
    let pixels = if of_pixels.iter().any(|key| given.contains(*key)) {
        DataSource::of_run(settings).unused_pixel_settings(digits.training.digits())
    } else {
        UnusedPixelSettings::default()
    };
    let list = settings.without.as_deref();
    let list = list.filter(|_| given.contains("without"));
    Circumstances {
        images: digits.counts(),
        pixels,
        list: list.and_then(|list| unused_list(list, &digits.training)),
    }
}

/// Sends a notice for each given setting that has no effect, for a batch size that is more than all
/// images, and if the learning rate ends before the epochs do.
pub(crate) fn note_settings(
    config: &ResolvedConfig,
    digits: &TrainingData,
    given: &BTreeSet<String>,
    resumed: Option<Resumed<'_>>,
    notify: &mut Notify<'_>,
) {
    let settings = &config.settings;
    let images = digits.counts();
    let circumstances = circumstances(settings, digits, given);
    for WithoutEffect { key, reason } in without_effect(config, given, circumstances) {
        notify(Notice::WithoutEffect { key, reason });
    }
    if given.contains("batch_size") && settings.batch_size > images.training {
        notify(Notice::WholeBatch {
            batch_size: settings.batch_size,
            images: images.training,
        });
    }
    if let Some(reached) = endless_warmup(config, images) {
        notify(Notice::EndlessWarmup {
            reached,
            learning_rate: settings.learning_rate,
        });
    }
    let finished = resumed.and_then(|(_, manifest)| manifest);
    let finished = finished.map_or(0, |manifest| manifest.epoch);
    if let Some(ends) = rate_ends(config, images, finished) {
        notify(Notice::RateEnds {
            epoch: ends.epoch,
            epochs: settings.epochs,
            rate: ends.rate,
            resumed: resumed.map(|(run, _)| run.path().to_owned()),
        });
    }
}
