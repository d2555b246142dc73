//! The schedule as a learning rate scheduler of Burn, which checkpoints record.

use burn::optim::lr_scheduler::{LrScheduler, LrSchedulerRecord};

use super::schedule::Schedule;

/// Steps through a [`Schedule`] for Burn's learner.
#[derive(Debug, Clone)]
pub struct Scheduler {
    /// The rate of each step.
    pub schedule: Schedule,
    /// The next step, counted from 0.
    pub next_step: usize,
}

/// The keys of the scheduler's record.
const NEXT_STEP: &str = "next_step";
const LEARNING_RATE: &str = "learning_rate";

impl Scheduler {
    /// Returns whether the record of a learner with this one scheduler holds the step and the
    /// learning rate. A record without them would leave the scheduler as it was.
    #[must_use]
    pub fn can_load(record: &LrSchedulerRecord) -> bool {
        let ours = record.record("0"); // Burn's learner numbers its schedulers.
        ours.scalar::<u64>(NEXT_STEP).is_some() && ours.scalar::<f64>(LEARNING_RATE).is_some()
    }
}

impl LrScheduler for Scheduler {
    fn step(&mut self) -> f64 {
        let rate = self.schedule.at(self.next_step);
        self.next_step = self.next_step.saturating_add(1);
        rate
    }

    /// Records the step, and the schedule's learning rate, which a plateau may have reduced.
    fn to_record(&self) -> LrSchedulerRecord {
        LrSchedulerRecord::new()
            .with_scalar(NEXT_STEP, self.next_step as u64)
            .with_scalar(LEARNING_RATE, self.schedule.learning_rate)
    }

    fn load_record(&mut self, record: LrSchedulerRecord) {
        if let Some(step) = record
            .scalar::<u64>(NEXT_STEP)
            .and_then(|step| usize::try_from(step).ok())
        {
            self.next_step = step;
        }
        if let Some(rate) = record.scalar::<f64>(LEARNING_RATE) {
            self.schedule.learning_rate = rate;
        }
    }
}

#[cfg(test)]
mod tests {
    use burn::optim::lr_scheduler::module_lr_scheduler::ModuleLrScheduler;

    use super::*;
    use crate::training::Decay;

    fn schedule(warmup_steps: usize, decay: Decay) -> Schedule {
        Schedule {
            learning_rate: 0.001,
            warmup_steps,
            decay,
        }
    }

    #[test]
    fn a_record_without_the_step_or_the_rate_cannot_be_loaded() {
        let scheduler = Scheduler {
            schedule: schedule(0, Decay::Constant),
            next_step: 0,
        };
        let whole = ModuleLrScheduler::new(scheduler).to_record();
        assert!(Scheduler::can_load(&whole));
        let step = LrSchedulerRecord::new().with_scalar("0.next_step", 1_u64);
        let rate = LrSchedulerRecord::new().with_scalar("0.learning_rate", 0.1);
        for part in [LrSchedulerRecord::new(), step, rate] {
            assert!(!Scheduler::can_load(&part), "{part:?}");
        }
    }

    #[test]
    fn a_scheduler_continues_from_its_record() {
        let decay = Decay::Exponential {
            decay_steps: 10,
            decay_rate: 0.5,
        };
        let mut whole = Scheduler {
            schedule: schedule(3, decay),
            next_step: 0,
        };
        let mut resumed = whole.clone();
        for _ in 0..7 {
            whole.step();
        }
        whole.schedule.learning_rate = 0.01;
        resumed.load_record(whole.to_record());
        for _ in 0..5 {
            assert_eq!(resumed.step().to_bits(), whole.step().to_bits());
        }
    }

    #[test]
    fn each_step_returns_the_next_rate() {
        let mut scheduler = Scheduler {
            schedule: schedule(4, Decay::Constant),
            next_step: 0,
        };
        let rates = [(); 5].map(|()| scheduler.step());
        let expected = [0.0, 0.000_25, 0.000_5, 0.000_75, 0.001];
        for (rate, expected) in rates.into_iter().zip(expected) {
            assert!((rate - expected).abs() < 1e-12, "{rates:?}");
        }
    }
}
