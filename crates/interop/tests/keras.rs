//! Keras's files, against what Keras and h5py wrote and computed; the recipes are in `keras/`.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::slice::from_ref;

use interop::{Format, InteropError, Layer, Network, Target, read, write};
use serde_json::Value;
use zip::write::SimpleFileOptions;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/keras")
        .join(name)
}

fn bytes(name: &str) -> Vec<u8> {
    fs_err::read(fixture(name)).unwrap()
}

fn json(name: &str) -> Value {
    serde_json::from_slice(&bytes(name)).unwrap()
}

/// The images of the recipe.
fn pixels() -> Vec<f32> {
    let rows = (0..2_u16).flat_map(|n| (0..400_u16).map(move |i| (37 * i + 11 * n) % 101));
    rows.map(|hundredths| f32::from(hundredths) / 100.0)
        .collect()
}

fn error(bytes: &[u8]) -> String {
    match read(bytes) {
        Err(error) => error.to_string(),
        Ok((format, _)) => panic!("read as {format:?}"),
    }
}

/// Reads files and compares their probabilities with those in a file of expected ones.
fn assert_probabilities(expected: &str, formats: &[(&str, Format)]) {
    let expected = json(expected);
    assert_eq!(expected.as_object().unwrap().len(), formats.len());
    for &(name, expected_format) in formats {
        let (format, network) =
            read(&bytes(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(format, expected_format, "{name}");
        assert_eq!(network.digits(), None);
        let found = network.probabilities(&pixels());
        let rows = expected[name].as_array().unwrap().iter();
        let numbers = rows.flat_map(|row| row.as_array().unwrap());
        let known: Vec<f64> = numbers.map(|number| number.as_f64().unwrap()).collect();
        assert_eq!(found.len(), known.len(), "{name}");
        for (found, known) in found.iter().zip(known) {
            assert!((found - known).abs() < 1e-6, "{name}: {found}, {known}");
        }
    }
}

#[test]
fn the_files_of_keras_3_give_its_probabilities() {
    let formats = [
        ("sequential.keras", Format::Keras),
        ("functional.keras", Format::Keras),
        ("functional.weights.h5", Format::KerasWeights),
        ("functional.h5", Format::Keras2),
        ("adam.weights.h5", Format::KerasWeights),
        ("float16.weights.h5", Format::KerasWeights),
        ("float64.weights.h5", Format::KerasWeights),
        ("subclassed.weights.h5", Format::KerasWeights),
        ("latest.weights.h5", Format::KerasWeights),
        ("keras2.h5", Format::Keras2),
        ("keras2_weights.h5", Format::Keras2),
        ("keras2_functional.h5", Format::Keras2),
    ];
    assert_probabilities("expected.json", &formats);
}

#[test]
fn the_files_of_tf_keras_give_its_probabilities() {
    let formats = [
        ("tf_keras.h5", Format::Keras2),
        ("tf_keras.keras", Format::Keras),
        ("tf_keras_functional.h5", Format::Keras2),
        ("tf_keras_functional.keras", Format::Keras),
        ("tf_keras_weights.h5", Format::Keras2),
        ("tf_keras.weights.h5", Format::KerasWeights),
    ];
    assert_probabilities("expected_tf_keras.json", &formats);
}

/// `sequential.keras` with another description.
fn described(description: &str) -> Vec<u8> {
    let whole = bytes("sequential.keras");
    let mut source = zip::ZipArchive::new(Cursor::new(whole)).unwrap();
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for name in ["metadata.json", "config.json", "model.weights.h5"] {
        let mut content = Vec::new();
        source
            .by_name(name)
            .unwrap()
            .read_to_end(&mut content)
            .unwrap();
        if name == "config.json" {
            content = description.as_bytes().to_vec();
        }
        archive
            .start_file(name, SimpleFileOptions::default())
            .unwrap();
        archive.write_all(&content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn models_that_are_not_three_sigmoid_layers_are_refused_with_the_layer_and_the_reason() {
    let models = json("models.json");
    let refused = models["refused"].as_object().unwrap();
    let reasons = [
        ("relu", "its layer \"dense\" has the activation \"relu\""),
        (
            "leaky",
            "its layer \"dense\" has the activation \"LeakyReLU\"",
        ),
        ("relu layer", "its layer \"re_lu\" is a ReLU"),
        (
            "softmax",
            "its layer \"dense_2\" has the activation \"softmax\"",
        ),
        (
            "hidden linear",
            "its layer \"dense\" has the activation \"linear\"",
        ),
        ("two sigmoids", "its layer \"activation\" is a sigmoid"),
        ("first sigmoid", "its layer \"activation\" is a sigmoid"),
        (
            "linear, softmax loss",
            "the loss \"CategoricalCrossentropy\" is not that of sigmoids",
        ),
        (
            "linear, probability loss",
            "the loss \"BinaryCrossentropy\" is not from_logits",
        ),
        (
            "linear, squared loss",
            "the loss \"mse\" is not that of sigmoids",
        ),
        (
            "linear, several, no loss",
            "its last layer \"dense_2\" has no activation, and no loss says",
        ),
        ("conv", "its layer \"conv2d\" is a Conv2D"),
        (
            "batch normalization",
            "its layer \"batch_normalization\" is a BatchNormalization",
        ),
        (
            "rescaling",
            "its layer \"rescaling\" is a Rescaling; networks here take pixels from 0 to 1",
        ),
        ("permute", "its layer \"permute\" is a Permute"),
        ("nested", "its layer \"sequential\" is a Sequential"),
        ("branch", "its layer \"add\" has 2 inputs"),
        ("shared", "its layer \"shared\" is used twice"),
        ("two outputs", "is not the only one there"),
    ];
    assert_eq!(refused.len(), reasons.len());
    for (name, reason) in reasons {
        let found = error(&described(refused[name].as_str().unwrap()));
        assert!(found.contains(reason), "{name}: {found}");
    }
    for (name, model) in models["accepted"].as_object().unwrap() {
        let found = read(&described(model.as_str().unwrap()));
        assert!(found.is_ok(), "{name}: {found:?}");
    }
}

#[test]
fn a_description_must_fit_the_weights() {
    let models = json("models.json");
    let good = models["accepted"]["linear, no loss"].as_str().unwrap();
    let more_units = good.replace("\"units\": 2", "\"units\": 4");
    assert!(error(&described(&more_units)).contains("has 4 units, but weights of 2"));
    let mut shorter: Value = serde_json::from_str(good).unwrap();
    shorter["config"]["layers"]
        .as_array_mut()
        .unwrap()
        .remove(1);
    assert!(read(&described(&shorter.to_string())).is_err());
    shorter["config"]["layers"].as_array_mut().unwrap().pop();
    assert!(read(&described(&shorter.to_string())).is_err());
    for wrong in [
        "",
        "[]",
        "{}",
        "{\"class_name\": \"Sequential\"}",
        "\"\"",
        &"[".repeat(100_000),
    ] {
        assert!(read(&described(wrong)).is_err(), "{wrong:.20}");
    }
    // A class of the user with the name of one of Keras's.
    let mine = good.replacen(
        "\"registered_name\": null",
        "\"registered_name\": \"mine>InputLayer\"",
        2,
    );
    assert!(
        error(&described(&mine)).contains("mine>InputLayer"),
        "{}",
        error(&described(&mine))
    );
}

#[test]
fn hdf5_files_with_what_keras_does_not_write_are_refused_by_name() {
    let reasons = [
        ("soft_link", "its member \"0\" is a soft link"),
        ("soft_link_latest", "its member \"0\" is a soft link"),
        (
            "external_link",
            "its member \"0\" is a link to another file",
        ),
        (
            "external_array",
            "its array \"layers/dense/vars/0\" is in another file",
        ),
        ("virtual", "its array \"layers/dense/vars/0\" is virtual"),
        (
            "chunked",
            "its array \"layers/dense/vars/0\" is stored in chunks",
        ),
        (
            "compressed",
            "its array \"layers/dense/vars/0\" is compressed",
        ),
        (
            "huge",
            "its array \"layers/dense/vars/0\" is announced, but its numbers were never written",
        ),
        (
            "integers",
            "its array \"layers/dense/vars/0\" has integers of 8 bits",
        ),
        (
            "big_endian",
            "its array \"layers/dense/vars/0\" has floats of 32 bits in an unusual form",
        ),
        ("circle", "it has more than 16 groups within each other"),
        (
            "diamonds",
            "its parts refer to each other in a circle or overlap",
        ),
        ("many", "index of its members"),
        (
            "convolution",
            "its layer \"layers/conv2d\" has arrays of the shapes [[3, 3, 1, 2], [2]]",
        ),
        ("other", "has no weights of Keras"),
    ];
    for (name, reason) in reasons {
        let found = error(&bytes(&format!("refused_{name}.h5")));
        assert!(found.contains(reason), "{name}: {found}");
    }
    assert!(matches!(
        read(&bytes("refused_user_block.h5")),
        Err(InteropError::UnknownFormat { .. })
    ));
}

#[test]
fn files_that_are_cut_short_are_damaged() {
    for name in [
        "adam.weights.h5",
        "latest.weights.h5",
        "keras2.h5",
        "sequential.keras",
    ] {
        let whole = bytes(name);
        for length in (0..whole.len()).step_by(97).chain([whole.len() - 1]) {
            assert!(read(&whole[..length]).is_err(), "{name}: {length} bytes");
        }
    }
}

#[test]
fn damaged_files_give_networks_or_errors_but_no_panic() {
    /// All bytes were changed once, by hand; the fuzz target changes several at a time.
    const STEP: usize = 29;
    for name in [
        "latest.weights.h5",
        "float16.weights.h5",
        "keras2.h5",
        "functional.keras",
    ] {
        let mut changed = bytes(name);
        for at in (0..changed.len()).step_by(STEP) {
            let before = changed[at];
            for value in [0, 1, 0x7f, 0xff, before ^ 0x10] {
                changed[at] = value;
                let _ = read(&changed);
            }
            changed[at] = before;
        }
    }
}

#[test]
fn announced_sizes_are_checked_before_anything_is_reserved() {
    // The dimensions 400 and 3 of the first kernel, as 64-bit numbers.
    let mut huge = bytes("adam.weights.h5");
    let dimensions = [400_u64.to_le_bytes(), 3_u64.to_le_bytes()].concat();
    let at = huge
        .windows(16)
        .position(|window| window == dimensions)
        .unwrap();
    for lengths in [
        [1 << 40, 1 << 20],
        [1 << 40, 3],
        [u64::MAX, u64::MAX],
        [400, 4],
    ] {
        huge[at..at + 8].copy_from_slice(&u64::to_le_bytes(lengths[0]));
        huge[at + 8..at + 16].copy_from_slice(&u64::to_le_bytes(lengths[1]));
        let found = error(&huge);
        assert!(
            found.contains("announces more") || found.contains("by its shape"),
            "{found}"
        );
    }
}

/// A network whose numbers are all different.
fn network(outputs: u16) -> Network {
    let layer = |inputs: u16, units: u16| Layer {
        inputs: inputs.into(),
        units: units.into(),
        kernel: (0..inputs * units)
            .map(|at| f32::from(at).sin() / 4.0)
            .collect(),
        bias: (0..units).map(|at| f32::from(at).cos()).collect(),
    };
    Network::new(vec![layer(400, 25), layer(25, 15), layer(15, outputs)]).unwrap()
}

#[test]
fn what_is_written_is_read_again_with_its_digits_and_is_always_the_same() {
    let networks = [
        network(1),
        network(1).with_digits(&[3, 8]).unwrap(),
        network(10)
            .with_digits(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 0])
            .unwrap(),
    ];
    for network in networks {
        for (target, format) in [
            (Target::Keras, Format::Keras),
            (Target::KerasWeights, Format::KerasWeights),
        ] {
            let file = write(from_ref(&network), target).unwrap();
            assert_eq!(file, write(from_ref(&network), target).unwrap());
            assert_eq!(read(&file).unwrap(), (format, network.clone()));
        }
    }
}

#[test]
fn several_networks_do_not_fit_into_one_file() {
    for target in [Target::Keras, Target::KerasWeights] {
        let error = write(&[network(1), network(1)], target).unwrap_err();
        assert!(matches!(error, InteropError::Several { .. }));
    }
}
