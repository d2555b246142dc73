//! Progress output and requests to stop during a pass over images.

use std::time::Instant;

use burn::data::dataloader::Progress as BurnProgress;
#[cfg(feature = "tui")]
use burn_train::EventProcessorTraining;
use burn_train::{Interrupter, LearnerEvent, SupervisedTrainingEventProcessor, TrainingItem};
use model::{DigitOutput, Mlp};

use crate::support::error::{Error, Result};
use crate::support::split::Split;
use crate::train::epoch_metrics::{Refresh, RunningMetrics};
use crate::train::job::{Ended, View};
use crate::train::progress::Progress;
use crate::train::signals::{CTRL_C, StopRequest};

/// Shows the progress of a training, and checks whether it should stop.
pub(crate) struct Watch {
    pub(crate) progress: Progress,
    pub(crate) view: View,
    pub(crate) events: SupervisedTrainingEventProcessor<Mlp>,
    pub(crate) interrupter: Interrupter,
    pub(crate) stop: StopRequest,
    pub(crate) deadline: Option<Instant>,
}

type Event = LearnerEvent<DigitOutput>;

/// A batch that was trained or validated.
pub(crate) struct Batch {
    /// The number of the step in its epoch, from 1; none in validation.
    pub(crate) step: Option<usize>,
    /// The number of images of the split so far, including this batch.
    pub(crate) seen: usize,
    /// The number of images of the split.
    pub(crate) images: usize,
    /// The step's learning rate; none in validation.
    pub(crate) learning_rate: Option<f64>,
}

impl Watch {
    /// Called at the start of a split of an epoch.
    pub(crate) fn start(&mut self, epoch: usize, split: Split, images: usize) -> Result<()> {
        self.progress.start(epoch, split);
        self.send(split, || LearnerEvent::StartSplit {
            epoch_number: epoch,
            total_items: images,
        })
    }

    /// Called after each batch; `output` is only called if the dashboard is shown.
    pub(crate) fn batch(
        &mut self,
        batch: &Batch,
        output: impl FnOnce() -> DigitOutput,
    ) -> Result<()> {
        let split = match batch.step {
            Some(_) => Split::Training,
            None => Split::Validation,
        };
        self.send(split, || {
            let progress = BurnProgress::new(batch.seen, batch.images, Some("images".to_owned()));
            let rate = batch.learning_rate.map(Into::into);
            LearnerEvent::ProcessedItem(TrainingItem::new(output(), progress, batch.step, rate))
        })
    }

    /// Updates the status line if an update is due.
    pub(crate) fn refresh(&self, refresh: Refresh, seen: usize, metrics: &RunningMetrics) {
        if refresh == Refresh::Due {
            self.progress.advance(seen, metrics);
        }
    }

    /// Called at the end of a split of an epoch.
    pub(crate) fn end(&mut self, epoch: usize, split: Split) -> Result<()> {
        self.send(split, || LearnerEvent::EndSplit(epoch))?;
        if split == Split::Validation {
            self.send(Split::Training, || LearnerEvent::EndEpoch(epoch))?;
        }
        Ok(())
    }

    /// Why the training should stop now, if it should.
    pub(crate) fn should_stop(&self) -> Result<Option<Ended>> {
        if let Some(error) = self.interrupter.error() {
            return Err(Error::burn(error.to_string()));
        }
        let from_dashboard = self.interrupter.should_stop().then_some(CTRL_C);
        if let Some(exit_code) = self.stop.exit_code().or(from_dashboard) {
            return Ok(Some(Ended::Interrupted { exit_code }));
        }
        let is_over = self.deadline.is_some_and(|end| Instant::now() >= end);
        Ok(is_over.then_some(Ended::OutOfTime))
    }

    /// Sends an event to the dashboard, if there is one.
    #[cfg_attr(
        not(feature = "tui"),
        expect(clippy::unnecessary_wraps, reason = "the dashboard can fail")
    )]
    fn send(&mut self, split: Split, event: impl FnOnce() -> Event) -> Result<()> {
        match self.view {
            #[cfg(feature = "tui")]
            View::Dashboard => {
                crate::train::dashboard::keep_ctrl_c();
                let sent = match split {
                    Split::Training => self.events.process_train(event()),
                    Split::Validation => self.events.process_valid(event()),
                };
                sent.map_err(Error::burn)
            }
            View::Lines | View::EveryLine | View::Hidden => {
                let _ = (split, event);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod test_support {
    use burn_train::renderer::MetricsRenderer;
    use burn_train::{AsyncProcessorTraining, EventProcessorError, EventProcessorTraining};

    use super::*;
    use crate::train::dashboard::NoRenderer;

    /// Takes no notice of events.
    struct NoEvents;

    impl EventProcessorTraining<Event, Event> for NoEvents {
        fn process_train(&mut self, _: Event) -> Result<(), EventProcessorError> {
            Ok(())
        }

        fn process_valid(&mut self, _: Event) -> Result<(), EventProcessorError> {
            Ok(())
        }

        fn renderer(self) -> Box<dyn MetricsRenderer> {
            Box::new(NoRenderer)
        }
    }

    /// A watch that shows nothing.
    pub(crate) fn hidden_watch(deadline: Option<Instant>) -> Watch {
        Watch {
            progress: Progress::hidden(),
            view: View::Hidden,
            events: AsyncProcessorTraining::new(NoEvents),
            interrupter: Interrupter::new(),
            stop: StopRequest::default(),
            deadline,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::test_support::hidden_watch;
    use super::*;

    #[test]
    fn a_training_should_stop_after_its_deadline_and_when_the_dashboard_asks() {
        let now = Instant::now();
        assert_eq!(hidden_watch(None).should_stop().unwrap(), None);
        let later = hidden_watch(Some(now + Duration::from_hours(1)));
        assert_eq!(later.should_stop().unwrap(), None);
        let over = hidden_watch(Some(now)).should_stop().unwrap();
        assert_eq!(over, Some(Ended::OutOfTime));
        later.interrupter.stop(None);
        let interrupted = Ended::Interrupted { exit_code: 130 };
        assert_eq!(later.should_stop().unwrap(), Some(interrupted));
    }
}
