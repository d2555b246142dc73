//! End-to-end tests of the built program: its output, its files and its exit code.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

// Test support.
mod app;
mod compare;
mod data_sets;
mod fixtures;
mod running;
mod skipped;

mod archives;
mod arguments;
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
mod pasted;
mod picture_folder;
mod pictures;
mod progress;
mod rejected;
mod report;
mod resume;
mod runs;
mod self_check;
mod settings;
mod signals;
mod start_files;
mod sweep;
mod ten;
mod tensorboard;
mod test_part;
mod train;
mod verbosity;
