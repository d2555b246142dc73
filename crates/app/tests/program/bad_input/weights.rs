//! Weights and orders of batches that cannot be used.

use super::{Case, case, flip};
use crate::app::App;
use crate::fixtures::fixture;

pub(super) fn weights_and_orders(app: &App) -> Vec<Case> {
    let json = app.on_cpu(&["weights", "run", "--json"]).stdout;
    let model = fs_err::read(app.path().join("run/model.bpk")).unwrap();
    let start = |bytes: &[u8], names: &[&'static str]| {
        case(&["train", "--init", "weights"], names).with("weights", bytes)
    };
    let too_large = json.replacen("[[", "[[1e999,", 1);
    let huge = json.replacen("[[", "[[1e300,", 1);
    let burnpack = |name: &str| fs_err::read(fixture("burnpack").join(name)).unwrap();
    let order = |text: &[u8], names: &[&'static str]| {
        let arguments = ["train", "--batch-order", "order.csv", "--epochs", "1"];
        case(&arguments, names).with("order.csv", text)
    };
    vec![
        start(&json.as_bytes()[..1000], &["weights", "EOF"]),
        start(
            json.replace("layer3", "layer4").as_bytes(),
            &["weights", "layer4"],
        ),
        start(too_large.as_bytes(), &["weights", "out of range"]),
        start(huge.as_bytes(), &["weights", "layer1.weight"]),
        start(b"{}", &["weights", "layer1.weight"]),
        start(
            &model[..model.len() / 2],
            &["weights: the burnpack file is damaged or cut short"],
        ),
        start(
            &flip(model.clone(), 0),
            &["weights: expected weights, as a burnpack file"],
        ),
        // The metadata.
        start(
            &flip(model.clone(), 12),
            &["weights: the burnpack file is damaged or cut short"],
        ),
        start(b"", &["weights: expected weights", "found an empty file"]),
        start(
            b"GIF89a and more",
            &["weights: expected weights", "[47, 49, 46, 38, 39, 61]"],
        ),
        start(b"\x89HDF\r\n\x1a\n and more", &["weights: ", "HDF5"]),
        start(b"[1.0, 2.0]", &["weights: expected weights"]),
        // Burn panics on these: a boolean of 2, and quantized numbers.
        start(&burnpack("bool-bad.bpk"), &["weights", "F32"]),
        start(&burnpack("q8-empty.bpk"), &["weights"]),
        start(&burnpack("q8-block.bpk"), &["weights"]),
        case(&["train", "--init", "none"], &["none"]),
        case(
            &["train", "--init", "bad/checkpoint"],
            &["bad/checkpoint", "not a run directory"],
        ),
        case(&["train", "--init", "."], &[".", "a folder of runs"]),
        case(
            &["train", "--init", "run", "--hidden-units", "3,4"],
            &[
                "model.bpk",
                "[3, 4] hidden units and 1 output: layer1.weight: expected shape [400, 3], found [400, 25]",
            ],
        ),
        order(b"0,1,two", &["order.csv", "line 1, entry 3", "two"]),
        order(b"0,0", &["order.csv", "row 0"]),
        order(b"0,4999", &["order.csv", "4999"]),
        order(b"", &["order.csv", "empty"]),
        order(&[0xff, 0xff], &["order.csv", "UTF-8"]),
    ]
}
