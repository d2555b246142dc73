//! Files as people have them: cut pictures, a data set that is there twice, pages in the place of data, unusual
//! scales, MATLAB files, a test set beside the training set.
#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "../common/mod.rs"]
mod common;

mod folders;
mod jpeg;
mod mat;
mod parts;
mod scales;
mod shapes;
