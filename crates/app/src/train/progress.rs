//! Progress output: a progress bar on a terminal, and a line for each finished epoch.

use std::io::Write;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::run::history::EpochMetrics;
use crate::train::epoch_metrics::RunningMetrics;

/// Whether finished epochs are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EpochLines {
    Printed,
    Hidden,
}

/// The progress bar of the current epoch, hidden if stderr is not a terminal. Clones share the bar.
#[derive(Clone)]
pub(crate) struct Progress {
    bar: ProgressBar,
    epochs: usize,
    epoch_lines: EpochLines,
}

impl Progress {
    /// A bar, and a line for each finished epoch.
    pub(crate) fn new(epochs: usize) -> Self {
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr_with_hz(10));
        let template = "{prefix} [{bar:24}] {pos}/{len} {msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        Self {
            bar,
            epochs,
            epoch_lines: EpochLines::Printed,
        }
    }

    /// Shows nothing.
    pub(crate) fn hidden(epochs: usize) -> Self {
        Self {
            bar: ProgressBar::hidden(),
            epochs,
            epoch_lines: EpochLines::Hidden,
        }
    }

    pub(crate) fn start(&self, epoch: usize, what: &str, images: usize) {
        let epochs = self.epochs;
        self.bar.set_prefix(format!("epoch {epoch}/{epochs}{what}"));
        self.bar.set_length(images as u64);
        self.bar.set_position(0);
    }

    pub(crate) fn advance(&self, images: usize, metrics: &RunningMetrics) {
        let (loss, accuracy) = (metrics.loss(), metrics.accuracy());
        let message = format!("loss {loss:.4} accuracy {accuracy:.4}");
        self.bar.set_message(message);
        self.bar.set_position(images as u64);
    }

    /// Prints the line of a finished epoch.
    pub(crate) fn print(&self, epoch: &EpochMetrics) {
        if self.epoch_lines == EpochLines::Printed {
            let line = epoch_line(epoch, self.epochs);
            // A closed standard error does not stop the training.
            self.bar
                .suspend(|| drop(writeln!(std::io::stderr(), "{line}")));
        }
    }

    /// Removes the bar.
    pub(crate) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

/// `epoch  3/20  loss 0.3140  accuracy 0.9830  val_loss 0.2850  val_accuracy 0.9850  18.0 ms`
fn epoch_line(epoch: &EpochMetrics, epochs: usize) -> String {
    let width = epochs.to_string().len();
    let validation = match (epoch.val_loss, epoch.val_accuracy) {
        (Some(loss), Some(accuracy)) => {
            format!("val_loss {loss:.4}  val_accuracy {accuracy:.4}  ")
        }
        _ => String::new(),
    };
    let time = if epoch.seconds < 1.0 {
        format!("{:.1} ms", epoch.seconds * 1e3)
    } else {
        format!("{:.2} s", epoch.seconds)
    };
    format!(
        "epoch {:>width$}/{epochs}  loss {:.4}  accuracy {:.4}  {validation}{time}",
        epoch.epoch, epoch.loss, epoch.accuracy
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_s_line_has_its_metrics_and_those_of_validation_if_there_are_any() {
        let mut epoch = EpochMetrics {
            epoch: 3,
            loss: 0.314_04,
            accuracy: 0.983,
            val_loss: None,
            val_accuracy: None,
            learning_rate: 0.001,
            seconds: 0.018,
        };
        assert_eq!(
            epoch_line(&epoch, 20),
            "epoch  3/20  loss 0.3140  accuracy 0.9830  18.0 ms"
        );
        epoch.val_loss = Some(0.285);
        epoch.val_accuracy = Some(0.985);
        assert_eq!(
            epoch_line(&epoch, 20),
            "epoch  3/20  loss 0.3140  accuracy 0.9830  val_loss 0.2850  val_accuracy 0.9850  18.0 ms"
        );
    }
}
