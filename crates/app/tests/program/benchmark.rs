//! `app benchmark`: what it measures, not how fast the machine is.

use serde_json::Value;

use crate::app::App;

fn positive(value: &Value) -> f64 {
    let number = value.as_f64().unwrap();
    assert!(number > 0.0 && number.is_finite(), "{value}");
    number
}

/// Runs it on flex, and checks everything that is true on every machine.
fn measured(app: &App, arguments: &[&str]) -> Value {
    let flex = ["--backend", "flex", "benchmark", "--json"];
    let output = app.succeeds(&[flex.as_slice(), arguments].concat());
    let found: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(found["backend"], "flex");
    assert_eq!(found["device"], "flex (CPU)");
    assert_eq!(found["version"], env!("CARGO_PKG_VERSION"));
    assert!(found["open_seconds"].as_f64().unwrap() >= 0.0);
    positive(&found["first_step_seconds"]);
    found
}

#[test]
fn both_engines_are_measured_and_the_results_are_consistent() {
    let found = measured(&App::new(), &[]);
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
fn a_run_is_measured_with_its_own_network() {
    let app = App::new();
    // A hundred times the weights of the default network.
    app.train("run", &["--epochs=1", "--hidden-units=1000,600"]);
    let step = |found: &Value| positive(&found["training"][0]["microseconds_per_step"]);
    let [run, default] = [&["run"][..], &[]].map(|arguments| step(&measured(&app, arguments)));
    assert!(run > 5.0 * default, "{run} and {default} microseconds");
    let output = app.succeeds(&["--backend", "flex", "benchmark", "run"]);
    output.stdout_has("training step of 1,024, burn");
    output.stdout_has("prediction of 10,000, fused");
    app.refused(&["benchmark", "nowhere"], &["nowhere"]);
}
