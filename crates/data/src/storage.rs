//! Images and labels in memory or on disk.

mod cache;
mod checksum;
mod classes;
mod classified;
mod digits;
#[cfg(test)]
mod numbered;
mod picture_files;
mod row_file;
mod store;
mod stream;
mod writer;

pub use cache::Cache;
pub use classes::Classes;
pub use classified::ClassifiedDigits;
pub(crate) use classified::{Presence, rows_of_classes};
pub use digits::Digits;
pub(crate) use digits::check_labels;
pub(crate) use picture_files::PictureFiles;
pub use picture_files::{Unclear, UnclearPicture};

pub use stream::Chunk;
pub(crate) use writer::{StoreWriter, Written};
