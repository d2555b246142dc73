//! The best networks of a sweep.

use std::collections::BTreeMap;

use crate::config::monitor::MonitorMode;
use crate::support::error::{Error, Result};
use crate::sweep::directory::SweepDirectory;
use crate::sweep::plan::SweepPlan;
use crate::sweep::point::{PointRecord, PointState};
use crate::sweep::results::{SweepMetric, monitored};

/// The trained points of a sweep with their values of a metric, by default the monitored one, the best first.
///
/// # Errors
///
/// [`Error::NothingTrained`] if no point has a network.
pub(crate) fn best_points<'a>(
    sweep: &SweepDirectory,
    plan: &SweepPlan,
    records: &'a BTreeMap<usize, PointRecord>,
    metric: Option<SweepMetric>,
) -> Result<(SweepMetric, Vec<(&'a PointRecord, f64)>)> {
    let has_validation = records
        .values()
        .any(|record| SweepMetric::ValLoss.of(record).is_some());
    let (metric, mode) = match metric {
        Some(metric) => (metric, metric.mode()),
        None => monitored(plan, has_validation),
    };
    let trained = records
        .values()
        .filter(|record| record.state == PointState::Trained);
    let mut best: Vec<_> = trained
        .filter_map(|record| Some((record, metric.of(record)?)))
        .collect();
    if best.is_empty() {
        return Err(Error::NothingTrained {
            sweep: sweep.path().to_owned(),
        });
    }
    best.sort_by(|(_, a), (_, b)| match mode {
        MonitorMode::Min => a.total_cmp(b),
        MonitorMode::Max => b.total_cmp(a),
    });
    Ok((metric, best))
}
