//! The state of a sweep.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::run::lock::is_held;
use crate::sweep::directory::SweepDirectory;
use crate::sweep::halving::is_finished;
use crate::sweep::plan::SweepPlan;
use crate::sweep::point::PointRecord;

/// The state of a sweep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SweepState {
    /// A process is training.
    Running,
    /// All points are trained, or dropped by halving.
    Finished,
    /// It can be resumed.
    Interrupted,
}

impl SweepState {
    /// The state of a sweep with this plan and these points.
    pub(crate) fn of(
        sweep: &SweepDirectory,
        plan: &SweepPlan,
        records: &BTreeMap<usize, PointRecord>,
    ) -> Self {
        if is_held(sweep.path()) {
            Self::Running
        } else if is_finished(plan, records) {
            Self::Finished
        } else {
            Self::Interrupted
        }
    }
}

impl std::fmt::Display for SweepState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Running => "running",
            Self::Finished => "finished",
            Self::Interrupted => "interrupted",
        })
    }
}
