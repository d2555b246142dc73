//! Backends and devices: finding and opening them, and checking that they compute correctly.

pub(crate) mod adapter;
pub(crate) mod backend_name;
pub(crate) mod engine_choice;
pub(crate) mod environment;
pub(crate) mod hardware;
pub(crate) mod select;
pub(crate) mod self_check;
