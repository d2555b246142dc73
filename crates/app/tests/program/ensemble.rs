//! Several networks that predict together. Means and disagreements are computed here, from what `predict` prints for each
//! network alone.

mod evaluate;
mod images;
mod pictures;
mod predict;
mod refused;
mod sweep;

use serde_json::Value;

use crate::app::{App, json_lines};
use crate::fixtures::lab;

/// Runs that still make mistakes, all trained on the same 1,000 images of 0 and 1.
const RUNS: [&str; 3] = ["a", "b", "c"];

/// An app with them.
fn unsure() -> App {
    let app = App::new();
    for (run, seed) in RUNS.iter().zip(["1", "2", "3"]) {
        let settings = ["--config", &lab(), "--epochs=2", "--seed", seed];
        app.train(run, &settings);
    }
    app
}

/// The predictions of rows by the networks of some runs together.
#[track_caller]
fn predict(app: &App, runs: &[&str], rows: &str, arguments: &[&str]) -> Vec<Value> {
    let rows = ["--json", "--index", rows];
    let output = app.on_cpu(&[&["predict"], runs, &rows, arguments].concat());
    json_lines(&output.stdout)
}

/// The rows `0,1,2,...`.
fn rows(rows: impl IntoIterator<Item = usize>) -> String {
    let rows = rows.into_iter().map(|row| row.to_string());
    rows.collect::<Vec<_>>().join(",")
}

fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("no number: {value}"))
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / count(values.len())
}

/// The standard deviation with the number of values in the denominator, by the mean of the squares.
fn deviation(values: &[f64]) -> f64 {
    let squares: Vec<f64> = values.iter().map(|value| value * value).collect();
    (mean(&squares) - mean(values).powi(2)).max(0.0).sqrt()
}

fn count(values: usize) -> f64 {
    f64::from(u32::try_from(values).unwrap())
}

#[track_caller]
fn assert_close(what: &str, found: f64, expected: f64) {
    assert!(
        (found - expected).abs() < 1e-6,
        "{what}: {found}, expected {expected}"
    );
}
