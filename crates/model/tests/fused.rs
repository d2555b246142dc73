//! The fused training next to Keras's: `crates/app/tests/keras/make_fixtures.py` trained in Keras,
//! on the two digits that the lab tells apart, and wrote the fixtures.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

use std::path::Path;

use burn::tensor::Device;
use data::Digits;
use model::{
    Adam, FusedNetwork, FusedState, FusedTraining, LayerValues, MlpConfig, StepFigures, sigmoid,
};
use serde_json::Value;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../app/tests/keras");

fn fixture(name: &str) -> String {
    fs_err::read_to_string(format!("{FIXTURES}/{name}")).unwrap()
}

/// The numbers of nested lists.
fn numbers(value: &Value) -> Vec<f32> {
    match value {
        Value::Array(values) => values.iter().flat_map(numbers).collect(),
        #[expect(clippy::cast_possible_truncation, reason = "Keras wrote f32s")]
        value => vec![value.as_f64().unwrap() as f32],
    }
}

fn layers(name: &str) -> LayerValues {
    let value: Value = serde_json::from_str(&fixture(name)).unwrap();
    let part = |layer, kind| numbers(&value[format!("layer{layer}.{kind}")]);
    LayerValues {
        kernels: [1, 2, 3].map(|layer| part(layer, "weight")),
        biases: [1, 2, 3].map(|layer| part(layer, "bias")),
    }
}

/// The images of the lab's recipe, which of them show a one, and the order of each epoch.
fn recipe() -> (Vec<f32>, Vec<bool>, Vec<Vec<usize>>) {
    let pair = Digits::embedded().pair(0, 1).unwrap();
    let positive = pair.digits().labels().iter().map(|&label| label == 1);
    let order = fixture("batch_order.csv");
    let epochs = order.lines().map(|line| {
        let rows = line.split(',').map(|row| row.parse().unwrap());
        rows.collect()
    });
    let positive = positive.collect();
    (
        pair.digits().images().unwrap().into_owned(),
        positive,
        epochs.collect(),
    )
}

/// Trains as many epochs as there are expected losses, and compares mean losses and accuracies.
fn check(
    class_weight: Option<[f32; 2]>,
    losses: &[f64],
    accuracies: &[f64],
    tolerance: f64,
) -> FusedTraining {
    let (images, positive, epochs) = recipe();
    let state = FusedState::new(layers("initial_weights.json"));
    let mut training = FusedTraining::new(Adam::default(), &state);
    assert_eq!(losses.len(), accuracies.len());
    let mut largest = 0.0_f64;
    for ((rows, &loss), &accuracy) in epochs.iter().zip(losses).zip(accuracies) {
        let mut sums = StepFigures::default();
        for rows in rows.chunks(32) {
            let figures = training.step(&images, &positive, rows, class_weight, 0.001);
            sums.loss_sum += figures.loss_sum;
            sums.right += figures.right;
        }
        let found = sums.loss_sum / 1000.0;
        largest = largest.max((found / loss - 1.0).abs());
        // Of 1,000 images, one whose probability is 0.5 up to rounding may fall either way.
        let right = u32::try_from(sums.right).unwrap();
        assert!((f64::from(right) / 1000.0 - accuracy).abs() < 1.5e-3);
    }
    println!("losses differ from the expected ones by {largest:e} of them");
    assert!(largest < tolerance, "{largest:e}");
    training
}

/// A column of a fixture.
fn column(file: &str, name: &str) -> Vec<f64> {
    let text = fixture(file);
    let mut lines = text.lines().map(|line| line.split(','));
    let position = lines.next().unwrap().position(|key| key == name).unwrap();
    lines
        .map(|mut cells| cells.nth(position).unwrap().parse().unwrap())
        .collect()
}

#[test]
fn twenty_epochs_are_those_of_keras() {
    let losses = column("history.csv", "loss");
    let accuracies = column("history.csv", "accuracy");
    assert_eq!(losses.len(), 20);
    let training = check(None, &losses, &accuracies, 1e-5);
    // The same training in NumPy's f64, to which Keras's own losses differ by 7e-6.
    check(None, &column("float64.csv", "loss"), &accuracies, 4e-6);

    let (weights, expected) = (training.state().weights, layers("final_weights.json"));
    let mut largest = 0.0_f32;
    for layer in 0..3 {
        let found = weights.kernels[layer].iter().chain(&weights.biases[layer]);
        let expected = expected.kernels[layer]
            .iter()
            .chain(&expected.biases[layer]);
        for (found, expected) in found.zip(expected) {
            largest = largest.max((found - expected).abs());
        }
    }
    println!("weights differ from Keras's by at most {largest:e}");
    assert!(largest < 1e-5, "{largest:e}");

    // Keras's probabilities after the training.
    let (images, positive, _) = recipe();
    let rows: Vec<usize> = (0..positive.len()).collect();
    let figures = training.evaluate(&images, &positive, &rows);
    let probabilities = column("probabilities.csv", "probability");
    let answers = probabilities.iter().zip(&positive);
    let losses = answers.map(|(&p, &positive)| -if positive { p } else { 1.0 - p }.ln());
    let loss: f64 = losses.sum();
    assert!((figures.loss_sum / loss - 1.0).abs() < 1e-4, "{figures:?}");
    let answers = probabilities.iter().zip(&positive);
    let right = answers.filter(|&(&p, &positive)| (p >= 0.5) == positive);
    assert_eq!(figures.right, right.count());
}

#[test]
fn class_weights_are_those_of_keras() {
    let variants: Vec<Value> = serde_json::from_str(&fixture("variants.json")).unwrap();
    let named = |variant: &&Value| variant["name"] == "class weights";
    let variant = variants.iter().find(named).unwrap();
    assert_eq!(variant["flags"][1], "1,3");
    let column = |name| numbers(&variant[name]).into_iter().map(f64::from).collect();
    let (losses, accuracies): (Vec<f64>, Vec<f64>) = (column("loss"), column("accuracy"));
    assert_eq!(losses.len(), 4);
    check(Some([1.0, 3.0]), &losses, &accuracies, 1e-5);
}

#[test]
fn the_first_gradients_are_those_of_keras() {
    let (images, positive, epochs) = recipe();
    let state = FusedState::new(layers("initial_weights.json"));
    // With a beta_1 of 0, Adam's m is the last gradient.
    let adam = Adam {
        beta_1: 0.0,
        ..Adam::default()
    };
    let mut training = FusedTraining::new(adam, &state);
    training.step(&images, &positive, &epochs[0][..32], None, 0.001);
    let (found, expected) = (training.state().means, layers("first_step_gradients.json"));
    for layer in 0..3 {
        let pairs = found.kernels[layer].iter().zip(&expected.kernels[layer]);
        let biases = found.biases[layer].iter().zip(&expected.biases[layer]);
        let (mut largest, mut difference) = (0.0_f32, 0.0_f32);
        for (found, expected) in pairs.chain(biases) {
            largest = largest.max(expected.abs());
            difference = difference.max((found - expected).abs());
        }
        println!("layer {}: {difference:e} of {largest:e}", layer + 1);
        assert!(difference < 1e-6 * largest, "{difference:e} of {largest:e}");
    }
}

#[test]
fn a_trained_network_answers_as_in_keras_and_in_burn() {
    let (device, path) = (
        Device::flex(),
        Path::new(FIXTURES).join("final_weights.json"),
    );
    let config = MlpConfig {
        hidden_units: [25, 15],
    };
    let network = model::read_json(&config, &path, &device).unwrap();
    let (images, ..) = recipe();
    let logits = FusedNetwork::read(&network).unwrap().logits(&images);
    let by_burn = model::logits(&network, &images, &device).unwrap();
    let probabilities = column("probabilities.csv", "probability");
    assert_eq!(
        [logits.len(), by_burn.len(), probabilities.len()],
        [1000; 3]
    );
    for ((logit, by_burn), probability) in logits.iter().zip(by_burn).zip(probabilities) {
        assert!((logit - by_burn).abs() < 1e-5, "{logit} and {by_burn}");
        let found = sigmoid(f64::from(*logit));
        assert!((found - probability).abs() < 1e-6, "{found}, {probability}");
    }
}
