//! Checks the settings, one by one and in combination.

use std::fmt::Debug;

use crate::config::choices::ScheduleName;
use crate::config::class_weights::ClassWeights;
use crate::config::ranges::range_of;
use crate::config::run_config::RunConfig;
use crate::support::cause::Contradiction;
use crate::support::error::{Error, Result};

impl RunConfig {
    /// Checks every setting, and that no two of them exclude each other.
    pub(crate) fn check(&self) -> Result<()> {
        self.check_data()?;
        self.check_optimizer()?;
        self.check_callbacks()?;
        for (key, found) in self.augment.numbers() {
            require_number(key, Some(found))?;
        }
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
        require_number("validation_split", Some(self.validation_split))?;
        if let Some([fold, folds]) = self.fold {
            let holds = folds >= 2 && fold <= folds;
            require_numbers("fold", &[fold, folds].map(number), holds, [fold, folds])?;
        }
        require_count("epochs", Some(self.epochs))?;
        require_count("batch_size", Some(self.batch_size))?;
        require_count("shuffle_buffer", Some(self.shuffle_buffer))?;
        require_count("overfit_batches", self.overfit_batches)?;
        let units = self.hidden_units;
        require_numbers("hidden_units", &units.map(number), true, units)
    }

    fn check_optimizer(&self) -> Result<()> {
        if let Some(ClassWeights::Each(weights)) = &self.class_weight {
            let holds = weights.len() == self.digits.0.len() && in_range("class_weight", weights);
            let numbers = match self.digits.0.len() {
                2 => "two".to_owned(),
                digits => digits.to_string(),
            };
            let expected = format!("{numbers} numbers from 1e-4 to 1e9, one for each digit");
            require("class_weight", holds, &expected, weights)?;
        }
        require_number("learning_rate", Some(self.learning_rate))?;
        require_count("warmup_steps", Some(self.warmup_steps))?;
        require_count("decay_steps", self.decay_steps)?;
        for (key, found) in [
            ("decay_rate", Some(self.decay_rate)),
            ("alpha", Some(self.alpha)),
            ("beta_1", Some(self.beta_1)),
            ("beta_2", Some(self.beta_2)),
            ("epsilon", Some(self.epsilon)),
            ("clipnorm", self.clipnorm),
            ("clipvalue", self.clipvalue),
            ("global_clipnorm", self.global_clipnorm),
        ] {
            require_number(key, found)?;
        }
        Ok(())
    }

    fn check_callbacks(&self) -> Result<()> {
        require_count("early_stopping_patience", self.early_stopping_patience)?;
        let min_delta = self.early_stopping_min_delta;
        require_number("early_stopping_min_delta", Some(min_delta))?;
        require_count("plateau_patience", self.plateau_patience)?;
        require_number("plateau_factor", Some(self.plateau_factor))?;
        require_number("plateau_min_delta", Some(self.plateau_min_delta))?;
        require_count("plateau_cooldown", Some(self.plateau_cooldown))?;
        let least = self.plateau_min_learning_rate;
        require_number("plateau_min_learning_rate", Some(least))?;
        require_count("keep_last", Some(self.keep_last))?;
        require_count("keep_every", Some(self.keep_every))
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

fn require_count(key: &'static str, found: Option<usize>) -> Result<()> {
    match found {
        Some(found) => require_numbers(key, &[number(found)], true, found),
        None => Ok(()),
    }
}

fn require_number(key: &'static str, found: Option<f64>) -> Result<()> {
    match found {
        Some(found) => require_numbers(key, &[found], true, found),
        None => Ok(()),
    }
}

/// Requires that all numbers are in the range of the setting, and what else `holds`.
fn require_numbers(
    key: &'static str,
    numbers: &[f64],
    holds: bool,
    found: impl Debug,
) -> Result<()> {
    let expected = range_of(key).map_or("", |range| range.expected);
    require(key, holds && in_range(key, numbers), expected, found)
}

fn in_range(key: &str, numbers: &[f64]) -> bool {
    let range = range_of(key);
    let mut numbers = numbers.iter();
    range.is_none_or(|range| numbers.all(|number| range.holds(*number)))
}

fn number(count: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "ranges end far below 2^52")]
    let number = count as f64;
    number
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
