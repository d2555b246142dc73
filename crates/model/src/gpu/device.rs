//! A GPU that runs our kernels, and its limits.

use burn::backend::DispatchDevice;
use burn::tensor::Device;
use cubecl::client::Client;
use data::PIXELS;

use super::error::{GpuError, GpuLimit};
use super::shape::{Shape, UNITS};
use crate::network::MlpConfig;

/// Buffers of the kernel with most of them.
const BUFFERS: usize = 6;
/// The most outputs of a network, as of the fused step.
const MAX_OUTPUTS: usize = 16;

/// A GPU on which networks are trained by our own kernels.
#[derive(Clone)]
pub struct GpuDevice {
    pub(crate) client: Client,
    pub(crate) limits: Limits,
}

/// What a device offers to a kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    pub(crate) buffers: usize,
    pub(crate) threads: usize,
    pub(crate) shared_memory: usize,
    /// Bytes of a buffer.
    pub(crate) buffer_size: u64,
    /// Workgroups of a launch in each dimension.
    pub(crate) workgroups: usize,
}

impl GpuDevice {
    /// Uses the GPU of Burn's `device`, and the connection to it that its tensors use.
    ///
    /// # Errors
    ///
    /// [`GpuError::NoKernels`] if the device is a CPU.
    pub fn new(device: &Device) -> Result<Self, GpuError> {
        // Burn's optimizers need the feature by which `burn::backend` is there.
        let client = match device.as_dispatch() {
            DispatchDevice::Cube(device) => device.client(),
            DispatchDevice::Autodiff(device) => return Self::new(&device.clone().inner().into()),
            _ => {
                let device = format!("{device:?}");
                return Err(GpuError::NoKernels { device });
            }
        };
        let limits = Limits::of(&client);
        Ok(Self { client, limits })
    }

    /// Checks whether networks of this configuration can be trained on batches of so many images, before
    /// anything is launched, and returns how many blocks of images a batch has. A workgroup takes one block
    /// after the other.
    ///
    /// # Errors
    ///
    /// The first limit of the device that is exceeded.
    pub fn check(&self, config: &MlpConfig, batch_size: usize) -> Result<usize, GpuLimit> {
        let shape = self.limits.shape(config.hidden_units, config.outputs)?;
        let pixels = batch_size.saturating_mul(PIXELS);
        self.limits.check_buffer("the images of a batch", pixels)?;
        Ok(batch_size.div_ceil(shape.images))
    }
}

impl std::fmt::Debug for GpuDevice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("GpuDevice").field(&self.limits).finish()
    }
}

impl Limits {
    fn of(client: &Client) -> Self {
        let properties = client.properties();
        let hardware = &properties.hardware;
        let (x, y, _) = hardware.max_cube_count;
        Self {
            buffers: hardware.max_bindings as usize,
            threads: hardware.max_units_per_cube.min(hardware.max_cube_dim.0) as usize,
            shared_memory: hardware.max_shared_memory_size,
            // An index into a buffer has 32 bits.
            buffer_size: properties.memory.max_page_size.min(u64::from(u32::MAX)),
            workgroups: x.min(y) as usize,
        }
    }

    /// Chooses how a network is divided, if the device is large enough for it.
    pub(crate) fn shape(&self, units: [usize; 2], outputs: usize) -> Result<Shape, GpuLimit> {
        if self.buffers < BUFFERS {
            return Err(GpuLimit::Buffers {
                needed: BUFFERS,
                limit: self.buffers,
            });
        }
        if self.threads < UNITS {
            return Err(GpuLimit::Threads {
                needed: UNITS,
                limit: self.threads,
            });
        }
        if !(1..=MAX_OUTPUTS).contains(&outputs) {
            return Err(GpuLimit::Outputs {
                outputs,
                limit: MAX_OUTPUTS,
            });
        }
        let shape = Shape::fitting(units, outputs, self.shared_memory).ok_or_else(|| {
            GpuLimit::SharedMemory {
                hidden_units: units,
                needed: Shape::smallest(units, outputs).shared_bytes(),
                limit: self.shared_memory,
            }
        })?;
        self.check_buffer("the weights and moments of a network", shape.state())?;
        Ok(shape)
    }

    /// Checks that a buffer of so many numbers is not too large.
    pub(crate) fn check_buffer(&self, what: &'static str, numbers: usize) -> Result<(), GpuLimit> {
        let needed = bytes(numbers);
        if needed > self.buffer_size {
            return Err(GpuLimit::BufferSize {
                what,
                needed,
                limit: self.buffer_size,
            });
        }
        Ok(())
    }

    /// The most networks of a launch.
    pub(crate) fn networks(&self, shape: &Shape) -> usize {
        self.at_once(shape.state()).min(self.workgroups)
    }

    /// How many arrays of so many numbers fit into a buffer.
    pub(crate) fn at_once(&self, numbers: usize) -> usize {
        usize::try_from(self.buffer_size / bytes(numbers)).unwrap_or(usize::MAX)
    }
}

/// Bytes of so many numbers of 32 bits.
fn bytes(numbers: usize) -> u64 {
    4_u64.saturating_mul(numbers as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What WebGPU guarantees; `CubeCL` keeps one of eight buffers.
    const WEBGPU: Limits = Limits {
        buffers: 7,
        threads: 256,
        shared_memory: 16_384,
        buffer_size: 128 << 20,
        workgroups: 65_535,
    };

    #[test]
    fn webgpu_s_guarantees_suffice_for_the_lab_s_network_and_for_ten_digits() {
        for outputs in [1, 10] {
            let shape = WEBGPU.shape([25, 15], outputs).unwrap();
            // 4 x 4 x 10,431 bytes a network.
            assert!((790..805).contains(&WEBGPU.networks(&shape)));
        }
    }

    #[test]
    fn a_limit_that_is_too_small_is_named_with_both_values() {
        let refused = |limits: Limits, units, outputs| {
            let error: GpuLimit = limits.shape(units, outputs).unwrap_err();
            error.to_string()
        };
        let buffers = refused(
            Limits {
                buffers: 5,
                ..WEBGPU
            },
            [25, 15],
            1,
        );
        assert_eq!(
            buffers,
            "a kernel needs 6 buffers, and the device has at most 5"
        );
        let threads = refused(
            Limits {
                threads: 128,
                ..WEBGPU
            },
            [25, 15],
            1,
        );
        assert!(
            threads.contains("256") && threads.contains("128"),
            "{threads}"
        );
        let shared = refused(WEBGPU, [2000, 1000], 10);
        assert!(
            shared.contains("[2000, 1000]") && shared.contains("16384"),
            "{shared}"
        );
        let outputs = refused(WEBGPU, [25, 15], 17);
        assert!(
            outputs.contains("1 to 16") && outputs.contains("17"),
            "{outputs}"
        );
        let size = refused(
            Limits {
                buffer_size: 100_000,
                ..WEBGPU
            },
            [25, 15],
            1,
        );
        assert!(size.contains("166896") && size.contains("100000"), "{size}");
    }
}
