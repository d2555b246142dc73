//! Pictures of digits and of the network, which plotting libraries do not offer.

pub(crate) mod activations;
pub(crate) mod grid;
pub(crate) mod model_diagram;
pub(crate) mod preparation;
pub(crate) mod weights;
