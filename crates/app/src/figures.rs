//! Loss and accuracy of an epoch, summed up while it runs.
//!
//! Outputs stay on the device until they are read, several batches at once: each read makes the
//! device wait.

use std::time::{Duration, Instant};

use burn::tensor::Transaction;
use model::{DigitOutput, StepMetrics};

/// How often outputs are read while an epoch runs.
const READ_EVERY: Duration = Duration::from_millis(100);

/// The sums over the images that were read.
pub(crate) struct Figures {
    unread: Vec<DigitOutput>,
    read_at: Instant,
    batches: usize,
    images: usize,
    losses: f64,
    right: usize,
}

/// A batch whose loss is NaN or infinite.
#[derive(Debug, thiserror::Error)]
#[error("the loss is {loss} in batch {batch}")]
pub(crate) struct NotFinite {
    /// From 1.
    batch: usize,
    loss: f64,
}

impl Figures {
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

    /// Takes in a batch's output; says whether figures were read.
    pub(crate) fn add(&mut self, output: DigitOutput) -> anyhow::Result<bool> {
        self.unread.push(output.without_autodiff());
        let is_time = self.read_at.elapsed() >= READ_EVERY;
        if is_time {
            self.read()?;
        }
        Ok(is_time)
    }

    /// Takes in a batch's sums, which are known already; fails with [`NotFinite`] if the loss is no
    /// number. Says whether it is time to show figures.
    pub(crate) fn add_sums(&mut self, sums: StepMetrics, images: usize) -> anyhow::Result<bool> {
        self.batches += 1;
        self.check(sums.loss_sum)?;
        self.losses += sums.loss_sum;
        self.right += sums.correct;
        self.images += images;
        let is_time = self.read_at.elapsed() >= READ_EVERY;
        if is_time {
            self.read_at = Instant::now();
        }
        Ok(is_time)
    }

    /// Fails if the loss of the batch that was counted last is no number.
    fn check(&self, loss: f64) -> Result<(), NotFinite> {
        if loss.is_finite() {
            return Ok(());
        }
        Err(NotFinite {
            batch: self.batches,
            loss,
        })
    }

    /// Reads what is still on the device; fails with [`NotFinite`] at the first batch whose loss is
    /// no number.
    pub(crate) fn read(&mut self) -> anyhow::Result<()> {
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
        let read = transaction.try_execute()?;
        for (output, padding) in read.chunks_exact(3).zip(paddings) {
            let images = output[0].num_elements() - padding;
            let [losses, logits, targets] =
                [0, 1, 2].map(|part| output[part].iter::<f32>().take(images));
            let loss: f64 = losses.map(f64::from).sum();
            self.batches += 1;
            self.check(loss)?;
            let pairs = logits.zip(targets);
            self.right += pairs
                .filter(|(z, target)| model::is_positive_logit(*z) == (*target > 0.5))
                .count();
            self.losses += loss;
            self.images += images;
        }
        Ok(())
    }

    /// Mean loss of the images read, in nats.
    pub(crate) fn loss(&self) -> f64 {
        mean(self.losses, self.images)
    }

    /// Share of the images read that were answered rightly.
    pub(crate) fn accuracy(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
        let right = self.right as f64;
        mean(right, self.images)
    }
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
    fn images_count_and_not_batches_and_a_probability_of_one_half_is_positive() {
        let mut figures = Figures::new();
        let first = output([1.0, 2.0, 3.0], [0.0, -0.1, 3.0], [1.0, 0.0, 0.0]);
        figures.add(first).unwrap();
        figures.add(output([6.0], [0.0], [0.0])).unwrap();
        figures.read().unwrap();
        assert!((figures.loss() - 3.0).abs() < 1e-12);
        assert!((figures.accuracy() - 0.5).abs() < 1e-12);
    }

    #[test]
    fn images_that_fill_a_batch_up_do_not_count() {
        let mut figures = Figures::new();
        let mut padded = output([2.0, 4.0, 9.0], [1.0, -1.0, -1.0], [1.0, 1.0, 0.0]);
        padded.padding = 1;
        figures.add(padded).unwrap();
        figures.read().unwrap();
        assert!((figures.loss() - 3.0).abs() < 1e-12);
        assert!((figures.accuracy() - 0.5).abs() < 1e-12);
    }

    #[test]
    fn a_loss_that_is_no_number_names_its_batch() {
        let mut figures = Figures::new();
        for loss in [1.0, f32::NAN, 1.0] {
            figures
                .add(output([1.0, loss], [0.0; 2], [0.0; 2]))
                .unwrap();
        }
        let message = figures.read().unwrap_err().to_string();
        assert_eq!(message, "the loss is NaN in batch 2");
    }
}
