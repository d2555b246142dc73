//! The course's MATLAB file: what `SciPy` wrote is read, what is written is read again, and damage is an error.
#![expect(clippy::unwrap_used, reason = "tests")]

mod expected;

use expected::{assert_all_as_python, assert_damage_is_survived, fixture, message, network};
use interop::{Format, Network, Target};

fn write(network: &Network) -> Vec<u8> {
    interop::write(std::slice::from_ref(network), Target::Mat).unwrap()
}

/// A file of matrices of doubles of zeros, with these names, rows and columns; the last has `numbers` of them.
fn zeros(matrices: &[(&str, u32, u32)], numbers: usize) -> Vec<u8> {
    let mut file = b"MATLAB 5.0 MAT-file".to_vec();
    file.resize(124, b' ');
    file.extend(b"\0\x01IM");
    for (at, (name, rows, columns)) in matrices.iter().enumerate() {
        let count = if at + 1 == matrices.len() {
            numbers
        } else {
            usize::try_from(rows * columns).unwrap()
        };
        let mut matrix = Vec::new();
        let length = u32::try_from(name.len()).unwrap();
        for word in [6, 8, 6, 0, 5, 8, *rows, *columns, 1, length] {
            matrix.extend(word.to_le_bytes());
        }
        matrix.extend(name.as_bytes());
        matrix.resize(48, 0);
        matrix.extend(9_u32.to_le_bytes());
        matrix.extend(u32::try_from(8 * count).unwrap().to_le_bytes());
        matrix.extend(vec![0; 8 * count]);
        file.extend(14_u32.to_le_bytes());
        file.extend(u32::try_from(matrix.len()).unwrap().to_le_bytes());
        file.extend(matrix);
    }
    file
}

#[test]
fn files_of_scipy_are_read() {
    assert_all_as_python("theta", 3);
}

#[test]
fn what_is_written_is_read_again_bit_for_bit() {
    for (sizes, digits) in [
        ([25, 15, 1], Some(&[0, 1][..])),
        ([3, 2, 10], Some(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9])),
        ([3, 2, 10], None),
        ([400, 10, 3], Some(&[9, 0, 4])),
        ([1, 1, 1], Some(&[7, 3])),
    ] {
        let mut network = network(sizes);
        if let Some(digits) = digits {
            network = network.with_digits(digits).unwrap();
        }
        let file = write(&network);
        assert_eq!(
            interop::read(&file).unwrap(),
            (Format::Mat, network.clone())
        );
        assert_eq!(write(&network), file);
        assert!(file.starts_with(b"MATLAB 5.0 MAT-file, digits 0."));
    }
}

#[test]
fn damage_is_survived() {
    assert_damage_is_survived(&write(&network([1, 1, 1]).with_digits(&[0, 1]).unwrap()));
    let compressed = fixture("theta/course.mat");
    let mut damaged = compressed.clone();
    for at in 0..compressed.len() {
        assert!(interop::read(&compressed[..at]).is_err(), "{at}");
        damaged[at] ^= 1;
        let _ = interop::read(&damaged);
        damaged[at] = compressed[at];
    }
}

#[test]
fn a_network_with_one_hidden_layer_is_named() {
    let message = message(&fixture("theta/one_hidden_layer.mat"));
    assert!(
        message.contains("one hidden layer of 25 units and 10 outputs"),
        "{message}"
    );
    assert!(message.contains("two hidden layers"), "{message}");
}

#[test]
fn what_a_file_announces_is_not_believed() {
    let short = zeros(&[("Theta1", 25, 401)], 3);
    assert!(message(&short).contains("damaged"), "{}", message(&short));
    let large = zeros(&[("Theta1", 400_000_000, 401)], 3);
    assert!(
        message(&large).contains("at most 33554432 numbers"),
        "{}",
        message(&large)
    );
    let bomb = fixture("theta/bomb.mat");
    assert!(
        message(&bomb).contains("at most 33554432 numbers"),
        "{}",
        message(&bomb)
    );
    // All arrays count together: of the first there are 32 million less one.
    let many = zeros(&[("X", 1, 1), ("Theta1", 33_554_432, 1)], 3);
    assert!(
        message(&many).contains("at most 33554431 numbers"),
        "{}",
        message(&many)
    );
}

#[test]
fn other_arrays_are_refused_by_name_and_size() {
    let refused = |matrices: &[(&str, u32, u32)], expected: &str| {
        let (_, rows, columns) = matrices[matrices.len() - 1];
        let file = zeros(matrices, usize::try_from(rows * columns).unwrap());
        assert!(message(&file).contains(expected), "{}", message(&file));
    };
    refused(
        &[("X", 5, 4), ("Theta1", 3, 401)],
        "\"X\" [5, 4], \"Theta1\" [3, 401]",
    );
    refused(
        &[("Theta1", 3, 401), ("Theta2", 2, 4), ("Theta3", 1, 4)],
        "layer 3 takes 3 inputs",
    );
    refused(
        &[("Theta1", 3, 785), ("Theta2", 2, 4), ("Theta3", 1, 3)],
        "784",
    );
    refused(
        &[("Theta1", 401, 3), ("Theta2", 4, 2), ("Theta3", 3, 1)],
        "transposed",
    );
    refused(
        &[("Theta1", 3, 401), ("Theta2", 2, 4), ("Theta3", 1, 0)],
        "Theta3 is [1, 0]",
    );
    refused(
        &[("Theta1", 3, 401), ("Theta2", 2, 4), ("Theta3", 11, 3)],
        "11 outputs",
    );
    refused(
        &[
            ("Theta1", 3, 401),
            ("Theta2", 2, 4),
            ("Theta3", 2, 3),
            ("Theta4", 1, 3),
        ],
        "4 layers",
    );
    refused(
        &[
            ("Theta1", 3, 401),
            ("Theta1", 3, 401),
            ("Theta2", 2, 4),
            ("Theta3", 1, 3),
        ],
        "two variables named Theta1",
    );
    refused(
        &[
            ("digits", 1, 2),
            ("Theta1", 3, 401),
            ("Theta2", 2, 4),
            ("Theta3", 1, 3),
        ],
        "[0, 0]",
    );
}

#[test]
fn a_number_that_is_not_finite_is_refused() {
    let written = write(&network([3, 2, 1]));
    for number in [f64::NAN, f64::INFINITY, 1e300] {
        let mut file = written.clone();
        let last = file.len() - 8;
        file[last..].copy_from_slice(&number.to_le_bytes());
        assert!(message(&file).contains("layer 3"), "{}", message(&file));
    }
}
