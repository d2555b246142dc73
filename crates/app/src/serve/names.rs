//! What networks and runs are called in the server's JSON, and their metrics; no folder is named.

use std::path::Path;

use server::Metric;

use crate::predictor::ensemble::Ensemble;
use crate::predictor::member::network_name;
use crate::run::directory::RunDirectory;
use crate::run::history::EpochMetrics;
use crate::support::error::Result;
use crate::support::plural::counted;

/// The networks in words, by the names of their runs.
pub(crate) fn description(ensemble: &Ensemble) -> String {
    let first = ensemble.first();
    if ensemble.has_several() {
        return format!("mean of {}", counted(ensemble.members().len(), "network"));
    }
    let run = name_of(&first.directory);
    match first.point {
        Some(point) => format!("point {point} of {run}"),
        None => network_name(
            Path::new(&run),
            first.checkpoint,
            first.epoch,
            &first.config,
        ),
    }
}

/// The metrics of the network's epoch: none of several networks, each of which has its own, of a network of a sweep, whose
/// epochs are not kept, and of an imported one.
pub(crate) fn metrics_of(ensemble: &Ensemble) -> Result<Vec<Metric>> {
    let member = ensemble.first();
    if member.point.is_some() || ensemble.has_several() {
        return Ok(Vec::new());
    }
    let run = RunDirectory::open(Some(&member.directory))?;
    let history = run.history()?;
    let epoch = history.iter().find(|epoch| epoch.epoch == member.epoch);
    Ok(epoch.map(metrics).unwrap_or_default())
}

/// The metrics of an epoch by name.
pub(crate) fn metrics(epoch: &EpochMetrics) -> Vec<Metric> {
    let named = epoch.named().into_iter();
    named.map(|(name, value)| metric(name, value)).collect()
}

fn metric(name: &str, value: f64) -> Metric {
    Metric {
        name: name.to_owned(),
        value: value.is_finite().then_some(value),
    }
}

/// The name of a run: that of its directory.
pub(crate) fn name_of(run: &Path) -> String {
    let whole = match run.file_name() {
        Some(_) => None,
        // Such as `.`, which has no name of its own.
        None => fs_err::canonicalize(run).ok(),
    };
    let run = whole.as_deref().unwrap_or(run);
    let name = run.file_name().unwrap_or(run.as_os_str());
    name.to_string_lossy().into_owned()
}
