//! The text of the files: what their comment says, and that the constants are read back bit for bit.

use interop::{Format, InteropError, Layer, Network, Precision, Target, quantized};

use crate::compiled::{C_FLAGS, compile_c, compile_rust};
use crate::networks::network;

const TARGETS: [Target; 4] = [
    Target::C(Precision::F32),
    Target::C(Precision::Int8),
    Target::Rust(Precision::F32),
    Target::Rust(Precision::Int8),
];

fn text(networks: &[Network], target: Target) -> String {
    String::from_utf8(interop::write(networks, target).unwrap()).unwrap()
}

/// The comment at the top without what makes it one, as one line.
fn comment(text: &str) -> String {
    let start = if text.starts_with("/*") { " *" } else { "//" };
    let lines = text.lines().skip_while(|line| line.starts_with("/*"));
    let lines = lines.map_while(|line| line.strip_prefix(start));
    lines
        .collect::<Vec<_>>()
        .join("")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

fn bits(network: &Network) -> Vec<u32> {
    let layers = network.layers().iter();
    let numbers = layers.flat_map(|layer| layer.kernel.iter().chain(&layer.bias));
    numbers.map(|number| number.to_bits()).collect()
}

#[test]
fn the_constants_are_read_back_bit_for_bit() {
    // Floats of all sizes, by their bits: each exponent but that of infinity and NaN.
    let mut bit_pattern = 0_u32;
    let mut numbers = |count: usize| -> Vec<f32> {
        let next = (0..count).map(|_| {
            bit_pattern = bit_pattern
                .wrapping_mul(1_664_525)
                .wrapping_add(1_013_904_223);
            let number = f32::from_bits(bit_pattern);
            if number.is_finite() { number } else { -0.0 }
        });
        next.collect()
    };
    let mut layer = |inputs: usize, units: usize| Layer {
        inputs,
        units,
        kernel: numbers(inputs * units),
        bias: numbers(units),
    };
    let mut layers = vec![layer(400, 8), layer(8, 5), layer(5, 3)];
    let ends = [
        f32::MAX,
        f32::MIN,
        f32::MIN_POSITIVE,
        1e-45,
        -1e-45,
        0.0,
        -0.0,
        16_777_217.0,
    ];
    layers[0].kernel[..8].copy_from_slice(&ends);
    let network = Network::new(layers)
        .unwrap()
        .with_digits(&[4, 2, 0])
        .unwrap();
    for target in [Target::C(Precision::F32), Target::Rust(Precision::F32)] {
        let text = text(std::slice::from_ref(&network), target);
        let read = interop::read_back(text.as_bytes(), target.format()).unwrap();
        assert_eq!(read.len(), 1);
        assert_eq!(bits(&read[0]), bits(&network));
        assert_eq!(read[0].digits(), Some(&[4, 2, 0][..]));
        // No compiler takes one of them for too large, too small or too precise.
        let folder = tempfile::tempdir().unwrap();
        match target {
            Target::C(_) => drop(compile_c(&folder, "gcc", &C_FLAGS, text.as_bytes())),
            _ => drop(compile_rust(
                &folder,
                "lib.rs",
                text.as_bytes(),
                &["--crate-type=lib"],
            )),
        }
    }
}

#[test]
fn several_networks_are_read_back_in_their_order_and_int8_as_the_quantized_ones() {
    let networks = [[6, 5, 2], [3, 9, 2], [8, 1, 2]].map(|sizes| network(sizes, 1.0, 20));
    for target in TARGETS {
        let expected = match target {
            Target::C(Precision::Int8) | Target::Rust(Precision::Int8) => {
                networks.clone().map(|network| quantized(&network).unwrap())
            }
            _ => networks.clone(),
        };
        let text = text(&networks, target);
        let read = interop::read_back(text.as_bytes(), target.format()).unwrap();
        assert_eq!(read, expected, "{target:?}");
        assert!(read.iter().all(|network| network.digits().is_none()));
    }
}

#[test]
fn a_changed_or_damaged_file_is_not_read_back_as_it_was() {
    let network = network([6, 5, 1], 1.0, 21).with_digits(&[0, 1]).unwrap();
    let text = text(std::slice::from_ref(&network), Target::C(Precision::F32));
    let read = |text: &str| interop::read_back(text.as_bytes(), Format::C);
    let (start, end) = text.split_once("network1_layer3_biases[1] = {\n").unwrap();
    let (_, end) = end.split_once('\n').unwrap();
    let changed = format!("{start}network1_layer3_biases[1] = {{\n    0.25f,\n{end}");
    assert_ne!(changed, text);
    assert_ne!(read(&changed).unwrap(), [network]);
    for (from, to, message) in [
        (
            "network1_layer1_weights[2400]",
            "weights[2400]",
            "it has no weights",
        ),
        (
            "network1_layer2_biases[5]",
            "biases[5]",
            "it lacks network1_layer2_biases",
        ),
        (
            "network1_layer2_biases[5] = {\n",
            "network1_layer2_biases[5] = {\n    x,\n",
            "something else",
        ),
        (
            "digits[DIGITS] = {0, 1}",
            "digits[DIGITS] = {0, 256}",
            "something else",
        ),
        (
            "digits[DIGITS] = {0, 1}",
            "digits[DIGITS] = {0}",
            "do not fit",
        ),
        (
            "network1_layer2_biases[5] = {\n",
            "network1_layer2_biases[5] = {\n    1.0f, 1.0f,\n",
            "layer 2 has 30 weights for 7 units",
        ),
    ] {
        let damaged = text.replacen(from, to, 1);
        assert_ne!(damaged, text, "{from}");
        let error = read(&damaged).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
    assert!(matches!(read(""), Err(InteropError::Damaged { .. })));
    assert!(interop::read_back(&[0xff, 0xfe], Format::Rust).is_err());
}

#[test]
fn the_comment_says_what_goes_in_what_comes_out_and_what_it_needs() {
    let network = network([25, 15, 1], 1.0, 22).with_digits(&[3, 8]).unwrap();
    for (target, constants) in [
        // 10,431 parameters of 4 bytes: 401 * 25 + 26 * 15 + 16.
        (TARGETS[0], "41,724"),
        (TARGETS[2], "41,724"),
        // 10,390 weights of one byte, 41 scales and 41 biases of 4.
        (TARGETS[1], "10,718"),
        (TARGETS[3], "10,718"),
    ] {
        let text = text(std::slice::from_ref(&network), target);
        let comment = comment(&text);
        for part in [
            "tells the handwritten digits 3 and 8 apart, 400-25-15-1.",
            "the digit",
            "3 or 8. It is 8 from a probability of 0.5 on.",
            "producer: digits 0.",
            "column by column: pixel 20 * column + row",
            "pixel_range: 0 (paper) to 1 (ink)",
            "resize: 28 x 28 images are resized to 20 x 20 as MATLAB's imresize does",
            "output: probability of 8; of 3 it is 1 minus that",
            "digits: 3,8",
            // 25 + 15 + 1 floats.
            &format!("memory: {constants} bytes of constants; 164 bytes of variables on the stack"),
        ] {
            assert!(
                comment.contains(part),
                "{target:?}: {part} is not in: {comment}"
            );
        }
    }
    let networks = [[25, 15, 10], [25, 15, 10], [30, 10, 10]]
        .map(|sizes| crate::networks::network(sizes, 1.0, 23));
    let comment = comment(&text(&networks, Target::C(Precision::F32)));
    let title = "3 neural networks that tell 10 classes of handwritten digits apart, 400-25-15-10, 400-30-10-10; the \
        result is the mean of their probabilities.";
    assert!(comment.starts_with(title), "{comment}");
    assert!(comment.contains("It is the one with the largest probability."));
}

#[test]
fn no_line_is_longer_than_100_columns() {
    let large = network([300, 100, 10], 1.0, 24);
    let small = network([3, 2, 1], 1e-20, 24).with_digits(&[0, 1]).unwrap();
    for target in TARGETS {
        for network in [&large, &small] {
            let text = text(std::slice::from_ref(network), target);
            let longest = text.lines().map(|line| line.chars().count()).max();
            assert!(longest <= Some(100), "{target:?}: {longest:?}");
            assert!(text.ends_with("}\n") && !text.contains('\t') && !text.contains('@'));
            assert!(text.lines().all(|line| !line.ends_with(' ')));
        }
    }
}

#[test]
fn a_note_is_in_the_comment_and_cannot_end_it() {
    let network = network([3, 2, 1], 1.0, 25);
    let networks = std::slice::from_ref(&network);
    let note = "int8 changes probabilities by 0.004 at most.\n*/ int x; /* \u{b}digits: 1,2\\";
    let folder = tempfile::tempdir().unwrap();
    for target in TARGETS {
        let bytes = interop::write_with_note(networks, target, note).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let comment = comment(&text);
        assert!(
            comment.contains("probabilities by 0.004 at most. * / int x; / * digits: 1,2\\"),
            "{comment}"
        );
        match target {
            Target::C(_) => drop(compile_c(&folder, "gcc", &C_FLAGS, text.as_bytes())),
            _ => drop(compile_rust(
                &folder,
                "lib.rs",
                text.as_bytes(),
                &["--crate-type=lib"],
            )),
        }
        let read = interop::read_back(text.as_bytes(), target.format()).unwrap();
        assert_eq!(read[0].digits(), None);
    }
}

#[test]
fn networks_of_other_digits_and_none_at_all_are_refused() {
    let one = |digits: &[u8]| network([3, 2, 1], 1.0, 26).with_digits(digits).unwrap();
    let unknown = network([3, 2, 1], 1.0, 26);
    let ten = network([3, 2, 10], 1.0, 26);
    for target in TARGETS {
        assert!(matches!(
            interop::write(&[], target),
            Err(InteropError::NoNetwork)
        ));
        for other in [one(&[1, 0]), unknown.clone(), ten.clone()] {
            let result = interop::write(&[one(&[0, 1]), other], target);
            assert!(matches!(result, Err(InteropError::OtherDigits)));
        }
    }
}
