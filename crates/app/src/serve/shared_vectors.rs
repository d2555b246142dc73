//! The drawings that the page's own predictor is held to, predicted by what answers `/v1/predict`.
//!
//! `DRAWINGS=FILE PREDICTED=FILE` predicts the drawings of a file instead, for whoever makes the vectors anew:
//! `crates/server/tests/vectors/README.md`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use data::{NoInk, PictureReading};
use model::{Decision, LayerValues};
use serde_json::{Value, json};
use server::{Input, PredictQuery};

use crate::config::digit_list::DigitList;
use crate::config::run_config::RunConfig;
use crate::device::select::open_cpu;
use crate::predictor::member::Member;
use crate::run::checkpoint_name::CheckpointName;
use crate::serve::predictions::predictions;
use crate::serve::served::{Manner, Served};

#[expect(clippy::cast_possible_truncation, reason = "numbers are f32")]
fn number(value: &Value) -> f32 {
    value.as_f64().unwrap() as f32
}

fn list(value: &Value) -> std::slice::Iter<'_, Value> {
    value.as_array().unwrap().iter()
}

fn numbers(base64: &Value) -> Vec<f32> {
    let bytes = STANDARD.decode(base64.as_str().unwrap()).unwrap();
    let numbers = bytes.as_chunks().0.iter();
    numbers.map(|number| f32::from_le_bytes(*number)).collect()
}

/// A network as an exported page has it.
fn member(network: &Value, digits: &[u8]) -> Member {
    let layer = |index: usize, name: &str| numbers(&network["layers"][index][name]);
    let weights = LayerValues {
        kernels: [0, 1, 2].map(|index| layer(index, "kernel")),
        biases: [0, 1, 2].map(|index| layer(index, "bias")),
    };
    Member {
        name: "network".to_owned(),
        directory: PathBuf::from("none"),
        // Of a run its metrics would be read.
        point: Some(1),
        checkpoint: CheckpointName::Last,
        epoch: 1,
        config: RunConfig {
            digits: DigitList(digits.to_vec()),
            hidden_units: [weights.biases[0].len(), weights.biases[1].len()],
            ..RunConfig::default()
        },
        weights,
    }
}

fn served(name: &str, network: &Value) -> Served {
    let digits: Vec<u8> = serde_json::from_value(network["digits"].clone()).unwrap();
    let members = list(&network["networks"]).map(|one| member(one, &digits));
    let part = |name: &str| network["decision"][name].as_f64().unwrap();
    let manner = Manner {
        decision: Decision {
            threshold: part("threshold"),
            reject: part("reject"),
        },
        reading: PictureReading::Prepared,
    };
    Served::new(
        name.to_owned(),
        members.collect(),
        manner,
        &open_cpu().unwrap(),
    )
    .unwrap()
}

fn strokes(case: &Value) -> Option<Vec<Vec<[f32; 2]>>> {
    let point = |point: &Value| [number(&point[0]), number(&point[1])];
    let stroke = |stroke: &Value| list(stroke).map(point).collect();
    Some(case["strokes"].as_array()?.iter().map(stroke).collect())
}

fn pen_width(case: &Value) -> Option<f32> {
    case["pen_width"]
        .is_number()
        .then(|| number(&case["pen_width"]))
}

/// The input of a case, as the server makes it of a request.
fn input(case: &Value) -> Input {
    if let Some(strokes) = strokes(case) {
        // What has no point is no stroke.
        let strokes = strokes.into_iter().filter(|stroke| !stroke.is_empty());
        return Input::Drawing {
            strokes: strokes.collect(),
            pen_width: pen_width(case),
        };
    }
    let images: Vec<Vec<f32>> = list(&case["images"])
        .map(|image| list(image).map(number).collect())
        .collect();
    let most = images.iter().flatten().copied().fold(0.0, f32::max);
    let ink = if most > 1.3 { 255.0 } else { 1.0 };
    let pixels = images.iter().flatten().map(|pixel| pixel / ink).collect();
    match images[0].len() {
        400 => Input::Pixels20(pixels),
        _ => Input::Pixels28(pixels),
    }
}

/// The digits that are found in a drawing, before any is divided.
fn prepared(case: &Value) -> Value {
    let Some(strokes) = strokes(case) else {
        return Value::Null;
    };
    let found = data::prepare_drawing(&strokes, pen_width(case));
    match &found.digits {
        Err(NoInk::Blank) => json!("blank"),
        Err(NoInk::Noise) => json!("noise"),
        Ok(digits) => digits
            .iter()
            .map(|digit| json!({ "bounds": found.bounds(&digit.area), "pixels": digit.pixels }))
            .collect(),
    }
}

/// What is said of each case, with details.
fn predicted(networks: &Value, cases: &Value) -> Vec<Value> {
    let networks = networks.as_object().unwrap().iter();
    let served: BTreeMap<&str, Served> = networks
        .map(|(name, network)| (name.as_str(), served(name, network)))
        .collect();
    let answer = |case: &Value| {
        let query = PredictQuery {
            run: None,
            row: case["row"].as_bool().unwrap(),
            detail: true,
        };
        let network = &served[case["network"].as_str().unwrap()];
        serde_json::to_value(predictions(network, &input(case), &query).unwrap()).unwrap()
    };
    list(cases).map(answer).collect()
}

/// Predicts the drawings of a file, whose networks are whole.
fn predict_file(drawings: &Path, predicted_file: &Path) {
    let drawings: Value = serde_json::from_slice(&fs_err::read(drawings).unwrap()).unwrap();
    let answers = predicted(&drawings["networks"], &drawings["cases"]);
    let lines = list(&drawings["cases"]).zip(answers).map(|(case, answer)| {
        let line = json!({ "prepared": prepared(case), "answer": answer });
        format!("{line}\n")
    });
    fs_err::write(predicted_file, lines.collect::<String>()).unwrap();
}

fn assert_near(found: &Value, expected: &Value, what: &str) {
    match (found.as_f64(), expected.as_f64()) {
        (Some(found), Some(expected)) => {
            // Probabilities and places in f32, of networks that sum in another order.
            let limit = 1e-5 * expected.abs().max(1.0);
            assert!(
                (found - expected).abs() <= limit,
                "{what}: {found} {expected}"
            );
        }
        _ => assert_eq!(found, expected, "{what}"),
    }
}

#[test]
fn the_shared_drawings_get_the_answers_that_the_page_gives() {
    if let Some(drawings) = std::env::var_os("DRAWINGS") {
        let predicted = std::env::var_os("PREDICTED").unwrap();
        return predict_file(Path::new(&drawings), Path::new(&predicted));
    }
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = here.join("../server/tests/vectors/drawings.json");
    let mut vectors: Value = serde_json::from_slice(&fs_err::read(file).unwrap()).unwrap();
    let members = vectors["members"].take();
    for network in vectors["networks"].as_object_mut().unwrap().values_mut() {
        for member in network["networks"].as_array_mut().unwrap() {
            *member = members[member.as_str().unwrap()].clone();
        }
    }
    let found = predicted(&vectors["networks"], &vectors["cases"]);
    assert!(found.len() > 40);
    for (case, answer) in list(&vectors["cases"]).zip(&found) {
        let name = case["name"].as_str().unwrap();
        let expected = case["answers"].as_array().unwrap();
        let images = answer["images"].as_array().unwrap();
        assert_eq!(images.len(), expected.len(), "{name}");
        for (image, expected) in images.iter().zip(expected) {
            for key in ["status", "reason", "text"] {
                assert_eq!(image[key], expected[key], "{name}");
            }
            let digits = list(&image["digits"]).zip(list(&expected["digits"]));
            assert_eq!(digits.len(), list(&expected["digits"]).len(), "{name}");
            assert_eq!(digits.len(), list(&image["digits"]).len(), "{name}");
            for (digit, expected) in digits {
                assert_digit(digit, expected, name);
            }
        }
    }
}

fn assert_digit(digit: &Value, expected: &Value, name: &str) {
    let keys = |value: &Value| {
        let keys = value.as_object().unwrap().keys();
        let keys = keys.filter(|key| *key != "detail");
        keys.cloned().collect::<Vec<_>>()
    };
    assert_eq!(keys(digit), keys(expected), "{name}");
    for key in [
        "status",
        "reason",
        "digit",
        "looks_like",
        "probability",
        "disagreement",
    ] {
        assert_near(&digit[key], &expected[key], &format!("{name} {key}"));
    }
    let probabilities = list(&digit["probabilities"]).map(|one| &one["probability"]);
    assert_eq!(
        probabilities.len(),
        list(&expected["probabilities"]).len(),
        "{name}"
    );
    for (found, expected) in probabilities.zip(list(&expected["probabilities"])) {
        assert_near(found, expected, name);
    }
    if let Some(sides) = expected["box"].as_array() {
        for (found, expected) in list(&digit["box"]).zip(sides) {
            assert_near(found, expected, &format!("{name} box"));
        }
    }
}
