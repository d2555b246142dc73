//! What the status line says: where the training is, the time left, and the latest metrics.

use std::time::{Duration, Instant};

use model::format_metric;

use crate::run::history::EpochMetrics;
use crate::support::number_format::format_estimate;
use crate::support::split::Split;

/// Columns of the bar, which shows all epochs.
const BAR: usize = 12;
/// The time left is estimated after this time.
const MEASURED: Duration = Duration::from_secs(1);

/// The size of a training.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extent {
    pub(crate) epochs: usize,
    pub(crate) training_images: usize,
    pub(crate) validation_images: usize,
    /// When it stops, finished or not.
    pub(crate) deadline: Option<Instant>,
}

/// Where a training is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Position {
    pub(crate) epoch: usize,
    pub(crate) split: Split,
    /// Images of the split.
    pub(crate) seen: usize,
}

/// What the status line says.
pub(crate) struct Status {
    extent: Extent,
    position: Position,
    /// When this session started, and at which image.
    started: Option<(Instant, usize)>,
    /// Loss and accuracy, of the current epoch or of the last finished one.
    metrics: Option<[f64; 2]>,
}

impl Status {
    pub(crate) fn new(extent: Extent) -> Self {
        Self {
            extent,
            position: Position {
                epoch: 1,
                split: Split::Training,
                seen: 0,
            },
            started: None,
            metrics: None,
        }
    }

    pub(crate) fn start(&mut self, position: Position, now: Instant) {
        self.position = position;
        let done = self.done();
        self.started.get_or_insert((now, done));
    }

    pub(crate) fn advance(&mut self, seen: usize, metrics: [f64; 2]) {
        self.position.seen = seen;
        if self.position.split == Split::Training {
            self.metrics = Some(metrics);
        }
    }

    pub(crate) fn finish(&mut self, epoch: &EpochMetrics) {
        self.metrics = Some([epoch.loss, epoch.accuracy]);
    }

    /// `epoch  3/20`, `[==>         ]`, `320/800`, `45 s left`, `loss 0.3140`, `accuracy 0.9830`
    pub(crate) fn parts(&self, now: Instant) -> Vec<String> {
        let epochs = self.extent.epochs;
        let Position { epoch, split, seen } = self.position;
        let width = epochs.to_string().len();
        let mut parts = vec![format!("epoch {epoch:>width$}/{epochs}"), self.bar()];
        // In a short epoch, the images would only flicker.
        if seen > 0 {
            let (what, images) = match split {
                Split::Training => ("", self.extent.training_images),
                Split::Validation => ("validation ", self.extent.validation_images),
            };
            parts.push(format!("{what}{seen}/{images}"));
        }
        if let Some(left) = self.time_left(now) {
            parts.push(format!("{} left", format_estimate(left)));
        }
        if let Some([loss, accuracy]) = self.metrics.map(|all| all.map(format_metric)) {
            parts.push(format!("loss {loss}"));
            parts.push(format!("accuracy {accuracy}"));
        }
        parts
    }

    fn images_per_epoch(&self) -> usize {
        self.extent.training_images + self.extent.validation_images
    }

    /// Images of all epochs.
    fn all(&self) -> usize {
        self.extent.epochs * self.images_per_epoch()
    }

    /// Images of all finished epochs, and of the current one so far.
    fn done(&self) -> usize {
        let Position { epoch, split, seen } = self.position;
        let before = match split {
            Split::Training => 0,
            Split::Validation => self.extent.training_images,
        };
        epoch.saturating_sub(1) * self.images_per_epoch() + before + seen
    }

    fn bar(&self) -> String {
        let all = self.all().max(1);
        let full = (BAR * self.done() / all).min(BAR);
        let head = if full < BAR { ">" } else { "" };
        format!("[{:<BAR$}]", "=".repeat(full) + head)
    }

    /// The time for the images that are left, at the speed of this session so far.
    fn time_left(&self, now: Instant) -> Option<Duration> {
        let (started, first) = self.started?;
        let elapsed = now.saturating_duration_since(started);
        let done = self.done();
        let left = self.all().checked_sub(done)?;
        if elapsed < MEASURED || done <= first {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let share = left as f64 / (done - first) as f64;
        let left = Duration::try_from_secs_f64(elapsed.as_secs_f64() * share).ok()?;
        let deadline = self.extent.deadline;
        let allowed = deadline.map(|deadline| deadline.saturating_duration_since(now));
        Some(allowed.map_or(left, |allowed| left.min(allowed)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(epochs: usize) -> Status {
        Status::new(Extent {
            epochs,
            training_images: 800,
            validation_images: 200,
            deadline: None,
        })
    }

    fn text(status: &Status, now: Instant) -> String {
        status.parts(now).join("  ")
    }

    fn at(epoch: usize, split: Split) -> Position {
        Position {
            epoch,
            split,
            seen: 0,
        }
    }

    #[test]
    fn the_line_shows_epoch_images_all_epochs_as_a_bar_metrics_and_time_left() {
        let mut status = status(4);
        let start = Instant::now();
        status.start(at(1, Split::Training), start);
        assert_eq!(text(&status, start), "epoch 1/4  [>           ]");
        status.start(at(2, Split::Training), start);
        status.advance(600, [0.314, 0.000_02]);
        // 1,600 of 4,000 images in 8 seconds; 2,400 are left.
        assert_eq!(
            text(&status, start + Duration::from_secs(8)),
            "epoch 2/4  [====>       ]  600/800  12 s left  loss 0.3140  accuracy 2.0e-05"
        );
    }

    #[test]
    fn no_total_of_another_split_is_shown() {
        let mut status = status(10);
        let now = Instant::now();
        status.start(at(9, Split::Training), now);
        status.advance(800, [0.5, 0.75]);
        status.start(at(9, Split::Validation), now);
        let of_epoch_9 = "epoch  9/10  [==========> ]  loss 0.5000  accuracy 0.7500";
        assert_eq!(text(&status, now), of_epoch_9);
        // The metrics stay those of the training images.
        status.advance(50, [0.25, 0.875]);
        let of_epoch_9 =
            "epoch  9/10  [==========> ]  validation 50/200  loss 0.5000  accuracy 0.7500";
        assert_eq!(text(&status, now), of_epoch_9);
        status.start(at(10, Split::Training), now);
        let of_epoch_10 = "epoch 10/10  [==========> ]  loss 0.5000  accuracy 0.7500";
        assert_eq!(text(&status, now), of_epoch_10);
    }

    /// 20 of 40 epochs were trained by another process.
    #[test]
    fn the_time_left_of_a_resumed_run_counts_only_its_own_epochs() {
        let mut status = status(40);
        let start = Instant::now();
        status.start(at(21, Split::Training), start);
        status.start(at(31, Split::Training), start);
        let text = text(&status, start + Duration::from_mins(1));
        assert!(text.ends_with("60 s left"), "{text}");
        status.extent.deadline = Some(start + Duration::from_secs(90));
        let text = status.parts(start + Duration::from_mins(1)).join("  ");
        assert!(text.ends_with("30 s left"), "{text}");
    }
}
