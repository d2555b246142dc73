//! The engine that uses the fused step, on the CPU. There, Burn's learner spends most of its time
//! on the overhead of small tensors.
//!
//! Network, optimizer, order of images and checkpoints are identical to those of Burn's learner;
//! the metrics agree up to rounding.

use std::ops::ControlFlow;
use std::sync::Arc;

use burn::optim::lr_scheduler::LrScheduler;
use burn::optim::lr_scheduler::module_lr_scheduler::ModuleLrScheduler;
use burn::tensor::{Bytes, Tensor, TensorData};
use burn_train::checkpoint::Checkpoint;
use data::{ClassifiedDigits, PIXELS, Sampler};
use model::{DigitOutput, FusedNetwork, FusedState, FusedTraining, Mlp, Scheduler, StepMetrics};

use crate::config::run_config::RunConfig;
use crate::dataset::training_data::TrainingData;
use crate::device::select::reference_device;
use crate::support::error::{Error, Result};
use crate::train::augmentation::Augmentation;
use crate::train::epoch_metrics::{Refresh, RunningMetrics};
use crate::train::job::Ended;
use crate::train::pass::Pass;
use crate::train::records::MakeRecords;
use crate::train::watch::{Batch, Watch};

/// The state of a training with the fused step, and its images.
pub(crate) struct FusedEngine {
    /// The learner's network; the records use its parameter ids.
    network: Mlp,
    training: FusedTraining,
    /// After the last epoch.
    state: Arc<FusedState>,
    scheduler: Scheduler,
    learning_rate: f64,
    train: Images,
    validation: Images,
    sampler: Sampler,
    batch_size: usize,
    /// The maximum number of images in memory.
    buffer: usize,
    class_weight: Option<Vec<f32>>,
    augmentation: Option<Augmentation>,
}

/// Images with their classes.
pub(crate) struct Images {
    digits: ClassifiedDigits,
    /// The class of each row in memory.
    classes: Vec<u8>,
}

/// A batch that was processed, and the metrics of the pass so far.
pub(crate) struct FusedBatch<'a> {
    pub(super) done: Batch,
    pub(super) sums: StepMetrics,
    pub(super) images: usize,
    pub(super) metrics: &'a RunningMetrics,
    pub(super) refresh: Refresh,
}

impl FusedBatch<'_> {
    /// The mean loss of the batch, in nats: of a training step, before it.
    pub(crate) fn loss(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
        let images = self.images as f64;
        self.sums.loss_sum / images
    }

    /// Passes the batch to a watch, which may stop the pass.
    pub(super) fn show(&self, watch: &mut Watch) -> Result<Option<Ended>> {
        watch.batch(&self.done, || output(self.sums, self.images))?;
        watch.refresh(self.refresh, self.done.seen, self.metrics);
        watch.should_stop()
    }
}

/// A chunk of a stream of images: pixels, the class of each row, and the rows to process.
struct Chunk<'a> {
    pixels: &'a [f32],
    classes: &'a [u8],
    rows: &'a [usize],
}

impl Images {
    pub(crate) fn new(digits: &ClassifiedDigits) -> Self {
        let rows = digits.digits().buffer().map_or(0, <[f32]>::len) / PIXELS;
        let mut classes = vec![0; rows];
        if rows > 0 {
            for (index, class) in digits.class_labels().into_iter().enumerate() {
                classes[digits.digits().buffer_row(index)] = class;
            }
        }
        Self {
            digits: digits.clone(),
            classes,
        }
    }

    /// The number of images.
    pub(crate) fn len(&self) -> usize {
        self.digits.len()
    }

    /// Computes the metrics of a network on these images.
    pub(crate) fn evaluate(&self, network: &FusedNetwork) -> Result<StepMetrics> {
        let mut sums = StepMetrics::default();
        self.stream(self.digits.digits().sequential_chunks(), |chunk| {
            sums += network.evaluate(chunk.pixels, chunk.classes, chunk.rows);
            Ok(None)
        })?;
        Ok(sums)
    }

    /// Streams images in chunks, until `visit` returns a reason to stop.
    fn stream(
        &self,
        chunks: impl Iterator<Item = Vec<usize>> + Send,
        mut visit: impl FnMut(Chunk<'_>) -> Result<Option<Ended>>,
    ) -> Result<Option<Ended>> {
        let Self { digits, classes } = self;
        digits.digits().stream_until(chunks, |chunk| {
            let of_chunk: Vec<u8>;
            let classes = if classes.is_empty() {
                of_chunk = digits.classes_of(chunk.labels);
                &of_chunk
            } else {
                classes
            };
            let ended = visit(Chunk {
                pixels: chunk.buffer,
                classes,
                rows: chunk.rows,
            })?;
            Ok(ended.map_or(ControlFlow::Continue(()), ControlFlow::Break))
        })
    }
}

impl Images {
    /// Streams images that are augmented for an epoch, in parts of chunks, until `visit` returns a reason to stop.
    fn stream_augmented(
        &self,
        chunks: impl Iterator<Item = Vec<usize>> + Send,
        augmentation: &mut Augmentation,
        epoch: usize,
        mut visit: impl FnMut(Chunk<'_>) -> Result<Option<Ended>>,
    ) -> Result<Option<Ended>> {
        let digits = self.digits.digits();
        digits.stream_until(chunks, |chunk| {
            let ended = augmentation.visit_parts(digits, chunk, epoch, |part| {
                let rows: Vec<usize> = (0..part.labels.len()).collect();
                visit(Chunk {
                    pixels: part.pixels,
                    classes: &self.digits.classes_of(part.labels),
                    rows: &rows,
                })
            })?;
            Ok(ended.map_or(ControlFlow::Continue(()), ControlFlow::Break))
        })
    }
}

impl FusedEngine {
    /// Continues from `state`; `network` is the learner's.
    pub(crate) fn new(
        config: &RunConfig,
        digits: &TrainingData,
        sampler: Sampler,
        state: FusedState,
        scheduler: Scheduler,
        network: Mlp,
    ) -> Self {
        Self {
            network,
            training: FusedTraining::new(config.adam(), &state),
            state: Arc::new(state),
            learning_rate: scheduler.schedule.learning_rate,
            scheduler,
            train: Images::new(&digits.training),
            validation: Images::new(&digits.validation),
            sampler,
            batch_size: config.batch_size,
            buffer: config.buffered_images(),
            class_weight: config.loss_weights(&digits.training),
            augmentation: Augmentation::of(config),
        }
    }

    pub(super) fn train_epoch(&mut self, epoch: usize, watch: &mut Watch) -> Result<Pass> {
        let pass = self.train_epoch_until(epoch, |batch| batch.show(watch))?;
        self.state = Arc::new(self.training.state());
        Ok(pass)
    }

    /// Trains an epoch; `after_batch` may return a reason to stop.
    pub(crate) fn train_epoch_until(
        &mut self,
        epoch: usize,
        mut after_batch: impl FnMut(&FusedBatch<'_>) -> Result<Option<Ended>>,
    ) -> Result<Pass> {
        let Self {
            training,
            scheduler,
            learning_rate,
            augmentation,
            ..
        } = self;
        let mut metrics = RunningMetrics::new();
        let total = self.train.digits.len();
        let (mut seen, mut step) = (0, 0);
        let chunks = self.sampler.epoch_chunks(total, epoch, self.buffer);
        let visit = |chunk: Chunk<'_>| {
            for rows in chunk.rows.chunks(self.batch_size) {
                *learning_rate = scheduler.step();
                let weight = self.class_weight.as_deref();
                let sums = training.step(chunk.pixels, chunk.classes, rows, weight, *learning_rate);
                seen += rows.len();
                step += 1;
                let refresh = metrics
                    .add_sums(sums, rows.len())
                    .map_err(|error| error.in_training(epoch, *learning_rate))?;
                let done = Batch {
                    step: Some(step),
                    seen,
                    images: total,
                    learning_rate: Some(*learning_rate),
                };
                let ended = after_batch(&FusedBatch {
                    done,
                    sums,
                    images: rows.len(),
                    metrics: &metrics,
                    refresh,
                })?;
                if ended.is_some() {
                    return Ok(ended);
                }
            }
            Ok(None)
        };
        let ended = match augmentation {
            None => self.train.stream(chunks, visit),
            Some(by) => self.train.stream_augmented(chunks, by, epoch, visit),
        }?;
        Ok(match ended {
            Some(ended) => Pass::Stopped(ended),
            None => Pass::Complete(metrics),
        })
    }

    pub(super) fn validate(&mut self, epoch: usize, watch: &mut Watch) -> Result<Pass> {
        self.validate_until(epoch, |batch| batch.show(watch))
    }

    /// Computes the metrics of the validation images; `after_batch` may return a reason to stop.
    pub(crate) fn validate_until(
        &mut self,
        epoch: usize,
        mut after_batch: impl FnMut(&FusedBatch<'_>) -> Result<Option<Ended>>,
    ) -> Result<Pass> {
        let mut metrics = RunningMetrics::new();
        let total = self.validation.digits.len();
        let mut sums = StepMetrics::default();
        let mut seen = 0;
        let chunks = self.validation.digits.digits().sequential_chunks();
        let ended = self.validation.stream(chunks, |chunk| {
            let network = self.training.network();
            let found = network.evaluate(chunk.pixels, chunk.classes, chunk.rows);
            sums += found;
            seen += chunk.rows.len();
            let done = Batch {
                step: None,
                seen,
                images: total,
                learning_rate: None,
            };
            after_batch(&FusedBatch {
                done,
                sums: found,
                images: chunk.rows.len(),
                metrics: &metrics,
                refresh: Refresh::NotDue,
            })
        })?;
        if let Some(ended) = ended {
            return Ok(Pass::Stopped(ended));
        }
        metrics
            .add_sums(sums, total)
            .map_err(|error| error.in_validation(epoch))?;
        Ok(Pass::Complete(metrics))
    }

    /// The state of the training now: of one that is not shown epoch by epoch, it is made only when asked for.
    pub(crate) fn current_state(&self) -> FusedState {
        self.training.state()
    }

    /// The same three records that Burn's learner creates.
    pub(super) fn records(&self, scheduler: Scheduler) -> MakeRecords {
        let (state, network) = (Arc::clone(&self.state), self.network.clone());
        Box::new(move || records(&state, &network, scheduler))
    }

    pub(crate) fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    pub(crate) fn set_scheduler(&mut self, scheduler: Scheduler) {
        self.scheduler = scheduler;
    }

    pub(super) fn non_finite_weight(&self) -> Option<String> {
        self.state.first_non_finite().map(str::to_owned)
    }

    pub(super) fn first_kernel(&self) -> &[f32] {
        &self.state.weights.kernels[0]
    }

    pub(super) fn training_images(&self) -> usize {
        self.train.digits.len()
    }

    pub(crate) fn validation_images(&self) -> usize {
        self.validation.digits.len()
    }

    pub(super) fn into_network(self) -> Mlp {
        self.network
    }
}

/// The three records of a checkpoint, with the parameter ids of a network.
pub(crate) fn records(
    state: &FusedState,
    network: &Mlp,
    scheduler: Scheduler,
) -> Result<[Bytes; 3]> {
    let (network, optimizer) = state.records(network)?;
    let scheduler = ModuleLrScheduler::from(scheduler).to_record();
    Ok([
        network.checkpoint_into_bytes().map_err(Error::burn)?,
        optimizer.checkpoint_into_bytes().map_err(Error::burn)?,
        scheduler.checkpoint_into_bytes().map_err(Error::burn)?,
    ])
}

/// Converts the sums of a batch to the input of the dashboard's metrics: the same number of images,
/// mean loss and number of correct predictions.
fn output(sums: StepMetrics, images: usize) -> DigitOutput {
    let device = reference_device();
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "shown with a few digits"
    )]
    let loss = (sums.loss_sum / images as f64) as f32;
    let logits = (0..images).map(|image| if image < sums.correct { 1.0 } else { -1.0 });
    let logits = TensorData::new(logits.collect::<Vec<f32>>(), [images, 1]);
    DigitOutput {
        losses: Tensor::full([images], loss, &device),
        logits: Tensor::from_data(logits, &device),
        targets: Tensor::ones([images, 1], &device),
        padding: 0,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::config::resolved::ResolvedConfig;
    use crate::train::watch::test_support::hidden_watch;

    fn engine() -> FusedEngine {
        let config = RunConfig::default();
        let digits = TrainingData::read(&config).unwrap();
        let network = config.model().init(0, &reference_device());
        let state = FusedState::read(&network, None).unwrap();
        let scheduler = Scheduler {
            schedule: ResolvedConfig::of_run(config.clone()).schedule,
            next_step: 0,
        };
        let sampler = Sampler::Sequential;
        FusedEngine::new(&config, &digits, sampler, state, scheduler, network)
    }

    #[test]
    fn training_and_validation_stop_when_they_should() {
        let mut engine = engine();
        let mut watch = hidden_watch(None);
        for pass in [
            engine.train_epoch(1, &mut watch).unwrap(),
            engine.validate(1, &mut watch).unwrap(),
        ] {
            assert!(matches!(pass, Pass::Complete(_)));
        }
        let mut watch = hidden_watch(Some(Instant::now()));
        for pass in [
            engine.train_epoch(2, &mut watch).unwrap(),
            engine.validate(2, &mut watch).unwrap(),
        ] {
            assert!(matches!(pass, Pass::Stopped(Ended::OutOfTime)));
        }
    }
}
