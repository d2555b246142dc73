//! The charts of all combinations.

use plots::{
    Figure, HeatMapChart, HeatMapResult, ParallelChart, ParallelLine, SpreadChart, SpreadRow,
    Standing, TimeChart, TimePoint,
};

use crate::cli::report::title::title;
use crate::cli::sweep::pictures::settings::{setting, value_in, varied_keys};
use crate::cli::sweep::pictures::{Results, chart_mean, chart_values};
use crate::support::listing::enumerated;
use crate::support::plural::counted;
use crate::sweep::combination::{Combination, shown};
use crate::sweep::results::CombinationResults;

/// Between the values of a row's name, of which pairs have a comma.
const SEPARATOR: &str = " / ";

impl Results<'_> {
    pub(super) fn parallel_coordinates(&self, keys: &[&str]) -> Figure {
        let metric = self.chart_metric();
        let heading = format!("Settings and {}", metric.name);
        let lines = self.ranking.iter().map(|results| {
            let combination = self.combination(results);
            ParallelLine {
                values: keys.iter().map(|key| value_in(combination, key)).collect(),
                metric: chart_mean(results),
            }
        });
        let chart = ParallelChart {
            settings: keys.iter().map(|key| setting(self.plan, key)).collect(),
            metric,
            lines: lines.collect(),
        };
        plots::parallel_coordinates(&heading, &self.note(), &chart)
    }

    pub(super) fn heat_map(&self, keys: [&str; 2]) -> Figure {
        let metric = self.chart_metric();
        let heading = format!("Mean {} by {} and {}", metric.name, keys[0], keys[1]);
        let results = self.ranking.iter().map(|results| HeatMapResult {
            at: keys.map(|key| value_in(self.combination(results), key)),
            values: chart_values(results, self.metric).values,
        });
        let others = varied_keys(self.plan).into_iter();
        let others: Vec<String> = others
            .filter(|key| !keys.contains(key))
            .map(str::to_owned)
            .collect();
        let over = if others.is_empty() {
            String::new()
        } else {
            format!("; over all values of {}", enumerated(&others))
        };
        let chart = HeatMapChart {
            settings: keys.map(|key| setting(self.plan, key)),
            metric,
            results: results.collect(),
        };
        plots::heat_map(&heading, &format!("{}{over}", self.note()), &chart)
    }

    pub(super) fn spread(&self) -> Figure {
        let metric = self.chart_metric();
        let is_compared = self.ranking.iter().any(|one| one.comparison.is_some());
        let rows = self
            .ranking
            .iter()
            .enumerate()
            .map(|(rank, results)| SpreadRow {
                name: self.row_name(self.combination(results)),
                results: chart_values(results, self.metric),
                standing: match results.comparison {
                    Some(comparison) if comparison.distinguishable => Standing::Worse,
                    Some(_) => Standing::BestOrSame,
                    None if rank == 0 && is_compared => Standing::BestOrSame,
                    None if self.is_dropped(results) => Standing::Dropped,
                    None => Standing::Unknown,
                },
            });
        let chart = SpreadChart {
            rows: rows.collect(),
            metric,
        };
        let over = match self.plan.table.folds {
            Some(_) => "seeds and folds",
            None => "seeds",
        };
        let heading = format!("{} over {over}", title(&chart.metric.name));
        let names = if self.has_short_names() {
            format!("; rows: {}", varied_keys(self.plan).join(SEPARATOR))
        } else {
            String::new()
        };
        plots::seed_spread(&heading, &format!("{}{names}", self.note()), &chart)
    }

    pub(super) fn time(&self) -> Figure {
        let metric = self.chart_metric();
        let heading = format!("Training time and {}", metric.name);
        let points = self.ranking.iter().map(|results| TimePoint {
            name: self.combination(results).name(),
            seconds: mean_seconds(results),
            value: chart_mean(results),
        });
        let chart = TimeChart {
            points: points.collect(),
            metric,
        };
        let note = format!("{}; means over the points of each combination", self.note());
        plots::time_and_metric(&heading, &note, &chart)
    }

    fn combination(&self, results: &CombinationResults<'_>) -> &Combination {
        &self.plan.combinations[results.combination]
    }

    /// Whether successive halving has trained others for more epochs, and will not train this one on.
    pub(in crate::cli::sweep) fn is_dropped(&self, results: &CombinationResults<'_>) -> bool {
        let best = self.ranking.first();
        let has_dropped = self.is_finished && self.plan.table.halving.is_some();
        has_dropped && best.is_some_and(|best| results.epochs < best.epochs)
    }

    /// The name of the sweep, what successive halving means for the values, and how many points failed.
    pub(super) fn note(&self) -> String {
        let mut parts = vec![self.sweep.clone()];
        if self.ranking.iter().any(|results| self.is_dropped(results)) {
            parts.push("dropped combinations after fewer epochs".to_owned());
        }
        let failed = self.ranking.iter().map(|results| results.failed).sum();
        if failed > 0 {
            parts.push(format!("{} failed", counted(failed, "point")));
        }
        parts.join("; ")
    }

    /// The name of a combination beside its row: the values alone where the names of the settings have no room.
    fn row_name(&self, combination: &Combination) -> String {
        if !self.has_short_names() {
            return combination.name();
        }
        let keys = varied_keys(self.plan).into_iter();
        let values = keys.filter_map(|key| combination.settings.get(key).map(shown));
        values.collect::<Vec<_>>().join(SEPARATOR)
    }

    fn has_short_names(&self) -> bool {
        /// Characters of a row's name that always have room.
        const ROOM: usize = 42;
        let names = self.plan.combinations.iter().map(Combination::name);
        varied_keys(self.plan).len() > 1
            && names.map(|name| name.chars().count()).max() > Some(ROOM)
    }
}

/// The mean training time of the points that did not fail; NaN without any.
fn mean_seconds(results: &CombinationResults<'_>) -> f64 {
    let seconds = results.values.iter().map(|(record, _)| record.seconds);
    let seconds: Vec<f64> = seconds.collect();
    model::spread(&seconds).map_or(f64::NAN, |spread| spread.mean)
}
