//! Charts of many trained networks: what each setting does to a metric, and how much of it is chance.

pub(crate) mod data;
pub(crate) mod heat_map;
mod metric_axis;
pub(crate) mod metric_by_setting;
pub(crate) mod parallel;
mod ramp;
pub(crate) mod seed_spread;
mod setting_axis;
pub(crate) mod time;
mod value_marks;
mod words;

#[cfg(test)]
mod fixtures;
