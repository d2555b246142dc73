//! ONNX models: what is written is read again, and models of PyTorch, Keras and scikit-learn are read.
//!
//! The models and their answers are written by `onnx/make_fixtures.py`.

mod common;

use common::{assert_answers, bytes, expected, network, network_of, read_damaged};
use interop::{Format, InteropError, Layer, Network, Target};

fn read(name: &str) -> Network {
    let file = bytes(&format!("onnx/{name}.onnx"));
    let (format, network) = interop::read(&file).expect("a network");
    assert_eq!(format, Format::Onnx);
    network
}

fn error(name: &str) -> String {
    let found = interop::read(&bytes(&format!("onnx/error_{name}.onnx")));
    found.expect_err("no network").to_string()
}

#[test]
fn models_of_other_programs_have_the_weights_and_answers_of_these_programs() {
    for name in [
        "torch_script",
        "torch_dynamo",
        "torch_dynamo_images_logits",
        "torch_script_images_logits",
        "torch_half",
        "torch_double",
        "keras_tensorflow",
        "keras_torch",
        "sklearn_two",
        "hand_constants",
        "hand_float_data",
        "hand_double_data",
        "hand_float16_data",
    ] {
        let found = read(name);
        assert_eq!(found, network(), "{name}");
        // onnxruntime computes in 16 bits where the model is of 16 bits.
        let tolerance = if name == "torch_half" { 1e-3 } else { 1e-7 };
        let expected = expected("onnx", &format!("{name}.onnx"));
        assert_answers(&found, &expected, tolerance);
    }
}

#[test]
fn layers_without_a_sum_have_biases_of_0() {
    let zeros = network_of(|units, _| vec![0.0; units]);
    for name in ["zeros_keras_tensorflow", "zeros_keras_torch"] {
        let found = read(name);
        assert_eq!(found, zeros, "{name}");
        assert_answers(&found, &expected("onnx", &format!("{name}.onnx")), 1e-7);
    }
}

#[test]
fn what_cannot_be_imported_is_named_with_what_can() {
    for (name, expected) in [
        ("relu", "its node \"node1\" (Relu) cannot be imported"),
        ("conv", "(Conv) cannot"),
        ("sklearn_softmax", "its node \"Sigmoid2\" (Softmax) cannot"),
        ("alpha", "(Gemm) has another alpha than 1"),
        ("beta", "another beta than 1"),
        ("trans_a", "transposes its input"),
        ("no_sigmoid", "(MatMul) takes the sums of the layer before"),
        ("two_sigmoids", "its node \"node2\" (Sigmoid) cannot"),
        ("integers", "(Cast) cannot"),
        ("domain", "(Sigmoid) cannot"),
        (
            "branches",
            "its value \"s\" goes to 2 nodes (\"node1\", \"node2\")",
        ),
        ("mean", "(Mean) cannot"),
        ("computed", "takes \"v\", which is no array of the file"),
        ("left", "(MatMul) cannot"),
    ] {
        let found = error(name);
        assert!(found.contains(expected), "{name}: {found}");
        assert!(
            found.contains("Gemm (or MatMul and Add) and Sigmoid"),
            "{found}"
        );
    }
    for (name, expected) in [
        ("circle", "nothing leads from its value \"x\""),
        ("nowhere", "nothing leads from its value \"z\""),
        ("one_layer", "it has 1 layer (4 x 4)"),
        ("784", "takes 784 inputs"),
        ("torch_external", "external_data=False"),
    ] {
        let found = error(name);
        assert!(found.contains(expected), "{name}: {found}");
    }
}

/// A network whose biases are not those of the fixtures.
fn other() -> Network {
    network_of(|units, layer| vec![if layer == 2 { 0.5 } else { -0.25 }; units])
}

#[test]
fn what_is_written_is_read_again_and_the_same_bytes_every_time() {
    let networks = [network().with_digits(&[3, 8]).unwrap(), network()];
    for network in networks {
        let file = interop::write(std::slice::from_ref(&network), Target::Onnx).unwrap();
        assert_eq!(
            interop::read(&file).unwrap(),
            (Format::Onnx, network.clone())
        );
        let again = interop::write(std::slice::from_ref(&network), Target::Onnx);
        assert_eq!(again.unwrap(), file);
        assert_eq!(interop::read_back(&file, Format::Onnx).unwrap(), [network]);
    }
}

#[test]
fn an_ensemble_is_read_back_but_not_imported() {
    let networks = [network(), other(), network()].map(|it| it.with_digits(&[3, 8]).unwrap());
    let file = interop::write(&networks, Target::Onnx).unwrap();
    assert_eq!(interop::read_back(&file, Format::Onnx).unwrap(), networks);
    let error = interop::read(&file).unwrap_err().to_string();
    assert!(error.contains("ensemble"), "{error}");
}

#[test]
fn networks_of_other_digits_or_none_make_no_ensemble() {
    let [three, four] = [[3, 8], [4, 8]].map(|digits| network().with_digits(&digits).unwrap());
    let mut layers = network().layers().to_vec();
    layers[2] = Layer {
        inputs: 2,
        units: 2,
        kernel: vec![0.0; 4],
        bias: vec![0.0; 2],
    };
    let two_outputs = Network::new(layers).unwrap();
    for networks in [
        &[three.clone(), four][..],
        &[three, network()],
        &[network(), two_outputs],
        &[],
    ] {
        let found = interop::write(networks, Target::Onnx).unwrap_err();
        assert!(matches!(found, InteropError::OtherDigits), "{found}");
    }
}

#[test]
fn damaged_models_are_errors_and_never_a_panic() {
    let small = bytes("onnx/error_branches.onnx");
    read_damaged(&small, |bytes| interop::read(bytes).is_ok());
    for file in [
        "torch_script",
        "hand_constants",
        "sklearn_two",
        "keras_torch",
    ] {
        let file = bytes(&format!("onnx/{file}.onnx"));
        for length in 0..file.len() {
            // The description at the end may be missing.
            if let Ok((_, found)) = interop::read(&file[..length]) {
                assert_eq!(found, network(), "cut to {length} bytes of {}", file.len());
                assert!(length + 200 > file.len());
            }
        }
        let mut changed = file.clone();
        for at in (0..file.len()).filter(|at| *at < 200 || *at + 1000 > file.len()) {
            changed[at] = 0xff;
            let _ = interop::read(&changed);
            let _ = interop::read_back(&changed, Format::Onnx);
            changed[at] = file[at];
        }
    }
}

#[test]
fn a_model_of_many_tiny_messages_is_refused_before_it_fills_the_memory() {
    // `ir_version`, then the graph: field 7 of 4 million bytes, which are 2 million empty nodes.
    let nodes = [0x0a, 0].repeat(2_000_000);
    let mut file = vec![0x08, 8, 0x3a, 0x80, 0x92, 0xf4, 0x01];
    file.extend(nodes);
    let found = interop::read(&file).unwrap_err();
    assert!(matches!(found, InteropError::TooLarge { .. }), "{found}");
}
