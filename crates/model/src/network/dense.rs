//! Burn's dense layer from plain numbers, and with its numbers replaced.

use burn::module::Param;
use burn::nn::Linear;
use burn::tensor::{Device, Tensor, TensorData};

/// Makes a dense layer of shape `[inputs, units]` from a kernel, row by row, and a bias, `[units]`.
pub(super) fn dense(
    shape: [usize; 2],
    kernel: Vec<f32>,
    bias: Vec<f32>,
    device: &Device,
) -> Linear {
    Linear {
        weight: Param::from_data(TensorData::new(kernel, shape), device),
        bias: Some(Param::from_data(TensorData::new(bias, [shape[1]]), device)),
    }
}

/// Replaces the numbers of a layer; its parameters' ids and device stay the same.
pub(crate) fn set_parameters(layer: &mut Linear, kernel: &[f32], bias: &[f32]) {
    layer.weight = layer.weight.clone().map(|old| {
        let shape: [usize; 2] = old.dims();
        Tensor::from_data(TensorData::new(kernel.to_vec(), shape), &old.device())
    });
    layer.bias = layer.bias.clone().map(|parameter| {
        parameter.map(|old| {
            let shape: [usize; 1] = old.dims();
            Tensor::from_data(TensorData::new(bias.to_vec(), shape), &old.device())
        })
    });
}
