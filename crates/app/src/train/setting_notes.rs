//! Notices about settings that change nothing.

use std::collections::BTreeSet;

use crate::config::pixel_source::UnusedPixelSettings;
use crate::config::rate_over_time::{endless_warmup, rate_ends};
use crate::config::resolved::ResolvedConfig;
use crate::config::without_effect::{Circumstances, WithoutEffect, without_effect};
use crate::dataset::DataSource;
use crate::dataset::training_data::TrainingData;
use crate::run::directory::RunDirectory;
use crate::run::manifest::Manifest;
use crate::support::notice::{Notice, Notify};

/// The run that is resumed, and its checkpoint.
pub(crate) type Resumed<'a> = (&'a RunDirectory, Option<&'a Manifest>);

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
    let pixels = if given.contains("pixel_order") || given.contains("pixel_scale") {
        DataSource::of_run(settings).unused_pixel_settings(digits.training.digits())
    } else {
        UnusedPixelSettings::default()
    };
    let circumstances = Circumstances { images, pixels };
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
