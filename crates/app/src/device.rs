//! Where the arithmetic is done: the backends, the devices of this machine, and whether they
//! compute correctly.

pub(crate) mod adapter;
pub(crate) mod backend_name;
pub(crate) mod engine_choice;
pub(crate) mod environment;
pub(crate) mod select;
pub(crate) mod self_check;
