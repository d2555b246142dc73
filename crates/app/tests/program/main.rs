//! The built program, end to end: what it prints, what it leaves behind and how it exits.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

mod backends;
mod bad_input;
mod benchmark;
mod choices;
mod desk;
mod fused;
mod keras;
mod killed;
mod large;
mod pictures;
mod report;
mod resume;
mod runs;
mod signals;
mod tensorboard;
mod train;
