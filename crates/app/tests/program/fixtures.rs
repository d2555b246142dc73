//! The paths of the files that tests compare with.

use std::path::{Path, PathBuf};

use serde_json::Value;

pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A file of `crates/app/tests`.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(name)
}

/// The path of a configuration of the repository, as an argument.
fn config(name: &str) -> String {
    argument(&repository().join("configs").join(name))
}

/// The configuration of the course's recipe.
pub(crate) fn lab() -> String {
    config("lab.toml")
}

pub(crate) fn argument(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

/// A file that `tests/keras/make_fixtures.py` wrote.
pub(crate) fn keras_file(name: &str) -> String {
    argument(&fixture("keras").join(name))
}

/// A column of one of Keras's CSV files.
pub(crate) fn keras_column(file: &str, name: &str) -> Vec<f64> {
    let text = fs_err::read_to_string(keras_file(file)).unwrap();
    csv_column(&text, name)
}

/// The numbers of a CSV column, by its header.
pub(crate) fn csv_column(text: &str, name: &str) -> Vec<f64> {
    let mut lines = text.lines().map(|line| line.split(','));
    let position = lines.next().unwrap().position(|key| key == name).unwrap();
    lines
        .map(|mut cells| cells.nth(position).unwrap().parse().unwrap())
        .collect()
}

pub(crate) fn keras_json(file: &str) -> Value {
    let text = fs_err::read_to_string(keras_file(file)).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The numbers of nested lists.
pub(crate) fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(values) => values.iter().flat_map(numbers).collect(),
        value => vec![value.as_f64().unwrap()],
    }
}
