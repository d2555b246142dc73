//! Trains a network by the fused step in memory: the same training as in a run directory, of which nothing
//! is written or shown.

use std::time::Instant;

use model::FusedState;

use crate::config::resolved::ResolvedConfig;
use crate::dataset::training_data::TrainingData;
use crate::device::select::reference_device;
use crate::support::error::Result;
use crate::train::course::{Course, Paused, Wanted, set_validation, training_metrics};
use crate::train::engine::fused::FusedEngine;
use crate::train::initial_weights::initial_network;
use crate::train::job::Ended;
use crate::train::loader::shuffled;
use crate::train::pass::Pass;
use crate::train::signals::StopRequest;

/// A network that is trained in memory.
pub(crate) struct InMemory<'a> {
    course: Course<'a>,
    engine: FusedEngine,
}

impl<'a> InMemory<'a> {
    /// Starts a training, or goes on with one.
    ///
    /// # Errors
    ///
    /// [`Error::Missing`](crate::Error::Missing), [`Error::Model`](crate::Error::Model) and others if the initial
    /// weights cannot be read.
    pub(crate) fn new(
        config: &'a ResolvedConfig,
        digits: &TrainingData,
        from: Option<Paused>,
    ) -> Result<Self> {
        let settings = &config.settings;
        let network = initial_network(settings, &reference_device())?;
        let (course, state) = match from {
            Some(from) => Course::resumed(config, digits.counts(), from),
            None => (
                Course::new(config, digits.counts()),
                FusedState::read(&network, None)?,
            ),
        };
        let order = shuffled(settings, digits.training.len());
        let scheduler = course.scheduler();
        Ok(Self {
            course,
            engine: FusedEngine::new(settings, digits, order, state, scheduler, network),
        })
    }

    /// The training after its last epoch, if it can be resumed there.
    pub(crate) fn now(&self) -> Option<Paused> {
        self.course.now(self.engine.current_state())
    }

    /// Trains until `last` epochs are finished, or until early stopping ends the training, and calls `on_epoch` after
    /// each; `None` if a stop was requested before.
    ///
    /// # Errors
    ///
    /// Those of `on_epoch`, and
    /// [`Error::Diverged`](crate::Error::Diverged) and
    /// [`Error::ValidationDiverged`](crate::Error::ValidationDiverged) if the loss becomes NaN or infinite.
    pub(crate) fn train(
        mut self,
        last: usize,
        stop: &StopRequest,
        mut on_epoch: impl FnMut(&Self) -> Result<()>,
    ) -> Result<Option<Paused>> {
        let ended = || {
            stop.exit_code()
                .map(|exit_code| Ended::Interrupted { exit_code })
        };
        while self.course.is_open(last) {
            let started = Instant::now();
            let epoch = self.course.epoch() + 1;
            let Pass::Complete(training) = self.engine.train_epoch_until(epoch, |_| Ok(ended()))?
            else {
                return Ok(None);
            };
            let mut metrics = training_metrics(epoch, &training, self.engine.learning_rate());
            if self.course.is_validated_each_epoch() {
                let Pass::Complete(found) = self.engine.validate_until(epoch, |_| Ok(ended()))?
                else {
                    return Ok(None);
                };
                set_validation(&mut metrics, &found);
            }
            metrics.seconds = started.elapsed().as_secs_f64();
            if self.course.on_epoch_end(metrics) == Wanted::Weights {
                self.course.keep_best(self.engine.current_state().weights);
            }
            self.engine.set_scheduler(self.course.scheduler());
            on_epoch(&self)?;
        }
        if self.course.is_validated_at_the_end() {
            let epoch = self.course.epoch();
            let Pass::Complete(found) = self.engine.validate_until(epoch, |_| Ok(ended()))? else {
                return Ok(None);
            };
            self.course.set_validation(&found);
        }
        let (state, rate) = (self.engine.current_state(), self.engine.learning_rate());
        self.course.paused(state, rate).map(Some)
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
                .train(*last, &StopRequest::default(), |_| Ok(()))
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
        assert_eq!(training.train(6, &stop, |_| Ok(())).unwrap(), None);
    }
}
