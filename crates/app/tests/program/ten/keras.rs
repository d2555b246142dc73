//! The same numbers as Keras with an output for each digit: losses, accuracies and probabilities.

use std::fmt::Write;

use serde_json::Value;

use crate::app::{App, column, json_lines};
use crate::compare::{Within, assert_epochs_agree};
use crate::data_sets::write;
use crate::fixtures::{csv_column, keras_column, keras_file, keras_json, lab, numbers};
use crate::running::Output;

const IMAGES: usize = 5000;
const EPOCHS: usize = 20;

/// Writes what Keras started from: its order of the images, as in `tests/keras/make_fixtures.py`, and
/// its initial weights.
fn write_start(app: &App) {
    let mut order = String::new();
    for epoch in 1..=EPOCHS {
        let rows = (0..IMAGES).map(|i| ((2357 * i + 1931 * epoch) % IMAGES).to_string());
        writeln!(order, "{}", rows.collect::<Vec<_>>().join(",")).unwrap();
    }
    write(app, "order.csv", order.as_bytes());
    let mut weights = keras_json("initial_weights.json");
    let Value::Object(last) = keras_json("ten_initial_layer3.json") else {
        panic!("no object");
    };
    weights.as_object_mut().unwrap().extend(last);
    write(app, "initial.json", weights.to_string().as_bytes());
}

/// Trains Keras's recipe with these settings.
#[track_caller]
fn train(app: &App, run: &str, backend: &str, settings: &[&str]) -> Output {
    let (lab, train) = (lab(), ["--backend", backend, "train", "--digits=0..9"]);
    let start = ["--init=initial.json", "--batch-order=order.csv"];
    let run = ["--config", &lab, "--run-dir", run];
    app.succeeds(&[&train[..], &start, &run, settings].concat())
}

/// Compares the epochs of a run with as many of Keras's.
#[track_caller]
fn check_epochs(app: &App, run: &str, epochs: usize) {
    for (key, within) in [
        ("loss", Within::Relative(1e-4)),
        // Two outputs that are equal up to rounding may be in either order.
        ("accuracy", Within::Absolute(1.5e-3)),
    ] {
        let expected = keras_column("ten_history.csv", key);
        let found = column(app, run, key);
        assert_epochs_agree(
            &format!("{run}, {key}"),
            &found,
            &expected[..epochs],
            within,
        );
    }
}

/// Compares each output for some images with Keras's after the last epoch.
#[track_caller]
fn check_probabilities(app: &App, backend: &str, run: &str) {
    let text = fs_err::read_to_string(keras_file("ten_probabilities.csv")).unwrap();
    let rows: Vec<String> = csv_column(&text, "row")
        .iter()
        .map(f64::to_string)
        .collect();
    assert_eq!(rows.len(), 20, "two of each digit");
    let predict = ["--backend", backend, "predict", run, "--json", "--index"];
    let output = app.succeeds(&[&predict[..], &[&rows.join(",")]].concat());
    let found = json_lines(&output.stdout);
    for digit in 0..10_usize {
        let expected = csv_column(&text, &digit.to_string());
        for (line, expected) in found.iter().zip(expected) {
            let of_digit = &line["probabilities"][digit];
            assert_eq!(of_digit["digit"], digit);
            let found = of_digit["probability"].as_f64().unwrap();
            assert!(
                (found - expected).abs() < 1e-3,
                "{run}, {digit}: {line}, expected {expected}"
            );
        }
    }
}

#[test]
fn ten_digits_are_trained_as_in_keras_by_each_engine_on_each_cpu_backend() {
    let app = App::new();
    write_start(&app);
    for (run, backend, engine) in [
        ("fused-ndarray", "ndarray", "fused"),
        ("burn-ndarray", "ndarray", "burn"),
        ("burn-flex", "flex", "burn"),
    ] {
        let output = train(&app, run, backend, &["--engine", engine]);
        output.stderr_has("5,000 images of 0 to 9, 0 for validation");
        check_epochs(&app, run, EPOCHS);
        check_probabilities(&app, backend, run);
    }
}

#[test]
fn class_weights_and_clipping_of_ten_digits_match_keras() {
    let app = App::new();
    write_start(&app);
    let variants = keras_json("ten_variants.json");
    let variants = variants.as_array().unwrap();
    assert_eq!(variants.len(), 2);
    for (number, variant) in variants.iter().enumerate() {
        let flags = variant["flags"].as_array().unwrap();
        let flags: Vec<&str> = flags.iter().map(|flag| flag.as_str().unwrap()).collect();
        // The fused step does not support clipping.
        let engines = if flags[0].contains("clip") {
            &["burn"][..]
        } else {
            &["burn", "fused"]
        };
        for engine in engines {
            let run = format!("{engine}-{number}");
            train(
                &app,
                &run,
                "flex",
                &[&flags, &["--engine", engine][..]].concat(),
            );
            for (key, within) in [
                ("loss", Within::Relative(1e-4)),
                ("accuracy", Within::Absolute(1.5e-3)),
            ] {
                let what = format!("{}, {run}, {key}", variant["name"]);
                let (found, expected) = (column(&app, &run, key), numbers(&variant[key]));
                assert_epochs_agree(&what, &found, &expected, within);
            }
        }
    }
}

/// Called where a driver was found: an epoch on wgpu, after its self-check.
pub(crate) fn wgpu_trains_ten_digits_as_keras_does(app: &App) {
    write_start(app);
    let one = "--epochs=1";
    train(app, "ten-flex", "flex", &[one]);
    for engine in ["burn", "fused"] {
        let run = format!("ten-{engine}");
        let output = train(app, &run, "wgpu", &[one, "--engine", engine]);
        output.stderr_has("training on wgpu");
        check_epochs(app, &run, 1);
        let [wgpu, flex] = [&run, "ten-flex"].map(|run| column(app, run, "loss"));
        assert_epochs_agree(&run, &wgpu, &flex, Within::Relative(1e-5));
    }
}
