//! The lines of finished epochs, and which of them are printed in a long training.

use std::time::{Duration, Instant};

use model::format_metric;

use crate::run::history::EpochMetrics;

/// With at most this many epochs, each is printed.
const ALL: usize = 100;
/// About how many lines a longer training has.
const LINES: usize = 50;
/// The longest time without a line.
const LONGEST: Duration = Duration::from_secs(10);

/// Which epochs are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Selection {
    All,
    /// Of a long training, the first, the last, every Nth, and one whenever ten seconds have passed.
    Thinned,
}

/// The N of every Nth epoch that is printed: 1, or 5, 10, 20, 50, ...
pub(crate) fn every(epochs: usize) -> usize {
    if epochs <= ALL {
        return 1;
    }
    let mut power = 1;
    loop {
        for step in [power, 2 * power, 5 * power] {
            if step * LINES >= epochs {
                return step;
            }
        }
        power *= 10;
    }
}

/// Formats the finished epochs that are printed.
pub(crate) struct EpochLines {
    epochs: usize,
    every: usize,
    printed_at: Option<Instant>,
    /// The last finished epoch, if it was not printed.
    omitted: Option<EpochMetrics>,
}

impl EpochLines {
    pub(crate) fn new(epochs: usize, selection: Selection) -> Self {
        Self {
            epochs,
            every: match selection {
                Selection::All => 1,
                Selection::Thinned => every(epochs),
            },
            printed_at: None,
            omitted: None,
        }
    }

    /// The line of a finished epoch, if it is printed.
    pub(crate) fn take(&mut self, epoch: &EpochMetrics, now: Instant) -> Option<String> {
        let is_due = epoch.epoch == self.epochs
            || epoch.epoch.is_multiple_of(self.every)
            || self.printed_at.is_none_or(|before| now >= before + LONGEST);
        if !is_due {
            self.omitted = Some(epoch.clone());
            return None;
        }
        self.omitted = None;
        self.printed_at = Some(now);
        Some(epoch_line(epoch, self.epochs))
    }

    /// The line of the last finished epoch, if it was not printed.
    pub(crate) fn rest(&mut self) -> Option<String> {
        let epoch = self.omitted.take()?;
        Some(epoch_line(&epoch, self.epochs))
    }
}

/// `epoch  3/20  loss 0.3140  accuracy 0.9830  val_loss 0.2850  val_accuracy 0.9850  18.0 ms`
fn epoch_line(epoch: &EpochMetrics, epochs: usize) -> String {
    let width = epochs.to_string().len();
    let mut line = format!("epoch {:>width$}/{epochs}  ", epoch.epoch);
    for (name, value) in [
        ("loss", Some(epoch.loss)),
        ("accuracy", Some(epoch.accuracy)),
        ("val_loss", epoch.val_loss),
        ("val_accuracy", epoch.val_accuracy),
    ] {
        if let Some(value) = value {
            // One more column than four decimals take, so that `2.1e-05` shifts nothing.
            let value = format_metric(value);
            line = format!("{line}{name} {value:<7} ");
        }
    }
    line + &if epoch.seconds < 1.0 {
        format!("{:.1} ms", epoch.seconds * 1e3)
    } else {
        format!("{:.2} s", epoch.seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metrics(epoch: usize) -> EpochMetrics {
        EpochMetrics {
            epoch,
            loss: 0.314_04,
            accuracy: 0.983,
            val_loss: None,
            val_accuracy: None,
            learning_rate: 0.001,
            seconds: 0.018,
        }
    }

    #[test]
    fn an_epoch_s_line_has_its_metrics_and_those_of_validation_if_there_are_any() {
        let mut epoch = metrics(3);
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

    #[test]
    fn small_losses_are_visible_and_their_columns_stay_in_line() {
        let mut epoch = metrics(3);
        let usual = epoch_line(&epoch, 20);
        epoch.loss = 0.000_021_4;
        let small = epoch_line(&epoch, 20);
        assert_eq!(small, "epoch  3/20  loss 2.1e-05 accuracy 0.9830  18.0 ms");
        assert_eq!(small.find("accuracy"), usual.find("accuracy"));
    }

    /// The epochs that are printed if each takes `each`.
    fn printed(epochs: usize, selection: Selection, each: Duration) -> Vec<usize> {
        let mut lines = EpochLines::new(epochs, selection);
        let mut now = Instant::now();
        let mut is_printed = |epoch: &usize| {
            now += each;
            lines.take(&metrics(*epoch), now).is_some()
        };
        (1..=epochs).filter(|epoch| is_printed(epoch)).collect()
    }

    #[test]
    fn up_to_100_epochs_are_all_printed_and_longer_trainings_have_21_to_53_lines() {
        let short = Duration::from_millis(1);
        assert_eq!(printed(100, Selection::Thinned, short).len(), 100);
        assert_eq!(printed(3_000, Selection::All, short).len(), 3_000);
        let of_3000 = printed(3_000, Selection::Thinned, short);
        assert_eq!(of_3000[..3], [1, 100, 200]);
        assert_eq!(of_3000.last(), Some(&3_000));
        for epochs in [101, 250, 999, 1_000, 1_001, 7_777, 100_000] {
            let count = 2 + epochs / every(epochs);
            assert!((22..=54).contains(&count), "{epochs}: {count}");
        }
    }

    #[test]
    fn a_line_comes_at_least_every_ten_seconds() {
        let found = printed(200, Selection::Thinned, Duration::from_secs(4));
        // Every 5th, and the one 12 seconds after another.
        assert_eq!(found[..5], [1, 4, 5, 8, 10]);
    }

    #[test]
    fn the_last_epoch_of_a_training_that_stops_early_is_printed_at_the_end() {
        let mut lines = EpochLines::new(1_000, Selection::Thinned);
        let now = Instant::now();
        assert!(lines.take(&metrics(1), now).is_some());
        assert!(lines.take(&metrics(2), now).is_none());
        assert!(lines.rest().unwrap().starts_with("epoch    2/1000"));
        assert_eq!(lines.rest(), None);
    }
}
