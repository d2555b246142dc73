//! Training images that are changed in each epoch, and validation images that are not.

use crate::app::{App, column, rewind};
use crate::compare::{Within, assert_epochs_agree, assert_same_outcome, assert_same_runs, outcome};
use crate::data_sets::{embedded, images_npy, labels_npy, write};
use crate::fixtures::{csv_column, keras_file, lab};
use crate::kernels::on_wgpu;

/// Some of everything.
const EVERYTHING: [&str; 9] = [
    "--augment-fonts=0.2",
    "--augment-shift=1",
    "--augment-rotate=10",
    "--augment-scale=0.1",
    "--augment-shear=8",
    "--augment-thickness=0.4",
    "--augment-elastic=0.5",
    "--augment-noise=0.03",
    "--augment-contrast=0.2",
];

#[test]
fn both_engines_train_on_the_same_augmented_images() {
    let (app, lab) = (App::new(), lab());
    for (engine, run) in [("burn", "burn"), ("fused", "fused")] {
        let recipe = ["--config", &lab, "--epochs=4", "--batch-size=48"];
        let recipe = [&recipe[..], &["--engine", engine], &EVERYTHING].concat();
        app.train(run, &recipe);
    }
    for key in ["loss", "accuracy"] {
        let [burn, fused] = ["burn", "fused"].map(|run| column(&app, run, key));
        assert_epochs_agree(key, &fused, &burn, Within::Relative(1e-6));
    }
    let settings: toml::Table = app.file("fused/config.toml").parse().unwrap();
    assert_eq!(settings["augment"]["rotate"].as_float(), Some(10.0));
    app.train(
        "plain",
        &["--config", &lab, "--epochs=4", "--batch-size=48"],
    );
    let difference = outcome(&app, "fused").difference(&outcome(&app, "plain"));
    assert!(difference.is_some());
}

#[test]
fn each_setting_alone_changes_the_training_and_0_does_not() {
    let (app, lab) = (App::new(), lab());
    app.train("plain", &["--config", &lab, "--epochs=1"]);
    let plain = outcome(&app, "plain");
    for (number, setting) in EVERYTHING.into_iter().enumerate() {
        let (flag, _) = setting.split_once('=').unwrap();
        let off = format!("{flag}=0");
        for (run, setting) in [("on", setting), ("off", &off)] {
            let run = format!("{run}-{number}");
            app.train(&run, &["--config", &lab, "--epochs=1", setting]);
            let found = outcome(&app, &run);
            match found.difference(&plain) {
                Some(_) => assert!(run.starts_with("on"), "{setting}"),
                None => assert!(run.starts_with("off"), "{setting}"),
            }
        }
    }
}

#[test]
fn fonts_in_the_place_of_all_images_teach_to_read_written_digits() {
    let app = App::new();
    let settings = ["--digits=0..9", "--epochs=10", "--augment-rotate=10"];
    app.train("fonts", &[&settings[..], &["--augment-fonts=1"]].concat());
    // Written digits, none of which was trained on; by guessing, a tenth would be right.
    let accuracy = *column(&app, "fonts", "val_accuracy").last().unwrap();
    assert!(accuracy > 0.3, "{accuracy}");
}

#[test]
fn a_resumed_run_sees_the_augmented_images_of_an_uninterrupted_one() {
    let app = App::new();
    for engine in ["--engine=fused", "--engine=burn"] {
        let run = |name: &str| {
            let name = format!("{name}{engine}");
            let settings = ["--epochs=5", "--keep-last=100", engine];
            app.train(&name, &[&settings[..], &EVERYTHING].concat());
            name
        };
        let (whole, resumed) = (run("whole"), run("resumed"));
        assert_same_runs(&app, &whole, &resumed);
        for epoch in [3, 0] {
            rewind(&app, &resumed, epoch);
            app.on_cpu(&["train", "--resume", &resumed]);
            assert_same_runs(&app, &whole, &resumed);
        }
    }
    let other = ["train", "--resume", "whole--engine=fused", "--epochs=6"];
    let settings = ["augment_rotate", "10.0", "5.0"];
    app.refused(&[&other[..], &["--augment-rotate=5"]].concat(), &settings);
}

#[test]
fn images_on_disk_are_augmented_as_those_in_memory_are() {
    let app = App::new();
    let (images, labels) = embedded(0..1000);
    fs_err::create_dir(app.path().join("digits")).unwrap();
    write(&app, "digits/X.npy", &images_npy(&images));
    write(&app, "digits/y.npy", &labels_npy(&labels));
    // A recorded order is the same however many images are in memory.
    let order = format!("--batch-order={}", keras_file("batch_order.csv"));
    for (run, buffer) in [("memory", "1000"), ("disk", "320")] {
        let config = format!("--config={}", lab());
        let buffer = format!("--shuffle-buffer={buffer}");
        let settings = [&config, "--data=digits", &order, &buffer, "--epochs=2"];
        app.train(run, &[&settings[..], &EVERYTHING].concat());
    }
    assert_same_outcome(&outcome(&app, "memory"), &outcome(&app, "disk"));
}

#[test]
fn validation_images_are_not_augmented() {
    let app = App::new();
    for engine in ["fused", "burn"] {
        let train = |run: &str, augment: &[&str]| {
            let run = format!("{engine}-{run}");
            // So small a rate changes no weight.
            let settings = ["--epochs=2", "--learning-rate=1e-37", "--engine", engine];
            app.train(&run, &[&settings[..], augment].concat());
            ["val_loss", "loss"].map(|key| column(&app, &run, key))
        };
        let [[plain, trained], [augmented, differently]] = [
            train("plain", &[]),
            train(
                "augmented",
                &["--augment-rotate=180", "--augment-noise=0.5"],
            ),
        ];
        assert_eq!(augmented, plain, "{engine}");
        assert_eq!(plain[..1], plain[1..]);
        assert_ne!(trained[..1], differently[..1]);
        // New images in each epoch.
        assert_ne!(differently[..1], differently[1..]);
    }
}

#[test]
fn a_sweep_trains_its_points_on_the_images_of_the_same_run() {
    let app = App::new();
    let settings = ["--validation-split=0.2", "--epochs=2", "--seed=0"];
    let vary = ["--vary=augment.rotate=0,15", "--augment-elastic=0.4"];
    let sweep = ["sweep", "--sweep-dir=found", "--epochs=2"];
    app.on_cpu(&[&sweep[..], &vary].concat());
    let points = app.file("found/points.csv");
    // The rows are in the order in which points were finished.
    let losses = csv_column(&points, "val_loss");
    let mut losses: Vec<_> = csv_column(&points, "point")
        .into_iter()
        .zip(losses)
        .collect();
    losses.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (rotate, (_, loss)) in ["0", "15"].into_iter().zip(losses) {
        let rotate = format!("--augment-rotate={rotate}");
        let augment = [&rotate, "--augment-elastic=0.4"];
        let run = format!("run{rotate}");
        app.train(&run, &[&settings[..], &augment].concat());
        assert_eq!(column(&app, &run, "val_loss")[1..], [loss], "{rotate}");
    }
    app.on_cpu(&["sweep", "show", "found"])
        .stdout_has("augment_rotate");
}

#[test]
fn on_a_gpu_augmented_images_are_trained_on_by_burn_s_steps() {
    let app = App::new();
    let train = [
        "train",
        "--run-dir=run",
        "--epochs=1",
        "--augment-rotate=10",
    ];
    let fused = [&train[..], &["--engine=fused"]].concat();
    let Some(output) = on_wgpu(&app, &fused) else {
        return;
    };
    let reason =
        "its kernels take images that stay on the device, and augmented ones are new in each epoch";
    assert_ne!(output.code, Some(0), "{}", output.shown());
    output.stderr_has(reason);
    let Some(output) = on_wgpu(&app, &train) else {
        return;
    };
    output.stderr_has(&format!("note: trained by Burn's steps: {reason}"));
    assert_eq!(output.code, Some(0), "{}", output.shown());
    app.train("cpu", &train[2..]);
    let [gpu, cpu] = ["run", "cpu"].map(|run| column(&app, run, "loss"));
    assert_epochs_agree("loss", &gpu, &cpu, Within::Relative(1e-4));
}
