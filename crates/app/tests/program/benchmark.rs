//! `app benchmark`: what it measures; how fast a machine has to be is not for tests to say.

use serde_json::Value;

use crate::desk::Desk;

fn positive(value: &Value) -> f64 {
    let number = value.as_f64().unwrap();
    assert!(number > 0.0 && number.is_finite(), "{value}");
    number
}

/// Runs it on flex, and checks all that holds on every machine.
fn measured(desk: &Desk, arguments: &[&str]) -> Value {
    let flex = ["--backend", "flex", "benchmark", "--json"];
    let said = desk.run(&[flex.as_slice(), arguments].concat());
    assert_eq!(said.code, Some(0), "{}", said.err);
    let found: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(found["backend"], "flex");
    assert_eq!(found["device"], "flex (CPU)");
    assert_eq!(found["version"], env!("CARGO_PKG_VERSION"));
    assert!(found["open_seconds"].as_f64().unwrap() >= 0.0);
    positive(&found["first_step_seconds"]);
    found
}

#[test]
fn both_paths_are_measured_and_the_figures_fit_together() {
    let found = measured(&Desk::new(), &[]);
    let training = found["training"].as_array().unwrap();
    let measured = |row: &Value| (row["path"].clone(), row["batch_size"].clone());
    let measured: Vec<(Value, Value)> = training.iter().map(measured).collect();
    let expected = [("fused", 32), ("burn", 32), ("fused", 1024), ("burn", 1024)];
    assert_eq!(
        measured,
        expected.map(|(path, batch_size)| (path.into(), batch_size.into()))
    );
    for row in training {
        let images = positive(&row["images_per_second"]);
        let seconds = positive(&row["microseconds_per_step"]) / 1e6;
        let batch_size = row["batch_size"].as_f64().unwrap();
        assert!((images * seconds / batch_size - 1.0).abs() < 1e-9, "{row}");
    }
    let prediction = &found["prediction"];
    assert_eq!(prediction["path"], "fused");
    assert_eq!(prediction["images"], 10_000);
    positive(&prediction["one_image_microseconds"]);
    positive(&prediction["images_per_second"]);
}

#[test]
fn a_run_is_measured_with_its_own_network_and_digits() {
    let desk = Desk::new();
    let train = ["train", "--epochs", "1", "--run-dir", "run"];
    desk.done(&[&train[..], &["--digits", "3,8", "--hidden-units", "7,5"]].concat());
    measured(&desk, &["run"]);
    let said = desk.run(&["--backend", "flex", "benchmark", "run"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    for line in ["training step of 1024, burn", "prediction of 10000, fused"] {
        assert!(said.out.contains(line), "{}", said.out);
    }
    desk.refused(&["benchmark", "nowhere"], &["nowhere"]);
}
