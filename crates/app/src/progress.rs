//! What a person sees while a network trains: a bar on a terminal, a line for each epoch
//! everywhere.
//!
//! Burn's own renderer prints a debug line for every batch where there is no terminal.

use std::collections::HashMap;

use burn_train::logger::{EvaluationProgressLogger, TrainingProgressLogger};
use burn_train::metric::{MetricDefinition, MetricId};
use burn_train::renderer::{
    EvaluationName, MetricState, MetricsRenderer, MetricsRendererEvaluation,
    MetricsRendererTraining,
};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::history::Epoch;
use crate::notice::notice;

/// The bar of the epoch in progress; hidden where stderr is no terminal.
#[derive(Clone)]
pub(crate) struct Progress {
    bar: ProgressBar,
    epochs: usize,
    epoch: usize,
    names: HashMap<MetricId, String>,
    running: Vec<(String, f64)>,
}

impl Progress {
    pub(crate) fn new(first_epoch: usize, epochs: usize) -> Self {
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr_with_hz(10));
        let template = "{prefix} [{bar:24}] {pos}/{len} {msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        Self {
            bar,
            epochs,
            epoch: first_epoch,
            names: HashMap::new(),
            running: Vec::new(),
        }
    }

    /// Prints the line of an epoch that is over.
    pub(crate) fn print(&self, epoch: &Epoch) {
        let line = epoch_line(epoch, self.epochs);
        self.bar.suspend(|| notice(&line));
    }

    fn keep(&mut self, state: MetricState) {
        let MetricState::Numeric(entry, Some(value)) = state else {
            return;
        };
        let Some(name) = self.names.get(&entry.metric_id) else {
            return;
        };
        let value = value.current();
        match self.running.iter_mut().find(|(known, _)| known == name) {
            Some((_, running)) => *running = value,
            None => self.running.push((name.clone(), value)),
        }
    }
}

/// `epoch  3/20  loss 0.3140  accuracy 0.9830  val_loss 0.2850  val_accuracy 0.9850  0.02 s`
fn epoch_line(epoch: &Epoch, epochs: usize) -> String {
    let width = epochs.to_string().len();
    let validation = match (epoch.val_loss, epoch.val_accuracy) {
        (Some(loss), Some(accuracy)) => {
            format!("val_loss {loss:.4}  val_accuracy {accuracy:.4}  ")
        }
        _ => String::new(),
    };
    format!(
        "epoch {:>width$}/{epochs}  loss {:.4}  accuracy {:.4}  {validation}{:.2} s",
        epoch.epoch, epoch.loss, epoch.accuracy, epoch.seconds
    )
}

impl MetricsRenderer for Progress {
    fn manual_close(&mut self) {}

    fn register_metric(&mut self, definition: MetricDefinition) {
        let name = definition.name.to_lowercase();
        self.names.insert(definition.metric_id, name);
    }
}

impl MetricsRendererTraining for Progress {
    fn update_train(&mut self, state: MetricState) {
        self.keep(state);
    }

    fn update_valid(&mut self, _: MetricState) {}
}

impl TrainingProgressLogger for Progress {
    fn start(&mut self, _: usize, _: usize, _: Option<usize>, _: Option<&str>) {}

    fn start_split(&mut self, split: &str, images: usize) {
        let what = if split == "train" { "" } else { " validation" };
        self.bar
            .set_prefix(format!("epoch {}/{}{what}", self.epoch, self.epochs));
        self.bar.set_length(images as u64);
        self.bar.set_position(0);
    }

    fn update_split(&mut self, images: usize) {
        let figures: Vec<String> = self
            .running
            .iter()
            .map(|(name, value)| format!("{name} {value:.4}"))
            .collect();
        self.bar.set_message(figures.join(" "));
        self.bar.set_position(images as u64);
    }

    fn end_split(&mut self) {}

    fn update_epoch(&mut self, epoch: usize) {
        self.epoch = epoch + 1;
    }

    fn end(&mut self) {
        self.bar.finish_and_clear();
    }

    fn log_event_training(&mut self, _: String) {}
}

// A renderer has to be able to show evaluations too. Ours are not done by Burn's evaluator.
impl MetricsRendererEvaluation for Progress {
    fn update_test(&mut self, _: EvaluationName, _: MetricState) {}
}

impl EvaluationProgressLogger for Progress {
    fn start_global_progress(&mut self, _: usize) {}
    fn start_test(&mut self, _: &str, _: usize) {}
    fn update_test_progress(&mut self, _: usize) {}
    fn end_test(&mut self) {}
    fn end_global_progress(&mut self) {}
    fn log_event_evaluation(&mut self, _: String) {}
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
            seconds: 0.018,
        };
        assert_eq!(
            epoch_line(&epoch, 20),
            "epoch  3/20  loss 0.3140  accuracy 0.9830  0.02 s"
        );
        epoch.val_loss = Some(0.285);
        epoch.val_accuracy = Some(0.985);
        assert_eq!(
            epoch_line(&epoch, 20),
            "epoch  3/20  loss 0.3140  accuracy 0.9830  val_loss 0.2850  val_accuracy 0.9850  0.02 s"
        );
    }
}
