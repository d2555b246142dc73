//! The epoch loop: the engine trains; after each epoch, the callbacks evaluate the metrics, and the
//! state for resuming the run goes to the checkpoint writer.

use std::time::Instant;

use model::Scheduler;

use crate::config::resolved::ResolvedConfig;
use crate::run::callbacks::CallbackState;
use crate::run::history::EpochMetrics;
use crate::run::manifest::{Manifest, Provenance};
use crate::support::cause::Divergence;
use crate::support::error::{Error, Result};
use crate::support::split::Split;
use crate::train::checkpoint_writer::{CheckpointWriter, FinishedEpoch};
use crate::train::engine::Engine;
use crate::train::epoch_metrics::RunningMetrics;
use crate::train::job::{Ended, OnEpoch};
use crate::train::pass::Pass;
use crate::train::watch::Watch;

/// The state of the epoch loop.
pub(crate) struct EpochLoop {
    pub(crate) config: ResolvedConfig,
    pub(crate) provenance: Provenance,
    pub(crate) steps_per_epoch: usize,
    pub(crate) callbacks: CallbackState,
    pub(crate) writer: CheckpointWriter,
    pub(crate) on_epoch: Option<OnEpoch>,
}

/// How an epoch ended.
enum Epoch {
    Finished(EpochMetrics),
    Stopped(Ended),
}

impl EpochLoop {
    /// Trains from `first_epoch` to the last epoch, or until something stops it. Finished epochs
    /// are always written.
    pub(crate) fn run(
        &mut self,
        engine: &mut Engine,
        watch: &mut Watch,
        first_epoch: usize,
    ) -> Result<Ended> {
        let ended = self.epochs(engine, watch, first_epoch);
        watch.progress.close();
        let written = self.writer.finish();
        watch.progress.end();
        ended.and_then(|ended| written.map(|()| ended))
    }

    fn epochs(
        &mut self,
        engine: &mut Engine,
        watch: &mut Watch,
        first_epoch: usize,
    ) -> Result<Ended> {
        if first_epoch == 1 {
            // So that a run that is killed in its first epoch starts again with the same weights.
            self.submit(engine, None)?;
        }
        for epoch in first_epoch..=self.config.settings.epochs {
            match Self::epoch(engine, watch, epoch)? {
                Epoch::Finished(metrics) => self.on_epoch_end(engine, metrics)?,
                Epoch::Stopped(ended) => return Ok(ended),
            }
            if self.callbacks.stop {
                return Ok(Ended::StoppedEarly);
            }
        }
        Ok(Ended::AllEpochs)
    }

    fn epoch(engine: &mut Engine, watch: &mut Watch, epoch: usize) -> Result<Epoch> {
        let started = Instant::now();
        let training = match train(engine, watch, epoch)? {
            Pass::Complete(metrics) => metrics,
            Pass::Stopped(ended) => return Ok(Epoch::Stopped(ended)),
        };
        let validation = if engine.validation_images() > 0 {
            match validate(engine, watch, epoch)? {
                Pass::Complete(metrics) => Some(metrics),
                Pass::Stopped(ended) => return Ok(Epoch::Stopped(ended)),
            }
        } else {
            None
        };
        Ok(Epoch::Finished(EpochMetrics {
            epoch,
            loss: training.loss(),
            accuracy: training.accuracy(),
            val_loss: validation.as_ref().map(RunningMetrics::loss),
            val_accuracy: validation.as_ref().map(RunningMetrics::accuracy),
            learning_rate: engine.learning_rate(),
            seconds: started.elapsed().as_secs_f64(),
        }))
    }

    /// Runs the callbacks, and passes the epoch to the checkpoint writer.
    fn on_epoch_end(&mut self, engine: &mut Engine, metrics: EpochMetrics) -> Result<()> {
        let rate = self.callbacks.learning_rate;
        self.callbacks.on_epoch_end(&metrics, &self.config);
        #[expect(clippy::float_cmp, reason = "checks for any change")]
        if self.callbacks.learning_rate != rate {
            engine.set_scheduler(self.scheduler(metrics.epoch));
        }
        if let Some(on_epoch) = &self.on_epoch {
            engine.with_first_kernel(|kernel| on_epoch(metrics.epoch, kernel))?;
        }
        self.submit(engine, Some(metrics))
    }

    /// Passes a finished epoch, or the state before the first one, to the checkpoint writer.
    fn submit(&mut self, engine: &mut Engine, metrics: Option<EpochMetrics>) -> Result<()> {
        let epoch = metrics.as_ref().map_or(0, |metrics| metrics.epoch);
        let records = engine.records(epoch, self.scheduler(epoch))?;
        let manifest = Manifest::new(metrics, self.callbacks, &self.provenance);
        self.writer.submit(FinishedEpoch { manifest, records })
    }

    /// The schedule of the steps after an epoch.
    pub(crate) fn scheduler(&self, epoch: usize) -> Scheduler {
        let mut schedule = self.config.schedule;
        schedule.learning_rate = self.callbacks.learning_rate;
        Scheduler {
            schedule,
            next_step: epoch * self.steps_per_epoch,
        }
    }
}

fn train(engine: &mut Engine, watch: &mut Watch, epoch: usize) -> Result<Pass> {
    watch.start(epoch, Split::Training, engine.training_images())?;
    let pass = engine.train_epoch(epoch, watch)?;
    if let Pass::Complete(_) = pass {
        if let Some(weight) = engine.non_finite_weight()? {
            return Err(Error::Diverged {
                epoch,
                cause: Divergence::Weight { weight },
                learning_rate: engine.learning_rate(),
            });
        }
        watch.end(epoch, Split::Training)?;
    }
    Ok(pass)
}

fn validate(engine: &mut Engine, watch: &mut Watch, epoch: usize) -> Result<Pass> {
    watch.start(epoch, Split::Validation, engine.validation_images())?;
    let pass = engine.validate(epoch, watch)?;
    if let Pass::Complete(_) = pass {
        watch.end(epoch, Split::Validation)?;
    }
    Ok(pass)
}
