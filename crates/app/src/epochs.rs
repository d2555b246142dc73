//! The epochs of a training: Burn's learner takes the steps, and after each epoch its figures are
//! judged and everything that the run needs to go on is kept.

use std::sync::Arc;
use std::time::Instant;

use anyhow::Context;
use burn::optim::lr_scheduler::module_lr_scheduler::ModuleLrScheduler;
use burn::tensor::Device;
use burn_train::metric::store::EventStoreClient;
use burn_train::{
    EventProcessorTraining, Interrupter, Learner, LearnerEvent, LearningCheckpointer,
    SupervisedTrainingEventProcessor, TrainLoader, TrainingItem, ValidLoader,
};
use model::{Mlp, Scheduler};

use crate::checkpoint::{Parts, State};
use crate::config::RunConfig;
use crate::failure::INTERRUPTED;
use crate::figures::{Figures, NotFinite};
use crate::fit::{Ended, View};
use crate::fused_epochs::{self, FusedEpochs};
use crate::history::Epoch;
use crate::keeper::{Finished, Keeper, MakeRecords};
use crate::monitor::Verdict;
use crate::progress;
use crate::signals::StopRequest;

/// Everything of ours that the loop over epochs needs.
pub(crate) struct Epochs {
    pub(crate) config: RunConfig,
    pub(crate) backend: String,
    pub(crate) data: String,
    pub(crate) device: Device,
    pub(crate) steps_per_epoch: usize,
    pub(crate) verdict: Verdict,
    pub(crate) parts: Parts,
    pub(crate) keeper: Keeper,
    pub(crate) progress: progress::Progress,
    pub(crate) view: View,
    pub(crate) stop: StopRequest,
    pub(crate) deadline: Option<Instant>,
    pub(crate) held_out: bool,
    /// Takes the steps instead of the learner, where it can.
    pub(crate) fused: Option<FusedEpochs>,
}

/// Everything of Burn's.
pub(crate) struct Burn {
    pub(crate) learner: Learner<Mlp>,
    pub(crate) checkpointer: Option<LearningCheckpointer<Mlp>>,
    pub(crate) store: Arc<EventStoreClient>,
    pub(crate) events: SupervisedTrainingEventProcessor<Mlp>,
    pub(crate) interrupter: Interrupter,
    pub(crate) train: TrainLoader<Mlp>,
    pub(crate) validation: ValidLoader<Mlp>,
}

/// A number that is none, or none any more.
#[derive(Debug, thiserror::Error)]
#[error(
    "epoch {epoch}: {cause} (learning rate {learning_rate}); lower --learning-rate, or set --global-clipnorm"
)]
pub(crate) struct Diverged {
    epoch: usize,
    cause: String,
    learning_rate: f64,
}

impl Epochs {
    /// Trains from `first_epoch` to the last, or until something ends it before.
    pub(crate) fn run(&mut self, burn: &mut Burn, first_epoch: usize) -> anyhow::Result<Ended> {
        if first_epoch == 1 {
            self.keep(burn, None)?; // So that a run killed in its first epoch starts the same.
        }
        for epoch in first_epoch..=self.config.epochs {
            let started = Instant::now();
            let trained = self.train(burn, epoch)?;
            let validated = match trained {
                Ok(_) if self.held_out => self.validate(burn, epoch)?.map(Some),
                _ => Ok(None),
            };
            let (train, validation) = match (trained, validated) {
                (Ok(train), Ok(validation)) => (train, validation),
                (Err(ended), _) | (_, Err(ended)) => return Ok(ended),
            };
            let figures = Epoch {
                epoch,
                loss: train.loss(),
                accuracy: train.accuracy(),
                val_loss: validation.as_ref().map(Figures::loss),
                val_accuracy: validation.as_ref().map(Figures::accuracy),
                learning_rate: burn.learner.lr_current().base(),
                seconds: started.elapsed().as_secs_f64(),
            };
            self.finish(burn, &figures)?;
            if self.verdict.stop {
                return Ok(Ended::Early);
            }
        }
        Ok(Ended::Whole)
    }

    /// One pass over the training images.
    fn train(&mut self, burn: &mut Burn, epoch: usize) -> anyhow::Result<Result<Figures, Ended>> {
        let images = burn.train.num_items();
        self.progress.start(epoch, "", images);
        self.tell(burn, |burn| {
            let event = LearnerEvent::StartSplit {
                epoch_number: epoch,
                total_items: images,
            };
            burn.events.process_train(event)
        })?;
        let trained = match self.fused.take() {
            Some(mut fused) => {
                let trained = self.fused_steps(&mut fused, burn, epoch);
                self.fused = Some(fused);
                trained
            }
            None => self.steps(burn, epoch),
        };
        let figures = match trained? {
            Ok(figures) => figures,
            Err(ended) => return Ok(Err(ended)),
        };
        if let Some(broken) = self.not_finite(burn)? {
            let cause = format!("{broken} is no longer finite after the last batch");
            return Err(Self::diverged(burn, epoch, cause));
        }
        self.tell(burn, |burn| {
            burn.events.process_train(LearnerEvent::EndSplit(epoch))
        })?;
        Ok(Ok(figures))
    }

    /// The steps of an epoch by Burn's learner.
    fn steps(&self, burn: &mut Burn, epoch: usize) -> anyhow::Result<Result<Figures, Ended>> {
        let mut figures = Figures::new();
        let loader = burn.train.clone();
        let mut batches = loader.iter();
        let mut iteration = 0;
        while let Some(batch) = batches.next() {
            iteration += 1;
            let step = burn.learner.train_step(batch?);
            let gradients = match self.config.global_clipnorm {
                Some(limit) => model::clip_by_global_norm(&burn.learner.model(), step.grads, limit),
                None => step.grads,
            };
            burn.learner.lr_step();
            burn.learner.optimizer_step(gradients);

            let progress = batches.progress();
            let seen = progress.items_processed;
            self.tell(burn, |burn| {
                let rate = Some(burn.learner.lr_current());
                let output = step.item.clone();
                let item = TrainingItem::new(output, progress, Some(iteration), rate);
                burn.events.process_train(LearnerEvent::ProcessedItem(item))
            })?;
            let was_read = figures.add(step.item);
            if Self::finite(burn, epoch, was_read)? {
                self.progress.advance(seen, &figures);
            }
            if let Some(ended) = self.asked_to_end(burn)? {
                return Ok(Err(ended));
            }
        }
        let read = figures.read();
        Self::finite(burn, epoch, read)?;
        Ok(Ok(figures))
    }

    /// The name of a weight that has become NaN or infinite.
    fn not_finite(&self, burn: &Burn) -> anyhow::Result<Option<String>> {
        if let Some(fused) = &self.fused {
            return Ok(fused.state().first_non_finite().map(str::to_owned));
        }
        let weights = model::named_weights(&burn.learner.model())?;
        let mut parts = weights.into_iter();
        let broken = parts.find(|part| part.values.iter().any(|value| !value.is_finite()));
        Ok(broken.map(|part| part.name.to_owned()))
    }

    /// One pass over the images held out.
    fn validate(
        &mut self,
        burn: &mut Burn,
        epoch: usize,
    ) -> anyhow::Result<Result<Figures, Ended>> {
        let images = burn.validation.num_items();
        self.progress.start(epoch, " validation", images);
        self.tell(burn, |burn| {
            let event = LearnerEvent::StartSplit {
                epoch_number: epoch,
                total_items: images,
            };
            burn.events.process_valid(event)
        })?;
        let measured = match self.fused.take() {
            Some(mut fused) => {
                let measured = self.fused_validation(&mut fused, burn, epoch);
                self.fused = Some(fused);
                measured.map(Ok)
            }
            None => self.measure(burn, epoch),
        };
        let figures = match measured? {
            Ok(figures) => figures,
            Err(ended) => return Ok(Err(ended)),
        };
        self.tell(burn, |burn| {
            burn.events.process_valid(LearnerEvent::EndSplit(epoch))?;
            burn.events.process_train(LearnerEvent::EndEpoch(epoch))
        })?;
        Ok(Ok(figures))
    }

    /// The figures of the images held out, by Burn.
    fn measure(&self, burn: &mut Burn, epoch: usize) -> anyhow::Result<Result<Figures, Ended>> {
        let mut figures = Figures::new();
        let model = burn::module::Module::valid(&burn.learner.model());
        let loader = burn.validation.clone();
        let mut batches = loader.iter();
        while let Some(batch) = batches.next() {
            let output = burn_train::InferenceStep::step(&model, batch?);
            let progress = batches.progress();
            let seen = progress.items_processed;
            self.tell(burn, |burn| {
                let item = TrainingItem::new(output.clone(), progress, None, None);
                burn.events.process_valid(LearnerEvent::ProcessedItem(item))
            })?;
            if figures
                .add(output)
                .with_context(|| format!("validation of epoch {epoch}"))?
            {
                self.progress.advance(seen, &figures);
            }
            if let Some(ended) = self.asked_to_end(burn)? {
                return Ok(Err(ended));
            }
        }
        figures
            .read()
            .with_context(|| format!("validation of epoch {epoch}"))?;
        Ok(Ok(figures))
    }

    /// Judges an epoch that is over, and keeps it.
    fn finish(&mut self, burn: &mut Burn, figures: &Epoch) -> anyhow::Result<()> {
        let rate = self.verdict.learning_rate;
        self.verdict.judge(figures, &self.config);
        #[expect(clippy::float_cmp, reason = "it changes or it does not")]
        if self.verdict.learning_rate != rate {
            let scheduler = ModuleLrScheduler::from(self.scheduler(figures.epoch));
            burn.learner.load_scheduler(scheduler.to_record());
        }
        self.keep(burn, Some(figures.clone()))
    }

    /// Hands an epoch that is over to the keeper, or the state before the first.
    fn keep(&mut self, burn: &mut Burn, figures: Option<Epoch>) -> anyhow::Result<()> {
        let epoch = figures.as_ref().map_or(0, |figures| figures.epoch);
        let (backend, data, config) = (&self.backend, &self.data, &self.config);
        let state = State::new(epoch, figures, self.verdict, backend, data, config);
        let records: MakeRecords = if let Some(fused) = &self.fused {
            let scheduler = self.scheduler(epoch);
            let (fused, network) = (fused.state(), burn.learner.model());
            Box::new(move || fused_epochs::records(&fused, &network, scheduler))
        } else {
            let checkpointer = burn.checkpointer.as_mut().context("no checkpointers")?;
            checkpointer.checkpoint(&burn.learner, epoch, &burn.store);
            let records = self.parts.receive()?;
            Box::new(move || Ok(records))
        };
        self.keeper.keep(Finished { state, records })
    }

    /// What says the learning rate of the steps after an epoch.
    fn scheduler(&self, epoch: usize) -> Scheduler {
        let mut schedule = self.config.schedule();
        schedule.learning_rate = self.verdict.learning_rate;
        Scheduler {
            schedule,
            next_step: epoch * self.steps_per_epoch,
        }
    }

    /// Tells the dashboard, if there is one.
    #[cfg_attr(
        not(feature = "tui"),
        expect(clippy::unnecessary_wraps, reason = "the dashboard can fail")
    )]
    pub(crate) fn tell<E: Into<anyhow::Error>>(
        &self,
        burn: &mut Burn,
        event: impl FnOnce(&mut Burn) -> Result<(), E>,
    ) -> anyhow::Result<()> {
        match self.view {
            #[cfg(feature = "tui")]
            View::Dashboard => {
                crate::dashboard::keep_ctrl_c();
                event(burn).map_err(Into::into)
            }
            View::Lines | View::Hidden => {
                let _ = (burn, event);
                Ok(())
            }
        }
    }

    pub(crate) fn asked_to_end(&self, burn: &Burn) -> anyhow::Result<Option<Ended>> {
        if let Some(error) = burn.interrupter.error() {
            anyhow::bail!("{error}");
        }
        let from_dashboard = burn.interrupter.should_stop().then_some(INTERRUPTED);
        if let Some(code) = self.stop.exit_code().or(from_dashboard) {
            return Ok(Some(Ended::Interrupted(code)));
        }
        let is_over = self.deadline.is_some_and(|end| Instant::now() >= end);
        Ok(is_over.then_some(Ended::OutOfTime))
    }

    /// Says of a loss that is no number in which epoch it was, and what helps.
    pub(crate) fn finite<T>(
        burn: &Burn,
        epoch: usize,
        read: anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        read.map_err(|error| match error.downcast::<NotFinite>() {
            Ok(cause) => Self::diverged(burn, epoch, cause.to_string()),
            Err(error) => error,
        })
    }

    fn diverged(burn: &Burn, epoch: usize, cause: String) -> anyhow::Error {
        Diverged {
            epoch,
            cause,
            learning_rate: burn.learner.lr_current().base(),
        }
        .into()
    }
}
