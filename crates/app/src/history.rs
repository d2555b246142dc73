//! The figures of each epoch, kept in `history.csv`.

use std::io::Write;
use std::path::Path;

use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::csv_lines;
use crate::run_dir::RunDir;
use crate::whole_files::sync_folder;

/// An epoch's figures, by the names that Keras gives them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_field_names,
    reason = "the fields are the columns of history.csv"
)]
pub(crate) struct Epoch {
    /// From 1.
    pub(crate) epoch: usize,
    /// Mean binary cross-entropy over the training images as they were seen, in nats, with the
    /// weights of their classes.
    pub(crate) loss: f64,
    /// Share of training images answered rightly as they were seen.
    pub(crate) accuracy: f64,
    /// The same over the held-out images, after the epoch and without weights; none where nothing
    /// was held out.
    pub(crate) val_loss: Option<f64>,
    pub(crate) val_accuracy: Option<f64>,
    /// Of the epoch's last step.
    pub(crate) learning_rate: f64,
    /// Wall time of the epoch's steps and its validation.
    pub(crate) seconds: f64,
}

impl Epoch {
    /// The figures that are there, by name; the time is none.
    pub(crate) fn figures(&self) -> Vec<(&'static str, f64)> {
        let all = [
            ("loss", Some(self.loss)),
            ("accuracy", Some(self.accuracy)),
            ("val_loss", self.val_loss),
            ("val_accuracy", self.val_accuracy),
            ("learning_rate", Some(self.learning_rate)),
        ];
        all.into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .collect()
    }
}

/// Reads a run's epochs.
pub(crate) fn read(run: &RunDir) -> anyhow::Result<Vec<Epoch>> {
    csv_lines::read(&run.history())
}

/// Adds the lines of some epochs, in one piece, and waits until they are on the disk.
pub(crate) fn append(path: &Path, epochs: &[Epoch]) -> anyhow::Result<()> {
    if epochs.is_empty() {
        return Ok(());
    }
    let is_new = !path.metadata().is_ok_and(|file| file.len() > 0);
    let mut csv = csv::WriterBuilder::new()
        .has_headers(is_new)
        .from_writer(Vec::new());
    for epoch in epochs {
        csv.serialize(epoch)?;
    }
    let lines = csv.into_inner().context("cannot write CSV to memory")?;
    let mut file = fs_err::OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)?;
    file.write_all(&lines)?;
    file.sync_data()?;
    if is_new && let Some(folder) = path.parent() {
        sync_folder(folder)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::BadInput;

    fn epoch(number: usize, val_loss: Option<f64>) -> Epoch {
        Epoch {
            epoch: number,
            loss: 0.1 + 0.2,
            accuracy: 0.999,
            val_loss,
            val_accuracy: val_loss,
            learning_rate: 0.001,
            seconds: 0.25,
        }
    }

    #[test]
    fn what_is_written_line_by_line_or_at_once_reads_back_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let [lines, whole] = ["lines.csv", "whole.csv"].map(|name| folder.path().join(name));
        let epochs = [epoch(1, Some(1.0 / 3.0)), epoch(2, None), epoch(3, None)];
        append(&lines, &epochs[..1]).unwrap();
        append(&lines, &epochs[1..]).unwrap();
        csv_lines::write(&whole, &epochs).unwrap();
        assert_eq!(csv_lines::read::<Epoch>(&whole).unwrap(), epochs);
        let [lines, whole] = [lines, whole].map(|path| fs_err::read_to_string(path).unwrap());
        assert_eq!(lines, whole);
        let header = "epoch,loss,accuracy,val_loss,val_accuracy,learning_rate,seconds\n1,";
        assert!(lines.starts_with(header), "{lines}");
    }

    #[test]
    fn a_line_that_was_cut_short_is_no_epoch() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history.csv");
        append(&path, &[epoch(1, None)]).unwrap();
        let whole = fs_err::read(&path).unwrap();
        fs_err::write(&path, [whole, b"2,0.1,0.9,,,0.0".to_vec()].concat()).unwrap();
        assert_eq!(csv_lines::read::<Epoch>(&path).unwrap(), [epoch(1, None)]);
    }

    #[test]
    fn a_damaged_file_is_bad_input_that_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history.csv");
        fs_err::write(&path, "epoch,loss\n1,much\n").unwrap();
        let error = csv_lines::read::<Epoch>(&path).unwrap_err();
        assert!(error.is::<BadInput>());
        assert!(format!("{error:#}").contains("history.csv"));
    }
}
