//! Batches of more images than every device can sum in one go.
//!
//! The gradient of a bias is a sum over the images of a batch, and Burn's GPU kernels take it in one loop. Mesa's
//! software driver ends every loop of a kernel after 65,535 rounds (`LP_MAX_TGSI_LOOP_ITERATIONS` in its
//! `lp_bld_limits.h`) without an error: the images that follow are missing. So the images of a longer batch go through
//! the network in parts, whose gradients Burn adds up.

use burn::tensor::{Device, Tensor};

use crate::network::Mlp;

/// The most images in a part: half of what the driver can count to, since it counts the rounds of all loops of a kernel.
pub(super) const LONGEST_SUM: usize = 1 << 15;

/// Computes the logits of a batch of any length such that their gradients are right on every device,
/// `[batch, 400]` to `[batch, outputs]`.
pub(super) fn logits(model: &Mlp, images: Tensor<2>) -> Tensor<2> {
    let [batch, _] = images.dims();
    if batch <= LONGEST_SUM || !runs_kernels(&images.device()) {
        return model.logits(images);
    }
    // Parts of one size, up to one image, since GPUs compile kernels for each shape.
    let parts = batch.div_ceil(LONGEST_SUM);
    let parts = images.split(batch.div_ceil(parts), 0).into_iter();
    Tensor::cat(parts.map(|part| model.logits(part)).collect(), 0)
}

/// The same values where every sum is right: on the CPU, if there are more than every device can sum.
pub(super) fn summable<const D: usize>(values: Tensor<D>) -> Tensor<D> {
    if values.dims()[0] <= LONGEST_SUM {
        return values;
    }
    values.to_device(&Device::flex())
}

/// Says whether a device computes with GPU kernels. On the CPU, sums of any length are right, and a sum in parts would
/// round differently.
fn runs_kernels(device: &Device) -> bool {
    // Only these backends have memory pools.
    device.memory_pool_usage().is_some()
}
