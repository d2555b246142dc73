//! Images and labels in memory or on disk.

mod cache;
mod checksum;
mod digits;
#[cfg(test)]
mod numbered;
mod pair;
mod row_file;
mod store;
mod stream;
mod writer;

pub use cache::Cache;
pub use digits::Digits;
pub(crate) use digits::check_labels;
pub use pair::DigitPair;
pub(crate) use pair::{Presence, rows_of_pair};
pub use stream::Chunk;
pub(crate) use writer::{StoreWriter, Written};
