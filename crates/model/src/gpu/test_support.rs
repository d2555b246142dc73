//! For tests: the software driver.

use burn::tensor::{Device, DeviceType};

use super::device::GpuDevice;

/// The first GPU of this machine, or none; with `REQUIRE_VULKAN`, a missing one fails the test.
pub(crate) fn gpu() -> Option<GpuDevice> {
    let found = Device::enumerate(DeviceType::Wgpu).into_vec();
    let Some(device) = found.first() else {
        assert!(std::env::var_os("REQUIRE_VULKAN").is_none(), "no GPU");
        return None;
    };
    Some(GpuDevice::new(device).unwrap())
}
