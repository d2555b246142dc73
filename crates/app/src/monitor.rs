//! What an epoch's figures decide: which epoch is best, when to lower the learning rate and when
//! to stop, with the meanings of Keras's `ModelCheckpoint`, `ReduceLROnPlateau` and
//! `EarlyStopping`.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use crate::config::RunConfig;
use crate::history::Epoch;

/// The figure by which epochs are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub(crate) enum Monitor {
    Loss,
    Accuracy,
    ValLoss,
    ValAccuracy,
}

/// Whether the figure should fall or rise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MonitorMode {
    Min,
    Max,
}

impl Monitor {
    pub(crate) fn is_of_validation(self) -> bool {
        matches!(self, Self::ValLoss | Self::ValAccuracy)
    }

    /// Picks the figure; NaN if the epoch has none.
    pub(crate) fn of(self, epoch: &Epoch) -> f64 {
        let found = match self {
            Self::Loss => Some(epoch.loss),
            Self::Accuracy => Some(epoch.accuracy),
            Self::ValLoss => epoch.val_loss,
            Self::ValAccuracy => epoch.val_accuracy,
        };
        found.unwrap_or(f64::NAN)
    }
}

impl std::fmt::Display for Monitor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let value = self.to_possible_value();
        f.write_str(value.as_ref().map_or("", |value| value.get_name()))
    }
}

impl RunConfig {
    /// The figure by which this run's epochs are judged, once the settings are settled.
    pub(crate) fn monitored(&self) -> (Monitor, MonitorMode) {
        let monitor = self.monitor.unwrap_or(Monitor::Loss);
        let mode = self.monitor_mode.unwrap_or(match monitor {
            Monitor::Loss | Monitor::ValLoss => MonitorMode::Min,
            Monitor::Accuracy | Monitor::ValAccuracy => MonitorMode::Max,
        });
        (monitor, mode)
    }
}

impl MonitorMode {
    /// Whether `value` is better than `best` by more than `min_delta`, compared in f32 as Keras
    /// does. Everything is better than nothing; NaN is better than no number and worse than none.
    fn is_better(self, value: f64, best: Option<f64>, min_delta: f64) -> bool {
        let Some(best) = best else {
            return true;
        };
        let needed = match self {
            Self::Min => value + min_delta,
            Self::Max => value - min_delta,
        };
        #[expect(
            clippy::cast_possible_truncation,
            reason = "what differs less is a tie"
        )]
        let (needed, best) = (needed as f32, best as f32);
        match self {
            Self::Min => needed < best,
            Self::Max => needed > best,
        }
    }
}

/// The epoch with the best figure so far; of equal ones the first.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Best {
    pub(crate) epoch: usize,
    pub(crate) value: f64,
}

/// How long a figure has not been better, and than what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Waiting {
    best: Option<f64>,
    epochs: usize,
    cooldown: usize,
}

/// All that the epochs so far have decided; kept in every checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Verdict {
    /// None before the first epoch is over.
    pub(crate) best: Option<Best>,
    /// The learning rate that the schedule is reckoned from; lower than the configured one after
    /// a plateau.
    pub(crate) learning_rate: f64,
    pub(crate) stop: bool,
    early_stopping: Waiting,
    plateau: Waiting,
}

impl Verdict {
    /// Nothing is decided before the first epoch.
    pub(crate) fn new(config: &RunConfig) -> Self {
        Self {
            best: None,
            learning_rate: config.learning_rate,
            stop: false,
            early_stopping: Waiting::default(),
            plateau: Waiting::default(),
        }
    }

    /// Takes in an epoch that is over.
    pub(crate) fn judge(&mut self, epoch: &Epoch, config: &RunConfig) {
        let (monitor, mode) = config.monitored();
        let value = monitor.of(epoch);
        if mode.is_better(value, self.best.map(|best| best.value), 0.0) {
            self.best = Some(Best {
                epoch: epoch.epoch,
                value,
            });
        }
        self.reduce_on_plateau(value, mode, config);
        self.stop_early(value, mode, epoch.epoch, config);
    }

    /// `ReduceLROnPlateau.on_epoch_end` of Keras 3.
    fn reduce_on_plateau(&mut self, value: f64, mode: MonitorMode, config: &RunConfig) {
        let Some(patience) = config.plateau_patience else {
            return;
        };
        let waiting = &mut self.plateau;
        if waiting.cooldown > 0 {
            waiting.cooldown -= 1;
            waiting.epochs = 0;
        }
        if mode.is_better(value, waiting.best, config.plateau_min_delta) {
            waiting.best = Some(value);
            waiting.epochs = 0;
        } else if waiting.cooldown == 0 {
            waiting.epochs += 1;
            let lowest = config.plateau_min_learning_rate;
            if waiting.epochs >= patience && self.learning_rate > lowest {
                self.learning_rate = (self.learning_rate * config.plateau_factor).max(lowest);
                waiting.cooldown = config.plateau_cooldown;
                waiting.epochs = 0;
            }
        }
    }

    /// `EarlyStopping.on_epoch_end` of Keras 3.
    fn stop_early(&mut self, value: f64, mode: MonitorMode, epoch: usize, config: &RunConfig) {
        let Some(patience) = config.early_stopping_patience else {
            return;
        };
        let waiting = &mut self.early_stopping;
        waiting.epochs += 1;
        if mode.is_better(value, waiting.best, config.early_stopping_min_delta) {
            waiting.best = Some(value);
            waiting.epochs = 0;
        } else if waiting.epochs >= patience && epoch > 1 {
            self.stop = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// What Keras's own callbacks decide: `tests/keras/make_fixtures.py` drove them.
    const KERAS: &str = include_str!("../tests/keras/callbacks.json");

    /// The verdict after each of a case's values.
    fn verdicts(case: &Value, mut config: RunConfig) -> Vec<Verdict> {
        config.monitor = Some(Monitor::Loss);
        config.monitor_mode = Some(match case["mode"].as_str() {
            Some("min") => MonitorMode::Min,
            _ => MonitorMode::Max,
        });
        let mut verdict = Verdict::new(&config);
        let values = case["values"].as_array().unwrap().iter();
        let epochs = values.zip(1..).map(|(value, epoch)| Epoch {
            epoch,
            loss: value.as_f64().unwrap_or(f64::NAN),
            accuracy: 0.0,
            val_loss: None,
            val_accuracy: None,
            learning_rate: verdict.learning_rate,
            seconds: 0.0,
        });
        let epochs: Vec<Epoch> = epochs.collect();
        let judged = epochs.iter().map(|epoch| {
            verdict.judge(epoch, &config);
            verdict
        });
        judged.collect()
    }

    fn cases(callback: &str) -> Vec<Value> {
        let keras: Value = serde_json::from_str(KERAS).unwrap();
        keras[callback].as_array().unwrap().clone()
    }

    fn count(number: &Value) -> usize {
        usize::try_from(number.as_u64().unwrap()).unwrap()
    }

    #[test]
    fn early_stopping_stops_where_keras_stops() {
        let cases = cases("early_stopping");
        assert!(cases.len() >= 8);
        for case in cases {
            let mut config = RunConfig::defaults().unwrap();
            config.early_stopping_patience = Some(count(&case["patience"]));
            config.early_stopping_min_delta = case["min_delta"].as_f64().unwrap();
            let verdicts = verdicts(&case, config);
            let stopped = verdicts.iter().position(|verdict| verdict.stop);
            let expected = case["stopped_epoch"].as_u64();
            assert_eq!(stopped.map(|index| index as u64 + 1), expected, "{case}");
            if case["min_delta"] == 0.0 {
                let last = stopped.unwrap_or(verdicts.len() - 1);
                let best = verdicts[last].best.unwrap().epoch;
                assert_eq!(best, count(&case["best_epoch"]), "{case}");
            }
        }
    }

    #[test]
    fn the_learning_rate_falls_where_keras_lowers_it() {
        let cases = cases("reduce_lr_on_plateau");
        assert!(cases.len() >= 8);
        for case in cases {
            let number = |key: &str| case[key].as_f64().unwrap();
            let mut config = RunConfig::defaults().unwrap();
            config.learning_rate = number("initial");
            config.plateau_patience = Some(count(&case["patience"]));
            config.plateau_factor = number("factor");
            config.plateau_min_delta = number("min_delta");
            config.plateau_cooldown = count(&case["cooldown"]);
            config.plateau_min_learning_rate = number("min_lr");
            let verdicts = verdicts(&case, config);
            let expected = case["learning_rates"].as_array().unwrap();
            assert_eq!(verdicts.len(), expected.len());
            for (verdict, expected) in verdicts.iter().zip(expected) {
                // Keras keeps the rate as an f32.
                let difference = verdict.learning_rate - expected.as_f64().unwrap();
                assert!(difference.abs() < 1e-9, "{case}: {}", verdict.learning_rate);
            }
        }
    }

    #[test]
    fn a_verdict_that_is_written_and_read_goes_on_the_same() {
        let mut config = RunConfig::defaults().unwrap();
        config.plateau_patience = Some(1);
        config.early_stopping_patience = Some(2);
        let case = serde_json::json!({"mode": "min", "values": [0.3, 0.1 + 0.2, 0.4, 0.5]});
        for verdict in verdicts(&case, config) {
            let text = toml::to_string(&verdict).unwrap();
            assert_eq!(toml::from_str::<Verdict>(&text).unwrap(), verdict, "{text}");
        }
    }
}
