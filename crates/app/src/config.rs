//! What a run is made with: the settings of defaults, file and flags, merged, checked and resolved.

pub(crate) mod check;
pub(crate) mod choices;
pub(crate) mod compare;
pub(crate) mod merge;
pub(crate) mod monitor;
pub(crate) mod resolved;
pub(crate) mod run_config;
