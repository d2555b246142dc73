//! Keras's files: whole models (`.keras`), weights (`.weights.h5`), and the `.h5` files of Keras 2.
//!
//! A `.weights.h5` names the layers after their classes, with a running number, and knows no activations; a `.keras` is an
//! archive of one with a description of the layers. Keras 2's `.h5` names the layers after themselves, and describes them
//! in an attribute unless it has weights only. Where layers are described, they must be dense layers with sigmoids.

mod activation;
mod archive;
mod chain;
mod config;
mod described;
mod hdf5_file;
mod layer;
mod loss;
mod version2;
mod version3;

pub(crate) use archive::{read as read_archive, write as write_archive};
pub(crate) use hdf5_file::read as read_hdf5;
pub(crate) use version3::write as write_weights;
