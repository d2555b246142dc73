//! What a person sees while a network trains: a bar on a terminal, a line for each epoch
//! everywhere.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::figures::Figures;
use crate::history::Epoch;
use crate::notice::notice;

/// The bar of the epoch in progress; hidden where stderr is no terminal. Clones share it.
#[derive(Clone)]
pub(crate) struct Progress {
    bar: ProgressBar,
    epochs: usize,
    prints_epochs: bool,
}

impl Progress {
    /// A bar, and a line for each epoch that is over.
    pub(crate) fn new(epochs: usize) -> Self {
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr_with_hz(10));
        let template = "{prefix} [{bar:24}] {pos}/{len} {msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        Self {
            bar,
            epochs,
            prints_epochs: true,
        }
    }

    /// Nothing: something else shows how the training goes.
    pub(crate) fn hidden(epochs: usize) -> Self {
        Self {
            bar: ProgressBar::hidden(),
            epochs,
            prints_epochs: false,
        }
    }

    pub(crate) fn start(&self, epoch: usize, what: &str, images: usize) {
        let epochs = self.epochs;
        self.bar.set_prefix(format!("epoch {epoch}/{epochs}{what}"));
        self.bar.set_length(images as u64);
        self.bar.set_position(0);
    }

    pub(crate) fn advance(&self, images: usize, figures: &Figures) {
        let (loss, accuracy) = (figures.loss(), figures.accuracy());
        let message = format!("loss {loss:.4} accuracy {accuracy:.4}");
        self.bar.set_message(message);
        self.bar.set_position(images as u64);
    }

    /// Prints the line of an epoch that is over.
    pub(crate) fn print(&self, epoch: &Epoch) {
        if self.prints_epochs {
            let line = epoch_line(epoch, self.epochs);
            self.bar.suspend(|| notice(&line));
        }
    }

    /// Takes the bar away.
    pub(crate) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

/// `epoch  3/20  loss 0.3140  accuracy 0.9830  val_loss 0.2850  val_accuracy 0.9850  18.0 ms`
fn epoch_line(epoch: &Epoch, epochs: usize) -> String {
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
    fn an_epoch_s_line_holds_its_figures_and_those_of_validation_where_there_are_any() {
        let mut epoch = Epoch {
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
