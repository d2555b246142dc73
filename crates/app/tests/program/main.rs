//! End-to-end tests of the built program: its output, its files and its exit code.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

// Test support.
mod app;
mod compare;
mod data_sets;
mod fixtures;
#[path = "../written/generator/all.rs"]
#[expect(
    dead_code,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "made for tests of its own; pictures are small"
)]
mod generator;
mod running;
mod skipped;

mod archives;
mod arguments;
mod augment;
mod backends;
mod bad_input;
mod benchmark;
mod choices;
mod completions;
mod config_schema;
mod crossval;
mod damaged;
mod dashboard;
mod data_as_it_is;
mod disk;
mod engines;
mod ensemble;
mod fetch;
mod foreign;
mod help;
mod interchange;
mod keras;
mod kernels;
mod killed;
mod large;
mod large_batches;
mod manual;
mod max_time;
mod missing;
mod notebook;
mod notes;
mod old_run;
mod outputs;
mod pasted;
mod picture_folder;
mod pictures;
mod progress;
mod reading;
mod rejected;
mod report;
mod resume;
mod runs;
mod self_check;
mod serve;
mod settings;
mod signals;
mod start_files;
mod suspects;
mod sweep;
mod tables;
mod ten;
mod tensorboard;
mod test_part;
mod train;
mod verbosity;
