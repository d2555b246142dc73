//! A network on a device, with Burn or the fused network to compute its logits.

use data::{Digits, PIXELS};
use model::{FusedNetwork, Mlp};

use crate::device::adapter::{AdapterKind, OpenDevice};
use crate::device::engine_choice::EngineKind;
use crate::support::error::{Error, Result};

/// The most images of a batch on a GPU: enough to keep it busy, while batches of a training may be the whole data set.
const LARGEST_BATCH: usize = 1024;

/// A network that is on a device.
#[derive(Debug)]
pub(crate) struct DeviceNetwork {
    network: Mlp,
    device: OpenDevice,
    /// Used on the CPU, because the overhead of tensors would take most of the time there.
    fused: Option<FusedNetwork>,
    /// On a GPU, images are predicted in batches of the size that the network was trained with, for
    /// which its kernels are compiled, or of the largest one.
    batch_size: usize,
}

impl DeviceNetwork {
    pub(crate) fn new(network: Mlp, device: OpenDevice, batch_size: usize) -> Result<Self> {
        let fused = match device.kind {
            AdapterKind::Cpu => Some(FusedNetwork::read(&network)?),
            AdapterKind::Gpu | AdapterKind::SoftwareGpu => None,
        };
        Ok(Self {
            network,
            device,
            fused,
            batch_size: batch_size.min(LARGEST_BATCH),
        })
    }

    pub(crate) fn network(&self) -> &Mlp {
        &self.network
    }

    pub(crate) fn device(&self) -> &OpenDevice {
        &self.device
    }

    /// The implementation that computes the logits.
    pub(crate) fn engine(&self) -> EngineKind {
        match self.fused {
            Some(_) => EngineKind::Fused,
            None => EngineKind::Burn,
        }
    }

    /// Computes the logits of each image, in memory or on disk, `[images, outputs]`.
    pub(crate) fn logits(&self, images: &Digits) -> Result<Vec<f32>> {
        let mut logits = Vec::with_capacity(images.len());
        images.stream(images.sequential_chunks(), |chunk| {
            logits.extend(self.logits_of_pixels(&chunk.images())?);
            Ok::<_, Error>(())
        })?;
        Ok(logits)
    }

    /// Computes the logits, `[n, outputs]`, of images `[n, 400]`, row by row.
    pub(crate) fn logits_of_pixels(&self, pixels: &[f32]) -> Result<Vec<f32>> {
        debug_assert!(pixels.len().is_multiple_of(PIXELS));
        if let Some(fused) = &self.fused {
            return Ok(fused.logits(pixels));
        }
        let (network, device) = (&self.network, &self.device.device);
        Ok(model::logits_by_batches(
            network,
            pixels,
            self.batch_size,
            device,
        )?)
    }
}
