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
