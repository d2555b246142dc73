//! Data sets with more images than fit in memory.

use std::io::Write;

use crate::app::{App, column, rewind};
use crate::compare::{assert_same_outcome, assert_same_runs, outcome};
use crate::data_sets::{embedded, images_npy, labels_npy, write};
use crate::fixtures::{keras_file, lab};
use crate::running::Running;

/// Writes the 5,000 embedded digits, plain and gzipped.
fn write_digits(app: &App) {
    let (images, labels) = embedded(0..5000);
    let images = images_npy(&images);
    write(app, "X.npy", &images);
    write(app, "y.npy", &labels_npy(&labels));
    let packed = fs_err::File::create(app.path().join("packed.npy.gz")).unwrap();
    let mut packed = flate2::write::GzEncoder::new(packed, flate2::Compression::fast());
    packed.write_all(&images).unwrap();
    packed.finish().unwrap();
}

#[test]
fn training_from_disk_and_from_memory_give_the_same_bits() {
    let (app, lab) = (App::new(), lab());
    write_digits(&app);
    let order = keras_file("batch_order.csv");
    let recorded = ["--config", &lab, "--batch-order", &order, "--epochs", "3"];
    for engine in ["fused", "burn"] {
        let train = |name: &str, source: &[&str]| {
            let name = format!("{engine}-{name}");
            let train = ["train", "--run-dir", &name, "--engine", engine];
            app.on_cpu(&[train.as_slice(), &recorded, source].concat());
            outcome(&app, &name)
        };
        let expected = train("embedded", &[]);
        let small = ["--shuffle-buffer", "96"];
        let plain = ["--data", "X.npy", "y.npy"];
        let packed = ["--data", "packed.npy.gz", "y.npy"];
        for (name, source) in [
            ("memory", plain.to_vec()),
            ("plain", [plain.as_slice(), &small].concat()),
            ("packed", [packed.as_slice(), &small].concat()),
        ] {
            assert_same_outcome(&train(name, &source), &expected);
        }
    }
    let evaluations = ["fused-plain", "fused-embedded"].map(|run| app.nameless_evaluation(run));
    assert_eq!(evaluations[0], evaluations[1]);
}

#[test]
fn sorted_data_is_shuffled_well_enough_from_disk_and_resumed_bit_for_bit() {
    let app = App::new();
    write_digits(&app);
    let settings = [
        "--data=X.npy",
        "--shuffle-buffer=320",
        "--keep-last=100",
        "--epochs=20",
    ];
    let train = |name: &str| {
        app.on_cpu(&[["train", "--run-dir", name].as_slice(), &settings].concat());
    };
    train("whole");
    let accuracies = column(&app, "whole", "val_accuracy");
    assert!(accuracies.last().unwrap() >= &0.99, "{accuracies:?}");
    let losses = column(&app, "whole", "val_loss");
    assert!(losses.last().unwrap() < &0.06, "{losses:?}");
    train("resumed");
    for epoch in [13, 2] {
        rewind(&app, "resumed", epoch);
        app.on_cpu(&["train", "--resume", "resumed"]);
        assert_same_runs(&app, "whole", "resumed");
    }
}

#[test]
fn a_missing_folder_for_temporary_files_is_named() {
    let app = App::new();
    write_digits(&app);
    let arguments = [
        "train",
        "--data",
        "packed.npy.gz",
        "y.npy",
        "--shuffle-buffer",
        "96",
    ];
    let mut command = app.command(&arguments);
    let output = Running::start(command.env("TMPDIR", "/nowhere/at/all")).end();
    assert_eq!(output.code, Some(1), "{}", output.shown());
    output.stderr_has("/nowhere/at/all: cannot cache");
    assert!(!app.path().join("runs").exists());
}
