//! File formats: from the paths that a user names to a data set.

mod blocks;
mod byte_source;
mod data_file;
mod detect;
mod embedded;
mod idx;
mod jpeg;
mod jpeg_bits;
mod jpeg_frame;
mod jpeg_scan;
mod locate;
mod npy;
mod npy_header;
mod npy_number;
mod npy_shape;
mod picture;
mod picture_decoder;
mod pixel_counts;
mod pixel_decoder;
mod png;
mod read;
mod scale;
mod wanted;

pub use picture::read_picture;
pub use read::{PixelFormat, read, read_either, read_pair, read_rows};
