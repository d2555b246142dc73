//! Standard charts. Each one is independent of the others.

pub(crate) mod embedding;
pub(crate) mod evaluation;
pub(crate) mod history;
pub(crate) mod layer_weights;
pub(crate) mod panel;
pub(crate) mod point_labels;
pub(crate) mod rate_test;
pub(crate) mod sweep;
