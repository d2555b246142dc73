//! HDF5 files: a strict reader of what Keras and h5py write, and a small writer.
//!
//! Read are superblocks 0 to 3, object headers 1 and 2, groups with symbol tables or compact links, contiguous and
//! compact arrays of little-endian floats, and attributes that are texts. Refused, by name, are links other than hard
//! ones, external, virtual, chunked and compressed arrays, shared messages, and files with a user block (MATLAB's).
//!
//! Nothing is allocated before the bytes for it were found in the file, and all bytes that are read, structures visited
//! twice counted twice, are at most four times the file's length and 4 MiB: a cycle ends there. The format is described in
//! "HDF5 File Format Specification Version 3.0", <https://docs.hdfgroup.org/hdf5/develop/_f_m_t3.html>; section numbers in
//! this folder are its.

mod array;
mod attribute;
mod bytes;
mod datatype;
mod error;
mod group;
mod header;
mod object;
mod write;

pub(crate) use array::Array;
pub(crate) use error::Hdf5Error;
pub(crate) use object::{File, Object};
pub(crate) use write::{Group, Node, write};
