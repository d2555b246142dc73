//! The programs' probabilities are those that the network's formula gives in f64, and their digits the most probable.

use interop::{Network, Precision, Target, quantized};

use crate::compiled::{Answer, run_c, run_rust};
use crate::networks::{constant, expected, images, network};

const DIGITS: [u8; 10] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

/// Asserts that answers are the expected probabilities and the digits that belong to them.
#[track_caller]
fn assert_agree(what: &str, answers: &[Answer], expected: &[Vec<f64>], digits: &[u8]) {
    assert_eq!(answers.len(), expected.len());
    let mut largest: f64 = 0.0;
    for ((digit, probabilities), expected) in answers.iter().zip(expected) {
        assert_eq!(probabilities.len(), expected.len());
        for (probability, expected) in probabilities.iter().zip(expected) {
            largest = largest.max((probability - expected).abs());
        }
        // Two that are equal but for rounding may be either.
        let of_digit = digits.iter().position(|one| one == digit).unwrap();
        let most = expected.iter().copied().fold(0.0, f64::max);
        assert!(
            most - expected[of_digit] < 2e-6,
            "{what}: {digit} {expected:?}"
        );
    }
    assert!(
        largest < 1e-6,
        "{what}: the largest difference is {largest}"
    );
}

/// Compiles networks in both languages, and compares both with the exact computation.
#[track_caller]
fn check(what: &str, networks: &[Network], digits: &[u8], images: &[f32]) {
    let known: Vec<Network> = networks
        .iter()
        .map(|network| network.clone().with_digits(digits).unwrap())
        .collect();
    let rounded: Vec<Network> = known.iter().map(|one| quantized(one).unwrap()).collect();
    for (precision, networks) in [(Precision::F32, &known), (Precision::Int8, &rounded)] {
        let expected = expected(networks, images);
        let source = interop::write(&known, Target::C(precision)).unwrap();
        let found = run_c(&source, digits.len(), &["-O2"], images);
        assert_agree(
            &format!("{what}, C, {precision:?}"),
            &found,
            &expected,
            digits,
        );
        let source = interop::write(&known, Target::Rust(precision)).unwrap();
        let found = run_rust(&source, &[], images);
        assert_agree(
            &format!("{what}, Rust, {precision:?}"),
            &found,
            &expected,
            digits,
        );
    }
}

#[test]
fn two_digits_by_a_network_of_the_usual_size() {
    let network = network([25, 15, 1], 1.0, 1);
    check("400-25-15-1", &[network], &[3, 8], &images(20));
}

#[test]
fn ten_digits() {
    let network = network([25, 15, 10], 1.0, 2);
    check("400-25-15-10", &[network], &DIGITS, &images(20));
}

#[test]
fn a_large_network() {
    let network = network([300, 100, 10], 0.3, 3);
    check("400-300-100-10", &[network], &DIGITS, &images(100));
}

#[test]
fn the_smallest_network() {
    check(
        "400-1-1-1",
        &[network([1, 1, 1], 1.0, 4)],
        &[1, 0],
        &images(100),
    );
}

#[test]
fn weights_larger_than_those_of_a_trained_network() {
    check("3", &[network([25, 15, 10], 3.0, 5)], &DIGITS, &images(50));
}

#[test]
fn weights_so_large_that_sigmoids_saturate() {
    for (largest, seed) in [(1e6, 6), (1e30, 7)] {
        let network = network([20, 30, 3], largest, seed);
        let outputs = network.probabilities(&images(100));
        let is_certain = |output: &&f64| **output < 1e-9 || **output > 1.0 - 1e-9;
        assert!(outputs.iter().filter(is_certain).count() > outputs.len() / 4);
        check(&format!("{largest}"), &[network], &[4, 5, 6], &images(100));
    }
}

#[test]
fn several_networks_of_different_sizes_average_their_probabilities() {
    let sizes = [[25, 15, 1], [7, 31, 1], [40, 3, 1]];
    let networks = sizes.map(|sizes| network(sizes, 1.0, 8));
    check("three networks", &networks, &[0, 1], &images(50));
    let networks = [9, 10].map(|seed| network([12, 11, 10], 1.0, seed));
    check("two networks of ten", &networks, &DIGITS, &images(50));
}

#[test]
fn optimization_and_other_standards_change_no_answer() {
    let network = network([25, 15, 10], 1.0, 11).with_digits(&DIGITS).unwrap();
    let images = images(100);
    let expected = expected(std::slice::from_ref(&network), &images);
    let source = interop::write(std::slice::from_ref(&network), Target::C(Precision::F32)).unwrap();
    for flags in [
        &["-O0"][..],
        &["-O3"],
        &["-Os", "-std=c11"],
        &["-O2", "-std=gnu17", "-march=native"],
        &["-O2", "-ffast-math"],
        &[
            "-O1",
            "-fsanitize=undefined",
            "-fsanitize-undefined-trap-on-error",
        ],
    ] {
        let found = run_c(&source, 10, flags, &images);
        assert_agree(&format!("{flags:?}"), &found, &expected, &DIGITS);
    }
    let source = interop::write(&[network], Target::Rust(Precision::F32)).unwrap();
    for flags in [&["-O"][..], &["--edition=2015"], &["--edition=2024", "-O"]] {
        let found = run_rust(&source, flags, &images);
        assert_agree(&format!("{flags:?}"), &found, &expected, &DIGITS);
    }
}

#[test]
fn both_languages_give_the_same_floats() {
    let network = network([25, 15, 10], 1.0, 12);
    let write = |target| interop::write(std::slice::from_ref(&network), target).unwrap();
    for precision in [Precision::F32, Precision::Int8] {
        let c = run_c(&write(Target::C(precision)), 10, &["-O2"], &images(100));
        let rust = run_rust(&write(Target::Rust(precision)), &["-O"], &images(100));
        assert_eq!(c, rust);
    }
}

/// The digits that both programs of a network answer to one image.
#[track_caller]
fn digits_of(network: &Network, classes: usize, image: &[f32; 400]) -> [Answer; 2] {
    let write = |target| interop::write(std::slice::from_ref(network), target).unwrap();
    let c = run_c(&write(Target::C(Precision::F32)), classes, &[], image);
    let rust = run_rust(&write(Target::Rust(Precision::F32)), &[], image);
    [c[0].clone(), rust[0].clone()]
}

#[test]
fn equal_probabilities_are_the_positive_digit_of_two_and_the_first_of_several() {
    let paper = [0.0; 400];
    let two = constant(&[0.0]).with_digits(&[3, 8]).unwrap();
    assert_eq!(
        digits_of(&two, 2, &paper),
        [(8, vec![0.5, 0.5]), (8, vec![0.5, 0.5])]
    );
    let below = constant(&[-1e-6]).with_digits(&[3, 8]).unwrap();
    assert_eq!(digits_of(&below, 2, &paper).map(|(digit, _)| digit), [3, 3]);
    let biases = [-1.0, 2.0, 2.0, 0.0];
    let several = constant(&biases).with_digits(&[9, 7, 5, 3]).unwrap();
    assert_eq!(
        digits_of(&several, 4, &paper).map(|(digit, _)| digit),
        [7, 7]
    );
}

#[test]
fn without_known_digits_the_number_of_the_class_is_returned() {
    let paper = [0.0; 400];
    assert_eq!(
        digits_of(&constant(&[1.0]), 2, &paper).map(|(digit, _)| digit),
        [1, 1]
    );
    let several = constant(&[-1.0, 0.0, 2.0]);
    assert_eq!(
        digits_of(&several, 3, &paper).map(|(digit, _)| digit),
        [2, 2]
    );
}

#[test]
fn a_pixel_that_is_no_number_makes_probabilities_that_are_none() {
    for pixel in [f32::NAN, -f32::NAN] {
        let mut image = [0.0; 400];
        image[200] = pixel;
        for outputs in [1, 3] {
            let network = network([5, 4, outputs], 1.0, 13);
            for (_, probabilities) in digits_of(&network, outputs.max(2), &image) {
                assert!(
                    probabilities.iter().all(|one| one.is_nan()),
                    "{probabilities:?}"
                );
            }
        }
    }
}
