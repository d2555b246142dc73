//! Data sets of more images than are held in memory.

use std::io::Write;

use data::Digits;

use crate::desk::{Desk, column, lab, outcome, repository, unfinish};

/// Writes the 5,000 digits that are compiled in, plain and gzipped.
fn write_digits(desk: &Desk) {
    let digits = Digits::embedded();
    let header = |descr: &str, shape: &str| {
        let text = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}");
        // NumPy pads the whole header to a multiple of 64 bytes.
        let text = format!("{text:<117}\n");
        let length = u16::try_from(text.len()).unwrap().to_le_bytes();
        [b"\x93NUMPY\x01\x00", length.as_slice(), text.as_bytes()].concat()
    };
    let mut images = header("<f4", "(5000, 400)");
    images.extend(
        digits
            .images()
            .unwrap()
            .iter()
            .flat_map(|pixel| pixel.to_le_bytes()),
    );
    let labels = [header("|u1", "(5000,)"), digits.labels().to_vec()].concat();
    fs_err::write(desk.path().join("X.npy"), &images).unwrap();
    fs_err::write(desk.path().join("y.npy"), labels).unwrap();
    let packed = fs_err::File::create(desk.path().join("packed.npy.gz")).unwrap();
    let mut packed = flate2::write::GzEncoder::new(packed, flate2::Compression::fast());
    packed.write_all(&images).unwrap();
    packed.finish().unwrap();
}

#[test]
fn a_training_from_the_disk_gives_the_same_bits_as_one_from_memory() {
    let (desk, lab) = (Desk::new(), lab());
    write_digits(&desk);
    let order = repository().join("crates/app/tests/keras/batch_order.csv");
    let order = order.to_str().unwrap();
    let recorded = ["--config", &lab, "--batch-order", order, "--epochs", "3"];
    // Clipping, which changes nothing here, has Burn's learner take the steps.
    for (steps, clipping) in [("fused", &[][..]), ("burn", &["--global-clipnorm", "1e30"])] {
        let train = |name: &str, source: &[&str]| {
            let name = format!("{steps}-{name}");
            let train = ["train", "--run-dir", &name];
            desk.done(&[train.as_slice(), &recorded, clipping, source].concat());
            outcome(&desk, &name)
        };
        let expected = train("embedded", &[]);
        let small = ["--shuffle-buffer", "96"];
        let plain = ["--data", "X.npy", "y.npy"];
        let packed = ["--data", "packed.npy.gz", "y.npy"];
        assert!(train("memory", &plain) == expected);
        assert!(train("plain", &[plain.as_slice(), &small].concat()) == expected);
        assert!(train("packed", &[packed.as_slice(), &small].concat()) == expected);
    }
    let figures = |run: &str| desk.done(&["evaluate", run, "--json"]).out;
    assert_eq!(figures("fused-plain"), figures("fused-embedded"));
}

#[test]
fn sorted_data_is_shuffled_well_enough_from_the_disk_and_resumed_to_the_same_bits() {
    let desk = Desk::new();
    write_digits(&desk);
    let settings = [
        "--data=X.npy",
        "--shuffle-buffer=320",
        "--keep-last=100",
        "--epochs=20",
    ];
    let train = |name: &str| {
        desk.done(&[["train", "--run-dir", name].as_slice(), &settings].concat());
    };
    train("whole");
    let accuracies = column(&desk, "whole", "val_accuracy");
    assert!(accuracies.last().unwrap() >= &0.99, "{accuracies:?}");
    let losses = column(&desk, "whole", "val_loss");
    assert!(losses.last().unwrap() < &0.06, "{losses:?}");
    train("resumed");
    for epoch in [13, 2] {
        unfinish(&desk, "resumed", epoch);
        desk.done(&["train", "--resume", "resumed"]);
        assert_eq!(outcome(&desk, "whole"), outcome(&desk, "resumed"));
    }
}

#[test]
fn a_folder_for_temporary_files_that_is_not_there_is_named() {
    let desk = Desk::new();
    write_digits(&desk);
    let arguments = [
        "train",
        "--data",
        "packed.npy.gz",
        "y.npy",
        "--shuffle-buffer",
        "96",
    ];
    let mut command = desk.command(&arguments);
    let output = command.env("TMPDIR", "/nowhere/at/all").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("/nowhere/at/all: cannot cache"), "{said}");
    assert!(!desk.path().join("runs").exists());
}
