//! Many trainings: combinations of settings, each with several seeds and folds, kept in one folder.

pub(crate) mod combination;
pub(crate) mod contents;
pub(crate) mod create;
pub(crate) mod directory;
pub(crate) mod finished;
pub(crate) mod halving;
mod in_run;
pub(crate) mod inputs;
pub(crate) mod members;
mod networks;
pub(crate) mod number_list;
pub(crate) mod plan;
pub(crate) mod point;
pub(crate) mod range;
pub(crate) mod results;
pub(crate) mod setting_notes;
pub(crate) mod state;
pub(crate) mod table;
pub(crate) mod tasks;
#[cfg(feature = "wgpu")]
pub(crate) mod together;
pub(crate) mod train_points;
pub(crate) mod unfinished;
pub(crate) mod values;
pub(crate) mod values_fault;
pub(crate) mod writer;
