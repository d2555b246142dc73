//! Whether combinations differ in the amount of work, so that their training times say more than how busy the machine was.

use crate::cli::sweep::pictures::settings::varied_keys;
use crate::sweep::plan::SweepPlan;
use crate::sweep::results::CombinationResults;

/// The settings that change the work of an epoch, by the number of images, of steps or of multiplications, or how fast
/// it is done.
const OF_AN_EPOCH: [&str; 8] = [
    "batch_size",
    "data",
    "digits",
    "engine",
    "fold",
    "hidden_units",
    "overfit_batches",
    "validation_split",
];

/// Whether a setting varies that changes the work of an epoch, or the numbers of epochs differ.
pub(super) fn differs(plan: &SweepPlan, ranking: &[CombinationResults<'_>]) -> bool {
    let keys = varied_keys(plan);
    let epochs = || ranking.iter().flat_map(|results| &results.values);
    let mut epochs = epochs().map(|(record, _)| record.epochs);
    let first = epochs.next();
    keys.iter().any(|key| OF_AN_EPOCH.contains(key)) || epochs.any(|other| Some(other) != first)
}
