//! What the numbers of a request may be.

/// The largest coordinate of a drawing, and the largest width of a pen: its square is still far from the largest `f32`.
pub(crate) const LARGEST_COORDINATE: f32 = 1e9;

/// The least and the largest number of an image: 30 % of ink beyond 0 and 255.
pub(crate) const LEAST_PIXEL: f32 = -76.5;
pub(crate) const MOST_PIXEL: f32 = 331.5;

/// The smallest width of a pen.
pub(crate) const SMALLEST_WIDTH: f32 = 1e-9;
