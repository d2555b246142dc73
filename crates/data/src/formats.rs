//! File formats: from the paths that a user names to a data set.

mod blocks;
mod byte_source;
mod data_file;
mod detect;
mod embedded;
mod folder;
mod idx;
mod image_kind;
mod jpeg;
mod jpeg_bits;
mod jpeg_frame;
mod jpeg_scan;
mod locate;
mod mat;
mod mat_fields;
mod mat_file;
mod npy;
mod npy_header;
mod npy_number;
mod npy_shape;
mod npy_write;
mod part;
mod picture;
mod picture_decoder;
mod pixel_counts;
mod pixel_decoder;
mod png;
mod read;
mod scale;
mod wanted;

pub use image_kind::{ImageKind, image_kind};
pub use locate::test_part;
pub use npy_write::{write_images_npy, write_labels_npy};
pub use picture::read_picture;
pub use read::{PixelFormat, read, read_classes, read_rows, read_some_classes};
