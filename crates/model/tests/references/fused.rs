//! The fused training step and network against Keras, and against Burn.

use burn::tensor::Device;
use model::{
    Adam, FusedNetwork, FusedState, FusedTraining, MlpConfig, StepMetrics, is_positive, sigmoid,
};
use serde_json::Value;

use crate::keras;

/// The pixels of the lab's images, and the class of each: 1 for a one.
fn images() -> (Vec<f32>, Vec<u8>) {
    let digits = keras::zeros_and_ones();
    let images = digits.digits().images().unwrap().into_owned();
    (images, digits.class_labels())
}

/// Trains for as many epochs as there are expected losses, and compares mean losses and accuracies.
fn check(
    class_weight: Option<&[f32]>,
    losses: &[f64],
    accuracies: &[f64],
    tolerance: f64,
) -> FusedTraining {
    let (images, classes) = images();
    let state = FusedState::new(keras::layer_values("initial_weights.json"));
    let mut training = FusedTraining::new(Adam::default(), &state);
    assert_eq!(losses.len(), accuracies.len());
    let mut largest = 0.0_f64;
    let epochs = keras::batch_order().into_iter().zip(losses);
    for ((rows, &loss), &accuracy) in epochs.zip(accuracies) {
        let mut sums = StepMetrics::default();
        for rows in rows.chunks(32) {
            sums += training.step(&images, &classes, rows, class_weight, 0.001);
        }
        let found = sums.loss_sum / 1000.0;
        largest = largest.max((found / loss - 1.0).abs());
        // Rounding may decide one image of 1,000, with a probability of 0.5.
        let correct = u32::try_from(sums.correct).unwrap();
        assert!((f64::from(correct) / 1000.0 - accuracy).abs() < 1.5e-3);
    }
    println!("relative difference of the losses: {largest:e}");
    assert!(largest < tolerance, "{largest:e}");
    training
}

#[test]
fn twenty_epochs_agree_with_keras() {
    let losses = keras::column("history.csv", "loss");
    let accuracies = keras::column("history.csv", "accuracy");
    assert_eq!(losses.len(), 20);
    let training = check(None, &losses, &accuracies, 1e-5);
    // The same training in f64 by NumPy; Keras's own losses differ from it by 7e-6.
    check(
        None,
        &keras::column("float64.csv", "loss"),
        &accuracies,
        4e-6,
    );

    let expected = keras::layer_values("final_weights.json");
    for (difference, _) in keras::differences(&training.state().weights, &expected) {
        println!("weights differ from Keras's by at most {difference:e}");
        assert!(difference < 1e-5, "{difference:e}");
    }

    // Keras's probabilities after the training.
    let (images, classes) = images();
    let rows: Vec<usize> = (0..classes.len()).collect();
    let metrics = training.network().evaluate(&images, &classes, &rows);
    let probabilities = keras::column("probabilities.csv", "probability");
    let pairs = probabilities.iter().zip(&classes);
    let losses = pairs.map(|(&p, &class)| -if class == 1 { p } else { 1.0 - p }.ln());
    let loss: f64 = losses.sum();
    assert!((metrics.loss_sum / loss - 1.0).abs() < 1e-4, "{metrics:?}");
    let pairs = probabilities.iter().zip(&classes);
    let correct = pairs.filter(|&(&p, &class)| u8::from(p >= 0.5) == class);
    assert_eq!(metrics.correct, correct.count());
}

#[test]
fn class_weights_agree_with_keras() {
    let variants = keras::json("variants.json");
    let named = |variant: &&Value| variant["name"] == "class weights";
    let variant = variants.as_array().unwrap().iter().find(named).unwrap();
    assert_eq!(variant["flags"][1], "1,3");
    let column = |name| {
        keras::numbers(&variant[name])
            .into_iter()
            .map(f64::from)
            .collect()
    };
    let (losses, accuracies): (Vec<f64>, Vec<f64>) = (column("loss"), column("accuracy"));
    assert_eq!(losses.len(), 4);
    check(Some(&[1.0, 3.0]), &losses, &accuracies, 1e-5);
}

#[test]
fn the_gradients_of_the_first_step_agree_with_keras() {
    let (images, classes) = images();
    let state = FusedState::new(keras::layer_values("initial_weights.json"));
    // With a beta_1 of 0, Adam's first moment is the last gradient.
    let adam = Adam {
        beta_1: 0.0,
        ..Adam::default()
    };
    let mut training = FusedTraining::new(adam, &state);
    let rows = &keras::batch_order()[0][..32];
    training.step(&images, &classes, rows, None, 0.001);
    let found = training.state().first_moments;
    let expected = keras::layer_values("first_step_gradients.json");
    for (difference, largest) in keras::differences(&found, &expected) {
        println!("gradients differ from Keras's by {difference:e} of {largest:e}");
        assert!(difference < 1e-6 * largest, "{difference:e} of {largest:e}");
    }
}

#[test]
fn a_trained_network_has_the_same_logits_as_in_keras_and_in_burn() {
    let (device, path) = (Device::flex(), keras::path("final_weights.json"));
    let config = MlpConfig {
        hidden_units: [25, 15],
        outputs: 1,
    };
    let network = model::read_json(&config, &path, &device).unwrap();
    let (images, _) = images();
    let logits = FusedNetwork::read(&network).unwrap().logits(&images);
    let by_burn = model::logits(&network, &images, &device).unwrap();
    let probabilities = keras::column("probabilities.csv", "probability");
    assert_eq!(
        [logits.len(), by_burn.len(), probabilities.len()],
        [1000; 3]
    );
    for ((logit, by_burn), probability) in logits.iter().zip(by_burn).zip(probabilities) {
        assert!((logit - by_burn).abs() < 1e-5, "{logit} and {by_burn}");
        let found = sigmoid(f64::from(*logit));
        assert_eq!(is_positive(found, 0.5), probability >= 0.5);
        assert!((found - probability).abs() < 1e-6, "{found}, {probability}");
    }
}
