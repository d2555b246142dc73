//! A trained network at work: many images in, one logit each out.

use burn::tensor::{Device, Tensor, TensorData};
use data::PIXELS;

use crate::error::ModelError;
use crate::mlp::Mlp;

/// Images computed at once: enough to keep a device busy, little enough for any memory.
const IMAGES_AT_ONCE: usize = 1024;

/// Computes the logit of each image; `images` holds 400 pixels for each, one after the other.
///
/// # Errors
///
/// [`ModelError::Device`] if the device does not hand back its result.
pub fn logits(model: &Mlp, images: &[f32], device: &Device) -> Result<Vec<f32>, ModelError> {
    let mut logits = Vec::with_capacity(images.len() / PIXELS);
    for images in batches(images, device) {
        let found = model.logits(images); // [batch, 400] -> [batch, 1]
        logits.extend(found.try_to_vec_as::<f32>()?);
    }
    Ok(logits)
}

/// Computes the same in batches of one size, the last filled up with black images: for GPUs, which
/// compile kernels for each shape, and have those of the shape that they trained with.
///
/// # Errors
///
/// [`ModelError::Device`] if the device does not hand back its result.
pub fn logits_by_batches(
    model: &Mlp,
    images: &[f32],
    batch_size: usize,
    device: &Device,
) -> Result<Vec<f32>, ModelError> {
    let count = images.len() / PIXELS;
    let mut logits = Vec::with_capacity(count.next_multiple_of(batch_size));
    let batches_at_once = IMAGES_AT_ONCE.div_ceil(batch_size);
    for images in images.chunks(batches_at_once * batch_size * PIXELS) {
        // All are under way before the first is read, which makes the device wait.
        let found: Vec<Tensor<2>> = images
            .chunks(batch_size * PIXELS)
            .map(|images| {
                let mut filled = images.to_vec();
                filled.resize(batch_size * PIXELS, 0.0);
                let filled = TensorData::new(filled, [batch_size, PIXELS]);
                model.logits(Tensor::from_data(filled, device)) // [batch, 400] -> [batch, 1]
            })
            .collect();
        for found in found {
            logits.extend(found.try_to_vec_as::<f32>()?);
        }
    }
    logits.truncate(count);
    Ok(logits)
}

/// Computes what the units of the two hidden layers answer to each image: `[n, units]` in [0, 1]
/// for each layer, image by image.
///
/// # Errors
///
/// [`ModelError::Device`] if the device does not hand back its result.
pub fn hidden_activations(
    model: &Mlp,
    images: &[f32],
    device: &Device,
) -> Result<[Vec<f32>; 2], ModelError> {
    let mut activations = [Vec::new(), Vec::new()];
    for images in batches(images, device) {
        let [first, second] = model.hidden_activations(images);
        activations[0].extend(first.try_to_vec_as::<f32>()?);
        activations[1].extend(second.try_to_vec_as::<f32>()?);
    }
    Ok(activations)
}

/// Cuts images into tensors `[batch, 400]`.
fn batches<'a>(images: &'a [f32], device: &'a Device) -> impl Iterator<Item = Tensor<2>> + 'a {
    images.chunks(IMAGES_AT_ONCE * PIXELS).map(move |images| {
        let shape = [images.len() / PIXELS, PIXELS];
        Tensor::from_data(TensorData::new(images.to_vec(), shape), device)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MlpConfig;

    #[test]
    fn batches_that_are_filled_up_give_each_image_its_logit() {
        let device = Device::flex();
        let hidden_units = [25, 15];
        let model = MlpConfig { hidden_units }.init(0, &device);
        let pixel = |index: usize| f32::from(u8::from(index.is_multiple_of(7)));
        let images: Vec<f32> = (0..70 * PIXELS).map(pixel).collect();
        let at_once = logits(&model, &images, &device).unwrap();
        let by_batches = logits_by_batches(&model, &images, 32, &device).unwrap();
        assert_eq!(by_batches.len(), 70);
        for (at_once, by_batches) in at_once.iter().zip(&by_batches) {
            assert!((at_once - by_batches).abs() < 1e-6);
        }
    }
}
