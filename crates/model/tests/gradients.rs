//! The gradients of one training step, against Keras's.
//!
//! `crates/app/tests/keras/make_fixtures.py` computed them with a `GradientTape`.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::{Path, PathBuf};

use burn::tensor::{Device, TensorData};
use burn_train::TrainStep;
use data::{DigitBatch, Digits, PIXELS};
use model::MlpConfig;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../app/tests/keras")
        .join(name)
}

/// The first batch of the recorded order.
fn first_batch(device: &Device) -> DigitBatch {
    let order = fs_err::read_to_string(fixture("batch_order.csv")).unwrap();
    let rows = order.lines().next().unwrap().split(',').take(32);
    let rows: Vec<usize> = rows.map(|row| row.parse().unwrap()).collect();
    let batch = Digits::embedded().pair(0, 1).unwrap().select(&rows);
    let images = batch.digits().images().unwrap().into_owned();
    let targets: Vec<f32> = (0..32).map(|index| batch.target(index)).collect();
    DigitBatch {
        images: burn::tensor::Tensor::from_data(TensorData::new(images, [32, PIXELS]), device),
        targets: burn::tensor::Tensor::from_data(TensorData::new(targets, [32, 1]), device),
        weights: None,
        padding: 0,
    }
}

#[test]
fn the_first_step_s_gradients_are_those_of_keras() {
    let text = fs_err::read_to_string(fixture("first_step_gradients.json")).unwrap();
    let keras: serde_json::Value = serde_json::from_str(&text).unwrap();
    let config = MlpConfig {
        hidden_units: [25, 15],
    };
    let device = Device::flex().autodiff();
    let weights = fixture("initial_weights.json");
    let model = model::read_json(&config, &weights, &device).unwrap();
    let gradients = TrainStep::step(&model, first_batch(&device)).grads;
    let layers = [&model.layer1, &model.layer2, &model.layer3];
    let (mut count, mut largest) = (0, 0.0_f64);
    for (layer, number) in layers.into_iter().zip(1..) {
        let kernel = gradients.get::<2>(layer.weight.id).unwrap().into_data();
        let bias = layer.bias.as_ref().unwrap().id;
        let bias = gradients.get::<1>(bias).unwrap().into_data();
        for (part, found) in [("weight", kernel), ("bias", bias)] {
            let expected = numbers(&keras[format!("layer{number}.{part}")]);
            let found: Vec<f32> = found.try_to_vec().unwrap();
            assert_eq!(found.len(), expected.len());
            for (found, expected) in found.iter().zip(expected) {
                count += 1;
                largest = largest.max((f64::from(*found) - expected).abs());
            }
        }
    }
    assert_eq!(count, 10_431);
    assert!(largest < 1e-6, "{largest:e}");
}

/// The numbers of nested lists.
fn numbers(value: &serde_json::Value) -> Vec<f64> {
    match value {
        serde_json::Value::Array(values) => values.iter().flat_map(numbers).collect(),
        value => vec![value.as_f64().unwrap()],
    }
}
