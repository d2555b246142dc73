//! Weights in the formats of other programs: a network in, the bytes of a file out, and back.
//!
//! ```
//! use interop::{Layer, Network, Target};
//!
//! # fn main() -> Result<(), interop::InteropError> {
//! let layer = |inputs: usize, units| Layer {
//!     inputs,
//!     units,
//!     kernel: vec![0.01; inputs * units],
//!     bias: vec![0.0; units],
//! };
//! let network = Network::new(vec![layer(400, 25), layer(25, 15), layer(15, 1)])?;
//! let file = interop::write(&[network.clone()], Target::Npz)?;
//! let (format, read) = interop::read(&file)?;
//! assert_eq!((format, read), (interop::Format::Npz, network));
//! # Ok(())
//! # }
//! ```
//!
//! A [`Network`] is always the one that this project trains: three dense layers on 400 pixels, column by column, each
//! followed by a sigmoid. Files are not trusted: whatever is wrong with one is an [`InteropError`], and memory use grows
//! with the file, not with the sizes that it announces.
//!
//! A folder imports only folders before it in this list: `format`, `error`, `network`, `about`, `named_array`, `archive`,
//! `element`, `npz`, `safetensors`, `pytorch`, `hdf5`, `keras`, `onnx`, `theta`, `source`, `file`.
//!
//! - `format`: the formats, by name and by a file's ending;
//! - `network`, `about`: what travels, and the description that goes with it;
//! - `named_array`: named arrays become layers: which is the first, and which way round a kernel is;
//! - `archive`: the entries of a zip archive, within limits;
//! - `element`: floating-point numbers of 16, 32 and 64 bits;
//! - `hdf5`: groups and arrays in HDF5 files, read strictly and written;
//! - one file or folder for each format;
//! - `file`: recognizes the format of a file, and calls its reader or writer.

mod about;
mod archive;
mod element;
mod error;
mod file;
mod format;
mod hdf5;
mod keras;
mod named_array;
mod network;
mod npz;
mod onnx;
mod pytorch;
mod safetensors;
mod source;
mod theta;

pub use error::InteropError;
pub use file::{is_readable, read, read_back, write, write_with_note};
pub use format::{Format, Layout, Precision, Target};
pub use network::{LAYERS, Layer, Network};
pub use source::quantized;
