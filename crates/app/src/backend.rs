//! `--backend` and `--device` to a Burn device.
//!
//! The only file that names backends. Which of them are compiled in is for Cargo features to say;
//! which one is used is chosen here, at run time.

use anyhow::Context;
use burn::tensor::Device;
use clap::ValueEnum;

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

/// A device of a backend, found but not yet opened.
#[derive(Debug, Clone)]
pub(crate) struct Adapter {
    pub(crate) backend: BackendName,
    /// Its number for `--device`.
    pub(crate) index: usize,
    pub(crate) kind: AdapterKind,
    device: Device,
}

/// What a device is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AdapterKind {
    /// The host's processor, through a CPU backend.
    Cpu,
    /// A graphics card, integrated or virtual ones included.
    Gpu,
    /// A graphics driver that computes on the CPU, as Mesa's llvmpipe does.
    SoftwareGpu,
}

/// A device that can compute.
#[derive(Debug, Clone)]
pub(crate) struct Opened {
    pub(crate) device: Device,
    /// Backend and device, for people.
    pub(crate) name: String,
    pub(crate) kind: AdapterKind,
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
    let mut reason = match adapters.first() {
        None => "no GPU found".to_owned(),
        Some(_) => "only a software GPU found".to_owned(),
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

/// Lists the devices of a backend that is compiled in.
pub(crate) fn adapters(backend: BackendName) -> Vec<Adapter> {
    let devices = match backend {
        BackendName::Auto => Vec::new(),
        BackendName::Ndarray => ndarray(),
        BackendName::Flex => vec![Device::flex()],
        BackendName::Wgpu | BackendName::Vulkan | BackendName::Metal | BackendName::Cuda => {
            gpus(backend)
        }
    };
    let numbered = devices.into_iter().enumerate();
    numbered
        .map(|(index, device)| Adapter {
            backend,
            index,
            kind: kind(backend, &device),
            device,
        })
        .collect()
}

impl Adapter {
    /// Makes the device ready to compute.
    pub(crate) fn open(&self) -> anyhow::Result<Opened> {
        let device = self.initialize()?;
        let name = match self.kind {
            AdapterKind::Cpu => format!("{} (CPU)", self.backend),
            AdapterKind::Gpu | AdapterKind::SoftwareGpu => {
                format!("{} ({})", self.backend, part_name(&device))
            }
        };
        Ok(Opened {
            device,
            name,
            kind: self.kind,
        })
    }

    /// Opens wgpu devices through their options: made lazily, as other devices are, one that is
    /// out of order panics at the first tensor.
    #[cfg(feature = "wgpu")]
    fn initialize(&self) -> anyhow::Result<Device> {
        use burn::tensor::wgpu::WgpuBackend;

        let api = match self.backend {
            BackendName::Wgpu => WgpuBackend::Auto,
            BackendName::Vulkan => WgpuBackend::Vulkan,
            BackendName::Metal => WgpuBackend::Metal,
            _ => return Ok(self.device.clone()),
        };
        // OpenGL reports kinds that the options cannot name; such a device stays lazy.
        let Some(kind) = wgpu_kind(self.backend, &self.device) else {
            return Ok(self.device.clone());
        };
        let options = Device::wgpu_options().device_kind(kind).graphics_api(api);
        let context = || format!("cannot open device {} of {}", self.index, self.backend);
        options.init().with_context(context)
    }

    #[cfg(not(feature = "wgpu"))]
    #[expect(clippy::unnecessary_wraps, reason = "with wgpu it can fail")]
    fn initialize(&self) -> anyhow::Result<Device> {
        Ok(self.device.clone())
    }
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

#[cfg(feature = "ndarray")]
#[expect(
    deprecated,
    reason = "kept because it was asked for; flex stands beside it"
)]
fn ndarray() -> Vec<Device> {
    vec![Device::ndarray()]
}

#[cfg(not(feature = "ndarray"))]
fn ndarray() -> Vec<Device> {
    Vec::new()
}

#[cfg_attr(
    not(any(feature = "wgpu", feature = "cuda")),
    expect(clippy::match_same_arms, reason = "no GPU backend is compiled in")
)]
fn gpus(backend: BackendName) -> Vec<Device> {
    #[cfg(any(feature = "wgpu", feature = "cuda"))]
    use burn::tensor::DeviceType;

    match backend {
        #[cfg(feature = "wgpu")]
        BackendName::Wgpu => Device::enumerate(DeviceType::Wgpu).into_vec(),
        #[cfg(feature = "vulkan")]
        BackendName::Vulkan => Device::enumerate(DeviceType::Vulkan).into_vec(),
        #[cfg(feature = "metal")]
        BackendName::Metal => Device::enumerate(DeviceType::Metal).into_vec(),
        #[cfg(feature = "cuda")]
        BackendName::Cuda => Device::enumerate(DeviceType::Cuda).into_vec(),
        _ => Vec::new(),
    }
}

fn kind(backend: BackendName, device: &Device) -> AdapterKind {
    match backend {
        BackendName::Auto | BackendName::Ndarray | BackendName::Flex => AdapterKind::Cpu,
        BackendName::Cuda => AdapterKind::Gpu,
        BackendName::Wgpu | BackendName::Vulkan | BackendName::Metal => {
            wgpu_adapter_kind(backend, device)
        }
    }
}

#[cfg(feature = "wgpu")]
fn wgpu_adapter_kind(backend: BackendName, device: &Device) -> AdapterKind {
    use burn::tensor::DeviceKind;

    match wgpu_kind(backend, device) {
        Some(DeviceKind::Cpu) => AdapterKind::SoftwareGpu,
        _ => AdapterKind::Gpu,
    }
}

#[cfg(not(feature = "wgpu"))]
fn wgpu_adapter_kind(_: BackendName, _: &Device) -> AdapterKind {
    AdapterKind::Gpu
}

/// Finds the selector of an enumerated device, which does not tell it: the one that is equal.
#[cfg(feature = "wgpu")]
fn wgpu_kind(backend: BackendName, device: &Device) -> Option<burn::tensor::DeviceKind> {
    use burn::tensor::DeviceKind;

    // More cards of a kind than any machine holds.
    let indexed = (0..64).flat_map(|index| {
        [
            DeviceKind::DiscreteGpu(index),
            DeviceKind::IntegratedGpu(index),
            DeviceKind::VirtualGpu(index),
        ]
    });
    let mut kinds = std::iter::once(DeviceKind::Cpu).chain(indexed);
    kinds.find(|kind| *device == wgpu_device(backend, kind.clone()))
}

#[cfg(feature = "wgpu")]
fn wgpu_device(backend: BackendName, kind: burn::tensor::DeviceKind) -> Device {
    match backend {
        #[cfg(feature = "vulkan")]
        BackendName::Vulkan => Device::vulkan(kind),
        #[cfg(feature = "metal")]
        BackendName::Metal => Device::metal(kind),
        _ => Device::wgpu(kind),
    }
}

#[cfg(any(feature = "wgpu", feature = "cuda"))]
fn part_name(device: &Device) -> String {
    device
        .identity()
        .map_or_else(|| "unnamed".to_owned(), |identity| identity.name)
}

#[cfg(not(any(feature = "wgpu", feature = "cuda")))]
fn part_name(_: &Device) -> String {
    "unnamed".to_owned()
}
