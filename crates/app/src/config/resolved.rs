//! The resolved configuration: settings whose defaults depend on the data are filled in.

use model::{Decay, Schedule};

use crate::config::choices::ScheduleName;
use crate::config::monitor::{Monitor, MonitoredMetric};
use crate::config::run_config::RunConfig;
use crate::support::error::{Error, Result};

/// The numbers of training and validation images of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageCounts {
    /// Training images.
    pub training: usize,
    /// Validation images.
    pub validation: usize,
}

/// The resolved configuration of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct ResolvedConfig {
    /// The settings, as they are written to `config.toml`.
    pub settings: RunConfig,
    /// The metric that epochs are compared by.
    pub monitor: Monitor,
    /// The learning rate of each step.
    pub schedule: Schedule,
}

impl ResolvedConfig {
    /// Fills in the settings whose defaults depend on the data.
    ///
    /// # Errors
    ///
    /// [`Error::NoValidationImages`] if a validation metric is monitored without validation images.
    pub fn new(mut settings: RunConfig, images: ImageCounts) -> Result<Self> {
        let has_validation = images.validation > 0;
        let metric = *settings.monitor.get_or_insert(if has_validation {
            MonitoredMetric::ValLoss
        } else {
            MonitoredMetric::Loss
        });
        if metric.is_of_validation() && !has_validation {
            let monitor = metric.to_string();
            return Err(Error::NoValidationImages { monitor });
        }
        let epoch = images.training.div_ceil(settings.batch_size);
        let all = (epoch * settings.epochs)
            .saturating_sub(settings.warmup_steps)
            .max(1);
        match settings.learning_rate_schedule {
            ScheduleName::Constant => {}
            ScheduleName::Cosine => _ = settings.decay_steps.get_or_insert(all),
            ScheduleName::Step | ScheduleName::Exponential => {
                _ = settings.decay_steps.get_or_insert(epoch);
            }
        }
        Ok(Self::of_run(settings))
    }

    /// Uses the settings of a run directory, where [`new`](Self::new) has already filled in what
    /// depends on the data.
    #[must_use]
    pub fn of_run(settings: RunConfig) -> Self {
        let metric = settings.monitor.unwrap_or(MonitoredMetric::Loss);
        Self {
            monitor: Monitor {
                metric,
                mode: settings.monitor_mode.unwrap_or(metric.mode()),
            },
            schedule: schedule(&settings),
            settings,
        }
    }
}

fn schedule(settings: &RunConfig) -> Schedule {
    let decay_steps = settings.decay_steps.unwrap_or(1);
    let decay_rate = settings.decay_rate;
    let decay = match settings.learning_rate_schedule {
        ScheduleName::Constant => Decay::Constant,
        ScheduleName::Cosine => Decay::Cosine {
            decay_steps,
            alpha: settings.alpha,
        },
        ScheduleName::Step => Decay::Step {
            decay_steps,
            decay_rate,
        },
        ScheduleName::Exponential => Decay::Exponential {
            decay_steps,
            decay_rate,
        },
    };
    Schedule {
        learning_rate: settings.learning_rate,
        warmup_steps: settings.warmup_steps,
        decay,
    }
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    #[test]
    fn defaults_that_depend_on_the_data_are_filled_in() {
        let resolved = |schedule, training, validation| {
            let settings = RunConfig {
                learning_rate_schedule: schedule,
                warmup_steps: 10,
                ..RunConfig::default()
            };
            let images = ImageCounts {
                training,
                validation,
            };
            let resolved = ResolvedConfig::new(settings, images).unwrap();
            (resolved.monitor.metric, resolved.settings.decay_steps)
        };
        // 801 images are 26 steps of 32 per epoch.
        let cosine = resolved(ScheduleName::Cosine, 801, 200);
        assert_eq!(cosine, (MonitoredMetric::ValLoss, Some(26 * 20 - 10)));
        let step = resolved(ScheduleName::Step, 801, 0);
        assert_eq!(step, (MonitoredMetric::Loss, Some(26)));
        assert_eq!(resolved(ScheduleName::Constant, 801, 0).1, None);
    }

    #[test]
    fn the_longest_training_fills_in_settings_that_can_be_read_again() {
        let settings = RunConfig {
            learning_rate_schedule: ScheduleName::Cosine,
            epochs: 1_000_000,
            batch_size: 1,
            ..RunConfig::default()
        };
        let images = ImageCounts {
            training: 1_000_000_000,
            validation: 0,
        };
        let resolved = ResolvedConfig::new(settings, images).unwrap().settings;
        assert_eq!(resolved.decay_steps, Some(1_000_000_000_000_000));
        let text = toml::to_string(&resolved).unwrap();
        let read: RunConfig = toml::from_str(&text).unwrap();
        assert_eq!(read.checked().unwrap(), resolved);
    }

    #[test]
    fn a_validation_metric_needs_validation_images() {
        let settings = RunConfig {
            monitor: Some(MonitoredMetric::ValAccuracy),
            ..RunConfig::default()
        };
        let images = ImageCounts {
            training: 800,
            validation: 0,
        };
        let error = ResolvedConfig::new(settings, images).unwrap_err();
        assert!(error.to_string().contains("no val_accuracy"), "{error}");
    }

    #[test]
    fn the_learning_rates_are_those_of_keras_s_schedules() {
        let keras = include_str!("../../tests/keras/callbacks.json");
        let keras: serde_json::Value = serde_json::from_str(keras).unwrap();
        let schedules = keras["schedules"].as_object().unwrap();
        assert_eq!(schedules.len(), 4);
        for (name, case) in schedules {
            let mut config = RunConfig::default();
            let schedule = name.split(' ').next().unwrap();
            config.learning_rate_schedule = ScheduleName::from_str(schedule, false).unwrap();
            for (key, value) in case["parameters"].as_object().unwrap() {
                let count = || usize::try_from(value.as_u64().unwrap()).unwrap();
                match key.as_str() {
                    "learning_rate" => config.learning_rate = value.as_f64().unwrap(),
                    "alpha" => config.alpha = value.as_f64().unwrap(),
                    "decay_rate" => config.decay_rate = value.as_f64().unwrap(),
                    "decay_steps" => config.decay_steps = Some(count()),
                    "warmup_steps" => config.warmup_steps = count(),
                    other => panic!("{other}"),
                }
            }
            let schedule = ResolvedConfig::of_run(config).schedule;
            let steps = case["steps"].as_array().unwrap();
            let rates = case["learning_rates"].as_array().unwrap();
            for (step, rate) in steps.iter().zip(rates) {
                let step = usize::try_from(step.as_u64().unwrap()).unwrap();
                let (found, expected) = (schedule.at(step), rate.as_f64().unwrap());
                // Keras computes in f32.
                let difference = (found - expected).abs();
                assert!(difference < 1e-9, "{name}, step {step}: {found}");
            }
        }
    }
}
