//! Epochs by the fused training step, where it applies: on the CPU, which loses most of its time
//! to handing small tensors around.
//!
//! Network, optimizer, order of images and checkpoints are those of Burn's learner; its figures
//! agree to rounding. Whoever wants to do without it deletes this file and `model`'s `fused*.rs`
//! and `lanes.rs`, and what calls them.

use burn::tensor::{Tensor, TensorData};
use data::{DigitPair, Order};
use model::{DigitOutput, FusedState, FusedTraining, StepFigures};

use crate::adapter::{AdapterKind, Opened};
use crate::backend;
use crate::config::RunConfig;
use crate::dataset::TrainingData;

/// A training by the fused step, and the images that it works on.
pub(crate) struct FusedEpochs {
    training: FusedTraining,
    train: Images,
    validation: Images,
    order: Order,
    batch_size: usize,
    class_weight: Option<[f32; 2]>,
}

/// Images with what is to be learnt of them.
struct Images {
    pair: DigitPair,
    positive: Vec<bool>,
}

impl Images {
    fn new(pair: &DigitPair) -> Self {
        let labels = pair.digits().labels().iter();
        Self {
            positive: labels.map(|label| *label == pair.positive()).collect(),
            pair: pair.clone(),
        }
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
        state: &FusedState,
    ) -> Self {
        Self {
            training: FusedTraining::new(config.adam(), state),
            train: Images::new(&digits.train),
            validation: Images::new(&digits.validation),
            order,
            batch_size: config.batch_size,
            class_weight: config.loss_weights(),
        }
    }

    /// Lists the images of each batch of an epoch, counted from 1, by their place.
    pub(crate) fn batches(&self, epoch: usize) -> Vec<Vec<usize>> {
        let order = self.order.of_epoch(self.train.pair.len(), epoch);
        order
            .chunks(self.batch_size)
            .map(<[usize]>::to_vec)
            .collect()
    }

    /// Takes one step.
    pub(crate) fn step(&mut self, rows: &[usize], learning_rate: f64) -> StepFigures {
        let Images { pair, positive } = &self.train;
        let images = pair.digits().images();
        let weight = self.class_weight;
        self.training
            .step(images, positive, rows, weight, learning_rate)
    }

    /// Measures the network on the images held out.
    pub(crate) fn validate(&mut self) -> StepFigures {
        let Images { pair, positive } = &self.validation;
        self.training.evaluate(pair.digits().images(), positive)
    }

    /// Copies out the network and Adam's means.
    pub(crate) fn state(&self) -> FusedState {
        self.training.state()
    }
}

/// A batch's sums in the form in which the dashboard's metrics take them: as many images, with
/// their mean loss and as many right answers.
pub(crate) fn output(sums: StepFigures, images: usize) -> DigitOutput {
    let device = backend::reference();
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "shown with a few digits"
    )]
    let loss = (sums.loss_sum / images as f64) as f32;
    let logits = (0..images).map(|image| if image < sums.right { 1.0 } else { -1.0 });
    let logits = TensorData::new(logits.collect::<Vec<f32>>(), [images, 1]);
    DigitOutput {
        losses: Tensor::full([images], loss, &device),
        logits: Tensor::from_data(logits, &device),
        targets: Tensor::ones([images, 1], &device),
        padding: 0,
    }
}
