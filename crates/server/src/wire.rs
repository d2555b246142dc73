//! What travels: the JSON of requests and responses, each type with its schema.
//!
//! In this order: `prediction` (what a network says of images), `bounds` (what numbers may be), `request` (what is
//! asked of it), `model` (the networks
//! that are served, and runs), `training` (a training that is going on), `problem` (why there is no response).

pub(crate) mod bounds;
pub(crate) mod model;
pub(crate) mod prediction;
pub(crate) mod problem;
pub(crate) mod request;
pub(crate) mod training;
