//! Files for and from other programs, checked by these programs themselves.
//!
//! They are Python packages: `.ci/run` installs those of bearable size. Without one of them its tests are skipped by name.

mod keras;
mod npz;
mod onnx;
mod pytorch;
mod readme;
mod safetensors;
mod source;
mod theta;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::app::App;
use crate::skipped::or_skip;

/// The rows of the built-in digits that the other programs answer for.
pub(crate) const ROWS: [usize; 4] = [0, 7, 500, 993];

/// The largest difference of a probability.
pub(crate) const TOLERANCE: f64 = 1e-6;

/// A Python with the packages that a test needs.
pub(crate) struct Python(PathBuf);

/// Finds a Python with packages, such as `numpy` and `keras`, or skips the test.
#[track_caller]
pub(crate) fn python(packages: &[&str]) -> Option<Python> {
    or_skip(with_packages("FOREIGN_PYTHON", packages), "REQUIRE_FOREIGN")
}

/// The same for packages that are too large for CI, which skips these tests.
#[track_caller]
pub(crate) fn large_python(packages: &[&str]) -> Option<Python> {
    let found = with_packages("LARGE_PYTHON", packages);
    or_skip(found, "REQUIRE_LARGE_FOREIGN")
}

fn with_packages(variable: &str, packages: &[&str]) -> Result<Python, String> {
    let python = std::env::var(variable).unwrap_or_else(|_| "python3".to_owned());
    let imports = format!("import {}", packages.join(", "));
    let found = command(Path::new(&python)).args(["-c", &imports]).output();
    let found = found.map_err(|error| format!("{python}: {error}"))?;
    if found.status.success() {
        return Ok(Python(python.into()));
    }
    let names = packages.join(", ");
    Err(format!("{python} finds not all of {names}; set {variable}"))
}

fn command(python: &Path) -> Command {
    let mut command = Command::new(python);
    // Keras's smallest backend, which says nothing about the missing GPU.
    command.envs([("KERAS_BACKEND", "jax"), ("JAX_PLATFORMS", "cpu")]);
    command
}

impl Python {
    /// Runs a script in the app's folder and returns what it prints.
    #[track_caller]
    pub(crate) fn run(&self, app: &App, script: &str) -> String {
        let output = command(&self.0)
            .args(["-c", script])
            .current_dir(app.path())
            .output()
            .unwrap();
        let problem = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{script}\n{problem}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// The same for a script that prints JSON in its last line.
    #[track_caller]
    pub(crate) fn json(&self, app: &App, script: &str) -> Value {
        let printed = self.run(app, script);
        let last = printed.lines().last().unwrap_or_default();
        serde_json::from_str(last).unwrap_or_else(|error| panic!("{error}: {printed}"))
    }
}

/// Writes `pixels.json`, the 400 pixels of each of [`ROWS`], which scripts read.
pub(crate) fn write_pixels(app: &App) {
    let rows = ROWS.map(|row| row.to_string()).join(",");
    let described = app.succeeds(&["data", "--json", "--index", &rows]).stdout;
    let described: Value = serde_json::from_str(&described).unwrap();
    let pixels = described["rows"].as_array().unwrap();
    let pixels: Vec<&Value> = pixels.iter().map(|row| &row["pixels"]).collect();
    assert_eq!(pixels.len(), ROWS.len());
    let text = serde_json::to_string(&pixels).unwrap();
    fs_err::write(app.path().join("pixels.json"), text).unwrap();
}

/// What `app predict` answers for [`ROWS`]: the probabilities of each output, `[rows, outputs]`.
#[track_caller]
pub(crate) fn predicted(app: &App, networks: &[&str]) -> Vec<Vec<f64>> {
    let rows = ROWS.map(|row| row.to_string()).join(",");
    let flags = ["--json", "--index", &rows];
    let predicted = app.succeeds(&[&["predict"], networks, &flags].concat());
    let outputs = |line: &str| {
        let of_row: Value = serde_json::from_str(line).unwrap();
        match of_row["probabilities"].as_array() {
            None => vec![of_row["probability"].as_f64().unwrap()],
            Some(several) => several
                .iter()
                .map(|of| of["probability"].as_f64().unwrap())
                .collect(),
        }
    };
    predicted.stdout.lines().map(outputs).collect()
}

/// Expects the same probabilities, `[rows, outputs]`, to [`TOLERANCE`], and returns the largest difference.
#[track_caller]
pub(crate) fn assert_agree(theirs: &Value, ours: &[Vec<f64>]) -> f64 {
    let theirs: Vec<Vec<f64>> = serde_json::from_value(theirs.clone()).unwrap();
    assert_eq!(theirs.len(), ours.len());
    let mut largest: f64 = 0.0;
    for (theirs, ours) in theirs.iter().zip(ours) {
        assert_eq!(theirs.len(), ours.len());
        for (theirs, ours) in theirs.iter().zip(ours) {
            largest = largest.max((theirs - ours).abs());
        }
    }
    println!("largest difference of a probability: {largest:.1e}");
    assert!(largest < TOLERANCE, "{largest}: {theirs:?} {ours:?}");
    largest
}

/// A run of a few epochs, and `pixels.json`.
#[track_caller]
pub(crate) fn trained(digits: &str) -> App {
    let app = App::trained(&["--digits", digits, "--epochs", "3"]);
    write_pixels(&app);
    app
}

/// A script that has NumPy, `images` of `pixels.json`, and the functions of `probabilities.py`.
pub(crate) fn with_probabilities(script: &str) -> String {
    format!("{}{script}", include_str!("foreign/probabilities.py"))
}
