//! Files as people have them: cut pictures, a data set that is there twice, pages in the place of data, unusual
//! scales, MATLAB files, archives of arrays, CSV, a test set beside the training set.
#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "../common/mod.rs"]
mod common;

mod csv;
mod folders;
mod jpeg;
mod mat;
mod npz;
mod parts;
mod scales;
mod shapes;
