//! The metrics of each epoch, in `history.csv`.

use serde::{Deserialize, Serialize};

use crate::config::monitor::MonitoredMetric;

/// The metrics of one epoch, under Keras's names; a row of `history.csv`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EpochMetrics {
    /// The number of the epoch, from 1.
    pub epoch: usize,
    /// Mean binary cross-entropy of the training images, each computed at its training step, in
    /// nats, times the class weights.
    pub loss: f64,
    /// Fraction of the training images that were classified correctly at their training step.
    pub accuracy: f64,
    /// Mean binary cross-entropy of the validation images after the epoch, without class weights;
    /// none without validation images.
    pub val_loss: Option<f64>,
    /// Fraction of the validation images that are classified correctly after the epoch.
    pub val_accuracy: Option<f64>,
    /// The learning rate of the epoch's last step.
    pub learning_rate: f64,
    /// Wall time of the epoch's steps and its validation, in seconds.
    pub seconds: f64,
}

impl EpochMetrics {
    /// The metrics of the epoch by name, without the wall time.
    #[must_use]
    pub fn named(&self) -> Vec<(&'static str, f64)> {
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

    /// The monitored metric; NaN if the epoch does not have it.
    #[must_use]
    pub fn monitored(&self, metric: MonitoredMetric) -> f64 {
        let found = match metric {
            MonitoredMetric::Loss => Some(self.loss),
            MonitoredMetric::Accuracy => Some(self.accuracy),
            MonitoredMetric::ValLoss => self.val_loss,
            MonitoredMetric::ValAccuracy => self.val_accuracy,
        };
        found.unwrap_or(f64::NAN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::csv_log;
    use crate::support::error_kind::ErrorKind;

    fn epoch(number: usize, val_loss: Option<f64>) -> EpochMetrics {
        EpochMetrics {
            epoch: number,
            loss: 0.1 + 0.2,
            accuracy: 0.999,
            val_loss,
            val_accuracy: val_loss.map(|loss| 1.0 - loss),
            learning_rate: 0.001,
            seconds: 0.25,
        }
    }

    #[test]
    fn rows_are_read_back_unchanged_whether_appended_or_written_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let [lines, whole] = ["lines.csv", "whole.csv"].map(|name| folder.path().join(name));
        let epochs = [epoch(1, Some(1.0 / 3.0)), epoch(2, None), epoch(3, None)];
        csv_log::append(&lines, &epochs[..1]).unwrap();
        csv_log::append(&lines, &epochs[1..]).unwrap();
        csv_log::write(&whole, &epochs).unwrap();
        assert_eq!(csv_log::read::<EpochMetrics>(&whole).unwrap(), epochs);
        let [lines, whole] = [lines, whole].map(|path| fs_err::read_to_string(path).unwrap());
        assert_eq!(lines, whole);
        let header = "epoch,loss,accuracy,val_loss,val_accuracy,learning_rate,seconds\n1,";
        assert!(lines.starts_with(header), "{lines}");
    }

    #[test]
    fn an_incomplete_last_line_is_ignored() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history.csv");
        csv_log::append(&path, &[epoch(1, None)]).unwrap();
        let whole = fs_err::read(&path).unwrap();
        fs_err::write(&path, [whole, b"2,0.1,0.9,,,0.0".to_vec()].concat()).unwrap();
        let read = csv_log::read::<EpochMetrics>(&path).unwrap();
        assert_eq!(read, [epoch(1, None)]);
    }

    #[test]
    fn a_damaged_file_is_bad_input_that_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history.csv");
        fs_err::write(&path, "epoch,loss\n1,much\n").unwrap();
        let error = csv_log::read::<EpochMetrics>(&path).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadInput);
        assert!(error.to_string().contains("history.csv"));
    }

    #[test]
    fn the_monitored_metric_is_the_one_of_that_name() {
        let epoch = epoch(1, Some(0.25));
        for (metric, expected) in [
            (MonitoredMetric::Loss, 0.1 + 0.2),
            (MonitoredMetric::Accuracy, 0.999),
            (MonitoredMetric::ValLoss, 0.25),
            (MonitoredMetric::ValAccuracy, 0.75),
        ] {
            let found = epoch.monitored(metric);
            assert!((found - expected).abs() < 1e-12, "{metric}: {found}");
        }
    }
}
