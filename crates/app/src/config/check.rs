//! Checks the settings, one by one and in combination.

use std::fmt::Debug;

use crate::config::choices::ScheduleName;
use crate::config::run_config::{MAX_COUNT, RunConfig};
use crate::support::cause::Contradiction;
use crate::support::error::{Error, Result};

impl RunConfig {
    /// Checks every setting, and that no two of them exclude each other.
    pub(crate) fn check(&self) -> Result<()> {
        self.check_data()?;
        self.check_optimizer()?;
        self.check_callbacks()?;
        self.check_contradictions()
    }

    fn check_data(&self) -> Result<()> {
        let [negative, positive] = self.digits;
        require(
            "digits",
            negative != positive && negative.max(positive) <= 9,
            "two different digits, 0 to 9",
            self.digits,
        )?;
        let paths = "one path, or two: a file of images and a file of labels";
        require("data", self.data.len() <= 2, paths, &self.data)?;
        require(
            "validation_split",
            (0.0..1.0).contains(&self.validation_split),
            "a number from 0 up to, but not including, 1",
            self.validation_split,
        )?;
        if let Some([fold, folds]) = self.fold {
            let expected = "I,K with I from 1 to K, and K from 2 to 1,000";
            let holds = (2..=1000).contains(&folds) && (1..=folds).contains(&fold);
            require("fold", holds, expected, [fold, folds])?;
        }
        require_count("epochs", 1, Some(self.epochs))?;
        require_count("batch_size", 1, Some(self.batch_size))?;
        require_count("shuffle_buffer", 1, Some(self.shuffle_buffer))?;
        require_count("overfit_batches", 1, self.overfit_batches)?;
        require(
            "hidden_units",
            self.hidden_units
                .iter()
                .all(|units| (1..=65_536).contains(units)),
            "two layers of 1 to 65,536 units",
            self.hidden_units,
        )
    }

    fn check_optimizer(&self) -> Result<()> {
        if let Some([negative, positive]) = self.class_weight {
            require_positive("class_weight", Some(negative))?;
            require_positive("class_weight", Some(positive))?;
        }
        require_positive("learning_rate", Some(self.learning_rate))?;
        require_count("warmup_steps", 0, Some(self.warmup_steps))?;
        require_count("decay_steps", 1, self.decay_steps)?;
        require_fraction("decay_rate", self.decay_rate)?;
        require_fraction("alpha", self.alpha)?;
        for (key, beta) in [("beta_1", self.beta_1), ("beta_2", self.beta_2)] {
            let expected = "a number from 0 up to, but not including, 1";
            require(key, (0.0..1.0).contains(&beta), expected, beta)?;
        }
        require_positive("epsilon", Some(self.epsilon))?;
        require_positive("clipnorm", self.clipnorm)?;
        require_positive("clipvalue", self.clipvalue)?;
        require_positive("global_clipnorm", self.global_clipnorm)
    }

    fn check_callbacks(&self) -> Result<()> {
        require_count("early_stopping_patience", 0, self.early_stopping_patience)?;
        require_not_negative("early_stopping_min_delta", self.early_stopping_min_delta)?;
        require_count("plateau_patience", 0, self.plateau_patience)?;
        require(
            "plateau_factor",
            self.plateau_factor > 0.0 && self.plateau_factor < 1.0,
            "a number between 0 and 1",
            self.plateau_factor,
        )?;
        require_not_negative("plateau_min_delta", self.plateau_min_delta)?;
        require_count("plateau_cooldown", 0, Some(self.plateau_cooldown))?;
        require_not_negative("plateau_min_learning_rate", self.plateau_min_learning_rate)?;
        require_count("keep_last", 1, Some(self.keep_last))?;
        require_count("keep_every", 0, Some(self.keep_every))
    }

    fn check_contradictions(&self) -> Result<()> {
        let clippings = [self.clipnorm, self.clipvalue, self.global_clipnorm];
        let is_constant = self.learning_rate_schedule == ScheduleName::Constant;
        let contradictions = [
            (
                clippings.iter().flatten().count() > 1,
                Contradiction::SeveralClippings,
            ),
            (
                self.plateau_patience.is_some() && !is_constant,
                Contradiction::PlateauWithSchedule,
            ),
            (
                self.decay_steps.is_some() && is_constant,
                Contradiction::DecayOfConstantRate,
            ),
            (
                self.batch_order.is_some() && self.overfit_batches.is_some(),
                Contradiction::OrderWithOverfitting,
            ),
            (
                self.fold.is_some() && self.overfit_batches.is_some(),
                Contradiction::FoldWithOverfitting,
            ),
        ];
        match contradictions.into_iter().find(|(holds, _)| *holds) {
            Some((_, contradiction)) => Err(contradiction.into()),
            None => Ok(()),
        }
    }
}

fn require(key: &'static str, holds: bool, expected: &str, found: impl Debug) -> Result<()> {
    if holds {
        return Ok(());
    }
    Err(Error::Setting {
        key,
        expected: expected.to_owned(),
        found: format!("{found:?}"),
    })
}

fn require_count(key: &'static str, least: usize, found: Option<usize>) -> Result<()> {
    let holds = found.is_none_or(|found| (least..=MAX_COUNT).contains(&found));
    let expected = format!("a whole number from {least} to 1,000,000");
    require(key, holds, &expected, found.unwrap_or_default())
}

fn require_positive(key: &'static str, found: Option<f64>) -> Result<()> {
    let holds = found.is_none_or(|found| found > 0.0 && found.is_finite());
    require(key, holds, "a number above 0", found.unwrap_or_default())
}

fn require_not_negative(key: &'static str, found: f64) -> Result<()> {
    let holds = found >= 0.0 && found.is_finite();
    require(key, holds, "a number of at least 0", found)
}

fn require_fraction(key: &'static str, found: f64) -> Result<()> {
    let holds = (0.0..=1.0).contains(&found);
    require(key, holds, "a number from 0 to 1", found)
}
