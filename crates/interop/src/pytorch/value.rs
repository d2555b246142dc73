//! The values that a pickle makes.
//!
//! Objects that contain values are in one list, and values refer to them by number, so that an object that contains itself
//! is no danger: nothing here follows values further than it has to.

use std::rc::Rc;

use super::global::Global;

/// A value on the stack of a pickle.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Integer(i64),
    Text(Rc<str>),
    Global(Global),
    /// The number of an object in the list.
    Object(usize),
    /// `None`, a truth value or a number with a fraction: nothing that a network needs.
    Other,
}

/// An object that contains values.
#[derive(Debug)]
pub(super) enum Object {
    Tuple(Vec<Value>),
    List(Vec<Value>),
    Dict(Vec<(Value, Value)>),
    Storage(Storage),
    Tensor(Tensor),
}

/// An array of bytes of the archive.
#[derive(Debug, Clone)]
pub(super) struct Storage {
    /// The name of its entry in the folder `data`.
    pub(super) key: Rc<str>,
    /// One of the storages among the globals.
    pub(super) kind: Global,
    /// Its numbers.
    pub(super) length: usize,
}

/// Numbers of a storage in some order.
#[derive(Debug)]
pub(super) struct Tensor {
    pub(super) storage: Storage,
    /// The place of the first.
    pub(super) offset: usize,
    pub(super) shape: Vec<usize>,
    /// How many places the next number of each dimension is further.
    pub(super) strides: Vec<usize>,
}

impl Value {
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A number of things.
    pub(super) fn count(&self) -> Option<usize> {
        match self {
            Self::Integer(integer) => usize::try_from(*integer).ok(),
            _ => None,
        }
    }
}
