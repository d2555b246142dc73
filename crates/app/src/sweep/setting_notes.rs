//! Notices about settings of a sweep that change nothing.

use std::collections::BTreeSet;

use data::ClassifiedDigits;

use crate::config::resolved::ResolvedConfig;
use crate::config::without_effect::{WithoutEffect, without_effect};
use crate::dataset::training_data::TrainingData;
use crate::support::error::Result;
use crate::support::notice::{Notice, Notify};
use crate::sweep::plan::SweepPlan;
use crate::sweep::point::Point;
use crate::train::setting_notes::circumstances;

/// The settings of files that a sweep does not write, and why they have no effect.
const NOT_WRITTEN: [(&str, &str); 3] = [
    ("keep_last", "a sweep keeps no checkpoints"),
    ("keep_every", "a sweep keeps no checkpoints"),
    ("tensorboard", "a sweep writes no event files"),
];

/// Sends a notice for each given setting of files that a sweep does not write, and returns the other ones.
pub(crate) fn note_not_written(
    given: &BTreeSet<String>,
    notify: &mut Notify<'_>,
) -> BTreeSet<String> {
    let mut others = given.clone();
    for (key, reason) in NOT_WRITTEN {
        if others.remove(key) {
            let reason = reason.to_owned();
            notify(Notice::WithoutEffect { key, reason });
        }
    }
    others
}

/// Sends a notice for each given or varied setting that has no effect in any combination.
///
/// # Errors
///
/// As [`TrainingData::split`].
pub(crate) fn note_settings(
    plan: &SweepPlan,
    images: &ClassifiedDigits,
    given: &BTreeSet<String>,
    notify: &mut Notify<'_>,
) -> Result<()> {
    let mut given = note_not_written(given, notify);
    // Random combinations are drawn by it.
    if plan.table.seeds.is_some() && plan.table.samples.is_none() && given.remove("seed") {
        let (key, reason) = ("seed", "seeds gives the seeds of all points".to_owned());
        notify(Notice::WithoutEffect { key, reason });
    }
    given.extend(plan.table.vary.keys().cloned());
    let Some(first) = plan.points().next().filter(|_| !given.is_empty()) else {
        return Ok(());
    };
    let split = TrainingData::split(images, &plan.config(&first))?;
    let circumstances = circumstances(&plan.base, &split, &given);
    let mut found: Option<Vec<WithoutEffect>> = None;
    for combination in 0..plan.combinations.len() {
        let config = plan.config(&Point {
            combination,
            ..first
        });
        let config = ResolvedConfig::new(config, circumstances.images)?;
        let here = without_effect(&config, &given, circumstances);
        let kept = match found {
            None => here,
            Some(mut before) => {
                before.retain(|setting| here.iter().any(|other| other.key == setting.key));
                before
            }
        };
        if kept.is_empty() {
            return Ok(());
        }
        found = Some(kept);
    }
    for WithoutEffect { key, reason } in found.into_iter().flatten() {
        notify(Notice::WithoutEffect { key, reason });
    }
    Ok(())
}
