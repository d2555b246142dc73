//! Training, from a configuration to a finished run.

pub(crate) mod augmentation;
pub(crate) mod checkpoint_writer;
pub(crate) mod course;
pub(crate) mod dashboard;
pub(crate) mod engine;
pub(crate) mod epoch_loop;
pub(crate) mod epoch_metrics;
pub(crate) mod fit;
pub(crate) mod ignored_signals;
pub(crate) mod in_memory;
pub(crate) mod initial_weights;
pub(crate) mod job;
pub(crate) mod loader;
pub(crate) mod pass;
pub(crate) mod plan;
pub(crate) mod progress;
pub(crate) mod range_test;
pub(crate) mod records;
pub(crate) mod session;
pub(crate) mod setting_notes;
pub(crate) mod signals;
pub(crate) mod strategy;
pub(crate) mod tensorboard;
#[cfg(feature = "wgpu")]
pub(crate) mod together;
pub(crate) mod watch;
