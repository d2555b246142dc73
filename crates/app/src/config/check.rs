//! Checks the settings, one by one and in combination.

use std::fmt::Debug;

use crate::config::choices::ScheduleName;
use crate::config::class_weights::ClassWeights;
use crate::config::run_config::{MAX_COUNT, RunConfig};
use crate::support::cause::Contradiction;
use crate::support::error::{Error, Result};

/// The range of numbers that are used in f32, whose normal numbers reach from 1.2e-38 to 3.4e38.
const SMALLEST_F32: f64 = 1e-37;
const LARGEST_F32: f64 = 1e38;

impl RunConfig {
    /// Checks every setting, and that no two of them exclude each other.
    pub(crate) fn check(&self) -> Result<()> {
        self.check_data()?;
        self.check_optimizer()?;
        self.check_callbacks()?;
        self.check_contradictions()
    }

    fn check_data(&self) -> Result<()> {
        require(
            "digits",
            self.digits.classes().is_ok(),
            "at least two different digits from 0 to 9",
            &self.digits.0,
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
        if let Some(ClassWeights::Each(weights)) = &self.class_weight {
            // A gradient is at most as large as its weight, and Adam squares it in f32. Below, gradients
            // come near Adam's epsilon.
            let holds = weights.iter().all(|weight| (1e-4..=1e9).contains(weight))
                && weights.len() == self.digits.0.len();
            let numbers = match self.digits.0.len() {
                2 => "two".to_owned(),
                digits => digits.to_string(),
            };
            let expected = format!("{numbers} numbers from 1e-4 to 1e9, one for each digit");
            require("class_weight", holds, &expected, weights)?;
        }
        let holds = (SMALLEST_F32..=LARGEST_F32).contains(&self.learning_rate);
        let expected = "a number from 1e-37 to 1e38";
        require("learning_rate", holds, expected, self.learning_rate)?;
        require_count("warmup_steps", 0, Some(self.warmup_steps))?;
        require_count("decay_steps", 1, self.decay_steps)?;
        require_fraction("decay_rate", self.decay_rate)?;
        require_fraction("alpha", self.alpha)?;
        for (key, beta) in [("beta_1", self.beta_1), ("beta_2", self.beta_2)] {
            // Numbers that are closer to 1 can become 1 in f32, where a moment never changes.
            let holds = (0.0..=0.999_999_9).contains(&beta);
            require(key, holds, "a number from 0 to 0.9999999", beta)?;
        }
        // With a larger epsilon steps hardly change a weight; a smaller one is lost in f32.
        let holds = (1e-20..=10.0).contains(&self.epsilon);
        require("epsilon", holds, "a number from 1e-20 to 10", self.epsilon)?;
        for (key, limit) in [
            ("clipnorm", self.clipnorm),
            ("clipvalue", self.clipvalue),
            ("global_clipnorm", self.global_clipnorm),
        ] {
            // Gradients below Adam's epsilon change nothing; of the largest, f32 holds the reciprocal.
            let holds = limit.is_none_or(|limit| (1e-6..=1e37).contains(&limit));
            let expected = "a number from 1e-6 to 1e37";
            require(key, holds, expected, limit.unwrap_or_default())?;
        }
        Ok(())
    }

    fn check_callbacks(&self) -> Result<()> {
        require_count("early_stopping_patience", 0, self.early_stopping_patience)?;
        require_f32_or_zero("early_stopping_min_delta", self.early_stopping_min_delta)?;
        require_count("plateau_patience", 0, self.plateau_patience)?;
        require(
            "plateau_factor",
            self.plateau_factor > 0.0 && self.plateau_factor < 1.0,
            "a number between 0 and 1",
            self.plateau_factor,
        )?;
        require_f32_or_zero("plateau_min_delta", self.plateau_min_delta)?;
        require_count("plateau_cooldown", 0, Some(self.plateau_cooldown))?;
        require_f32_or_zero("plateau_min_learning_rate", self.plateau_min_learning_rate)?;
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

/// Requires 0, or a number that is neither 0 nor infinite in f32.
fn require_f32_or_zero(key: &'static str, found: f64) -> Result<()> {
    let holds = found == 0.0 || (SMALLEST_F32..=LARGEST_F32).contains(&found);
    require(key, holds, "0, or a number from 1e-37 to 1e38", found)
}

fn require_fraction(key: &'static str, found: f64) -> Result<()> {
    let holds = (0.0..=1.0).contains(&found);
    require(key, holds, "a number from 0 to 1", found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The message for a configuration in which one setting has this value.
    fn refused(set: impl FnOnce(&mut RunConfig)) -> Option<String> {
        let mut config = RunConfig::default();
        set(&mut config);
        config.check().err().map(|error| error.to_string())
    }

    type Set = fn(&mut RunConfig, f64);

    /// The settings that are used in f32.
    const IN_F32: [(&str, Set); 4] = [
        ("learning_rate", |config, value| {
            config.learning_rate = value;
        }),
        ("early_stopping_min_delta", |config, value| {
            config.early_stopping_min_delta = value;
        }),
        ("plateau_min_delta", |config, value| {
            config.plateau_min_delta = value;
        }),
        ("plateau_min_learning_rate", |config, value| {
            config.plateau_min_learning_rate = value;
        }),
    ];

    /// Numbers that f32, with 1.2e-38 to 3.4e38, cannot hold, or whose reciprocal it cannot.
    #[test]
    fn numbers_beyond_the_range_of_f32_are_refused_with_the_range_that_is_accepted() {
        for (key, set) in IN_F32 {
            for value in [
                1e-50,
                1e-46,
                1e-39,
                2e38,
                1e39,
                f64::INFINITY,
                f64::NAN,
                -1.0,
            ] {
                let message = refused(|config| set(config, value)).unwrap_or_default();
                assert!(message.starts_with(key), "{key} = {value}: {message}");
                assert!(message.contains("from 1e-37 to 1e"), "{message}");
            }
            for value in [1e-37, 1e-3, 1e6] {
                assert_eq!(
                    refused(|config| set(config, value)),
                    None,
                    "{key} = {value}"
                );
            }
        }
    }

    #[test]
    fn limits_with_which_nothing_would_be_learned_are_refused() {
        let settings: [(Set, &str); 4] = [
            (|config, value| config.epsilon = value, "epsilon"),
            (|config, value| config.clipnorm = Some(value), "clipnorm"),
            (|config, value| config.clipvalue = Some(value), "clipvalue"),
            (
                |config, value| config.global_clipnorm = Some(value),
                "global_clipnorm",
            ),
        ];
        for (set, key) in settings {
            for value in [0.0, 1e-46, 1e-21, 2e37, f64::NAN, -1.0] {
                let message = refused(|config| set(config, value)).unwrap_or_default();
                assert!(message.starts_with(key), "{key} = {value}: {message}");
            }
            for value in [1e-6, 1.0, 10.0] {
                assert_eq!(refused(|config| set(config, value)), None, "{key}");
            }
        }
        assert!(refused(|config| config.epsilon = 11.0).is_some());
        assert!(refused(|config| config.clipnorm = Some(9e-7)).is_some());
    }

    #[test]
    fn class_weights_whose_squares_leave_f32_are_refused() {
        for weights in [[1e38, 1e38], [1.0, 1e10], [1e-5, 1.0], [1.0, f64::NAN]] {
            let weights = ClassWeights::Each(weights.to_vec());
            let message = refused(|config| config.class_weight = Some(weights));
            let message = message.unwrap_or_default();
            assert!(
                message.contains("two numbers from 1e-4 to 1e9"),
                "{message}"
            );
        }
        let weights = |weights: &[f64]| {
            let weights = ClassWeights::Each(weights.to_vec());
            refused(|config| config.class_weight = Some(weights))
        };
        assert_eq!(weights(&[1e-4, 1e9]), None);
        for wrong in [&[1.0][..], &[1.0, 2.0, 3.0], &[]] {
            let message = weights(wrong).unwrap_or_default();
            assert!(message.contains("one for each digit"), "{message}");
        }
    }

    /// 0.99999999999 is 1 in f32.
    #[test]
    fn betas_that_are_1_in_f32_are_refused() {
        for beta in [0.999_999_999_99, 0.999_999_99, 1.0, -0.1] {
            for set in [
                (|config, beta| config.beta_1 = beta) as Set,
                |config, beta| config.beta_2 = beta,
            ] {
                let message = refused(|config| set(config, beta)).unwrap_or_default();
                assert!(message.contains("from 0 to 0.9999999"), "{beta}: {message}");
            }
        }
        assert_eq!(refused(|config| config.beta_2 = 0.999_999_9), None);
    }
}
