//! What is answered: a file for each group of routes.
//!
//! `ask` has what they share, `query` reads their parameters, `input` checks the body of a prediction.

pub(crate) mod ask;
pub(crate) mod events;
pub(crate) mod files;
mod input;
pub(crate) mod networks;
pub(crate) mod operation;
pub(crate) mod predict;
mod query;
pub(crate) mod training;
