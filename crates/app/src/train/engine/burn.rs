//! The engine that uses Burn's learner.

use std::sync::Arc;

use burn::grad_clipping::GradientClipping;
use burn::module::Module;
use burn::optim::ModuleOptimizer;
use burn::optim::lr_scheduler::module_lr_scheduler::ModuleLrScheduler;
use burn_train::metric::store::EventStoreClient;
use burn_train::{InferenceStep, Learner, LearningCheckpointer, TrainLoader, ValidLoader};
use model::{LayerValues, Mlp, Scheduler};

use crate::config::run_config::RunConfig;
use crate::support::error::{Error, Result};
use crate::train::epoch_metrics::RunningMetrics;
use crate::train::pass::Pass;
use crate::train::records::{MakeRecords, Records};
use crate::train::watch::{Batch, Watch};

/// Burn's learner, with its data loaders and checkpointers.
pub(crate) struct BurnEngine {
    pub(crate) learner: Learner<Mlp>,
    pub(crate) checkpointer: Option<LearningCheckpointer<Mlp>>,
    pub(crate) store: Arc<EventStoreClient>,
    pub(crate) records: Records,
    pub(crate) training: TrainLoader<Mlp>,
    pub(crate) validation: ValidLoader<Mlp>,
    /// The maximum norm of all gradients together.
    pub(crate) global_clipnorm: Option<f64>,
}

/// Burn's optimizer according to the configuration.
pub(crate) fn optimizer(config: &RunConfig) -> ModuleOptimizer {
    #[expect(clippy::cast_possible_truncation, reason = "gradients are f32")]
    let number = |number: f64| number as f32;
    let adam = ModuleOptimizer::from(config.adam());
    // The norm of all gradients together is clipped before the optimizer sees them.
    if let Some(norm) = config.clipnorm {
        return adam.with_grad_clipping(GradientClipping::Norm(number(norm)));
    }
    match config.clipvalue {
        Some(value) => adam.with_grad_clipping(GradientClipping::Value(number(value))),
        None => adam,
    }
}

impl BurnEngine {
    pub(super) fn train_epoch(&mut self, epoch: usize, watch: &mut Watch) -> Result<Pass> {
        let mut metrics = RunningMetrics::new();
        let loader = Arc::clone(&self.training);
        let mut batches = loader.iter();
        let mut step = 0;
        while let Some(batch) = batches.next() {
            step += 1;
            let output = self.learner.train_step(batch.map_err(Error::burn)?);
            let gradients = match self.global_clipnorm {
                Some(limit) => {
                    model::clip_by_global_norm(&self.learner.model(), output.grads, limit)
                }
                None => output.grads,
            };
            self.learner.lr_step();
            self.learner.optimizer_step(gradients);

            let progress = batches.progress();
            let done = Batch {
                step: Some(step),
                seen: progress.items_processed,
                images: progress.items_total,
                learning_rate: Some(self.learning_rate()),
            };
            watch.batch(&done, || output.item.clone())?;
            let refresh = metrics
                .add(output.item)
                .map_err(|error| error.in_training(epoch, self.learning_rate()))?;
            watch.refresh(refresh, done.seen, &metrics);
            if let Some(ended) = watch.should_stop()? {
                return Ok(Pass::Stopped(ended));
            }
        }
        metrics
            .read()
            .map_err(|error| error.in_training(epoch, self.learning_rate()))?;
        Ok(Pass::Complete(metrics))
    }

    pub(super) fn validate(&mut self, epoch: usize, watch: &mut Watch) -> Result<Pass> {
        let mut metrics = RunningMetrics::new();
        let model = self.learner.model().valid();
        let loader = Arc::clone(&self.validation);
        let mut batches = loader.iter();
        while let Some(batch) = batches.next() {
            let output = InferenceStep::step(&model, batch.map_err(Error::burn)?);
            let progress = batches.progress();
            let done = Batch {
                step: None,
                seen: progress.items_processed,
                images: progress.items_total,
                learning_rate: None,
            };
            watch.batch(&done, || output.clone())?;
            let refresh = metrics
                .add(output)
                .map_err(|error| error.in_validation(epoch))?;
            watch.refresh(refresh, done.seen, &metrics);
            if let Some(ended) = watch.should_stop()? {
                return Ok(Pass::Stopped(ended));
            }
        }
        metrics.read().map_err(|error| error.in_validation(epoch))?;
        Ok(Pass::Complete(metrics))
    }

    /// Passes the learner's records to its checkpointers, which return them as bytes.
    pub(super) fn records(&mut self, epoch: usize) -> Result<MakeRecords> {
        let checkpointer = self.checkpointer.as_mut();
        let checkpointer = checkpointer.ok_or(Error::MissingRecords { epoch })?;
        checkpointer.checkpoint(&self.learner, epoch, &self.store);
        let records = self.records.receive(epoch)?;
        Ok(Box::new(move || Ok(records)))
    }

    pub(super) fn learning_rate(&self) -> f64 {
        self.learner.lr_current().base()
    }

    pub(super) fn set_scheduler(&mut self, scheduler: Scheduler) {
        let scheduler = ModuleLrScheduler::from(scheduler);
        self.learner.load_scheduler(scheduler.to_record());
    }

    pub(super) fn non_finite_weight(&self) -> Result<Option<String>> {
        let weights = model::named_weights(&self.learner.model())?;
        let mut weights = weights.into_iter();
        let broken = weights.find(|weight| weight.values.iter().any(|value| !value.is_finite()));
        Ok(broken.map(|weight| weight.name.to_owned()))
    }

    pub(super) fn first_kernel(&self) -> Result<Vec<f32>> {
        let [kernel, _, _] = LayerValues::read(&self.learner.model())?.kernels;
        Ok(kernel)
    }

    pub(super) fn training_images(&self) -> usize {
        self.training.num_items()
    }

    pub(super) fn validation_images(&self) -> usize {
        self.validation.num_items()
    }

    pub(super) fn into_network(self) -> Mlp {
        self.learner.model()
    }
}
