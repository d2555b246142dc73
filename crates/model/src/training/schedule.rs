//! The learning rate of each step, by Keras's formulas.

/// How the learning rate changes after the warm-up; `step` counts from 0 at its end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Decay {
    /// Stays the same.
    Constant,
    /// `rate * ((1 - alpha) (1 + cos(pi step / decay_steps)) / 2 + alpha)`, and `rate * alpha`
    /// from `decay_steps` on: Keras's `CosineDecay`, after Loshchilov and Hutter, "SGDR" (ICLR
    /// 2017).
    Cosine {
        /// Steps until the lowest rate.
        decay_steps: usize,
        /// The lowest rate as a fraction of the initial one.
        alpha: f64,
    },
    /// `rate * decay_rate ^ floor(step / decay_steps)`: Keras's `ExponentialDecay` with
    /// `staircase=True`.
    Step {
        /// Steps between two decreases.
        decay_steps: usize,
        /// Factor of each decrease.
        decay_rate: f64,
    },
    /// `rate * decay_rate ^ (step / decay_steps)`: Keras's `ExponentialDecay`.
    Exponential {
        /// Steps over which the rate is multiplied by `decay_rate`.
        decay_steps: usize,
        /// Factor over `decay_steps`.
        decay_rate: f64,
    },
}

/// The learning rate as a function of the training step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Schedule {
    /// The rate at the end of the warm-up, before it decays.
    pub learning_rate: f64,
    /// Steps over which the rate rises linearly from 0, like Keras's `CosineDecay` with an initial
    /// rate of 0 and a `warmup_target`.
    pub warmup_steps: usize,
    /// How the rate decays after the warm-up.
    pub decay: Decay,
}

impl Schedule {
    /// Returns the learning rate of a step, counted from 0 over all epochs.
    #[must_use]
    pub fn at(&self, step: usize) -> f64 {
        if step < self.warmup_steps {
            return self.learning_rate * fraction(step, self.warmup_steps);
        }
        let step = step - self.warmup_steps;
        let factor = match self.decay {
            Decay::Constant => 1.0,
            Decay::Cosine { decay_steps, alpha } => {
                let angle = std::f64::consts::PI * fraction(step.min(decay_steps), decay_steps);
                (1.0 - alpha) * 0.5 * (1.0 + angle.cos()) + alpha
            }
            Decay::Step {
                decay_steps,
                decay_rate,
            } => decay_rate.powf(fraction(step, decay_steps).floor()),
            Decay::Exponential {
                decay_steps,
                decay_rate,
            } => decay_rate.powf(fraction(step, decay_steps)),
        };
        self.learning_rate * factor
    }
}

#[expect(clippy::cast_precision_loss, reason = "step counts stay below 2^52")]
fn fraction(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

#[cfg(test)]
mod tests {
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
    fn cosine_decays_to_alpha_and_stays_there() {
        let decay = Decay::Cosine {
            decay_steps: 100,
            alpha: 0.1,
        };
        // Halfway the cosine is 0: (0.9 / 2 + 0.1) of the rate.
        let by_hand = [(0, 0.001), (50, 0.000_55), (100, 0.000_1), (1_000, 0.000_1)];
        check(schedule(0, decay), &by_hand);
    }

    #[test]
    fn the_warm_up_rises_from_0_and_the_decay_starts_at_its_end() {
        let decay = Decay::Cosine {
            decay_steps: 100,
            alpha: 0.0,
        };
        let by_hand = [(0, 0.0), (5, 0.000_25), (20, 0.001), (70, 0.000_5)];
        check(schedule(20, decay), &by_hand);
        check(schedule(4, Decay::Constant), &[(3, 0.000_75), (4, 0.001)]);
    }

    #[test]
    fn step_decays_in_jumps_and_exponential_continuously() {
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
        // Over half of the steps, the square root of the factor: 0.25^0.5 = 0.5.
        check(
            schedule(0, exponential),
            &[(5, 0.000_5), (10, 0.000_25), (15, 0.000_125)],
        );
    }
}
