//! The same numbers as Keras, epoch by epoch, from the same weights in the same order of batches.
//!
//! `tests/keras/make_fixtures.py` trained in Keras and wrote the fixtures.

use std::fmt::Write;

use serde_json::Value;

use crate::desk::{Desk, column, lab, predictions, repository};

fn fixture(name: &str) -> String {
    let path = repository().join("crates/app/tests/keras").join(name);
    path.to_str().unwrap().to_owned()
}

/// The lab's recipe from the recorded weights in the recorded order.
pub(crate) fn recorded<'a>(run: &'a str, lab: &'a str, files: &'a [String; 2]) -> Vec<&'a str> {
    let [weights, order] = files;
    let fixed = [
        "train",
        "--config",
        lab,
        "--init",
        weights,
        "--batch-order",
        order,
    ];
    [&fixed, ["--run-dir", run].as_slice()].concat()
}

pub(crate) fn files() -> [String; 2] {
    [fixture("initial_weights.json"), fixture("batch_order.csv")]
}

/// A column of one of the fixtures.
fn keras(file: &str, name: &str) -> Vec<f64> {
    let text = fs_err::read_to_string(fixture(file)).unwrap();
    let mut lines = text.lines().map(|line| line.split(','));
    let position = lines.next().unwrap().position(|key| key == name).unwrap();
    lines
        .map(|mut cells| cells.nth(position).unwrap().parse().unwrap())
        .collect()
}

#[track_caller]
fn assert_close(what: &str, found: &[f64], expected: &[f64], relative: f64) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        let difference = (found / expected - 1.0).abs();
        let place = index + 1;
        assert!(
            difference <= relative,
            "{what}, epoch {place}: {found} for {expected}"
        );
    }
}

/// Holds a run of the recorded recipe against Keras's.
pub(crate) fn check_against_keras(desk: &Desk, backend: &str, run: &str) {
    let losses = column(desk, run, "loss");
    let expected = keras("history.csv", "loss");
    assert_eq!(expected.len(), 20);
    assert_close(backend, &losses, &expected, 1e-4);
    let accuracies = column(desk, run, "accuracy");
    // Of 1,000 images, one whose probability is 0.5 up to rounding may fall either way.
    for (found, expected) in accuracies.iter().zip(keras("history.csv", "accuracy")) {
        assert!(
            (found - expected).abs() < 1.5e-3,
            "{backend}: {found} for {expected}"
        );
    }

    let rows: Vec<String> = (0..1000).map(|row| row.to_string()).collect();
    let answers = predictions(desk, backend, run, &rows.join(","));
    let probabilities = keras("probabilities.csv", "probability");
    assert_eq!((answers.len(), probabilities.len()), (1000, 1000));
    for (answer, expected) in answers.iter().zip(probabilities) {
        let found = answer["probability"].as_f64().unwrap();
        assert!(
            (found - expected).abs() < 1e-3,
            "{backend}, {answer}: {expected}"
        );
    }

    let float64 = keras("float64.csv", "loss");
    let mut drift = String::new();
    for (epoch, ((ours, keras), exact)) in losses.iter().zip(&expected).zip(&float64).enumerate() {
        let [ours, keras] = [ours, keras].map(|loss| (loss / exact - 1.0) * 1e6);
        writeln!(drift, "{:>2} {ours:>8.2} {keras:>8.2}", epoch + 1).unwrap();
    }
    println!("{backend}: epoch, ours and Keras against float64, relative, in 1e-6\n{drift}");
}

#[test]
fn the_cpu_backends_train_as_keras_does() {
    let desk = Desk::new();
    let (lab, files) = (lab(), files());
    for backend in ["ndarray", "flex"] {
        let arguments = recorded(backend, &lab, &files);
        let said = desk.run(&[&["--backend", backend], arguments.as_slice()].concat());
        assert_eq!(said.code, Some(0), "{}", said.err);
        check_against_keras(&desk, backend, backend);
    }
    // The weights themselves.
    let text = fs_err::read_to_string(fixture("final_weights.json")).unwrap();
    let expected: Value = serde_json::from_str(&text).unwrap();
    let said = desk.done(&["weights", "ndarray", "--json"]);
    let found: Value = serde_json::from_str(&said.out).unwrap();
    let (mut count, mut largest) = (0, 0.0_f64);
    for (name, expected) in expected.as_object().unwrap() {
        let pairs = numbers(&found[name]).into_iter().zip(numbers(expected));
        for (found, expected) in pairs {
            count += 1;
            largest = largest.max((found - expected).abs());
        }
    }
    assert_eq!(count, 10_431);
    assert!(largest < 1e-3, "{largest}");
    println!("weights differ from Keras's by at most {largest:e}");
}

/// The numbers of nested lists.
fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(values) => values.iter().flat_map(numbers).collect(),
        value => vec![value.as_f64().unwrap()],
    }
}

#[test]
fn weights_classes_clipping_schedules_and_stopping_are_those_of_keras() {
    let desk = Desk::new();
    let (lab, files) = (lab(), files());
    let text = fs_err::read_to_string(fixture("variants.json")).unwrap();
    let variants: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert!(variants.len() >= 10);
    for (number, variant) in variants.iter().enumerate() {
        let name = variant["name"].as_str().unwrap();
        let run = format!("run-{number}");
        let flags = variant["flags"].as_array().unwrap();
        let flags: Vec<&str> = flags.iter().map(|flag| flag.as_str().unwrap()).collect();
        desk.done(&[recorded(&run, &lab, &files), flags].concat());
        let expected = |key: &str| numbers(&variant[key]);
        assert_close(name, &column(&desk, &run, "loss"), &expected("loss"), 1e-4);
        let rates = column(&desk, &run, "learning_rate");
        for (found, expected) in rates.iter().zip(expected("learning_rate")) {
            assert!(
                (found - expected).abs() < 1e-9,
                "{name}: {found} for {expected}"
            );
        }
    }
}
