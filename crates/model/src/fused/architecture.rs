//! The instruction set by which the fused step and network run.

use pulp::{Arch, WithSimd};

/// An instruction set of this processor.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Architecture {
    Detected(Arch),
    /// Plain Rust: loops over 16 numbers, and `f32::mul_add`.
    #[cfg(test)]
    Scalar512b,
}

impl Architecture {
    /// Detects the widest instructions that the processor has.
    pub(crate) fn new() -> Self {
        Self::Detected(Arch::new())
    }

    /// Runs an operation that is compiled for each instruction set.
    pub(crate) fn dispatch<Op: WithSimd>(self, operation: Op) -> Op::Output {
        match self {
            Self::Detected(arch) => arch.dispatch(operation),
            #[cfg(test)]
            Self::Scalar512b => operation.with_simd(pulp::Scalar512b),
        }
    }
}
