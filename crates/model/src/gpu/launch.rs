//! Buffers for a launch, and what it returns.

use cubecl::prelude::*;
use cubecl::server::Handle;
use cubecl::std::tensor::TensorHandle;

use super::device::GpuDevice;
use super::error::GpuError;
use super::plan::Block;
use crate::fused::StepMetrics;

/// Passes a buffer to a kernel, with its length.
pub(crate) fn argument<T: Scalar>(buffer: &Handle) -> BufferArg {
    // The size of a buffer is that of the numbers that it was made from.
    let length = usize::try_from(buffer.size() / 4).unwrap_or(usize::MAX);
    let tensor = TensorHandle::new_contiguous([length], buffer.clone(), T::elem_type_native());
    tensor.into_arg().into_buffer_arg()
}

/// Makes the buffer in which a kernel writes the metrics of so many blocks, filled with NaN.
pub(crate) fn new_metrics(device: &GpuDevice, blocks: usize) -> Handle {
    let numbers = vec![f32::NAN; 2 * blocks];
    device.client.create_from_slice(f32::as_bytes(&numbers))
}

/// Reads the metrics of some networks, `[network, block]`, and adds them to those of their steps,
/// `[network, step]`.
///
/// `blocks` holds those of each network, which can be fewer than `count`.
///
/// # Errors
///
/// [`GpuError::Failed`] if the driver failed, [`GpuError::Unfinished`] if metrics are missing.
pub(crate) fn add_metrics(
    device: &GpuDevice,
    metrics: Handle,
    blocks: &[&[Block<'_>]],
    count: usize,
    first_network: usize,
    sums: &mut [Vec<StepMetrics>],
) -> Result<(), GpuError> {
    let bytes = device.client.read_one(metrics)?;
    let of_networks = f32::from_bytes(&bytes).chunks_exact(2 * count);
    let networks = of_networks.zip(blocks).zip(sums).zip(first_network..);
    for (((numbers, blocks), sums), network) in networks {
        let mut missing = 0;
        for (pair, block) in numbers.chunks_exact(2).zip(*blocks) {
            // A count is never NaN, whereas the loss of a network that diverged is.
            missing += usize::from(pair[1].is_nan());
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a whole number of images"
            )]
            let correct = pair[1] as usize;
            sums[block.step] += StepMetrics {
                loss_sum: f64::from(pair[0]),
                correct,
            };
        }
        if missing > 0 {
            return Err(GpuError::Unfinished {
                network,
                blocks: blocks.len(),
                missing,
            });
        }
    }
    Ok(())
}
