//! ONNX models: three layers, each a product, a sum and a sigmoid.
//!
//! Written are opset 17 and IR version 8, which every program of the last years reads. Models of other programs are read
//! if they are such a chain of layers, however their nodes and arrays are called; other operators are not.

mod chain;
mod constant;
mod layer;
mod limits;
mod proto;
mod read;
mod refusal;
mod write;

pub(crate) use read::{read, read_several};
pub(crate) use write::write;
