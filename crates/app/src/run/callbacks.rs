//! The callbacks after each epoch: the best epoch, reducing the learning rate and early stopping,
//! with the semantics of Keras's `ModelCheckpoint`, `ReduceLROnPlateau` and `EarlyStopping`.

use serde::{Deserialize, Serialize};

use crate::config::monitor::MonitorMode;
use crate::config::resolved::ResolvedConfig;
use crate::config::run_config::RunConfig;
use crate::run::history::EpochMetrics;

/// The best epoch so far; the first one if several are equal.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BestEpoch {
    /// Its number.
    pub epoch: usize,
    /// Its monitored metric.
    pub value: f64,
}

/// The best value of a metric, and for how many epochs it has not improved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Waiting {
    best: Option<f64>,
    epochs: usize,
    cooldown: usize,
}

/// The state of the callbacks after the finished epochs; stored in every checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallbackState {
    /// None before the first epoch is finished.
    pub best: Option<BestEpoch>,
    /// The learning rate that the schedule starts from; lower than the configured one after a
    /// plateau.
    pub learning_rate: f64,
    /// Whether early stopping ends the training.
    pub stop: bool,
    early_stopping: Waiting,
    plateau: Waiting,
}

impl CallbackState {
    /// The state before the first epoch.
    #[must_use]
    pub fn new(config: &RunConfig) -> Self {
        Self {
            best: None,
            learning_rate: config.learning_rate,
            stop: false,
            early_stopping: Waiting::default(),
            plateau: Waiting::default(),
        }
    }

    /// The state after some epochs.
    #[must_use]
    pub fn after(epochs: &[EpochMetrics], config: &ResolvedConfig) -> Self {
        let mut state = Self::new(&config.settings);
        for epoch in epochs {
            state.on_epoch_end(epoch, config);
        }
        state
    }

    /// Updates the state with the metrics of a finished epoch.
    pub fn on_epoch_end(&mut self, epoch: &EpochMetrics, config: &ResolvedConfig) {
        let mode = config.monitor.mode;
        let value = epoch.monitored(config.monitor.metric);
        if mode.is_better(value, self.best.map(|best| best.value), 0.0) {
            self.best = Some(BestEpoch {
                epoch: epoch.epoch,
                value,
            });
        }
        self.reduce_on_plateau(value, mode, &config.settings);
        self.stop_early(value, mode, epoch.epoch, &config.settings);
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
    use crate::config::monitor::MonitoredMetric;

    /// The results of Keras's own callbacks, recorded by `tests/keras/make_fixtures.py`.
    const KERAS: &str = include_str!("../../tests/keras/callbacks.json");

    /// The state after each value of a case.
    fn states(case: &Value, mut settings: RunConfig) -> Vec<CallbackState> {
        settings.monitor = Some(MonitoredMetric::Loss);
        settings.monitor_mode = Some(match case["mode"].as_str() {
            Some("min") => MonitorMode::Min,
            _ => MonitorMode::Max,
        });
        let config = ResolvedConfig::of_run(settings);
        let mut state = CallbackState::new(&config.settings);
        let values = case["values"].as_array().unwrap().iter();
        let states = values.zip(1..).map(|(value, epoch)| {
            let metrics = EpochMetrics {
                epoch,
                loss: value.as_f64().unwrap_or(f64::NAN),
                accuracy: 0.0,
                val_loss: None,
                val_accuracy: None,
                learning_rate: state.learning_rate,
                seconds: 0.0,
            };
            state.on_epoch_end(&metrics, &config);
            state
        });
        states.collect()
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
            let config = RunConfig {
                early_stopping_patience: Some(count(&case["patience"])),
                early_stopping_min_delta: case["min_delta"].as_f64().unwrap(),
                ..RunConfig::default()
            };
            let states = states(&case, config);
            let stopped = states.iter().position(|state| state.stop);
            let expected = case["stopped_epoch"].as_u64();
            assert_eq!(stopped.map(|index| index as u64 + 1), expected, "{case}");
            if case["min_delta"] == 0.0 {
                let last = stopped.unwrap_or(states.len() - 1);
                let best = states[last].best.unwrap().epoch;
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
            let config = RunConfig {
                learning_rate: number("initial"),
                plateau_patience: Some(count(&case["patience"])),
                plateau_factor: number("factor"),
                plateau_min_delta: number("min_delta"),
                plateau_cooldown: count(&case["cooldown"]),
                plateau_min_learning_rate: number("min_lr"),
                ..RunConfig::default()
            };
            let states = states(&case, config);
            let expected = case["learning_rates"].as_array().unwrap();
            assert_eq!(states.len(), expected.len());
            for (state, expected) in states.iter().zip(expected) {
                // Keras stores the rate as an f32.
                let difference = state.learning_rate - expected.as_f64().unwrap();
                assert!(difference.abs() < 1e-9, "{case}: {}", state.learning_rate);
            }
        }
    }

    #[test]
    fn a_written_state_is_read_back_unchanged() {
        let config = RunConfig {
            plateau_patience: Some(1),
            early_stopping_patience: Some(2),
            ..RunConfig::default()
        };
        let case = serde_json::json!({"mode": "min", "values": [0.3, 0.1 + 0.2, 0.4, 0.5]});
        for state in states(&case, config) {
            let text = toml::to_string(&state).unwrap();
            let read: CallbackState = toml::from_str(&text).unwrap();
            assert_eq!(read, state, "{text}");
        }
    }
}
