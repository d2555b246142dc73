//! Successive halving: all combinations are trained for a part of the epochs, the best of them for more, and so on.
//!
//! K. Jamieson and A. Talwalkar, "Non-stochastic Best Arm Identification and Hyperparameter Optimization", 2016,
//! arXiv:1502.07943; with a factor other than 2 as in L. Li et al., "Hyperband", 2018, arXiv:1603.06560.

use std::collections::BTreeMap;

use crate::config::monitor::MonitorMode;
use crate::sweep::plan::SweepPlan;
use crate::sweep::point::{Point, PointRecord, PointState};
use crate::sweep::results::{SweepMetric, monitored, ranked};

/// The metric by which combinations are compared, and its direction.
pub(crate) type Monitor = (SweepMetric, MonitorMode);

/// A round: so many combinations are trained for a part of their epochs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Round {
    /// The combinations that are trained.
    pub(crate) combinations: usize,
    /// They are trained for one in so many of their epochs.
    pub(crate) part: usize,
}

/// The rounds of a sweep: one, without halving.
pub(crate) fn rounds(plan: &SweepPlan) -> Vec<Round> {
    let all = plan.combinations.len();
    let mut rounds = vec![Round {
        combinations: all,
        part: 1,
    }];
    let Some(factor) = plan.table.halving else {
        return rounds;
    };
    // The last round trains one combination for all epochs; each round before it, factor times as many for one in
    // factor of the epochs.
    let least = plan
        .combinations
        .iter()
        .map(|combination| combination.config.epochs)
        .min();
    let (mut combinations, mut part) = (1, 1);
    rounds[0].combinations = all.min(1);
    while combinations < all && part * factor <= least.unwrap_or(1) {
        (combinations, part) = (combinations * factor, part * factor);
        rounds.push(Round {
            combinations: combinations.min(all),
            part,
        });
    }
    rounds.reverse();
    // With few epochs the first round is too short to begin with all.
    rounds[0].combinations = all;
    rounds
}

/// Says whether all rounds of a sweep are trained.
pub(crate) fn is_finished(plan: &SweepPlan, records: &BTreeMap<usize, PointRecord>) -> bool {
    let has_validation = records.values().any(|record| record.val_loss.is_some());
    let monitor = monitored(plan, has_validation);
    rounds(plan)
        .iter()
        .all(|round| round.points(plan, records, monitor).is_empty())
}

impl Round {
    /// The epochs of a combination in this round.
    fn epochs(&self, epochs: usize) -> usize {
        epochs.div_ceil(self.part)
    }

    /// The points that this round trains and that are not trained so far, each until so many epochs are finished.
    pub(crate) fn points(
        &self,
        plan: &SweepPlan,
        records: &BTreeMap<usize, PointRecord>,
        (metric, mode): Monitor,
    ) -> Vec<(Point, usize)> {
        let all = plan.combinations.len();
        let mut chosen = vec![self.combinations >= all; all];
        if self.combinations < all {
            let ranking = ranked(all, records.values(), metric, mode);
            let complete = ranking.iter().filter(|results| results.failed == 0);
            for results in complete.take(self.combinations) {
                chosen[results.combination] = true;
            }
        }
        let points = plan.points().filter(|point| chosen[point.combination]);
        let points = points.map(|point| {
            let epochs = plan.combinations[point.combination].config.epochs;
            (point, self.epochs(epochs))
        });
        let is_open = |(point, last): &(Point, usize)| match records.get(&point.number) {
            None => true,
            Some(record) => record.state == PointState::Paused && record.epochs < *last,
        };
        points.filter(is_open).collect()
    }
}
