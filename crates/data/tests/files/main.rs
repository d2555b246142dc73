//! Files as people have them: cut pictures, a data set that is there twice, pages in the place of data, unusual scales.
#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "../common/mod.rs"]
mod common;

mod folders;
mod jpeg;
mod scales;
mod shapes;
