//! NumPy's `.npz`: what NumPy wrote is read, what is written is read again, and damage is an error.
#![expect(clippy::unwrap_used, reason = "tests")]

mod expected;

use std::io::{Cursor, Write};

use expected::{assert_all_as_python, assert_damage_is_survived, fixture, message, network};
use interop::{Format, Network, Target};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn write(network: &Network) -> Vec<u8> {
    interop::write(std::slice::from_ref(network), Target::Npz).unwrap()
}

/// An archive of these entries, deflated.
fn archive(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A file of one array.
fn npy(descr: &str, shape: &str, numbers: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}}}\n");
    let length = u16::try_from(header.len()).unwrap().to_le_bytes();
    [b"\x93NUMPY\x01\0", &length[..], header.as_bytes(), numbers].concat()
}

#[test]
fn archives_of_numpy_are_read() {
    assert_all_as_python("npz", 5);
}

#[test]
fn what_is_written_is_read_again_bit_for_bit() {
    for (sizes, digits) in [
        ([25, 15, 1], Some(&[0, 1][..])),
        ([3, 2, 10], Some(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9])),
        ([400, 10, 10], None),
        ([1, 1, 1], Some(&[7, 3])),
    ] {
        let mut network = network(sizes);
        if let Some(digits) = digits {
            network = network.with_digits(digits).unwrap();
        }
        let file = write(&network);
        assert_eq!(
            interop::read(&file).unwrap(),
            (Format::Npz, network.clone())
        );
        assert_eq!(write(&network), file);
    }
}

#[test]
fn only_the_six_arrays_are_in_the_archive_in_the_order_of_keras() {
    let file = write(&network([25, 15, 1]));
    let mut zip = zip::ZipArchive::new(Cursor::new(file)).unwrap();
    let names: Vec<String> = (0..zip.len())
        .map(|index| zip.by_index(index).unwrap().name().unwrap().into_owned())
        .collect();
    assert_eq!(
        names,
        [
            "layer1/kernel.npy",
            "layer1/bias.npy",
            "layer2/kernel.npy",
            "layer2/bias.npy",
            "layer3/kernel.npy",
            "layer3/bias.npy"
        ]
    );
    assert!(String::from_utf8_lossy(zip.comment()).contains("\"pixel_order\":\"column\""));
}

#[test]
fn damage_is_survived() {
    assert_damage_is_survived(&write(&network([1, 1, 1]).with_digits(&[0, 1]).unwrap()));
    assert_damage_is_survived(&fixture("npz/digits.npz"));
}

#[test]
fn several_networks_are_refused() {
    let networks = [network([3, 2, 1]), network([3, 2, 1])];
    let error = interop::write(&networks, Target::Npz).unwrap_err();
    assert!(error.to_string().contains("holds one network"), "{error}");
}

#[test]
fn what_an_archive_announces_is_not_believed() {
    let short = archive(&[("a.npy", npy("<f4", "(4000000, 3)", &[0; 12]))]);
    assert!(message(&short).contains("cut short"), "{}", message(&short));
    let large = archive(&[("a.npy", npy("<f8", "(99999999999, 99999)", &[0; 8]))]);
    assert!(
        message(&large).contains("at most 33554432 numbers"),
        "{}",
        message(&large)
    );
    let overflow = archive(&[("a.npy", npy("<f8", "(99999999999, 99999999999)", &[0; 8]))]);
    assert!(
        message(&overflow).contains("at most 33554432 numbers"),
        "{}",
        message(&overflow)
    );
}

#[test]
fn bombs_are_refused() {
    let zeros = npy("|u1", "(400, 100000)", &vec![0; 40_000_000]);
    let bomb = archive(&[("a.npy", zeros)]);
    assert!(bomb.len() < 100_000);
    assert!(
        message(&bomb).contains("at most 33554432 numbers"),
        "{}",
        message(&bomb)
    );
    // Each is small enough, but not all together.
    let zeros = npy("<f2", "(400, 50000)", &vec![0; 40_000_000]);
    let bombs = archive(&[("a.npy", zeros.clone()), ("b.npy", zeros)]);
    assert!(
        message(&bombs).contains("at most 13554432 numbers"),
        "{}",
        message(&bombs)
    );
}

#[test]
fn arrays_of_other_things_are_refused() {
    for (array, expected) in [
        (npy("|O", "(1,)", b"\x80\x04K\x01."), "\"|O\""),
        (npy("<c8", "(1,)", &[0; 8]), "\"<c8\""),
        (npy("<i4", "(1,)", &[0; 4]), "integers"),
        (npy("<f4", "(2,)", &[0; 4]), "cut short"),
        (npy("<f4", "(1,)", &[0; 8]), "found more"),
        (b"not an array".to_vec(), "not an array"),
        (Vec::new(), "header"),
    ] {
        let file = archive(&[("a.npy", array)]);
        assert!(message(&file).contains(expected), "{}", message(&file));
    }
    let file = archive(&[("a.txt", b"text".to_vec())]);
    assert!(
        message(&file).contains("none of NumPy"),
        "{}",
        message(&file)
    );
}

#[test]
fn networks_of_other_sizes_are_refused_by_what_does_not_fit() {
    let zeros = |shape: &str, count: usize| npy("<f2", shape, &vec![0; 2 * count]);
    let with = |kernel1, bias1, kernel3, bias3| {
        archive(&[
            ("arr_0.npy", kernel1),
            ("arr_1.npy", bias1),
            ("arr_2.npy", zeros("(2, 3)", 6)),
            ("arr_3.npy", zeros("(3,)", 3)),
            ("arr_4.npy", kernel3),
            ("arr_5.npy", bias3),
        ])
    };
    let first = || (zeros("(400, 2)", 800), zeros("(2,)", 2));
    let last = || (zeros("(3, 1)", 3), zeros("(1,)", 1));
    let (kernel1, bias1) = first();
    let many = with(kernel1, bias1, zeros("(3, 11)", 33), zeros("(11,)", 11));
    assert!(message(&many).contains("11 outputs"), "{}", message(&many));
    let (kernel1, bias1) = first();
    let misfit = with(kernel1, bias1, zeros("(4, 1)", 4), zeros("(1,)", 1));
    assert!(
        message(&misfit).contains("layer 3 takes 4 inputs"),
        "{}",
        message(&misfit)
    );
    let (kernel3, bias3) = last();
    let mnist = with(zeros("(784, 2)", 1568), zeros("(2,)", 2), kernel3, bias3);
    assert!(
        message(&mnist).contains("784 inputs"),
        "{}",
        message(&mnist)
    );
    let (kernel3, bias3) = last();
    let bias = with(zeros("(400, 2)", 800), zeros("(3,)", 3), kernel3, bias3);
    assert!(
        message(&bias).contains("\"arr_1\" [3]"),
        "{}",
        message(&bias)
    );
}

/// Six arrays, of which the first bias has this number.
fn with_bias(number: [u8; 8]) -> Vec<u8> {
    let one = || vec![0; 8];
    archive(&[
        ("arr_0.npy", npy("<f8", "(400, 1)", &[0; 3200])),
        ("arr_1.npy", npy("<f8", "(1,)", &number)),
        ("arr_2.npy", npy("<f8", "(1, 1)", &one())),
        ("arr_3.npy", npy("<f8", "(1,)", &one())),
        ("arr_4.npy", npy("<f8", "(1, 1)", &one())),
        ("arr_5.npy", npy("<f8", "(1,)", &one())),
    ])
}

#[test]
fn numbers_that_are_not_finite_as_32_bits_are_refused() {
    assert!(interop::read(&with_bias(1.0_f64.to_le_bytes())).is_ok());
    for number in [f64::NAN, f64::INFINITY, 1e300] {
        let file = with_bias(number.to_le_bytes());
        assert!(message(&file).contains("layer 1"), "{}", message(&file));
    }
}

/// Replaces a name by another of the same length, in both places of an archive.
fn renamed(file: &[u8], name: &str, other: &str) -> Vec<u8> {
    assert_eq!(name.len(), other.len());
    let mut file = file.to_vec();
    let mut places = 0;
    for start in 0..file.len() - name.len() {
        if file[start..].starts_with(name.as_bytes()) {
            file[start..start + name.len()].copy_from_slice(other.as_bytes());
            places += 1;
        }
    }
    assert_eq!(places, 2);
    file
}

#[test]
fn entries_outside_and_names_used_twice_are_refused() {
    let file = write(&network([3, 2, 1]));
    let outside = renamed(&file, "layer2/bias.npy", "../../../as.npy");
    assert!(
        message(&outside).contains("leads out"),
        "{}",
        message(&outside)
    );
    let twice = renamed(&file, "layer2/bias.npy", "layer1/bias.npy");
    assert!(message(&twice).contains("same name"), "{}", message(&twice));
}

#[test]
fn digits_that_do_not_fit_are_refused_and_other_comments_ignored() {
    let file = write(&network([3, 2, 1]).with_digits(&[3, 8]).unwrap());
    // The comment is not part of what the checksums cover.
    let changed = |from: &str, to: &str| {
        let at = file
            .windows(from.len())
            .rposition(|part| part == from.as_bytes());
        let mut file = file.clone();
        let at = at.unwrap();
        file[at..at + from.len()].copy_from_slice(to.as_bytes());
        file
    };
    let same = changed("\"digits\":\"3,8\"", "\"digits\":\"3,3\"");
    assert!(message(&same).contains("[3, 3]"), "{}", message(&same));
    let none = changed("\"digits\":\"3,8\"", "\"digits\":\"3;8\"");
    assert!(message(&none).contains("3;8"), "{}", message(&none));
    let (_, network) = interop::read(&changed("\"digits\"", "\"dibits\"")).unwrap();
    assert_eq!(network.digits(), None);
    let (_, network) = interop::read(&changed("\"digits\":", "\"digits\";")).unwrap();
    assert_eq!(network.digits(), None);
}
