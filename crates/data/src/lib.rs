//! Files in, batches out: handwritten digits for the network.
//!
//! A digit is 20 x 20 pixels, unrolled column by column, as the course has them. Images of other sizes are resized as
//! the course's were (see [`resize()`]). The digits come from
//!
//! - the 5,000 compiled in: [`Digits::embedded`];
//! - IDX, as MNIST is published: a file of images and one of labels, each gzipped or not;
//! - `.npy`, as the course has them: `X.npy` and `y.npy`, gzipped or not;
//! - pictures, PNG or JPEG: a folder with a subfolder for each digit.
//!
//! [`read`] tells them apart by content. Data sets of more rows than the [`Cache`] holds stay on the disk, and are read
//! [piece by piece](Digits::visit). No file is trusted: whatever is wrong with it comes back as a [`DataError`],
//! and memory grows with the data that is there, not with the numbers in a header.
//!
//! [`read_pair`] and [`Digits::pair`] pick the two digits to tell apart, [`split()`] the examples held out for validation, [`fold()`] those
//! of cross-validation.

mod batch;
mod batch_order;
mod digits;
mod embedded;
mod error;
mod file;
mod half;
mod idx;
mod npy;
mod npy_header;
mod order;
mod pair;
mod picture;
mod resident;
mod resize;
mod source;
mod split;
mod store;
mod visit;

pub use batch::{DigitBatch, DigitBatcher, DigitLoader, Example};
pub use batch_order::read_batch_order;
pub use digits::{Digits, upright};
pub use error::DataError;
pub use npy::PixelOrder;
pub use order::Order;
pub use pair::DigitPair;
pub use picture::read_picture;
pub use resident::ResidentLoader;
pub use resize::resize;
pub use source::{read, read_pair};
pub use split::{Split, fold, split};
pub use store::Cache;
pub use visit::Piece;

/// Pixels along one side of an image.
pub const SIDE: usize = 20;
/// Pixels of an image: the length of a row.
pub const PIXELS: usize = SIDE * SIDE;
