//! Images, charts and arrays as text for a terminal.

pub(crate) mod buffer;
pub(crate) mod chart;
pub(crate) mod color_mode;
pub(crate) mod image;
pub(crate) mod numpy;
pub(crate) mod table;
pub(crate) mod truncate;
