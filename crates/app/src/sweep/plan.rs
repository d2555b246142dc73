//! The plan of a sweep: its combinations of settings, and its points in the order in which they are trained.

use std::collections::BTreeSet;

use data::ClassifiedDigits;

use crate::config::resolved::ResolvedConfig;
use crate::config::run_config::RunConfig;
use crate::dataset::training_data::TrainingData;
use crate::device::select::reference_device;
use crate::support::error::{Error, Result};
use crate::support::sweep_error::SweepError;
use crate::sweep::combination::{
    Combination, MOST_POINTS, UNUSED, check_key, combinations, has_decimals,
};
use crate::sweep::point::{Point, PointRecord};
use crate::sweep::table::SweepTable;
use crate::train::initial_weights::initial_network;

/// A sweep: what it trains.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SweepPlan {
    /// The settings that all points have, unless they vary.
    pub(crate) base: RunConfig,
    /// What varies.
    pub(crate) table: SweepTable,
    /// The combinations, in the order of their numbers.
    pub(crate) combinations: Vec<Combination>,
    /// The seeds of each.
    pub(crate) seeds: Vec<u32>,
}

impl SweepPlan {
    /// Combines the values of the settings that vary, and checks each combination.
    ///
    /// # Errors
    ///
    /// [`SweepError::SweepSetting`], [`SweepError::SweepValues`], [`SweepError::CannotVary`] and [`Error::Combination`] for what
    /// cannot be trained.
    pub(crate) fn new(base: RunConfig, mut table: SweepTable) -> Result<Self> {
        table.check()?;
        for (key, values) in &mut table.vary {
            check_key(key)?;
            *values = values.clone().resolved();
            if has_decimals(key) {
                *values = values.clone().with_decimals();
            }
            if key == "init" {
                *values = values.clone().with_absolute_paths();
            }
        }
        let unused = UNUSED.iter().find(|(key, _)| match *key {
            "batch_order" => base.batch_order.is_some(),
            _ => base.overfit_batches.is_some(),
        });
        if let Some((key, reason)) = unused {
            return Err(Error::Sweep(SweepError::NotInSweep { key, reason }));
        }
        if base.fold.is_some() && table.folds.is_some() {
            let (key, reason) = ("fold", "folds holds out each fold once");
            return Err(Error::Sweep(SweepError::NotInSweep { key, reason }));
        }
        if table.halving.is_some() && base.early_stopping_patience.is_some() {
            let (key, reason) = (
                "early_stopping_patience",
                "halving already ends trainings early",
            );
            return Err(Error::Sweep(SweepError::NotInSweep { key, reason }));
        }
        let unequal = ["epochs", "early_stopping_patience"];
        let unequal = unequal
            .into_iter()
            .find(|key| table.vary.contains_key(*key));
        if let Some(key) = unequal.filter(|_| table.halving.is_some()) {
            let reason = "halving compares trainings of the same length";
            return Err(Error::Sweep(SweepError::NotInSweep { key, reason }));
        }
        let seeds = table
            .seeds
            .as_ref()
            .map_or(vec![base.seed], |seeds| seeds.0.clone());
        let plan = Self {
            combinations: combinations(&base, &table)?,
            base,
            table,
            seeds,
        };
        let points = plan.size();
        if points > MOST_POINTS {
            return Err(Error::Sweep(SweepError::SweepSetting {
                key: "sweep".to_owned(),
                expected: "at most 1,000,000 points".to_owned(),
                found: points.to_string(),
            }));
        }
        Ok(plan)
    }

    /// The number of points.
    #[must_use]
    pub(crate) fn size(&self) -> usize {
        let folds = self.table.folds.unwrap_or(1);
        self.combinations
            .len()
            .saturating_mul(self.seeds.len())
            .saturating_mul(folds)
    }

    /// What points are: folds, of a cross-validation.
    #[must_use]
    pub(crate) fn noun(&self) -> &'static str {
        let is_crossval = self.combinations.len() == 1 && self.seeds.len() == 1;
        match self.table.folds {
            Some(_) if is_crossval => "fold",
            _ => "point",
        }
    }

    /// The point of a number, from 1; `None` if there is no such point.
    pub(crate) fn point(&self, number: usize) -> Option<Point> {
        let index = number.checked_sub(1).filter(|index| *index < self.size())?;
        let combinations = self.combinations.len();
        let folds = self.table.folds.unwrap_or(1);
        let group = index / combinations;
        Some(Point {
            number,
            combination: index % combinations,
            seed: self.seeds[group / folds],
            fold: self
                .table
                .folds
                .map(|folds| [group % folds + 1, folds])
                .or(self.base.fold),
        })
    }

    /// Checks what depends on the images and on files, before anything is written or trained.
    ///
    /// # Errors
    ///
    /// [`Error::Data`] if a part of the images would be empty, [`Error::Combination`] with what is wrong with one.
    pub(crate) fn check_with(&self, images: &ClassifiedDigits) -> Result<()> {
        let Some(first) = self.points().next() else {
            return Ok(());
        };
        // All combinations divide the images alike.
        let counts = TrainingData::split(images, &self.config(&first))?.counts();
        let mut read = BTreeSet::new();
        for combination in &self.combinations {
            let config = &combination.config;
            let checked = ResolvedConfig::new(config.clone(), counts).and_then(|_| {
                let is_new =
                    config.init.is_some() && read.insert((&config.init, config.hidden_units));
                if is_new {
                    initial_network(config, &reference_device())?;
                }
                Ok(())
            });
            checked.map_err(|source| {
                if self.table.vary.is_empty() {
                    return source;
                }
                Error::Combination {
                    settings: combination.name(),
                    source: Box::new(source),
                }
            })?;
        }
        Ok(())
    }

    /// Says whether a record is one of its points.
    pub(crate) fn has(&self, record: &PointRecord) -> bool {
        self.point(record.point).is_some_and(|point| {
            let fold = point.fold.map(|[fold, _]| fold);
            let expected = (point.combination + 1, point.seed, fold);
            (record.combination, record.seed, record.fold) == expected
        })
    }

    /// All points: all combinations with the first seed and fold, then with the next, so that each has an estimate
    /// early.
    pub(crate) fn points(&self) -> impl Iterator<Item = Point> {
        (1..=self.size()).filter_map(|number| self.point(number))
    }

    /// The settings of a point, as `app train` would have them.
    pub(crate) fn config(&self, point: &Point) -> RunConfig {
        RunConfig {
            seed: point.seed,
            fold: point.fold,
            ..self.combinations[point.combination].config.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(sweep: &str) -> Result<SweepPlan> {
        SweepPlan::new(RunConfig::default(), toml::from_str(sweep).unwrap())
    }

    #[test]
    fn points_are_all_combinations_with_the_first_seed_and_fold_then_with_the_next() {
        let sweep = "seeds = \"5..6\"\nfolds = 2\n[vary]\nlearning_rate = [0.1, 0.2]\nbatch_size = [8, 16, 32]";
        let plan = plan(sweep).unwrap();
        assert_eq!((plan.combinations.len(), plan.size()), (6, 24));
        let points: Vec<Point> = plan.points().collect();
        let of = |point: &Point| (point.number, point.combination, point.seed, point.fold);
        assert_eq!(of(&points[0]), (1, 0, 5, Some([1, 2])));
        assert_eq!(of(&points[7]), (8, 1, 5, Some([2, 2])));
        assert_eq!(of(&points[23]), (24, 5, 6, Some([2, 2])));
        let config = plan.config(&points[7]);
        let varied = (
            config.batch_size,
            config.learning_rate,
            config.seed,
            config.fold,
        );
        assert_eq!(varied, (8, 0.2, 5, Some([2, 2])));
        assert_eq!(
            plan.combinations[1].name(),
            "batch_size = 8, learning_rate = 0.2"
        );
        assert_eq!(plan.point(0), None);
        assert_eq!(plan.point(25), None);
    }

    #[test]
    fn without_variation_there_is_one_point_with_the_settings_as_given() {
        let plan = plan("").unwrap();
        let points: Vec<Point> = plan.points().collect();
        assert_eq!(points.len(), 1);
        assert_eq!(plan.config(&points[0]), RunConfig::default());
    }

    #[test]
    fn samples_differ_from_each_other_and_end_when_there_are_no_more() {
        let sweep = "samples = 50\n[vary]\nlearning_rate = \"1e-4..1e-2\"\nbatch_size = [16, 32]";
        let names = |plan: &SweepPlan| -> BTreeSet<String> {
            plan.combinations.iter().map(Combination::name).collect()
        };
        let found = plan(sweep).unwrap();
        assert_eq!(names(&found).len(), 50);
        assert_eq!(names(&plan(sweep).unwrap()), names(&found));
        let few = plan("samples = 50\n[vary]\nbatch_size = [16, 32]").unwrap();
        assert_eq!(few.combinations.len(), 2);
    }

    #[test]
    fn what_cannot_vary_is_refused_with_the_reason() {
        for (sweep, message) in [
            ("[vary]\nseed = [1, 2]", "seed: cannot vary: give --seeds"),
            (
                "[vary]\nlerning_rate = [1, 2]",
                "a similar one exists: learning_rate",
            ),
            (
                "[vary]\nlearning_rate = []",
                "vary.learning_rate: the list is empty",
            ),
            (
                "[vary]\nbatch_size = [0]",
                "batch_size = 0: batch_size: expected a whole number",
            ),
            ("[vary]\nhidden_units = [5]", "hidden_units = 5: "),
            (
                "folds = 1",
                "folds: expected a whole number from 2 to 1000, found 1",
            ),
            ("halving = 1", "halving: expected"),
            (
                "[vary]\nepochs = { from = 1, to = 1000000, steps = 10000 }\nbatch_size = \"1..9999/9999\"",
                "at most",
            ),
        ] {
            let error = plan(sweep).unwrap_err();
            let found = crate::support::error::with_causes(&error);
            assert!(found.contains(message), "{sweep}: {found}");
        }
        let with_order = RunConfig {
            batch_order: Some("order.csv".into()),
            ..RunConfig::default()
        };
        let error = SweepPlan::new(with_order, SweepTable::default()).unwrap_err();
        assert!(error.to_string().contains("batch_order"), "{error}");
    }
}
