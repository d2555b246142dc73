//! The learning rate of each step, with Keras's formulas.

use burn::optim::lr_scheduler::{LrScheduler, LrSchedulerRecord};

/// How the learning rate changes after the warm-up; `step` counts from 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Decay {
    /// Stays as it is.
    Constant,
    /// `rate * ((1 - alpha) (1 + cos(pi step / decay_steps)) / 2 + alpha)`, and `rate * alpha`
    /// from `decay_steps` on: Keras's `CosineDecay`, after Loshchilov and Hutter, "SGDR" (ICLR
    /// 2017).
    Cosine {
        /// Steps until the lowest rate.
        decay_steps: usize,
        /// The lowest rate, as a share of the first.
        alpha: f64,
    },
    /// `rate * decay_rate ^ floor(step / decay_steps)`: Keras's `ExponentialDecay` with
    /// `staircase=True`.
    Step {
        /// Steps between two falls.
        decay_steps: usize,
        /// What the rate is multiplied with at each fall.
        decay_rate: f64,
    },
    /// `rate * decay_rate ^ (step / decay_steps)`: Keras's `ExponentialDecay`.
    Exponential {
        /// Steps in which the rate is multiplied with `decay_rate` once.
        decay_steps: usize,
        /// What the rate is multiplied with in `decay_steps`.
        decay_rate: f64,
    },
}

/// The learning rate as a function of the training step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Schedule {
    /// The rate at the end of the warm-up, from which it decays.
    pub learning_rate: f64,
    /// Steps in which the rate rises from 0 in a straight line, as `CosineDecay` of Keras does
    /// with an initial rate of 0 and a `warmup_target`.
    pub warmup_steps: usize,
    /// What follows the warm-up.
    pub decay: Decay,
}

impl Schedule {
    /// Returns the learning rate of a step, counted from 0 over all epochs.
    #[must_use]
    pub fn at(&self, step: usize) -> f64 {
        if step < self.warmup_steps {
            return self.learning_rate * share(step, self.warmup_steps);
        }
        let step = step - self.warmup_steps;
        let factor = match self.decay {
            Decay::Constant => 1.0,
            Decay::Cosine { decay_steps, alpha } => {
                let angle = std::f64::consts::PI * share(step.min(decay_steps), decay_steps);
                (1.0 - alpha) * 0.5 * (1.0 + angle.cos()) + alpha
            }
            Decay::Step {
                decay_steps,
                decay_rate,
            } => decay_rate.powf(share(step, decay_steps).floor()),
            Decay::Exponential {
                decay_steps,
                decay_rate,
            } => decay_rate.powf(share(step, decay_steps)),
        };
        self.learning_rate * factor
    }
}

#[expect(clippy::cast_precision_loss, reason = "step counts stay below 2^52")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

/// A [`Schedule`] as Burn's learner steps through it.
#[derive(Debug, Clone)]
pub struct Scheduler {
    /// The rate of each step.
    pub schedule: Schedule,
    /// The step that comes next.
    pub next_step: usize,
}

/// The keys of a scheduler's state.
const NEXT_STEP: &str = "next_step";
const LEARNING_RATE: &str = "learning_rate";

impl Scheduler {
    /// Says whether the record of a learner that has this scheduler alone holds all that it goes on
    /// from; loading one that does not leaves the scheduler as it was.
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

    /// The step and the rate it is reckoned from, which falls on a plateau.
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

    fn schedule(warmup_steps: usize, decay: Decay) -> Schedule {
        Schedule {
            learning_rate: 0.001,
            warmup_steps,
            decay,
        }
    }

    #[track_caller]
    fn check(schedule: Schedule, expected: &[(usize, f64)]) {
        for &(step, rate) in expected {
            let found = schedule.at(step);
            assert!((found - rate).abs() < 1e-12, "step {step}: {found}");
        }
    }

    #[test]
    fn cosine_falls_to_alpha_and_stays_there() {
        let decay = Decay::Cosine {
            decay_steps: 100,
            alpha: 0.1,
        };
        // At half of the way the cosine is 0: (0.9 / 2 + 0.1) of the rate.
        let by_hand = [(0, 0.001), (50, 0.000_55), (100, 0.000_1), (1_000, 0.000_1)];
        check(schedule(0, decay), &by_hand);
    }

    #[test]
    fn a_warm_up_rises_from_0_and_the_decay_starts_at_its_end() {
        let decay = Decay::Cosine {
            decay_steps: 100,
            alpha: 0.0,
        };
        let by_hand = [(0, 0.0), (5, 0.000_25), (20, 0.001), (70, 0.000_5)];
        check(schedule(20, decay), &by_hand);
        check(schedule(4, Decay::Constant), &[(3, 0.000_75), (4, 0.001)]);
    }

    #[test]
    fn step_falls_at_once_and_exponential_all_the_time() {
        let (decay_steps, decay_rate) = (10, 0.25);
        let step = Decay::Step {
            decay_steps,
            decay_rate,
        };
        let by_hand = [(0, 0.001), (9, 0.001), (10, 0.000_25), (20, 0.000_062_5)];
        check(schedule(0, step), &by_hand);
        let exponential = Decay::Exponential {
            decay_steps,
            decay_rate,
        };
        // In half of the steps the root of the rate: 0.25^0.5 = 0.5.
        check(
            schedule(0, exponential),
            &[(5, 0.000_5), (10, 0.000_25), (15, 0.000_125)],
        );
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
    fn a_scheduler_goes_on_from_its_record() {
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
}
