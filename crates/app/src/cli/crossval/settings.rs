//! The settings that a cross-validation does not use, because it chooses the images of each fold.

use std::collections::BTreeSet;

use clap::Arg;

use crate::cli::usage_error::UsageError;

/// The keys, and why they are not used.
const UNUSED: [(&str, &str); 4] = [
    ("validation_split", "which validates on each fold"),
    ("fold", "which validates on each fold"),
    (
        "overfit_batches",
        "which validates on other images than it trains on",
    ),
    ("batch_order", "because each fold trains on other images"),
];

/// Hides their flags in the help.
pub(crate) fn hide_unused(argument: Arg) -> Arg {
    let is_unused = UNUSED.iter().any(|(key, _)| argument.get_id() == *key);
    argument.hide(is_unused)
}

/// Refuses them, except for the split of a file that describes a training, too.
pub(crate) fn check_settings(
    flags: &BTreeSet<String>,
    given: &BTreeSet<String>,
) -> Result<(), UsageError> {
    let is_refused =
        |key: &str| flags.contains(key) || (key != "validation_split" && given.contains(key));
    match UNUSED.iter().find(|(key, _)| is_refused(key)) {
        Some((key, reason)) => Err(UsageError::NotInCrossval { key, reason }),
        None => Ok(()),
    }
}
