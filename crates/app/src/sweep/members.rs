//! The best networks of a sweep.

use std::collections::BTreeMap;

use crate::config::monitor::MonitorMode;
use crate::predictor::member::Member;
use crate::run::checkpoint_name::CheckpointName;
use crate::support::error::{Error, Result};
use crate::support::sweep_error::SweepError;
use crate::sweep::directory::SweepDirectory;
use crate::sweep::halving::is_finished;
use crate::sweep::plan::SweepPlan;
use crate::sweep::point::{PointRecord, PointState};
use crate::sweep::results::{SweepMetric, check_not_all_failed, metric_of};

/// The trained points of a sweep with their values of a metric, by default the monitored one, the best first.
///
/// # Errors
///
/// [`SweepError::NothingTrained`] if no point has a network, and [`SweepError::NoSuchSweepMetric`] if none has the metric.
pub(crate) fn best_points<'a>(
    sweep: &SweepDirectory,
    plan: &SweepPlan,
    records: &'a BTreeMap<usize, PointRecord>,
    metric: Option<SweepMetric>,
) -> Result<(SweepMetric, Vec<(&'a PointRecord, f64)>)> {
    let (metric, mode) = metric_of(sweep.path(), plan, records, metric)?;
    let trained = records
        .values()
        .filter(|record| record.state == PointState::Trained);
    let mut best: Vec<_> = trained
        .filter_map(|record| Some((record, metric.of(record)?)))
        .collect();
    if best.is_empty() {
        check_not_all_failed(sweep.path(), records)?;
        return Err(Error::Sweep(SweepError::NothingTrained {
            sweep: sweep.path().to_owned(),
        }));
    }
    best.sort_by(|(_, a), (_, b)| match mode {
        MonitorMode::Min => a.total_cmp(b),
        MonitorMode::Max => b.total_cmp(a),
    });
    Ok((metric, best))
}

/// Networks of a sweep, to predict with.
#[derive(Debug, Default)]
pub(crate) struct BestNetworks {
    /// The best first.
    pub(crate) members: Vec<Member>,
    /// The points that are left out, because their networks have the same weights as better ones.
    pub(crate) repeated: Vec<usize>,
}

/// Reads the networks of the best points by the monitored metric, of those with the same weights only the first.
///
/// # Errors
///
/// [`SweepError::NothingTrained`], [`SweepError::FewNetworks`] and [`SweepError::DroppedNetworks`] if there are fewer than `wanted`, and [`Error::Damaged`] if the
/// file of the networks is damaged.
pub(crate) fn best_networks(sweep: &SweepDirectory, wanted: usize) -> Result<BestNetworks> {
    let plan = sweep.plan()?;
    let records = sweep.records(&plan)?;
    let (_, best) = best_points(sweep, &plan, &records, None)?;
    let mut found = BestNetworks::default();
    for (record, _) in best {
        if found.members.len() == wanted {
            break;
        }
        let member = member(sweep, &plan, record)?;
        if found.members.iter().any(|of| of.weights == member.weights) {
            found.repeated.push(record.point);
        } else {
            found.members.push(member);
        }
    }
    let dropped = records
        .values()
        .filter(|record| record.state == PointState::Paused)
        .count();
    if found.members.len() < wanted && dropped > 0 && is_finished(&plan, &records) {
        return Err(Error::Sweep(SweepError::DroppedNetworks {
            sweep: sweep.path().to_owned(),
            wanted,
            networks: found.members.len() + found.repeated.len(),
            dropped,
        }));
    }
    if found.members.len() < wanted {
        return Err(Error::Sweep(SweepError::FewNetworks {
            sweep: sweep.path().to_owned(),
            wanted,
            networks: found.members.len(),
        }));
    }
    Ok(found)
}

/// Reads the network of a trained point.
fn member(sweep: &SweepDirectory, plan: &SweepPlan, record: &PointRecord) -> Result<Member> {
    let number = record.point;
    let point = plan.point(number).ok_or_else(|| {
        Error::Sweep(SweepError::NoSuchPoint {
            sweep: sweep.path().to_owned(),
            point: number,
            points: plan.size(),
        })
    })?;
    let config = plan.config(&point);
    // A trained point has the epoch of its network.
    let epoch = record.epoch.unwrap_or(record.epochs);
    Ok(Member {
        name: format!(
            "point {number} of {} (epoch {epoch})",
            sweep.path().display()
        ),
        directory: sweep.path().to_owned(),
        point: Some(number),
        checkpoint: CheckpointName::Last,
        epoch,
        weights: sweep.network(record, &config.model())?,
        config,
    })
}
