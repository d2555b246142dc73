//! The devices that each backend finds on this machine, and how one is opened.
//!
//! The only file that names a backend of Burn; Cargo features decide which are compiled in.

use burn::tensor::Device;

use crate::device::backend_name::BackendName;
use crate::support::error::Result;

/// A device of a backend, found but not yet opened.
#[derive(Debug, Clone)]
pub struct Adapter {
    /// The backend that found it.
    pub backend: BackendName,
    /// Its index for `--device`.
    pub index: usize,
    /// The kind of device.
    pub kind: AdapterKind,
    device: Device,
}

/// The kinds of devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdapterKind {
    /// The host's processor, through a CPU backend.
    Cpu,
    /// A GPU, including integrated and virtual ones.
    Gpu,
    /// A graphics driver that computes on the CPU, as Mesa's llvmpipe does.
    SoftwareGpu,
}

/// A device that is ready to compute.
#[derive(Debug, Clone)]
pub struct OpenDevice {
    /// Burn's handle.
    pub device: Device,
    /// Backend and device, as shown to users.
    pub name: String,
    /// The kind of device.
    pub kind: AdapterKind,
    /// The backend that it belongs to.
    pub backend: BackendName,
}

/// Lists the devices of a backend that is compiled in; none for [`BackendName::Auto`].
#[must_use]
pub fn adapters(backend: BackendName) -> Vec<Adapter> {
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
    /// Opens the device.
    ///
    /// # Errors
    ///
    /// [`DeviceError::OpenDevice`](crate::DeviceError::OpenDevice) if the driver returns an error.
    pub fn open(&self) -> Result<OpenDevice> {
        let device = self.initialize()?;
        let name = match self.kind {
            AdapterKind::Cpu => format!("{} (CPU)", self.backend),
            AdapterKind::Gpu | AdapterKind::SoftwareGpu => {
                format!("{} ({})", self.backend, part_name(&device))
            }
        };
        Ok(OpenDevice {
            device,
            name,
            kind: self.kind,
            backend: self.backend,
        })
    }

    /// Opens a wgpu device with explicit options. A device that is opened lazily, as in other
    /// backends, panics at the first tensor if it does not work.
    #[cfg(feature = "wgpu")]
    fn initialize(&self) -> Result<Device> {
        use burn::tensor::wgpu::WgpuBackend;

        use crate::support::device_error::DeviceError;
        use crate::support::error::Error;

        let api = match self.backend {
            BackendName::Wgpu => WgpuBackend::Auto,
            BackendName::Vulkan => WgpuBackend::Vulkan,
            BackendName::Metal => WgpuBackend::Metal,
            _ => return Ok(self.device.clone()),
        };
        // OpenGL reports kinds of devices that the options cannot express; such a device is opened
        // lazily.
        let Some(kind) = wgpu_kind(self.backend, &self.device) else {
            return Ok(self.device.clone());
        };
        let options = Device::wgpu_options().device_kind(kind).graphics_api(api);
        options.init().map_err(|error| {
            Error::Device(DeviceError::OpenDevice {
                index: self.index,
                backend: self.backend.to_string(),
                source: error.into(),
            })
        })
    }

    #[cfg(not(feature = "wgpu"))]
    #[expect(clippy::unnecessary_wraps, reason = "with wgpu it can fail")]
    fn initialize(&self) -> Result<Device> {
        Ok(self.device.clone())
    }
}

#[cfg(feature = "ndarray")]
#[expect(
    deprecated,
    reason = "kept because users ask for it; flex is its successor"
)]
fn ndarray() -> Vec<Device> {
    vec![Device::ndarray()]
}

#[cfg(not(feature = "ndarray"))]
fn ndarray() -> Vec<Device> {
    Vec::new()
}

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

/// Finds the selector of an enumerated device by comparison, because Burn offers no way to read it.
#[cfg(feature = "wgpu")]
fn wgpu_kind(backend: BackendName, device: &Device) -> Option<burn::tensor::DeviceKind> {
    use burn::tensor::DeviceKind;

    // More GPUs of one kind than any machine has.
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
