//! Inference through Burn, in batches: pixels in, logits or hidden activations out.

use burn::tensor::{Device, Tensor, TensorData};
use data::PIXELS;

use super::mlp::Mlp;
use crate::error::ModelError;

/// Images in flight at a time: enough to keep a device busy, few enough for any memory.
const IMAGES_AT_ONCE: usize = 1024;

/// Computes the logits of each image of `images`, `[n, 400]` row by row; returns `[n, outputs]`, row by
/// row.
///
/// # Errors
///
/// [`ModelError::Device`] if the device fails to return the result.
pub fn logits(model: &Mlp, images: &[f32], device: &Device) -> Result<Vec<f32>, ModelError> {
    let mut logits = Vec::with_capacity(images.len() / PIXELS);
    for images in batches(images, device) {
        let found = model.logits(images); // [batch, 400] -> [batch, outputs]
        logits.extend(found.try_to_vec_as::<f32>()?);
    }
    Ok(logits)
}

/// Computes the same as [`logits`] in batches of `batch_size`, the last one padded with black images.
///
/// GPUs compile kernels for each tensor shape. With the batch size of the training they reuse the
/// kernels that they already have.
///
/// # Errors
///
/// [`ModelError::Device`] if the device fails to return the result.
pub fn logits_by_batches(
    model: &Mlp,
    images: &[f32],
    batch_size: usize,
    device: &Device,
) -> Result<Vec<f32>, ModelError> {
    let count = images.len() / PIXELS;
    let [_, outputs] = model.layer3.weight.dims();
    let mut logits = Vec::with_capacity(count.next_multiple_of(batch_size) * outputs);
    let batches_at_once = IMAGES_AT_ONCE.div_ceil(batch_size);
    for images in images.chunks(batches_at_once * batch_size * PIXELS) {
        // Queue all batches before reading the first one back, since a read waits for the device.
        let found: Vec<Tensor<2>> = images
            .chunks(batch_size * PIXELS)
            .map(|images| {
                let mut padded = images.to_vec();
                padded.resize(batch_size * PIXELS, 0.0);
                let padded = TensorData::new(padded, [batch_size, PIXELS]);
                model.logits(Tensor::from_data(padded, device)) // [batch, 400] -> [batch, outputs]
            })
            .collect();
        for found in found {
            logits.extend(found.try_to_vec_as::<f32>()?);
        }
    }
    logits.truncate(count * outputs);
    Ok(logits)
}

/// Computes the activations of the two hidden layers for each image of `images`, `[n, 400]` row by
/// row; returns `[n, units]` for each layer, in [0, 1].
///
/// # Errors
///
/// [`ModelError::Device`] if the device fails to return the result.
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

/// Splits images into tensors `[batch, 400]`.
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
    fn padded_batches_give_each_image_the_same_logit() {
        let device = Device::flex();
        for outputs in [1, 3] {
            let config = MlpConfig {
                hidden_units: [25, 15],
                outputs,
            };
            let model = config.init(0, &device);
            let pixel = |index: usize| f32::from(u8::from(index.is_multiple_of(7)));
            let images: Vec<f32> = (0..70 * PIXELS).map(pixel).collect();
            let at_once = logits(&model, &images, &device).unwrap();
            let by_batches = logits_by_batches(&model, &images, 32, &device).unwrap();
            assert_eq!([at_once.len(), by_batches.len()], [70 * outputs; 2]);
            for (at_once, by_batches) in at_once.iter().zip(&by_batches) {
                assert!((at_once - by_batches).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn hidden_activations_are_those_of_the_two_layers_image_by_image() {
        let device = Device::flex();
        let hidden_units = [25, 15];
        let model = MlpConfig {
            hidden_units,
            outputs: 1,
        }
        .init(0, &device);
        let pixel = |index: usize| f32::from(u8::from(index.is_multiple_of(7)));
        let images: Vec<f32> = (0..3 * PIXELS).map(pixel).collect();
        let [first, second] = hidden_activations(&model, &images, &device).unwrap();
        assert_eq!([first.len(), second.len()], [3 * 25, 3 * 15]);
        // From the activations of the second layer follow the logits.
        let second = Tensor::<2>::from_data(TensorData::new(second, [3, 15]), &device);
        let found: Vec<f32> = model.layer3.forward(second).try_to_vec_as().unwrap();
        let expected = logits(&model, &images, &device).unwrap();
        for (found, expected) in found.iter().zip(&expected) {
            assert!((found - expected).abs() < 1e-6, "{found} and {expected}");
        }
    }
}
