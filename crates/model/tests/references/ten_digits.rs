//! The fused training step with an output for each of ten digits against Keras, and against Burn.

use burn::tensor::Device;
use data::{Classes, ClassifiedDigits};
use model::{Adam, FusedState, FusedTraining, LayerValues, MlpConfig, StepMetrics, sigmoid};
use serde_json::{Value, json};

use crate::keras;

const IMAGES: usize = 5000;

/// The pixels of all digits, and the class of each image: its digit.
fn images() -> (Vec<f32>, Vec<u8>) {
    let digits: Vec<u8> = (0..10).collect();
    let all = ClassifiedDigits::embedded(Classes::new(&digits).unwrap());
    let images = all.digits().images().unwrap().into_owned();
    (images, all.class_labels())
}

fn initial_weights() -> LayerValues {
    let mut weights = keras::layer_values("initial_weights.json");
    let last = keras::json("ten_initial_layer3.json");
    weights.kernels[2] = keras::numbers(&last["layer3.weight"]);
    weights.biases[2] = keras::numbers(&last["layer3.bias"]);
    weights
}

/// Keras's order of the images in an epoch, counted from 1: `ten_order` in `make_fixtures.py`.
fn order(epoch: usize) -> Vec<usize> {
    let rows = 0..IMAGES;
    rows.map(|i| (2357 * i + 1931 * epoch) % IMAGES).collect()
}

/// Trains for as many epochs as there are expected losses, and compares mean losses and accuracies.
fn check(
    class_weight: Option<&[f32]>,
    losses: &[f64],
    accuracies: &[f64],
    tolerance: f64,
) -> FusedTraining {
    let (images, classes) = images();
    let state = FusedState::new(initial_weights());
    let mut training = FusedTraining::new(Adam::default(), &state);
    assert_eq!(losses.len(), accuracies.len());
    let mut largest = 0.0_f64;
    for (epoch, (&loss, &accuracy)) in (1..).zip(losses.iter().zip(accuracies)) {
        let mut sums = StepMetrics::default();
        for rows in order(epoch).chunks(32) {
            sums += training.step(&images, &classes, rows, class_weight, 0.001);
        }
        largest = largest.max((sums.loss_sum / 5000.0 / loss - 1.0).abs());
        // Rounding may decide which of two outputs is the largest.
        let correct = u32::try_from(sums.correct).unwrap();
        let found = f64::from(correct) / 5000.0;
        assert!((found - accuracy).abs() < 1.5e-3, "epoch {epoch}: {found}");
    }
    println!("relative difference of the losses: {largest:e}");
    assert!(largest < tolerance, "{largest:e}");
    training
}

/// A network with these weights in Burn.
fn in_burn(weights: &LayerValues, device: &Device) -> model::Mlp {
    let mut object = serde_json::Map::new();
    for (layer, units) in [25, 15, 10].into_iter().enumerate() {
        let rows: Vec<&[f32]> = weights.kernels[layer].chunks(units).collect();
        let name = |kind| format!("layer{}.{kind}", layer + 1);
        object.insert(name("weight"), json!(rows));
        object.insert(name("bias"), json!(weights.biases[layer]));
    }
    let file = tempfile::NamedTempFile::new().unwrap();
    fs_err::write(file.path(), Value::from(object).to_string()).unwrap();
    let config = MlpConfig {
        hidden_units: [25, 15],
        outputs: 10,
    };
    model::read_json(&config, file.path(), device).unwrap()
}

#[test]
fn twenty_epochs_of_ten_digits_agree_with_keras_and_their_logits_with_burn() {
    let [losses, accuracies] =
        ["loss", "accuracy"].map(|name| keras::column("ten_history.csv", name));
    assert_eq!(losses.len(), 20);
    let training = check(None, &losses, &accuracies, 2e-5);

    let (images, _) = images();
    let logits = training.network().logits(&images);
    let device = Device::flex();
    let network = in_burn(&training.state().weights, &device);
    let by_burn = model::logits(&network, &images, &device).unwrap();
    assert_eq!([logits.len(), by_burn.len()], [10 * IMAGES; 2]);
    let differences = logits.iter().zip(&by_burn).map(|(a, b)| (a - b).abs());
    let largest = differences.fold(0.0, f32::max);
    println!("logits differ from Burn's by at most {largest:e}");
    assert!(largest < 1e-5, "{largest:e}");

    let rows = keras::column("ten_probabilities.csv", "row");
    for digit in 0..10 {
        let expected = keras::column("ten_probabilities.csv", &digit.to_string());
        for (row, expected) in (0..IMAGES).step_by(250).zip(expected) {
            let found = sigmoid(f64::from(logits[10 * row + digit]));
            assert!(
                (found - expected).abs() < 1e-4,
                "{row}, {digit}: {found}, {expected}"
            );
        }
    }
    assert_eq!(rows.len(), 20);
}

#[test]
fn class_weights_of_ten_digits_agree_with_keras() {
    let variants = keras::json("ten_variants.json");
    let named = |variant: &&Value| variant["name"] == "class weights";
    let variant = variants.as_array().unwrap().iter().find(named).unwrap();
    let weights = variant["flags"][1].as_str().unwrap().split(',');
    let weights: Vec<f32> = weights.map(|weight| weight.parse().unwrap()).collect();
    let [losses, accuracies] = ["loss", "accuracy"].map(|name| {
        let numbers = keras::numbers(&variant[name]).into_iter();
        numbers.map(f64::from).collect::<Vec<_>>()
    });
    assert_eq!((weights.len(), losses.len()), (10, 3));
    check(Some(&weights), &losses, &accuracies, 1e-5);
}
