//! File formats: from the paths that a user names to a data set.

mod array;
mod blocks;
mod byte_source;
mod csv;
mod csv_layout;
mod csv_lines;
mod data_file;
mod detect;
mod embedded;
mod folder;
mod half;
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
mod npz;
mod part;
mod picture;
mod picture_decoder;
mod pixel_counts;
mod pixel_decoder;
mod png;
mod read;
mod scale;
mod wanted;

pub use array::{NumberArray, read_mat_arrays, read_npy_array};
pub(crate) use embedded::font_digits;
pub use half::half_to_f32;
pub use image_kind::{ImageKind, image_kind};
pub use locate::test_part;
pub use npy_write::{npy_header, write_images_npy, write_labels_npy};
pub use npz::is_in_archive;
pub use picture::{
    PictureReading, read_picture, read_picture_bytes, read_picture_pixels, read_whole_picture_bytes,
};
pub use read::{PixelFormat, read, read_classes, read_rows, read_some_classes};
