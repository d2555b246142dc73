//! The figures of each epoch: gathered from the learner's events, kept in `history.csv`.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use anyhow::Context;
use burn_train::Interrupter;
use burn_train::checkpoint::CheckpointerError;
use burn_train::logger::MetricLogger;
use burn_train::metric::store::{EpochSummary, MetricsUpdate, Split};
use burn_train::metric::{MetricDefinition, MetricId, NumericEntry};
use serde::{Deserialize, Serialize};

use crate::failure::BadInput;
use crate::run_dir::write_whole;

/// An epoch's figures, by the names that Keras gives them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(
    clippy::struct_field_names,
    reason = "the fields are the columns of history.csv"
)]
pub(crate) struct Epoch {
    /// From 1.
    pub(crate) epoch: usize,
    /// Mean binary cross-entropy over the training images as they were seen, in nats.
    pub(crate) loss: f64,
    /// Share of training images answered rightly as they were seen.
    pub(crate) accuracy: f64,
    /// The same over the held-out images, after the epoch; none where nothing was held out.
    pub(crate) val_loss: Option<f64>,
    pub(crate) val_accuracy: Option<f64>,
    /// Wall time of the epoch's steps and its validation.
    pub(crate) seconds: f64,
}

impl Epoch {
    /// The loss that says which epoch is best.
    pub(crate) fn monitored_loss(&self) -> f64 {
        self.val_loss.unwrap_or(self.loss)
    }
}

/// Reads a run's epochs.
pub(crate) fn read(path: &Path) -> anyhow::Result<Vec<Epoch>> {
    if !path.is_file() {
        return Ok(Vec::new());
    }
    let file = fs_err::File::open(path)?;
    let rows: Result<_, _> = csv::Reader::from_reader(file).deserialize().collect();
    rows.map_err(|error| BadInput(format!("{}: {error}", path.display())).into())
}

/// Writes a run's epochs.
pub(crate) fn write(path: &Path, epochs: &[Epoch]) -> anyhow::Result<()> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    for epoch in epochs {
        csv.serialize(epoch)?;
    }
    let bytes = csv.into_inner().context("cannot write CSV to memory")?;
    write_whole(path, &bytes)
}

/// Gathers the learner's figures and writes `history.csv` anew after each epoch.
pub(crate) struct History {
    path: std::path::PathBuf,
    epochs: Arc<Mutex<Vec<Epoch>>>,
    interrupter: Interrupter,
    on_epoch: Box<dyn Fn(&Epoch) + Send>,
    names: HashMap<MetricId, String>,
    finals: HashMap<(&'static str, String), f64>,
    started: Instant,
}

impl History {
    /// Keeps on from `epochs`, which stay shared with the caller, and tells `on_epoch` of each
    /// epoch when it is over. A file that cannot be written ends the training through
    /// `interrupter`.
    pub(crate) fn new(
        path: std::path::PathBuf,
        epochs: Arc<Mutex<Vec<Epoch>>>,
        interrupter: Interrupter,
        on_epoch: Box<dyn Fn(&Epoch) + Send>,
    ) -> Self {
        Self {
            path,
            epochs,
            interrupter,
            on_epoch,
            names: HashMap::new(),
            finals: HashMap::new(),
            started: Instant::now(),
        }
    }

    fn take(&mut self, split: &'static str, metric: &str) -> Option<f64> {
        self.finals.remove(&(split, metric.to_owned()))
    }
}

impl MetricLogger for History {
    fn log(&mut self, update: MetricsUpdate, _: usize, split: &Split) {
        for metric in update.entries_numeric {
            if let Some(NumericEntry::Final(value)) = metric.numeric_entry
                && let Some(name) = self.names.get(&metric.entry.metric_id)
            {
                let split: &'static str = split.clone().into();
                self.finals.insert((split, name.clone()), value);
            }
        }
    }

    fn log_metric_definition(&mut self, definition: MetricDefinition) {
        self.names
            .insert(definition.metric_id, definition.name.to_string());
        self.started = Instant::now();
    }

    fn log_epoch_summary(&mut self, summary: EpochSummary) {
        // Validation ends an epoch.
        if summary.split != Split::Valid {
            return;
        }
        let (loss, accuracy) = ("Loss", model::BinaryAccuracy::NAME);
        let epoch = Epoch {
            epoch: summary.epoch_number,
            loss: self.take("train", loss).unwrap_or(f64::NAN),
            accuracy: self.take("train", accuracy).unwrap_or(f64::NAN),
            val_loss: self.take("valid", loss),
            val_accuracy: self.take("valid", accuracy),
            seconds: self.started.elapsed().as_secs_f64(),
        };
        self.started = Instant::now();
        // The figures of an epoch that was cut short are not whole. Its row is taken back when the
        // training has ended and its checkpoint is seen to be missing.
        if !self.interrupter.should_stop() {
            (self.on_epoch)(&epoch);
        }
        let Ok(mut epochs) = self.epochs.lock() else {
            return;
        };
        epochs.push(epoch);
        if let Err(error) = write(&self.path, &epochs) {
            let message = format!("{error:#}");
            self.interrupter.fail(CheckpointerError::Unknown(message));
        }
    }

    fn read_numeric(&mut self, _: &str, _: usize, _: &Split) -> Result<Vec<NumericEntry>, String> {
        // Only strategies that choose by a metric ask, and the run uses none.
        Err("figures are kept by epoch, in history.csv".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history.csv");
        let epoch = |number, val_loss| Epoch {
            epoch: number,
            loss: 0.1 + 0.2,
            accuracy: 0.999,
            val_loss,
            val_accuracy: val_loss,
            seconds: 0.25,
        };
        let epochs = [epoch(1, Some(1.0 / 3.0)), epoch(2, None)];
        write(&path, &epochs).unwrap();
        assert_eq!(read(&path).unwrap(), epochs);
        let text = fs_err::read_to_string(&path).unwrap();
        assert!(text.starts_with("epoch,loss,accuracy,val_loss,val_accuracy,seconds\n1,"));
    }

    #[test]
    fn a_damaged_file_is_bad_input_that_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history.csv");
        fs_err::write(&path, "epoch,loss\n1,much\n").unwrap();
        let error = read(&path).unwrap_err();
        assert!(error.is::<BadInput>());
        assert!(format!("{error:#}").contains("history.csv"));
    }
}
