//! `--backend` and `--device` to a Burn device: which backend is used is chosen here, at run time.

use anyhow::Context;
use burn::tensor::Device;
use clap::ValueEnum;

use crate::adapter::{Adapter, AdapterKind, Opened, adapters};
use crate::cli::DeviceArgs;
use crate::failure::BadInput;

/// What can stand behind `--backend`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BackendName {
    /// A real GPU if there is one, otherwise the CPU
    Auto,
    /// GPU through Vulkan, Metal or DX12
    Wgpu,
    /// GPU through Vulkan alone, with SPIR-V shaders (build with --features vulkan)
    Vulkan,
    /// GPU through Metal alone, with its own shaders (build with --features metal)
    Metal,
    /// NVIDIA GPU through CUDA (build with --features cuda)
    Cuda,
    /// CPU
    Ndarray,
    /// CPU, the successor of ndarray in Burn
    Flex,
}

impl BackendName {
    /// All that can be asked for by name, GPUs first, in the order that `auto` tries them.
    pub(crate) const NAMED: [Self; 6] = [
        Self::Wgpu,
        Self::Vulkan,
        Self::Metal,
        Self::Cuda,
        Self::Ndarray,
        Self::Flex,
    ];

    pub(crate) fn is_compiled_in(self) -> bool {
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
        let value = self.to_possible_value();
        f.write_str(value.as_ref().map_or("", |value| value.get_name()))
    }
}

/// Opens the device that was asked for.
///
/// `auto` takes a GPU if there is a real one, and otherwise the CPU; it hands back a line that
/// says why. Backends asked for by name are never replaced by another.
pub(crate) fn open(chosen: &DeviceArgs) -> anyhow::Result<(Opened, Option<String>)> {
    if chosen.backend != BackendName::Auto {
        return Ok((open_named(chosen.backend, chosen.device)?, None));
    }
    if chosen.device.is_some() {
        let message = "--device numbers the devices of one backend: name it with --backend";
        return Err(BadInput(message.to_owned()).into());
    }
    let adapters: Vec<Adapter> = gpu_backends().flat_map(adapters).collect();
    let mut reason = if gpu_backends().next().is_none() {
        "no GPU backend is compiled in".to_owned()
    } else if adapters.is_empty() {
        "no GPU found".to_owned()
    } else {
        "only a software GPU found".to_owned()
    };
    for adapter in adapters {
        if adapter.kind == AdapterKind::Gpu {
            match adapter.open() {
                Ok(opened) => return Ok((opened, None)),
                Err(error) => reason = format!("{error:#}"),
            }
        }
    }
    let opened = open_cpu()?;
    let note = format!("{reason}; using {}", opened.name);
    Ok((opened, Some(note)))
}

/// Opens the CPU, as `auto` does where there is no GPU.
pub(crate) fn open_cpu() -> anyhow::Result<Opened> {
    let cpu = [BackendName::Ndarray, BackendName::Flex]
        .into_iter()
        .find(|backend| backend.is_compiled_in())
        .context("no CPU backend is compiled in; build with --features ndarray")?;
    open_named(cpu, None)
}

/// The backend that others are checked against; always there, because burn-train needs it.
pub(crate) fn reference() -> Device {
    Device::flex()
}

fn open_named(backend: BackendName, index: Option<usize>) -> anyhow::Result<Opened> {
    if !backend.is_compiled_in() {
        let compiled: Vec<String> = BackendName::NAMED
            .into_iter()
            .filter(|backend| backend.is_compiled_in())
            .map(|backend| backend.to_string())
            .collect();
        let message = format!(
            "backend {backend} is not compiled in; build with --features {backend}, or use one \
             of: {}",
            compiled.join(", ")
        );
        return Err(BadInput(message).into());
    }
    let found = adapters(backend);
    let adapter = match index {
        Some(index) => found.get(index),
        None => found
            .iter()
            .find(|adapter| adapter.kind != AdapterKind::SoftwareGpu)
            .or(found.first()),
    };
    match (adapter, found.len()) {
        (Some(adapter), _) => adapter.open(),
        (None, 0) => anyhow::bail!(
            "backend {backend} finds no device on this machine: {}; install the driver, or train \
             on the CPU with --backend ndarray",
            what_is_missing(backend)
        ),
        (None, count) => {
            let index = index.unwrap_or_default();
            let message = format!(
                "--device {index}: backend {backend} has {count} device(s), numbered from 0; \
                 `app devices` lists them"
            );
            Err(BadInput(message).into())
        }
    }
}

fn what_is_missing(backend: BackendName) -> &'static str {
    match backend {
        BackendName::Cuda => "the CUDA driver reports no card",
        BackendName::Vulkan => "no Vulkan driver answers",
        BackendName::Metal => "Metal reports no device",
        _ => "no Vulkan, Metal or DX12 driver answers",
    }
}

fn gpu_backends() -> impl Iterator<Item = BackendName> {
    [BackendName::Wgpu, BackendName::Cuda]
        .into_iter()
        .filter(|backend| backend.is_compiled_in())
}
