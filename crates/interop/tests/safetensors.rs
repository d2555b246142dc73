//! safetensors: what safetensors and PyTorch wrote is read, what is written is read again, and damage is an error.
#![expect(clippy::unwrap_used, reason = "tests")]

mod expected;

use expected::{assert_all_as_python, assert_damage_is_survived, fixture, message, network};
use interop::{Format, Layout, Network, Target};
use serde_json::{Value, json};

const LAYOUTS: [Layout; 2] = [Layout::PyTorch, Layout::Keras];

fn write(network: &Network, layout: Layout) -> Vec<u8> {
    interop::write(std::slice::from_ref(network), Target::Safetensors(layout)).unwrap()
}

/// A file with this header and numbers.
fn file(header: &str, numbers: &[u8]) -> Vec<u8> {
    let length = (header.len() as u64).to_le_bytes();
    [&length[..], header.as_bytes(), numbers].concat()
}

/// The header of a file, and its numbers.
fn parts(file: &[u8]) -> (Value, &[u8]) {
    let length = u64::from_le_bytes(*file.first_chunk().unwrap());
    let (header, numbers) = file[8..].split_at(usize::try_from(length).unwrap());
    (serde_json::from_slice(header).unwrap(), numbers)
}

#[test]
fn files_of_safetensors_and_pytorch_are_read() {
    assert_all_as_python("safetensors", 5);
}

#[test]
fn what_is_written_is_read_again_bit_for_bit() {
    for layout in LAYOUTS {
        for (sizes, digits) in [
            ([25, 15, 1], Some(&[0, 1][..])),
            ([3, 2, 10], Some(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9])),
            ([400, 400, 10], None),
            ([10, 10, 10], None),
            ([1, 1, 1], Some(&[7, 3])),
        ] {
            let mut network = network(sizes);
            if let Some(digits) = digits {
                network = network.with_digits(digits).unwrap();
            }
            let file = write(&network, layout);
            assert_eq!(
                interop::read(&file).unwrap(),
                (Format::Safetensors, network.clone())
            );
            assert_eq!(write(&network, layout), file);
        }
    }
}

#[test]
fn names_shapes_and_metadata_are_those_of_the_layout() {
    let network = network([25, 15, 1]).with_digits(&[0, 1]).unwrap();
    let file = write(&network, Layout::PyTorch);
    let (header, numbers) = parts(&file);
    assert_eq!(header["layer1.weight"]["shape"], json!([25, 400]));
    assert_eq!(header["layer3.bias"]["shape"], json!([1]));
    assert_eq!(header["__metadata__"]["format"], "pt");
    assert_eq!(header["__metadata__"]["digits"], "0,1");
    assert_eq!((file.len() - numbers.len()) % 8, 0);
    // The second weight of the first unit is that of the second pixel.
    let at = &header["layer1.weight"]["data_offsets"][0];
    let at = usize::try_from(at.as_u64().unwrap()).unwrap();
    assert_eq!(
        numbers[at + 4..at + 8],
        network.layers()[0].kernel[25].to_le_bytes()
    );
    let file = write(&network, Layout::Keras);
    let (header, _) = parts(&file);
    assert_eq!(header["layer1/kernel"]["shape"], json!([400, 25]));
    assert_eq!(header["layer3/bias"]["shape"], json!([1]));
}

#[test]
fn damage_is_survived() {
    let network = network([1, 1, 1]).with_digits(&[0, 1]).unwrap();
    for layout in LAYOUTS {
        assert_damage_is_survived(&write(&network, layout));
    }
    assert_damage_is_survived(&fixture("safetensors/pytorch_bf16.safetensors"));
}

#[test]
fn what_a_header_announces_is_not_believed() {
    let huge = r#"{"a":{"dtype":"F32","shape":[4000000000,4000000000],"data_offsets":[0,4]}}"#;
    assert!(message(&file(huge, &[0; 4])).contains("no intact safetensors"));
    let outside = r#"{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}"#;
    assert!(message(&file(outside, &[0; 4])).contains("no intact safetensors"));
    let mut long = file("{}", &[]);
    long[4] = 1;
    assert!(
        message(&long).contains("4294967298 bytes"),
        "{}",
        message(&long)
    );
    let deep = format!("{{\"a\":{}", "[".repeat(100_000));
    assert!(message(&file(&deep, &[])).contains("no intact safetensors"));
}

#[test]
fn tensors_of_other_numbers_are_refused() {
    for (dtype, bytes) in [("I64", 8), ("U8", 1), ("BOOL", 1), ("F8_E4M3", 1)] {
        let header =
            format!(r#"{{"a":{{"dtype":"{dtype}","shape":[1],"data_offsets":[0,{bytes}]}}}}"#);
        let file = file(&header, &vec![0; bytes]);
        assert!(message(&file).contains(dtype), "{}", message(&file));
    }
    let header = r#"{"a":{"dtype":"Q4","shape":[1],"data_offsets":[0,1]}}"#;
    assert!(message(&file(header, &[0])).contains("no intact safetensors"));
}

#[test]
fn a_name_used_twice_is_refused() {
    let tensor = r#"{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#;
    let twice = file(&format!(r#"{{"a":{tensor},"a":{tensor}}}"#), &[0; 4]);
    assert!(
        message(&twice).contains("two tensors named \"a\""),
        "{}",
        message(&twice)
    );
}

#[test]
fn a_number_that_is_not_finite_is_refused() {
    let written = write(&network([3, 2, 1]), Layout::Keras);
    for number in [f32::NAN, f32::INFINITY] {
        let mut file = written.clone();
        let last = file.len() - 4;
        file[last..].copy_from_slice(&number.to_le_bytes());
        assert!(message(&file).contains("layer 3"), "{}", message(&file));
    }
}

#[test]
fn digits_that_do_not_fit_are_refused() {
    let written = write(
        &network([3, 2, 1]).with_digits(&[3, 8]).unwrap(),
        Layout::PyTorch,
    );
    let (mut header, numbers) = parts(&written);
    header["__metadata__"]["digits"] = "0,1,2".into();
    let file = file(&header.to_string(), numbers);
    assert!(message(&file).contains("[0, 1, 2]"), "{}", message(&file));
}
