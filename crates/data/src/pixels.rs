//! The pixels of one image: their layout, padding to a square, and the resize to 20 x 20.

mod layout;
mod limit;
mod padding;
mod resize;
mod scale;

pub(crate) use layout::transposed;
pub use layout::{PIXELS, PixelOrder, SIDE, row_major};
pub(crate) use limit::check_size;
pub(crate) use padding::copy_to_centre;
pub(crate) use resize::Resize;
pub use resize::resize;
pub use scale::{PixelScale, ScaleNotice};
