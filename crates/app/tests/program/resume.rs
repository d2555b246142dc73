//! Resumed runs: interrupted, extended, or with changed settings or data.

use crate::app::{App, rewind};
use crate::compare::assert_same_runs;
use crate::data_sets::write_idx;
use crate::fixtures::lab;

#[test]
fn a_run_repeats_bit_for_bit_and_so_does_one_that_was_resumed() {
    let app = App::new();
    // Everything that has a state is enabled.
    let settings = [
        "--epochs=8",
        "--keep-last=100",
        "--warmup-steps=30",
        "--class-weight=1,2",
        "--plateau-patience=1",
        "--plateau-min-delta=0.1",
        "--plateau-factor=0.5",
        "--early-stopping-patience=5",
        "--restore-best-weights",
    ];
    for (number, (backend, steps)) in [
        ("ndarray", "--engine=fused"),
        ("ndarray", "--engine=burn"),
        ("flex", "--engine=burn"),
        // With Burn's learner as well.
        ("flex", "--global-clipnorm=0.02"),
    ]
    .into_iter()
    .enumerate()
    {
        let run = |name: &str| {
            let name = format!("{backend}-{number}-{name}");
            let train = ["--backend", backend, "train", "--run-dir", &name];
            let output = app.run(&[train.as_slice(), &settings, &[steps]].concat());
            assert_eq!(output.code, Some(0), "{}", output.stderr);
            name
        };
        let (whole, again, resumed) = (run("whole"), run("again"), run("resumed"));
        assert_same_runs(&app, &whole, &again);
        for epoch in [6, 3, 0] {
            rewind(&app, &resumed, epoch);
            // The backend is that of the run, unless another one is chosen.
            let output = app.run(&["train", "--resume", &resumed]);
            assert_eq!(output.code, Some(0), "{}", output.stderr);
            let from = format!("resumed from epoch {epoch}");
            assert!(output.stderr.contains(&from), "{}", output.stderr);
            let on = format!("training on {backend} (CPU)");
            assert!(output.stderr.contains(&on), "{}", output.stderr);
            assert_same_runs(&app, &whole, &resumed);
        }
    }
}

#[test]
fn the_newest_unfinished_run_is_resumed_and_a_finished_one_is_extended() {
    let app = App::new();
    app.refused(&["train", "--resume"], &["no unfinished run"]);
    app.on_cpu(&[
        "train",
        "--epochs",
        "6",
        "--keep-last",
        "9",
        "--run-dir",
        "runs/long",
    ]);
    app.on_cpu(&[
        "train",
        "--epochs",
        "3",
        "--keep-last",
        "9",
        "--run-dir",
        "runs/short",
    ]);
    app.on_cpu(&["train", "--epochs", "1", "--run-dir", "runs/other"]);
    app.refused(&["train", "--resume"], &["no unfinished run"]);
    app.refused(
        &["train", "--resume", "runs/short"],
        &["is finished", "more --epochs"],
    );
    app.refused(
        &["train", "--resume", "runs/short", "--epochs", "2"],
        &["epochs: expected at least 3"],
    );
    // Extended, it is the longer run.
    app.on_cpu(&["train", "--resume", "runs/short", "--epochs", "6"]);
    assert_same_runs(&app, "runs/short", "runs/long");

    rewind(&app, "runs/short", 4);
    let output = app.on_cpu(&["train", "--resume"]);
    assert!(
        output.stderr.contains("run runs/short"),
        "{}",
        output.stderr
    );
    assert_same_runs(&app, "runs/short", "runs/long");
}

/// A run that is listed as finished is not the one that `--resume` chooses.
#[test]
fn a_finished_run_that_is_extended_and_stopped_again_is_unfinished() {
    let app = App::new();
    app.train("runs/run", &["--epochs", "1"]);
    app.succeeds(&["runs"]).stdout_has("finished");
    let more = ["train", "--resume", "runs/run", "--epochs", "100000"];
    app.on_cpu(&[more.as_slice(), &["--max-time", "1ns"]].concat());
    app.succeeds(&["runs"]).stdout_has("interrupted");
    app.on_cpu(&["train", "--resume", "--max-time", "1ns"]);
}

#[test]
fn a_changed_configuration_or_other_data_are_refused_with_the_keys() {
    let app = App::new();
    write_forty(&app, 9);
    let data = ["--data", "x", "y"];
    let train = [
        "train",
        "--epochs",
        "3",
        "--keep-last",
        "9",
        "--run-dir",
        "run",
    ];
    app.on_cpu(&[train.as_slice(), &data].concat());
    rewind(&app, "run", 1);
    app.refused(
        &[
            "train",
            "--resume",
            "run",
            "--seed",
            "1",
            "--batch-size",
            "8",
        ],
        &[
            "seed (was 0, is 1)",
            "batch_size (was 32, is 8)",
            "may change: epochs",
        ],
    );
    app.refused(
        &["train", "--resume", "run", "--config", &lab()],
        &["validation_split (was 0.2, is 0.0)"],
    );
    // The same if the file is edited by hand.
    let config = app.file("run/config.toml");
    let path = app.path().join("run/config.toml");
    fs_err::write(
        &path,
        config.replace("learning_rate = 0.001", "learning_rate = 0.1"),
    )
    .unwrap();
    app.refused(
        &["train", "--resume", "run"],
        &["learning_rate (was 0.001, is 0.1)"],
    );
    fs_err::write(&path, &config).unwrap();

    write_forty(&app, 8);
    app.refused(
        &["train", "--resume", "run"],
        &["differ from those that the run was trained on"],
    );
    write_forty(&app, 9);
    app.on_cpu(&["train", "--resume", "run", "--keep-every", "2"]);
}

/// Twenty images each of the digits 0 and 1, each pixel with a brightness of at least `ink`.
pub(crate) fn write_forty(app: &App, ink: u8) -> (Vec<u8>, Vec<u8>) {
    let pixels = (0..40_u8).flat_map(|image| vec![ink + image; 400]);
    let pixels = pixels.collect::<Vec<u8>>();
    let labels: Vec<u8> = (0..40).map(|image| image % 2).collect();
    write_idx(app, ["x", "y"], &pixels, &labels);
    (pixels, labels)
}

/// Training and validation images.
#[test]
fn a_run_is_not_resumed_when_any_one_of_its_images_has_changed() {
    let app = App::new();
    let (pixels, labels) = write_forty(&app, 9);
    let settings = ["--data", "x", "y", "--epochs=2", "--keep-last=9"];
    app.train("run", &settings);
    rewind(&app, "run", 1);
    for image in 0..40 {
        let mut changed = pixels.clone();
        changed[image * 400 + 7] ^= 1;
        write_idx(&app, ["x", "y"], &changed, &labels);
        let resume = ["--backend=ndarray", "train", "--resume", "run"];
        app.refused(&resume, &["differ from those that the run was trained on"]);
    }
    write_forty(&app, 9);
    app.on_cpu(&["train", "--resume", "run"]);
}

#[test]
fn a_run_that_continues_on_another_backend_says_so() {
    let app = App::new();
    app.train("run", &["--epochs=1"]);
    let resume = ["train", "--resume", "run", "--epochs"];
    let same = app.on_cpu(&[&resume[..], &["2"]].concat());
    let message = "trained on ndarray; flex rounds differently";
    assert!(
        !same.stderr.contains("rounds differently"),
        "{}",
        same.shown()
    );
    let other = app.succeeds(&[&["--backend=flex"], &resume[..], &["3"]].concat());
    other.stderr_has(message);
}

#[test]
fn a_recorded_order_is_the_run_s_own() {
    let app = App::new();
    write_forty(&app, 9);
    let order: Vec<String> = (0..40).rev().map(|row| row.to_string()).collect();
    let order = [order.join(","), order.join(",")].join("\n");
    fs_err::write(app.path().join("order.csv"), order).unwrap();
    let settings = [
        "--data",
        "x",
        "y",
        "--validation-split=0",
        "--epochs=2",
        "--keep-last=9",
    ];
    let recorded = [&settings[..], &["--batch-order=order.csv"]].concat();
    for run in ["whole", "resumed"] {
        app.train(run, &recorded);
    }
    rewind(&app, "resumed", 1);
    fs_err::remove_file(app.path().join("order.csv")).unwrap();
    app.on_cpu(&["train", "--resume", "resumed"]);
    assert_same_runs(&app, "whole", "resumed");
}
