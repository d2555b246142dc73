//! The gradients of one training step through Burn, against those of Keras's `GradientTape`.

use burn::module::Param;
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor, TensorData};
use burn_train::TrainStep;
use data::{DigitBatch, PIXELS};
use model::{LayerValues, Mlp, MlpConfig};

use crate::keras;

/// The first batch of the recorded order.
fn first_batch(device: &Device) -> DigitBatch {
    let batch = keras::zeros_and_ones().select(&keras::batch_order()[0][..32]);
    let images = batch.digits().images().unwrap().into_owned();
    let targets: Vec<f32> = batch.class_labels().into_iter().map(f32::from).collect();
    DigitBatch {
        images: Tensor::from_data(TensorData::new(images, [32, PIXELS]), device),
        targets: Tensor::from_data(TensorData::new(targets, [32, 1]), device),
        weights: None,
        padding: 0,
    }
}

fn gradient<const D: usize>(all: &GradientsParams, parameter: &Param<Tensor<D>>) -> Vec<f32> {
    let gradient = all.get::<D>(parameter.id).unwrap();
    gradient.into_data().try_to_vec().unwrap()
}

fn gradients(model: &Mlp, all: &GradientsParams) -> LayerValues {
    let layers = [&model.layer1, &model.layer2, &model.layer3];
    LayerValues {
        kernels: layers.map(|layer| gradient(all, &layer.weight)),
        biases: layers.map(|layer| gradient(all, layer.bias.as_ref().unwrap())),
    }
}

#[test]
fn the_gradients_of_the_first_step_agree_with_keras() {
    let config = MlpConfig {
        hidden_units: [25, 15],
        outputs: 1,
    };
    let device = Device::flex().autodiff();
    let weights = keras::path("initial_weights.json");
    let model = model::read_json(&config, &weights, &device).unwrap();
    let all = TrainStep::step(&model, first_batch(&device)).grads;
    let expected = keras::layer_values("first_step_gradients.json");
    let differences = keras::differences(&gradients(&model, &all), &expected);
    for (difference, largest) in differences {
        println!("gradients differ from Keras's by {difference:e} of {largest:e}");
        assert!(difference < 1e-6, "{difference:e} of {largest:e}");
    }
}
