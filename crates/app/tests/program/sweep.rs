//! `app sweep`.

mod draws;
mod gpu;
mod half_trained;
mod interrupted;
mod listed;
mod plot;
mod points;
mod range_test;
mod refused;
mod report;
mod show;

use serde_json::Value;

use crate::app::{App, json_lines};

/// The points of a sweep, as `sweep show --json` prints them, without the times.
#[track_caller]
fn points(app: &App, sweep: &str) -> Vec<Value> {
    let shown = app.succeeds(&["sweep", "show", sweep, "--points", "--json"]);
    let mut points = json_lines(&shown.stdout);
    for point in &mut points {
        point["seconds"] = Value::Null;
        point["offset"] = Value::Null;
    }
    points
}

/// The numbers of all points' networks by point number, read from the file.
fn networks(app: &App, sweep: &str) -> Vec<(u64, Vec<f32>)> {
    let bytes = fs_err::read(app.path().join(sweep).join("networks.bin")).unwrap();
    let shown = app.succeeds(&["sweep", "show", sweep, "--points", "--json"]);
    let number = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    let points = json_lines(&shown.stdout).into_iter();
    let trained = points.filter(|point| point["state"] == "trained");
    let networks = trained.map(|point| {
        let first = number(&point["offset"]);
        let bytes = &bytes[first..first + 4 * number(&point["numbers"])];
        let numbers = bytes.as_chunks::<4>().0.iter();
        let numbers = numbers.map(|bytes| f32::from_le_bytes(*bytes));
        (point["point"].as_u64().unwrap(), numbers.collect())
    });
    networks.collect()
}

/// The numbers of a run's network, layer by layer.
fn run_network(app: &App, run: &str) -> Vec<f32> {
    let printed = app.on_cpu(&["weights", run, "--json"]);
    let weights: Value = serde_json::from_str(&printed.stdout).unwrap();
    let mut numbers = Vec::new();
    for name in [
        "layer1.weight",
        "layer1.bias",
        "layer2.weight",
        "layer2.bias",
        "layer3.weight",
        "layer3.bias",
    ] {
        collect(&weights[name], &mut numbers);
    }
    numbers
}

/// Collects the numbers of nested lists.
fn collect(value: &Value, numbers: &mut Vec<f32>) {
    match value {
        #[expect(clippy::cast_possible_truncation, reason = "they were f32")]
        Value::Number(number) => numbers.push(number.as_f64().unwrap() as f32),
        Value::Array(values) => values.iter().for_each(|value| collect(value, numbers)),
        other => panic!("{other}"),
    }
}
