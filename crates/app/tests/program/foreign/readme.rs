//! The Python of the README, as it stands there, answers as `app predict` does.

use crate::app::App;
use crate::fixtures::repository;

use super::{Python, TOLERANCE, large_python, predicted, python};

/// The code of the section about other programs, each block of one language.
fn blocks(language: &str) -> Vec<String> {
    let readme = fs_err::read_to_string(repository().join("README.md")).unwrap();
    let (_, section) = readme.split_once("\n## Other programs\n").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    let opening = format!("```{language}\n");
    let blocks = section.split(&opening).skip(1);
    blocks
        .map(|block| block.split_once("```").unwrap().0.to_owned())
        .collect()
}

/// An app with the files that the section's code reads.
fn with_files() -> App {
    let app = App::new();
    for line in blocks("sh")[0].lines() {
        let command = line.split('#').next().unwrap();
        let words: Vec<&str> = command.split_whitespace().skip(1).collect();
        app.on_cpu(&words);
    }
    app.succeeds(&["data", "--output", "digits"]);
    for file in ["model.npz", "model.safetensors", "model.onnx"] {
        app.succeeds(&["export", "runs/lab", "--output", file]);
    }
    app
}

/// The only number of what was printed, such as `[[0.98]]` or `tensor([[0.98]])`.
fn number(printed: &str) -> f64 {
    let is_part = |c: char| c.is_ascii_digit() || ".e-".contains(c);
    let numbers = printed.split(|c: char| !is_part(c));
    let mut numbers = numbers.filter_map(|text| text.parse::<f64>().ok());
    numbers.find(|number| (0.0..=1.0).contains(number)).unwrap()
}

/// Runs the block that imports a package.
fn assert_answers(app: &App, python: &Python, package: &str) {
    let mut blocks = blocks("python").into_iter();
    let imports = |block: &String| block.lines().next().unwrap().ends_with(package);
    let block = blocks.find(imports).unwrap();
    assert!(block.lines().count() <= 7, "{block}");
    // Row 500 is the third that is predicted. PyTorch prints four digits.
    let expected = predicted(app, &["runs/lab"])[2][0];
    let tolerance = if package == "torch" {
        5.1e-5
    } else {
        TOLERANCE
    };
    let found = number(&python.run(app, &block));
    assert!((found - expected).abs() < tolerance, "{found} {expected}");
}

#[test]
fn the_readme_s_code_for_keras_numpy_and_onnx_runtime_answers_as_the_app_does() {
    assert_eq!(blocks("python").len(), 4);
    let Some(python) = python(&["keras", "numpy", "onnxruntime"]) else {
        return;
    };
    let app = with_files();
    for package in ["keras, numpy", "import numpy", "onnxruntime"] {
        assert_answers(&app, &python, package);
    }
}

#[test]
fn the_readme_s_code_for_pytorch_answers_as_the_app_does() {
    if let Some(python) = large_python(&["torch", "safetensors", "numpy"]) {
        assert_answers(&with_files(), &python, "torch");
    }
}
