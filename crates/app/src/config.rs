//! The settings of a run: merged from defaults, file and flags, then checked and resolved.

pub(crate) mod augment_config;
pub(crate) mod built_in;
pub(crate) mod check;
pub(crate) mod choices;
pub(crate) mod class_weights;
pub(crate) mod compare;
pub(crate) mod digit_list;
mod file_text;
pub(crate) mod merge;
pub(crate) mod monitor;
pub(crate) mod pixel_source;
pub(crate) mod ranges;
pub(crate) mod rate_over_time;
pub(crate) mod resolved;
pub(crate) mod run_config;
pub(crate) mod setting_filter;
pub(crate) mod setting_names;
pub(crate) mod setting_table;
pub(crate) mod without_effect;
