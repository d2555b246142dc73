//! The few functions and classes of Python that a state dict names.

use crate::element::Element;
use crate::error::InteropError;

use super::refusal::{INSTEAD, shown};

/// A function or class that we know; what it does is in `pickle`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Global {
    /// `collections.OrderedDict`.
    OrderedDict,
    /// `torch._utils._rebuild_tensor_v2`.
    Tensor,
    /// `torch._utils._rebuild_parameter`.
    Parameter,
    /// `torch.FloatStorage` and its like.
    Storage(Element),
    /// `torch.LongStorage` and its like, which an optimizer's state may have.
    OtherStorage,
}

/// The modules of classes of networks; those of users have other names.
const OF_MODELS: [&str; 4] = ["torch.nn.", "__main__", "__torch__", "torch.jit"];

impl Global {
    /// Finds what a pickle names.
    ///
    /// # Errors
    ///
    /// [`InteropError::Unsupported`] if a state dict does not need it.
    pub(super) fn find(module: &str, name: &str) -> Result<Self, InteropError> {
        let storage = match (module, name) {
            ("collections", "OrderedDict") => return Ok(Self::OrderedDict),
            ("torch._utils", "_rebuild_tensor_v2") => return Ok(Self::Tensor),
            ("torch._utils", "_rebuild_parameter") => return Ok(Self::Parameter),
            ("torch", name) => name.strip_suffix("Storage"),
            _ => None,
        };
        match storage {
            Some("Float") => Ok(Self::Storage(Element::F32)),
            Some("Double") => Ok(Self::Storage(Element::F64)),
            Some("Half") => Ok(Self::Storage(Element::F16)),
            Some("BFloat16") => Ok(Self::Storage(Element::Bf16)),
            Some("Long" | "Int" | "Short" | "Char" | "Byte" | "Bool") => Ok(Self::OtherStorage),
            _ => Err(refused(module, name)),
        }
    }
}

fn refused(module: &str, name: &str) -> InteropError {
    let path = shown(&format!("{module}.{name}"));
    let what = if OF_MODELS.iter().any(|start| module.starts_with(start)) {
        format!("it holds a whole model of the class {path:?}, not its weights alone")
    } else {
        format!("it names Python's {path:?}, which no state dict needs and which is never run")
    };
    InteropError::Unsupported {
        what,
        instead: INSTEAD,
    }
}
