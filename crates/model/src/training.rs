//! Training through Burn: loss, gradients, optimizer and learning rate, on every device.

mod accuracy;
mod adam;
mod adam_record;
mod clipping;
mod long_batch;
mod loss;
mod output;
mod schedule;
mod scheduler;
mod step;

pub use accuracy::{DigitAccuracy, DigitAccuracyInput};
pub use adam::Adam;
pub use adam_record::{ADAM_FIRST_MOMENT, ADAM_SECOND_MOMENT, ADAM_TIME, OPTIMIZER_RANK};
pub use clipping::clip_by_global_norm;
pub use loss::binary_cross_entropy;
pub use output::DigitOutput;
pub use schedule::{Decay, Schedule};
pub use scheduler::Scheduler;
