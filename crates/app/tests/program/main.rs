//! The built program, end to end: what it prints, what it leaves behind and how it exits.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

// What the tests work with.
mod app;
mod compare;
mod data_sets;
mod fixtures;
mod running;
mod skipped;

mod arguments;
mod backends;
mod bad_input;
mod benchmark;
mod choices;
mod crossval;
mod damaged;
mod dashboard;
mod disk;
mod engines;
mod keras;
mod killed;
mod large;
mod pictures;
mod report;
mod resume;
mod runs;
mod settings;
mod signals;
mod tensorboard;
mod train;
