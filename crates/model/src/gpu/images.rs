//! Images on a GPU, shared by all networks in training there.

use cubecl::prelude::*;
use cubecl::server::Handle;
use data::PIXELS;

use super::device::GpuDevice;
use super::error::GpuError;

/// Images and their classes in the memory of a GPU.
#[derive(Debug, Clone)]
pub struct GpuImages {
    pub(crate) device: GpuDevice,
    pub(crate) pixels: Handle,
    pub(crate) classes: Handle,
    /// Their number.
    pub(crate) count: usize,
}

impl GpuImages {
    /// Copies images `[n, 400]`, row by row, and the class of each of the n to the device.
    ///
    /// # Errors
    ///
    /// [`GpuError::Limit`] if they do not fit into a buffer of the device.
    ///
    /// # Panics
    ///
    /// Panics if there is not one class for each image.
    pub fn new(device: &GpuDevice, pixels: &[f32], classes: &[u8]) -> Result<Self, GpuError> {
        let count = classes.len();
        assert_eq!(pixels.len(), count * PIXELS, "one class for each image");
        device.limits.check_buffer("the images", pixels.len())?;
        let classes: Vec<u32> = classes.iter().copied().map(u32::from).collect();
        Ok(Self {
            pixels: device.client.create_from_slice(f32::as_bytes(pixels)),
            classes: device.client.create_from_slice(u32::as_bytes(&classes)),
            device: device.clone(),
            count,
        })
    }

    /// Returns the number of images.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count
    }

    /// Returns whether there are no images.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Checks rows, because a kernel does not.
    ///
    /// # Panics
    ///
    /// Panics if one is not a row of the images.
    pub(crate) fn check_rows(&self, rows: &[usize]) {
        if let Some(row) = rows.iter().find(|row| **row >= self.count) {
            panic!("row {row} of {} images", self.count);
        }
    }
}
