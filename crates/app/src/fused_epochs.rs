//! Epochs by the fused training step, where it applies: on the CPU, which loses most of its time
//! to handing small tensors around.
//!
//! Network, optimizer, order of images and checkpoints are those of Burn's learner; its figures
//! agree to rounding. Whoever wants to do without it deletes this file and `model`'s `fused*.rs`
//! and `lanes.rs`, and what calls them.

use std::sync::Arc;

use anyhow::Context;
use burn::data::dataloader::Progress;
use burn::optim::lr_scheduler::module_lr_scheduler::ModuleLrScheduler;
use burn::tensor::{Bytes, Tensor, TensorData};
use burn_train::checkpoint::Checkpoint;
use burn_train::{EventProcessorTraining, LearnerEvent, TrainingItem};
use data::{DigitPair, Order, PIXELS};
use model::{DigitOutput, FusedState, FusedTraining, Mlp, Scheduler, StepMetrics};

use crate::adapter::{AdapterKind, Opened};
use crate::backend;
use crate::config::RunConfig;
use crate::dataset::TrainingData;
use crate::epochs::{Burn, Epochs};
use crate::figures::Figures;
use crate::fit::{Ended, whole_batches};

/// A training by the fused step, and the images that it works on.
pub(crate) struct FusedEpochs {
    training: FusedTraining,
    /// After the last epoch.
    state: Arc<FusedState>,
    train: Images,
    validation: Images,
    order: Order,
    batch_size: usize,
    /// Images that are in memory at a time.
    buffer: usize,
    class_weight: Option<[f32; 2]>,
}

/// Images with what is to be learnt of them.
struct Images {
    pair: DigitPair,
    /// Which rows in memory show the positive digit.
    positive: Vec<bool>,
}

impl Images {
    fn new(pair: &DigitPair) -> Self {
        let rows = pair.digits().memory().map_or(0, <[f32]>::len) / PIXELS;
        let mut positive = vec![false; rows];
        if rows > 0 {
            for index in 0..pair.len() {
                positive[pair.digits().place(index)] = pair.label(index) == pair.positive();
            }
        }
        Self {
            pair: pair.clone(),
            positive,
        }
    }

    /// Hands on pixels, rows of them, and which rows show the positive digit, piece by piece.
    fn visit<T>(
        &self,
        pieces: impl Iterator<Item = Vec<usize>> + Send,
        mut visit: impl FnMut(&[f32], &[bool], &[usize]) -> anyhow::Result<Option<T>>,
    ) -> anyhow::Result<Option<T>> {
        let Self { pair, positive } = self;
        pair.digits().visit(pieces, |piece| {
            if !positive.is_empty() {
                return visit(piece.images, positive, piece.rows);
            }
            let labels = piece.labels.iter();
            let positive: Vec<bool> = labels.map(|label| *label == pair.positive()).collect();
            visit(piece.images, &positive, piece.rows)
        })
    }
}

/// Says whether the fused step does all that a run asks for: it computes on the CPU, and clips no
/// gradients.
pub(crate) fn applies(config: &RunConfig, opened: &Opened) -> bool {
    let clips = [config.clipnorm, config.clipvalue, config.global_clipnorm];
    opened.kind == AdapterKind::Cpu && clips.iter().all(Option::is_none)
}

impl FusedEpochs {
    pub(crate) fn new(
        config: &RunConfig,
        digits: &TrainingData,
        order: Order,
        state: FusedState,
    ) -> Self {
        Self {
            training: FusedTraining::new(config.adam(), &state),
            state: Arc::new(state),
            train: Images::new(&digits.train),
            validation: Images::new(&digits.validation),
            order,
            batch_size: config.batch_size,
            buffer: whole_batches(config),
            class_weight: config.loss_weights(),
        }
    }

    /// Takes the steps of an epoch, counted from 1, until `after` ends them. Before each step
    /// `before` says its learning rate; `after` is told its figures and its number of images.
    fn steps<C, T>(
        &mut self,
        epoch: usize,
        context: &mut C,
        before: impl Fn(&mut C) -> f64,
        mut after: impl FnMut(&mut C, StepMetrics, usize) -> anyhow::Result<Option<T>>,
    ) -> anyhow::Result<Option<T>> {
        let Self {
            training,
            train,
            class_weight,
            ..
        } = self;
        let images = train.pair.len();
        let pieces = self.order.pieces_of_epoch(images, epoch, self.buffer);
        train.visit(pieces, |images, positive, rows| {
            for rows in rows.chunks(self.batch_size) {
                let rate = before(context);
                let sums = training.step(images, positive, rows, *class_weight, rate);
                let ended = after(context, sums, rows.len())?;
                if ended.is_some() {
                    return Ok(ended);
                }
            }
            Ok(None)
        })
    }

    /// Measures the network on the images held out.
    fn validate(&self) -> anyhow::Result<StepMetrics> {
        let mut sums = StepMetrics::default();
        let pieces = self.validation.pair.digits().in_order();
        self.validation.visit(pieces, |images, positive, rows| {
            sums += self.training.network().evaluate(images, positive, rows);
            Ok(None::<()>)
        })?;
        Ok(sums)
    }

    /// The network and Adam's means after the last epoch.
    pub(crate) fn state(&self) -> Arc<FusedState> {
        Arc::clone(&self.state)
    }
}

impl Epochs {
    /// The steps of an epoch by the fused step.
    pub(crate) fn fused_steps(
        &self,
        fused: &mut FusedEpochs,
        burn: &mut Burn,
        epoch: usize,
    ) -> anyhow::Result<Result<Figures, Ended>> {
        let mut figures = Figures::new();
        let images = fused.train.pair.len();
        let (mut seen, mut iteration) = (0, 0);
        let rate = |burn: &mut Burn| {
            burn.learner.lr_step();
            burn.learner.lr_current().base()
        };
        let ended = fused.steps(epoch, burn, rate, |burn, sums, batch| {
            seen += batch;
            iteration += 1;
            self.tell(burn, |burn| {
                let rate = Some(burn.learner.lr_current());
                let progress = Progress::new(seen, images, Some("images".to_owned()));
                let item = TrainingItem::new(output(sums, batch), progress, Some(iteration), rate);
                burn.events.process_train(LearnerEvent::ProcessedItem(item))
            })?;
            let was_added = figures.add_sums(sums, batch);
            if Self::finite(burn, epoch, was_added)? {
                self.progress.advance(seen, &figures);
            }
            self.asked_to_end(burn)
        })?;
        fused.state = Arc::new(fused.training.state());
        Ok(match ended {
            Some(ended) => Err(ended),
            None => Ok(figures),
        })
    }

    /// The figures of the images held out.
    pub(crate) fn fused_validation(
        &self,
        fused: &mut FusedEpochs,
        burn: &mut Burn,
        epoch: usize,
    ) -> anyhow::Result<Figures> {
        let mut figures = Figures::new();
        let (images, sums) = (fused.validation.pair.len(), fused.validate()?);
        self.tell(burn, |burn| {
            let progress = Progress::new(images, images, Some("images".to_owned()));
            let item = TrainingItem::new(output(sums, images), progress, None, None);
            burn.events.process_valid(LearnerEvent::ProcessedItem(item))
        })?;
        figures
            .add_sums(sums, images)
            .with_context(|| format!("validation of epoch {epoch}"))?;
        Ok(figures)
    }
}

/// The three records that Burn's learner would make of a state of `network`.
pub(crate) fn records(
    state: &FusedState,
    network: &Mlp,
    scheduler: Scheduler,
) -> anyhow::Result<[Bytes; 3]> {
    let (network, optimizer) = state.records(network)?;
    let scheduler = ModuleLrScheduler::from(scheduler).to_record();
    Ok([
        network.checkpoint_into_bytes()?,
        optimizer.checkpoint_into_bytes()?,
        scheduler.checkpoint_into_bytes()?,
    ])
}

/// A batch's sums in the form in which the dashboard's metrics take them: as many images, with
/// their mean loss and as many right answers.
fn output(sums: StepMetrics, images: usize) -> DigitOutput {
    let device = backend::reference();
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
