//! The fixtures that `crates/app/tests/keras/make_fixtures.py` recorded: a training by Keras on the
//! two digits that the lab tells apart.

use std::path::PathBuf;

use data::{Classes, ClassifiedDigits};
use model::LayerValues;
use serde_json::Value;

/// Returns the path of a fixture.
pub(crate) fn path(file: &str) -> PathBuf {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../app/tests/keras");
    PathBuf::from(folder).join(file)
}

fn text(file: &str) -> String {
    fs_err::read_to_string(path(file)).unwrap()
}

/// Parses a JSON fixture.
pub(crate) fn json(file: &str) -> Value {
    serde_json::from_str(&text(file)).unwrap()
}

/// Flattens nested lists of numbers.
pub(crate) fn numbers(value: &Value) -> Vec<f32> {
    match value {
        Value::Array(values) => values.iter().flat_map(numbers).collect(),
        #[expect(clippy::cast_possible_truncation, reason = "Keras wrote f32s")]
        value => vec![value.as_f64().unwrap() as f32],
    }
}

/// Reads one number for each parameter from a JSON fixture.
pub(crate) fn layer_values(file: &str) -> LayerValues {
    let value = json(file);
    let part = |layer, kind| numbers(&value[format!("layer{layer}.{kind}")]);
    LayerValues {
        kernels: [1, 2, 3].map(|layer| part(layer, "weight")),
        biases: [1, 2, 3].map(|layer| part(layer, "bias")),
    }
}

/// Reads a column of a CSV fixture.
pub(crate) fn column(file: &str, name: &str) -> Vec<f64> {
    let text = text(file);
    let mut lines = text.lines().map(|line| line.split(','));
    let position = lines.next().unwrap().position(|key| key == name).unwrap();
    lines
        .map(|mut cells| cells.nth(position).unwrap().parse().unwrap())
        .collect()
}

/// Reads the order of the images in each epoch.
pub(crate) fn batch_order() -> Vec<Vec<usize>> {
    let rows = |line: &str| line.split(',').map(|row| row.parse().unwrap()).collect();
    text("batch_order.csv").lines().map(rows).collect()
}

/// The zeros and ones that Keras trained on.
pub(crate) fn zeros_and_ones() -> ClassifiedDigits {
    ClassifiedDigits::embedded(Classes::new(&[0, 1]).unwrap())
}

/// Compares two sets of numbers, layer by layer: returns the largest difference and the largest
/// expected magnitude of each layer.
pub(crate) fn differences(found: &LayerValues, expected: &LayerValues) -> [(f32, f32); 3] {
    [0, 1, 2].map(|layer| {
        let of =
            |values: &LayerValues| [&values.kernels[layer][..], &values.biases[layer]].concat();
        let (found, expected) = (of(found), of(expected));
        assert_eq!(found.len(), expected.len(), "layer {}", layer + 1);
        let pairs = found.iter().zip(&expected);
        pairs.fold((0.0, 0.0), |(difference, largest), (found, expected)| {
            let apart = (found - expected).abs();
            assert!(apart.is_finite(), "layer {}: {found}", layer + 1);
            (apart.max(difference), expected.abs().max(largest))
        })
    })
}
