//! Loss and accuracy of an epoch, accumulated while it runs.
//!
//! Outputs stay on the device, and several batches are read at once, because every read waits for
//! the device.

use std::time::{Duration, Instant};

use burn::tensor::Transaction;
use model::{DigitOutput, StepMetrics};

use crate::support::cause::Divergence;
use crate::support::error::{Error, Source};

/// How often outputs are read while an epoch runs.
const READ_EVERY: Duration = Duration::from_millis(100);

/// Sums over the images that have been read.
pub(crate) struct RunningMetrics {
    unread: Vec<DigitOutput>,
    read_at: Instant,
    batches: usize,
    images: usize,
    losses: f64,
    right: usize,
}

/// Whether the metrics on the screen should be updated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refresh {
    Due,
    NotDue,
}

/// Why metrics cannot be computed.
#[derive(Debug)]
pub(crate) enum MetricsError {
    /// The loss became NaN or infinite.
    Diverged(Divergence),
    /// The device failed.
    Device(Source),
}

impl MetricsError {
    /// The error of a training epoch.
    pub(crate) fn in_training(self, epoch: usize, learning_rate: f64) -> Error {
        match self {
            Self::Diverged(cause) => Error::Diverged {
                epoch,
                cause,
                learning_rate,
            },
            Self::Device(source) => Error::Burn(source),
        }
    }

    /// The error of the validation after an epoch.
    pub(crate) fn in_validation(self, epoch: usize) -> Error {
        match self {
            Self::Diverged(cause) => Error::ValidationDiverged { epoch, cause },
            Self::Device(source) => Error::Burn(source),
        }
    }
}

impl RunningMetrics {
    pub(crate) fn new() -> Self {
        Self {
            unread: Vec::new(),
            read_at: Instant::now(),
            batches: 0,
            images: 0,
            losses: 0.0,
            right: 0,
        }
    }

    /// Adds the output of a batch.
    pub(crate) fn add(&mut self, output: DigitOutput) -> Result<Refresh, MetricsError> {
        self.unread.push(output.without_autodiff());
        if self.read_at.elapsed() < READ_EVERY {
            return Ok(Refresh::NotDue);
        }
        self.read()?;
        Ok(Refresh::Due)
    }

    /// Adds the sums of a batch.
    pub(crate) fn add_sums(
        &mut self,
        sums: StepMetrics,
        images: usize,
    ) -> Result<Refresh, MetricsError> {
        self.batches += 1;
        self.check(sums.loss_sum)?;
        self.losses += sums.loss_sum;
        self.right += sums.correct;
        self.images += images;
        if self.read_at.elapsed() < READ_EVERY {
            return Ok(Refresh::NotDue);
        }
        self.read_at = Instant::now();
        Ok(Refresh::Due)
    }

    /// Returns an error if the loss of the last batch is NaN or infinite.
    fn check(&self, loss: f64) -> Result<(), MetricsError> {
        if loss.is_finite() {
            return Ok(());
        }
        Err(MetricsError::Diverged(Divergence::Loss {
            batch: self.batches,
            loss,
        }))
    }

    /// Reads the outputs that are still on the device.
    pub(crate) fn read(&mut self) -> Result<(), MetricsError> {
        self.read_at = Instant::now();
        let mut transaction = Transaction::default();
        let mut paddings = Vec::with_capacity(self.unread.len());
        for output in self.unread.drain(..) {
            paddings.push(output.padding);
            transaction = transaction
                .register(output.losses)
                .register(output.logits)
                .register(output.targets);
        }
        let read = transaction
            .try_execute()
            .map_err(|error| MetricsError::Device(error.into()))?;
        for (output, padding) in read.chunks_exact(3).zip(paddings) {
            let images = output[0].num_elements() - padding;
            let outputs = output[1].num_elements() / output[0].num_elements();
            let losses = output[0].iter::<f32>().take(images);
            let loss: f64 = losses.map(f64::from).sum();
            self.batches += 1;
            self.check(loss)?;
            let [logits, targets] = [1, 2].map(|part| {
                let values = output[part].iter::<f32>().take(images * outputs);
                values.collect::<Vec<f32>>()
            });
            let pairs = logits.chunks(outputs).zip(targets.chunks(outputs));
            self.right += pairs
                .filter(|(logits, targets)| {
                    model::predicted_class(logits) == class_of_targets(targets)
                })
                .count();
            self.losses += loss;
            self.images += images;
        }
        Ok(())
    }

    /// Mean loss of the images that have been read, in nats.
    pub(crate) fn loss(&self) -> f64 {
        mean(self.losses, self.images)
    }

    /// Fraction of the images that have been read and were classified correctly.
    pub(crate) fn accuracy(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
        let right = self.right as f64;
        mean(right, self.images)
    }
}

/// The class of an image from what its outputs should be.
fn class_of_targets(targets: &[f32]) -> usize {
    // A logit above 0 is class 1 of two.
    let logits: Vec<f32> = targets.iter().map(|target| target - 0.5).collect();
    model::predicted_class(&logits)
}

fn mean(sum: f64, count: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    let count = count as f64;
    sum / count
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Tensor};

    use super::*;

    fn output<const N: usize>(
        losses: [f32; N],
        logits: [f32; N],
        targets: [f32; N],
    ) -> DigitOutput {
        let device = Device::flex();
        DigitOutput {
            losses: Tensor::from_floats(losses, &device),
            logits: Tensor::<1>::from_floats(logits, &device).unsqueeze_dim(1),
            targets: Tensor::<1>::from_floats(targets, &device).unsqueeze_dim(1),
            padding: 0,
        }
    }

    #[test]
    fn metrics_weigh_images_and_not_batches_and_a_probability_of_one_half_is_positive() {
        let mut metrics = RunningMetrics::new();
        let first = output([1.0, 2.0, 3.0], [0.0, -0.1, 3.0], [1.0, 0.0, 0.0]);
        metrics.add(first).unwrap();
        metrics.add(output([6.0], [0.0], [0.0])).unwrap();
        metrics.read().unwrap();
        assert!((metrics.loss() - 3.0).abs() < 1e-12);
        assert!((metrics.accuracy() - 0.5).abs() < 1e-12);
    }

    #[test]
    fn of_several_outputs_the_largest_is_the_prediction() {
        let device = Device::flex();
        let mut metrics = RunningMetrics::new();
        metrics
            .add(DigitOutput {
                losses: Tensor::from_floats([1.0, 2.0, 3.0], &device),
                logits: Tensor::from_floats([[-1., -2., -3.], [1., 2., 0.], [0., 0., 1.]], &device),
                targets: Tensor::from_floats([[1., 0., 0.], [0., 0., 1.], [0., 0., 1.]], &device),
                padding: 1,
            })
            .unwrap();
        metrics.read().unwrap();
        assert!((metrics.loss() - 1.5).abs() < 1e-12);
        assert!((metrics.accuracy() - 0.5).abs() < 1e-12);
    }

    #[test]
    fn padding_does_not_count() {
        let mut metrics = RunningMetrics::new();
        let mut padded = output([2.0, 4.0, 9.0], [1.0, -1.0, -1.0], [1.0, 1.0, 0.0]);
        padded.padding = 1;
        metrics.add(padded).unwrap();
        metrics.read().unwrap();
        assert!((metrics.loss() - 3.0).abs() < 1e-12);
        assert!((metrics.accuracy() - 0.5).abs() < 1e-12);
    }

    #[test]
    fn sums_count_as_outputs_do() {
        let mut metrics = RunningMetrics::new();
        for (loss_sum, correct, images) in [(6.0, 1, 3), (6.0, 1, 1)] {
            metrics
                .add_sums(StepMetrics { loss_sum, correct }, images)
                .unwrap();
        }
        assert!((metrics.loss() - 3.0).abs() < 1e-12);
        assert!((metrics.accuracy() - 0.5).abs() < 1e-12);
    }

    #[test]
    fn outputs_are_read_after_some_time_and_until_then_stay_on_the_device() {
        let mut metrics = RunningMetrics::new();
        // As if it had just been read, however slow the machine is.
        metrics.read_at = Instant::now() + Duration::from_hours(1);
        let refresh = metrics.add(output([1.0], [1.0], [1.0])).unwrap();
        assert_eq!((refresh, metrics.images), (Refresh::NotDue, 0));
        let sums = StepMetrics {
            loss_sum: 1.0,
            correct: 1,
        };
        assert_eq!(metrics.add_sums(sums, 1).unwrap(), Refresh::NotDue);

        metrics.read_at = Instant::now().checked_sub(READ_EVERY).unwrap();
        let refresh = metrics.add(output([1.0], [1.0], [1.0])).unwrap();
        assert_eq!((refresh, metrics.images), (Refresh::Due, 3));
        metrics.read_at = Instant::now().checked_sub(READ_EVERY).unwrap();
        assert_eq!(metrics.add_sums(sums, 1).unwrap(), Refresh::Due);
    }

    #[test]
    fn a_loss_that_is_not_finite_names_its_batch() {
        let mut metrics = RunningMetrics::new();
        for loss in [1.0, f32::NAN, 1.0] {
            metrics
                .add(output([1.0, loss], [0.0; 2], [0.0; 2]))
                .unwrap();
        }
        let error = metrics.read().unwrap_err().in_training(4, 0.5);
        assert!(
            error
                .to_string()
                .starts_with("epoch 4: the loss is NaN in batch 2 (learning rate 0.5)"),
            "{error}"
        );
    }
}
