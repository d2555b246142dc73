//! What the tests of formats share: networks and images, and what Python computed for the fixtures.

use std::path::PathBuf;

use interop::{Layer, Network};

/// A network with different numbers everywhere, of these hidden units and outputs.
pub(crate) fn network([first, second, outputs]: [usize; 3]) -> Network {
    let mut state = 1_u32;
    let mut numbers = |count: usize| -> Vec<f32> {
        let next = (0..count).map(|_| {
            // Numerical Recipes' generator; the upper bits are the good ones.
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f32::from(u16::try_from(state >> 16).unwrap()) / 131_072.0 - 0.25
        });
        next.collect()
    };
    let mut layer = |inputs: usize, units: usize| Layer {
        inputs,
        units,
        kernel: numbers(inputs * units),
        bias: numbers(units),
    };
    let layers = vec![
        layer(400, first),
        layer(first, second),
        layer(second, outputs),
    ];
    Network::new(layers).unwrap()
}

/// The three images of `network.py`.
pub(crate) fn images() -> Vec<f32> {
    let numbers = (0..3_u32 * 400).map(|number| u16::try_from(number * 7919 % 257).unwrap());
    numbers.map(|number| f32::from(number) / 256.0).collect()
}

/// Reads each file of a folder that has an answer of Python's beside it, and compares the two; there are `count`.
pub(crate) fn assert_all_as_python(folder: &str, count: usize) {
    let answers = fs_err::read_dir(fixtures(folder)).unwrap();
    let answers = answers.map(|entry| entry.unwrap().path());
    let answers: Vec<PathBuf> = answers
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .collect();
    assert_eq!(answers.len(), count);
    for path in answers {
        let name = path.display();
        let text = fs_err::read_to_string(&path).unwrap();
        let answer: serde_json::Value = serde_json::from_str(&text).unwrap();
        let format = answer["format"].as_str().unwrap();
        let file = fs_err::read(path.with_extension(format)).unwrap();
        let (found, network) =
            interop::read(&file).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(found.ending(), format, "{name}");
        let digits: Option<Vec<u8>> = serde_json::from_value(answer["digits"].clone()).unwrap();
        assert_eq!(network.digits(), digits.as_deref(), "{name}");
        let expected: Vec<f64> = serde_json::from_value(answer["probabilities"].clone()).unwrap();
        let probabilities = network.probabilities(&images());
        assert_eq!(probabilities.len(), expected.len(), "{name}");
        for (found, expected) in probabilities.iter().zip(expected) {
            assert!(
                (found - expected).abs() < 1e-14,
                "{name}: {found} {expected}"
            );
        }
    }
}

/// The bytes of a fixture.
pub(crate) fn fixture(name: &str) -> Vec<u8> {
    fs_err::read(fixtures(name)).unwrap()
}

fn fixtures(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(name)
}

/// Checks that no part of a file from its start is accepted, and that no wrong byte makes the reader panic.
pub(crate) fn assert_damage_is_survived(file: &[u8]) {
    for length in 0..file.len() {
        assert!(interop::read(&file[..length]).is_err(), "{length}");
    }
    let mut damaged = file.to_vec();
    for at in 0..file.len() {
        for wrong in [!file[at], file[at] ^ 1, file[at] ^ 0x80] {
            damaged[at] = wrong;
            let _ = interop::read(&damaged);
        }
        damaged[at] = file[at];
    }
}

/// The message of the error that a file gives.
pub(crate) fn message(file: &[u8]) -> String {
    interop::read(file).unwrap_err().to_string()
}
