//! The same numbers as Keras, epoch by epoch, from the same weights in the same order of batches.
//!
//! `tests/keras/make_fixtures.py` trained in Keras and wrote the fixtures. The recorded recipe is
//! trained by each engine on each CPU backend in `engines.rs`, and on a GPU in `backends.rs`.

use std::fmt::Write;

use crate::app::{App, column, predictions};
use serde_json::Value;

use crate::compare::{Within, assert_epochs_agree, weights_by_place};
use crate::fixtures::{keras_column, keras_file, keras_json, lab, numbers};
use crate::running::Output;

/// The arguments that train the lab's recipe from the recorded weights in the recorded order.
pub(crate) fn recorded_arguments(run: &str, backend: &str) -> Vec<String> {
    let (weights, order) = (
        keras_file("initial_weights.json"),
        keras_file("batch_order.csv"),
    );
    let train = ["--backend", backend, "train", "--config", &lab()].map(str::to_owned);
    let recorded = ["--init", &weights, "--batch-order", &order].map(str::to_owned);
    let run = ["--run-dir", run].map(str::to_owned);
    [train.as_slice(), &recorded, &run].concat()
}

/// Trains the recorded recipe with changed settings.
#[track_caller]
pub(crate) fn train_recorded(app: &App, run: &str, backend: &str, changed: &[&str]) -> Output {
    let recorded = recorded_arguments(run, backend);
    let arguments = recorded.iter().map(String::as_str);
    app.succeeds(&arguments.chain(changed.iter().copied()).collect::<Vec<_>>())
}

/// Compares a run of the recorded recipe with Keras's.
#[track_caller]
pub(crate) fn check_against_keras(app: &App, backend: &str, run: &str) {
    let losses = column(app, run, "loss");
    let expected = keras_column("history.csv", "loss");
    assert_eq!(expected.len(), 20);
    let loss = format!("{run}, loss");
    assert_epochs_agree(&loss, &losses, &expected, Within::Relative(1e-4));
    // Of 1,000 images, one whose probability is 0.5 up to rounding may fall either way.
    assert_epochs_agree(
        &format!("{run}, accuracy"),
        &column(app, run, "accuracy"),
        &keras_column("history.csv", "accuracy"),
        Within::Absolute(1.5e-3),
    );

    let rows: Vec<String> = (0..1000).map(|row| row.to_string()).collect();
    let found = predictions(app, backend, run, &rows.join(","));
    let probabilities = keras_column("probabilities.csv", "probability");
    assert_eq!((found.len(), probabilities.len()), (1000, 1000));
    for (prediction, expected) in found.iter().zip(probabilities) {
        let found = prediction["probability"].as_f64().unwrap();
        let difference = (found - expected).abs();
        assert!(
            difference < 1e-3,
            "{run}, {prediction}: expected {expected}"
        );
    }
    print_drift(run, &losses, &expected);
}

/// Compares each weight with Keras's after the last epoch.
#[track_caller]
pub(crate) fn check_weights_against_keras(app: &App, run: &str) {
    let output = app.on_cpu(&["weights", run, "--json"]);
    let found = weights_by_place(&serde_json::from_str(&output.stdout).unwrap());
    let expected = weights_by_place(&keras_json("final_weights.json"));
    assert_eq!((found.len(), expected.len()), (10_431, 10_431));
    for ((place, found), (expected_place, expected)) in found.iter().zip(&expected) {
        assert_eq!(place, expected_place);
        let difference = (found - expected).abs();
        assert!(
            difference < 1e-3,
            "{run}, {place}: {found}, expected {expected}"
        );
    }
}

/// Prints how far both are from a training in float64, without checking it.
fn print_drift(run: &str, ours: &[f64], keras: &[f64]) {
    let float64 = keras_column("float64.csv", "loss");
    let mut drift = String::new();
    for (epoch, ((ours, keras), exact)) in (1..).zip(ours.iter().zip(keras).zip(&float64)) {
        let [ours, keras] = [ours, keras].map(|loss| (loss / exact - 1.0) * 1e6);
        writeln!(drift, "{epoch:>2} {ours:>8.2} {keras:>8.2}").unwrap();
    }
    println!("{run}: epoch, ours and Keras against float64, relative, in 1e-6\n{drift}");
}

#[test]
fn class_weights_clipping_schedules_and_stopping_match_keras() {
    let app = App::new();
    let variants = keras_json("variants.json");
    let variants = variants.as_array().unwrap();
    assert!(variants.len() >= 10);
    for (number, variant) in variants.iter().enumerate() {
        let flags = variant["flags"].as_array().unwrap();
        let flags: Vec<&str> = flags.iter().map(|flag| flag.as_str().unwrap()).collect();
        // The fused step does not support clipping.
        let clips = flags[0].contains("clip");
        let engines = if clips {
            &["burn"][..]
        } else {
            &["burn", "fused"]
        };
        for engine in engines {
            let run = format!("{engine}-{number}");
            train_recorded(
                &app,
                &run,
                "ndarray",
                &[&flags, &["--engine", engine][..]].concat(),
            );
            check_variant(&app, &run, variant);
        }
    }
}

/// Compares the epochs of a run with those that Keras trained with the same settings.
#[track_caller]
fn check_variant(app: &App, run: &str, variant: &Value) {
    for (key, within) in [
        ("loss", Within::Relative(1e-4)),
        ("learning_rate", Within::Absolute(1e-9)),
        // A probability of 0.5 up to rounding may fall either way.
        ("accuracy", Within::Absolute(1.5e-3)),
    ] {
        let (found, expected) = (column(app, run, key), numbers(&variant[key]));
        let what = format!("{}, {run}, {key}", variant["name"]);
        assert_epochs_agree(&what, &found, &expected, within);
    }
}
