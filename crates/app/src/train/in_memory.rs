//! Trains a network by the fused step in memory: the same training as in a run directory, of which nothing
//! is written or shown.

use std::time::Instant;

use model::{FusedState, LayerValues, Scheduler};

use crate::config::resolved::ResolvedConfig;
use crate::dataset::training_data::TrainingData;
use crate::device::select::reference_device;
use crate::run::callbacks::CallbackState;
use crate::run::history::EpochMetrics;
use crate::support::cause::Divergence;
use crate::support::error::{Error, Result};
use crate::train::engine::fused::FusedEngine;
use crate::train::epoch_metrics::RunningMetrics;
use crate::train::initial_weights::initial_network;
use crate::train::job::Ended;
use crate::train::loader::shuffled;
use crate::train::pass::Pass;
use crate::train::signals::StopRequest;

/// A training between two epochs: what is needed to go on with it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Paused {
    /// Finished epochs.
    pub(crate) epoch: usize,
    pub(crate) state: FusedState,
    pub(crate) callbacks: CallbackState,
    /// The metrics and the weights of the best epoch, if the training ends with those.
    pub(crate) best: Option<(EpochMetrics, LayerValues)>,
    /// The metrics of the last epoch.
    pub(crate) metrics: EpochMetrics,
}

/// A network that is trained in memory.
pub(crate) struct InMemory<'a> {
    config: &'a ResolvedConfig,
    engine: FusedEngine,
    steps_per_epoch: usize,
    epoch: usize,
    callbacks: CallbackState,
    best: Option<(EpochMetrics, LayerValues)>,
    metrics: Option<EpochMetrics>,
}

impl<'a> InMemory<'a> {
    /// Starts a training, or goes on with one.
    ///
    /// # Errors
    ///
    /// [`Error::Missing`], [`Error::Model`] and others if the initial weights cannot be read.
    pub(crate) fn new(
        config: &'a ResolvedConfig,
        digits: &TrainingData,
        from: Option<Paused>,
    ) -> Result<Self> {
        let settings = &config.settings;
        let network = initial_network(settings, &reference_device())?;
        let steps_per_epoch = digits.training.len().div_ceil(settings.batch_size);
        let (epoch, callbacks, best, metrics, state);
        if let Some(from) = from {
            (epoch, callbacks, best) = (from.epoch, from.callbacks, from.best);
            (metrics, state) = (Some(from.metrics), from.state);
        } else {
            (epoch, callbacks, best) = (0, CallbackState::new(settings), None);
            (metrics, state) = (None, FusedState::read(&network, None)?);
        }
        let order = shuffled(settings, digits.training.len());
        let scheduler = scheduler(config, &callbacks, epoch * steps_per_epoch);
        Ok(Self {
            config,
            engine: FusedEngine::new(settings, digits, order, state, scheduler, network),
            steps_per_epoch,
            epoch,
            callbacks,
            best,
            metrics,
        })
    }

    /// Trains until `last` epochs are finished, or until early stopping ends the training, and calls `on_epoch` after
    /// each; `None` if a stop was requested before.
    ///
    /// # Errors
    ///
    /// [`Error::Diverged`] and [`Error::ValidationDiverged`] if the loss becomes NaN or infinite.
    pub(crate) fn train(
        mut self,
        last: usize,
        stop: &StopRequest,
        on_epoch: impl Fn(),
    ) -> Result<Option<Paused>> {
        let ended = || {
            stop.exit_code()
                .map(|exit_code| Ended::Interrupted { exit_code })
        };
        while self.epoch < last && !self.callbacks.stop {
            let started = Instant::now();
            let epoch = self.epoch + 1;
            let Pass::Complete(training) = self.engine.train_epoch_until(epoch, |_| Ok(ended()))?
            else {
                return Ok(None);
            };
            let mut metrics = EpochMetrics {
                epoch,
                loss: training.loss(),
                accuracy: training.accuracy(),
                val_loss: None,
                val_accuracy: None,
                learning_rate: self.engine.learning_rate(),
                seconds: 0.0,
            };
            if self.is_validated_each_epoch() {
                let Pass::Complete(found) = self.engine.validate_until(epoch, |_| Ok(ended()))?
                else {
                    return Ok(None);
                };
                set_validation(&mut metrics, &found);
            }
            metrics.seconds = started.elapsed().as_secs_f64();
            self.on_epoch_end(metrics);
            on_epoch();
        }
        if !self.is_validated_each_epoch()
            && self.engine.validation_images() > 0
            && let Some(metrics) = &mut self.metrics
        {
            let epoch = self.epoch;
            let Pass::Complete(found) = self.engine.validate_until(epoch, |_| Ok(ended()))? else {
                return Ok(None);
            };
            set_validation(metrics, &found);
        }
        self.paused().map(Some)
    }

    /// Says whether something depends on the metrics of each epoch, and not only of the last one.
    fn has_callbacks(&self) -> bool {
        let settings = &self.config.settings;
        settings.early_stopping_patience.is_some()
            || settings.plateau_patience.is_some()
            || settings.restore_best_weights
    }

    /// The same of the validation metrics: the best epoch has them, whatever it is the best by.
    fn is_validated_each_epoch(&self) -> bool {
        self.engine.validation_images() > 0
            && self.has_callbacks()
            && (self.config.settings.restore_best_weights
                || self.config.monitor.metric.is_of_validation())
    }

    fn on_epoch_end(&mut self, metrics: EpochMetrics) {
        self.epoch = metrics.epoch;
        if !self.has_callbacks() {
            self.metrics = Some(metrics);
            return;
        }
        let rate = self.callbacks.learning_rate;
        let best = self.callbacks.best;
        self.callbacks.on_epoch_end(&metrics, self.config);
        if self.config.settings.restore_best_weights && self.callbacks.best != best {
            self.best = Some((metrics.clone(), self.engine.current_state().weights));
        }
        self.metrics = Some(metrics);
        #[expect(clippy::float_cmp, reason = "checks for any change")]
        if self.callbacks.learning_rate != rate {
            let next_step = self.epoch * self.steps_per_epoch;
            self.engine
                .set_scheduler(scheduler(self.config, &self.callbacks, next_step));
        }
    }

    fn paused(self) -> Result<Paused> {
        let state = self.engine.current_state();
        if let Some(weight) = state.first_non_finite() {
            return Err(Error::Diverged {
                epoch: self.epoch,
                cause: Divergence::Weight {
                    weight: weight.to_owned(),
                },
                learning_rate: self.engine.learning_rate(),
            });
        }
        Ok(Paused {
            epoch: self.epoch,
            state,
            callbacks: self.callbacks,
            best: self.best,
            metrics: self.metrics.ok_or(Error::NotStarted)?,
        })
    }
}

fn set_validation(metrics: &mut EpochMetrics, found: &RunningMetrics) {
    metrics.val_loss = Some(found.loss());
    metrics.val_accuracy = Some(found.accuracy());
}

fn scheduler(config: &ResolvedConfig, callbacks: &CallbackState, next_step: usize) -> Scheduler {
    let mut schedule = config.schedule;
    schedule.learning_rate = callbacks.learning_rate;
    Scheduler {
        schedule,
        next_step,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::run_config::RunConfig;

    fn config(change: impl FnOnce(&mut RunConfig)) -> (ResolvedConfig, TrainingData) {
        let mut settings = RunConfig {
            epochs: 6,
            ..RunConfig::default()
        };
        change(&mut settings);
        let digits = TrainingData::read(&settings).unwrap();
        let config = ResolvedConfig::new(settings, digits.counts()).unwrap();
        (config, digits)
    }

    fn trained(config: &ResolvedConfig, digits: &TrainingData, pauses: &[usize]) -> Paused {
        let mut from = None;
        for last in pauses {
            let training = InMemory::new(config, digits, from).unwrap();
            from = training
                .train(*last, &StopRequest::default(), || ())
                .unwrap();
        }
        let mut trained = from.unwrap();
        trained.metrics.seconds = 0.0;
        if let Some((metrics, _)) = &mut trained.best {
            metrics.seconds = 0.0;
        }
        trained
    }

    #[test]
    fn a_paused_training_goes_on_bit_for_bit_as_if_it_had_not_been_paused() {
        let settings: [fn(&mut RunConfig); 3] = [
            |_| {},
            // A rate so high that some epochs are no improvement.
            |settings| {
                settings.learning_rate = 0.05;
                settings.plateau_patience = Some(1);
                settings.restore_best_weights = true;
            },
            |settings| {
                settings.validation_split = 0.0;
                settings.learning_rate_schedule = crate::config::choices::ScheduleName::Cosine;
            },
        ];
        for change in settings {
            let (config, digits) = config(change);
            let whole = trained(&config, &digits, &[6]);
            assert_eq!(trained(&config, &digits, &[1, 4, 6]), whole);
            assert_eq!(whole.epoch, 6);
            assert_eq!(whole.best.is_some(), config.settings.restore_best_weights);
        }
    }

    #[test]
    fn early_stopping_ends_it_and_its_last_epoch_has_validation_metrics() {
        let (config, digits) = config(|settings| {
            settings.early_stopping_patience = Some(0);
            settings.early_stopping_min_delta = 1.0;
            settings.monitor = Some(crate::config::monitor::MonitoredMetric::Loss);
        });
        let stopped = trained(&config, &digits, &[6]);
        assert_eq!((stopped.epoch, stopped.callbacks.stop), (2, true));
        assert!(stopped.metrics.val_loss.is_some());
    }

    #[test]
    fn a_request_to_stop_ends_it_without_a_result() {
        let (config, digits) = config(|_| {});
        let stop = StopRequest::default();
        stop.stop();
        let training = InMemory::new(&config, &digits, None).unwrap();
        assert_eq!(training.train(6, &stop, || ()).unwrap(), None);
    }
}
