//! The network of the fixtures in `onnx/` and `pytorch/`, by the formula of their recipes.

use interop::{Layer, Network};

/// Inputs and units of its layers.
const SIZES: [[usize; 2]; 3] = [[400, 3], [3, 2], [2, 1]];

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn formula(count: usize, layer: usize, factor: usize) -> Vec<f32> {
    let number = |at| ((at * factor + 7 * layer) % 61) as f32;
    (0..count).map(|at| (number(at) - 30.0) / 64.0).collect()
}

/// The network, with biases of the formula.
pub(crate) fn network() -> Network {
    network_of(|units, layer| formula(units, layer, 17))
}

/// The network with these biases of each layer.
pub(crate) fn network_of(biases: impl Fn(usize, usize) -> Vec<f32>) -> Network {
    let layers = (1..).zip(SIZES).map(|(layer, [inputs, units])| Layer {
        inputs,
        units,
        kernel: formula(inputs * units, layer, 31),
        bias: biases(units, layer),
    });
    Network::new(layers.collect()).expect("layers that fit")
}

/// The two images.
#[expect(clippy::cast_precision_loss, reason = "small numbers")]
pub(crate) fn images() -> Vec<f32> {
    (0..800).map(|at| (at * 7 % 101) as f32 / 100.0).collect()
}

/// A path below `tests/`.
pub(crate) fn path(name: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(name)
}

/// The bytes of a fixture, such as `onnx/torch_script.onnx`.
pub(crate) fn bytes(name: &str) -> Vec<u8> {
    fs_err::read(path(name)).expect("a fixture")
}

/// The numbers under a key of `FOLDER/expected.json`.
pub(crate) fn expected(folder: &str, key: &str) -> Vec<f64> {
    let json = fs_err::read(path(folder).join("expected.json")).expect("a fixture");
    let json: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
    let numbers = json[key].as_array().expect("numbers");
    numbers
        .iter()
        .map(|number| number.as_f64().expect("a number"))
        .collect()
}

/// Checks that a network gives these probabilities for the two images.
#[track_caller]
pub(crate) fn assert_answers(network: &Network, expected: &[f64], tolerance: f64) {
    let found = network.probabilities(&images());
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < tolerance, "{found} {expected}");
    }
}

/// Reads the file cut short everywhere, and with each byte changed: there may be errors, but no panic.
pub(crate) fn read_damaged(file: &[u8], mut read: impl FnMut(&[u8]) -> bool) {
    for length in 0..file.len() {
        assert!(!read(&file[..length]), "cut to {length} bytes");
    }
    let mut changed = file.to_vec();
    for at in 0..changed.len() {
        for value in [0, 1, 0x7f, 0xff, changed[at] ^ 0x80] {
            let before = std::mem::replace(&mut changed[at], value);
            read(&changed);
            changed[at] = before;
        }
    }
}
