//! The names of the backends, and which of them are compiled in.

use clap::ValueEnum;

use crate::config::choices::write_name;

/// The value of `--backend`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum BackendName {
    /// A real GPU if there is one, otherwise the CPU
    #[default]
    Auto,
    /// GPU through Vulkan, Metal or DX12
    Wgpu,
    /// GPU through Vulkan only, with SPIR-V shaders (build with --features vulkan)
    Vulkan,
    /// GPU through Metal only, with its own shaders (build with --features metal)
    Metal,
    /// NVIDIA GPU through CUDA (build with --features cuda)
    Cuda,
    /// CPU
    Ndarray,
    /// CPU, Burn's successor to ndarray
    Flex,
}

impl BackendName {
    /// All backends that can be chosen by name, GPUs first.
    pub const NAMED: [Self; 6] = [
        Self::Wgpu,
        Self::Vulkan,
        Self::Metal,
        Self::Cuda,
        Self::Ndarray,
        Self::Flex,
    ];

    /// Says whether this program was built with the backend.
    #[must_use]
    pub fn is_compiled_in(self) -> bool {
        match self {
            Self::Auto => true,
            Self::Wgpu => cfg!(feature = "wgpu"),
            Self::Vulkan => cfg!(feature = "vulkan"),
            Self::Metal => cfg!(feature = "metal"),
            Self::Cuda => cfg!(feature = "cuda"),
            Self::Ndarray => cfg!(feature = "ndarray"),
            Self::Flex => cfg!(feature = "flex"),
        }
    }
}

impl std::fmt::Display for BackendName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write_name(self, f)
    }
}
