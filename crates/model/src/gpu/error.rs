//! Errors of training on a GPU.

use cubecl::server::ServerError;

/// Why networks could not be trained on a GPU.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GpuError {
    /// The device has no kernels of ours: it is a CPU.
    #[error("{device} runs no kernels")]
    NoKernels {
        /// Burn's name of the device.
        device: String,
    },
    /// The device is too small for the network or the images.
    #[error(transparent)]
    Limit(#[from] GpuLimit),
    /// The driver failed to run a kernel or to copy memory.
    #[error("the GPU failed to run a kernel")]
    Failed(#[from] ServerError),
    /// A kernel ended before it was finished, without an error of the driver.
    #[error(
        "the GPU ended a kernel too soon: of the {blocks} blocks of images of network {network}, {missing} \
         are missing"
    )]
    Unfinished {
        /// The network's index.
        network: usize,
        /// The blocks that were to be computed.
        blocks: usize,
        /// Those that were not.
        missing: usize,
    },
}

/// A limit of a device that a network or its images exceed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GpuLimit {
    /// A kernel has more buffers than the device can bind.
    #[error("a kernel needs {needed} buffers, and the device has at most {limit}")]
    Buffers {
        /// The buffers of a kernel.
        needed: usize,
        /// Those that the device offers.
        limit: usize,
    },
    /// A workgroup has more threads than the device offers.
    #[error("a workgroup needs {needed} threads, and the device has at most {limit}")]
    Threads {
        /// The threads of a workgroup.
        needed: usize,
        /// Those that the device offers.
        limit: usize,
    },
    /// The hidden layers do not fit into the memory of a workgroup.
    #[error(
        "a network of {hidden_units:?} hidden units needs {needed} bytes of a workgroup's memory, and the \
         device has {limit}"
    )]
    SharedMemory {
        /// Units of the hidden layers.
        hidden_units: [usize; 2],
        /// Bytes of the smallest block of images.
        needed: usize,
        /// The device's bytes.
        limit: usize,
    },
    /// The network has more outputs than 16 or none.
    #[error("a network has 1 to {limit} outputs, not {outputs}")]
    Outputs {
        /// The network's outputs.
        outputs: usize,
        /// The most outputs.
        limit: usize,
    },
    /// A buffer is larger than the device allows.
    #[error("{what} need a buffer of {needed} bytes, and the device allows {limit}")]
    BufferSize {
        /// What is stored in it.
        what: &'static str,
        /// Its bytes.
        needed: u64,
        /// The device's bytes.
        limit: u64,
    },
}
