//! Opens a device from the choice of a backend and a device index.

use burn::tensor::Device;

use crate::device::adapter::{Adapter, AdapterKind, OpenDevice, adapters};
use crate::device::backend_name::BackendName;
use crate::device::hardware::may_have_gpu;
use crate::support::device_error::DeviceError;
use crate::support::error::{Error, Result, with_causes};
use crate::support::notice::{Notice, Notify};

/// The requested device.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DeviceChoice {
    /// The backend.
    pub backend: BackendName,
    /// The index of the device; by default the best device of the backend.
    pub index: Option<usize>,
}

/// Opens the requested device.
///
/// [`BackendName::Auto`] opens a GPU if there is a real one, and otherwise the CPU;
/// [`Notice::NoGpu`] or [`Notice::FellBack`] contains the reason. An explicitly chosen backend is never replaced by
/// another.
///
/// # Errors
///
/// [`DeviceError::NotCompiledIn`], [`DeviceError::NoDevice`], [`DeviceError::DeviceIndex`], [`DeviceError::OpenDevice`] if
/// the device is not available, [`DeviceError::DeviceWithoutBackend`] for an index without a backend.
pub fn open_device(choice: &DeviceChoice, notify: &mut Notify<'_>) -> Result<OpenDevice> {
    if choice.backend != BackendName::Auto {
        return open_named(choice.backend, choice.index);
    }
    if choice.index.is_some() {
        return Err(Error::Device(DeviceError::DeviceWithoutBackend));
    }
    let found: Vec<Adapter> = if may_have_gpu() {
        gpu_backends().flat_map(adapters).collect()
    } else {
        Vec::new()
    };
    let reason = match open_gpu(&found) {
        Ok(device) => return Ok(device),
        Err(reason) => reason,
    };
    let cpu = open_cpu()?;
    let device = cpu.name.clone();
    notify(match reason {
        NoGpu::CannotOpen(error) => Notice::FellBack {
            reason: with_causes(&error),
            device,
        },
        reason => Notice::NoGpu {
            reason: reason.to_string(),
            device,
        },
    });
    Ok(cpu)
}

/// Opens the first real GPU, or returns the reason why there is none.
fn open_gpu(adapters: &[Adapter]) -> std::result::Result<OpenDevice, NoGpu> {
    let mut reason = if gpu_backends().next().is_none() {
        NoGpu::NotCompiledIn
    } else if adapters.is_empty() {
        NoGpu::NotFound
    } else {
        NoGpu::OnlySoftware
    };
    let gpus = adapters.iter();
    for gpu in gpus.filter(|adapter| adapter.kind == AdapterKind::Gpu) {
        match gpu.open() {
            Ok(device) => return Ok(device),
            Err(error) => reason = NoGpu::CannotOpen(error),
        }
    }
    Err(reason)
}

/// Why no GPU is used.
#[derive(Debug, thiserror::Error)]
enum NoGpu {
    #[error("no GPU backend is compiled in")]
    NotCompiledIn,
    #[error("no GPU found")]
    NotFound,
    #[error("only a software GPU found")]
    OnlySoftware,
    #[error(transparent)]
    CannotOpen(Error),
}

/// Opens the CPU, as `auto` does without a GPU.
///
/// # Errors
///
/// [`DeviceError::NoCpuBackend`] if none is compiled in.
pub fn open_cpu() -> Result<OpenDevice> {
    let cpu = [BackendName::Ndarray, BackendName::Flex]
        .into_iter()
        .find(|backend| backend.is_compiled_in())
        .ok_or(Error::Device(DeviceError::NoCpuBackend))?;
    open_named(cpu, None)
}

/// The device that others are compared with; always available, because burn-train depends on it.
pub(crate) fn reference_device() -> Device {
    Device::flex()
}

fn open_named(backend: BackendName, index: Option<usize>) -> Result<OpenDevice> {
    if !backend.is_compiled_in() {
        let named = BackendName::NAMED.into_iter();
        let compiled_in = named.filter(|backend| backend.is_compiled_in());
        return Err(Error::Device(DeviceError::NotCompiledIn {
            backend: backend.to_string(),
            compiled_in: compiled_in.map(|backend| backend.to_string()).collect(),
        }));
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
        (None, 0) => Err(Error::Device(DeviceError::NoDevice {
            backend: backend.to_string(),
            cause: what_is_missing(backend),
        })),
        (None, count) => Err(Error::Device(DeviceError::DeviceIndex {
            index: index.unwrap_or_default(),
            backend: backend.to_string(),
            count,
        })),
    }
}

fn what_is_missing(backend: BackendName) -> &'static str {
    match backend {
        BackendName::Cuda => "the CUDA driver reports no GPU",
        BackendName::Vulkan => "no Vulkan driver found",
        BackendName::Metal => "Metal reports no device",
        _ => "no Vulkan, Metal or DX12 driver found",
    }
}

fn gpu_backends() -> impl Iterator<Item = BackendName> {
    [BackendName::Wgpu, BackendName::Cuda]
        .into_iter()
        .filter(|backend| backend.is_compiled_in())
}
