//! File formats: from the paths that a user names to a data set.

mod blocks;
mod byte_source;
mod data_file;
mod detect;
mod embedded;
mod idx;
mod locate;
mod npy;
mod npy_header;
mod npy_number;
mod picture;
mod picture_decoder;
mod read;
mod wanted;

pub use picture::read_picture;
pub use read::{read, read_pair, read_rows};
