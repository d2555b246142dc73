//! The course of a training in memory: what follows from the metrics of its epochs, whatever computes them.

use model::{FusedState, LayerValues, Scheduler};

use crate::config::resolved::{ImageCounts, ResolvedConfig};
use crate::run::callbacks::CallbackState;
use crate::run::history::EpochMetrics;
use crate::support::cause::Divergence;
use crate::support::error::{Error, Result};
use crate::train::epoch_metrics::RunningMetrics;

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

/// A training without its network.
pub(crate) struct Course<'a> {
    config: &'a ResolvedConfig,
    images: ImageCounts,
    epoch: usize,
    callbacks: CallbackState,
    best: Option<(EpochMetrics, LayerValues)>,
    metrics: Option<EpochMetrics>,
}

/// What is needed of an epoch besides its metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    Nothing,
    /// Its weights are the best so far: [`Course::keep_best`] takes them.
    Weights,
}

impl<'a> Course<'a> {
    /// Starts a training.
    pub(crate) fn new(config: &'a ResolvedConfig, images: ImageCounts) -> Self {
        Self {
            config,
            images,
            epoch: 0,
            callbacks: CallbackState::new(&config.settings),
            best: None,
            metrics: None,
        }
    }

    /// Goes on with a training.
    pub(crate) fn resumed(
        config: &'a ResolvedConfig,
        images: ImageCounts,
        from: Paused,
    ) -> (Self, FusedState) {
        let course = Self {
            epoch: from.epoch,
            callbacks: from.callbacks,
            best: from.best,
            metrics: Some(from.metrics),
            ..Self::new(config, images)
        };
        (course, from.state)
    }

    /// Finished epochs.
    pub(crate) fn epoch(&self) -> usize {
        self.epoch
    }

    /// Says whether there is an epoch to train until `last` are finished.
    pub(crate) fn is_open(&self, last: usize) -> bool {
        self.epoch < last && !self.callbacks.stop
    }

    /// The schedule of the steps after the finished epochs.
    pub(crate) fn scheduler(&self) -> Scheduler {
        let steps_per_epoch = self
            .images
            .training
            .div_ceil(self.config.settings.batch_size);
        let mut schedule = self.config.schedule;
        schedule.learning_rate = self.callbacks.learning_rate;
        Scheduler {
            schedule,
            next_step: self.epoch * steps_per_epoch,
        }
    }

    /// Says whether something depends on the metrics of each epoch, and not only of the last one.
    fn has_callbacks(&self) -> bool {
        let settings = &self.config.settings;
        settings.early_stopping_patience.is_some()
            || settings.plateau_patience.is_some()
            || settings.restore_best_weights
    }

    /// The same of the validation metrics: the best epoch has them, whatever it is the best by.
    pub(crate) fn is_validated_each_epoch(&self) -> bool {
        self.images.validation > 0
            && self.has_callbacks()
            && (self.config.settings.restore_best_weights
                || self.config.monitor.metric.is_of_validation())
    }

    /// Says whether the last epoch has to be validated at the end.
    pub(crate) fn is_validated_at_the_end(&self) -> bool {
        self.images.validation > 0 && !self.is_validated_each_epoch()
    }

    /// Runs the callbacks on the metrics of an epoch.
    pub(crate) fn on_epoch_end(&mut self, metrics: EpochMetrics) -> Wanted {
        self.epoch = metrics.epoch;
        let mut wanted = Wanted::Nothing;
        if self.has_callbacks() {
            let best = self.callbacks.best;
            self.callbacks.on_epoch_end(&metrics, self.config);
            if self.config.settings.restore_best_weights && self.callbacks.best != best {
                wanted = Wanted::Weights;
            }
        }
        self.metrics = Some(metrics);
        wanted
    }

    /// Keeps the weights of the last epoch as the best.
    pub(crate) fn keep_best(&mut self, weights: LayerValues) {
        self.best = self.metrics.clone().map(|metrics| (metrics, weights));
    }

    /// Adds validation metrics to those of the last epoch.
    pub(crate) fn set_validation(&mut self, found: &RunningMetrics) {
        if let Some(metrics) = &mut self.metrics {
            set_validation(metrics, found);
        }
    }

    /// The training after its last epoch, with the network after it; `None` before the first epoch, and if a weight is NaN
    /// or infinite, which ends the training in its next step.
    pub(crate) fn now(&self, state: FusedState) -> Option<Paused> {
        let metrics = self.metrics.clone()?;
        state.first_non_finite().is_none().then(|| Paused {
            epoch: self.epoch,
            state,
            callbacks: self.callbacks,
            best: self.best.clone(),
            metrics,
        })
    }

    /// Pauses or ends the training with the network after the last epoch.
    ///
    /// # Errors
    ///
    /// [`Error::Diverged`] if a weight is NaN or infinite.
    pub(crate) fn paused(self, state: FusedState, learning_rate: f64) -> Result<Paused> {
        if let Some(weight) = state.first_non_finite() {
            return Err(Error::Diverged {
                epoch: self.epoch,
                cause: Divergence::Weight {
                    weight: weight.to_owned(),
                },
                learning_rate,
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

/// The metrics of an epoch before validation.
pub(crate) fn training_metrics(
    epoch: usize,
    training: &RunningMetrics,
    learning_rate: f64,
) -> EpochMetrics {
    EpochMetrics {
        epoch,
        loss: training.loss(),
        accuracy: training.accuracy(),
        val_loss: None,
        val_accuracy: None,
        learning_rate,
        seconds: 0.0,
    }
}

/// Adds validation metrics to those of an epoch.
pub(crate) fn set_validation(metrics: &mut EpochMetrics, found: &RunningMetrics) {
    metrics.val_loss = Some(found.loss());
    metrics.val_accuracy = Some(found.accuracy());
}
