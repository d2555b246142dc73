//! Options of `app train`: when to stop, the final network, the initial weights, and fast dev runs.

use crate::app::{App, checkpoints, column};
use crate::compare::{assert_same_outcome, assert_same_runs, outcome};
use crate::fixtures::lab;

#[test]
fn early_stopping_ends_a_run_with_the_best_network_if_configured() {
    let app = App::new();
    // Four and nine are harder to distinguish: the validation loss soon rises.
    let settings = [
        "--digits=4,9",
        "--learning-rate=0.02",
        "--epochs=200",
        "--early-stopping-patience=3",
        "--restore-best-weights",
    ];
    let output = app.on_cpu(&[["train", "--run-dir", "run"].as_slice(), &settings].concat());
    let losses = column(&app, "run", "val_loss");
    let best = losses.iter().copied().fold(f64::INFINITY, f64::min);
    let best_epoch = losses.iter().position(|loss| *loss <= best).unwrap() + 1;
    assert!(losses.len() < 200, "{} epochs", losses.len());
    assert_eq!(losses.len(), best_epoch + 3, "{losses:?}");
    assert!(
        output.stdout.contains("stopped early: val_loss"),
        "{}",
        output.stdout
    );
    let sentence = format!("is from epoch {best_epoch}, the best by val_loss");
    assert!(output.stdout.contains(&sentence), "{}", output.stdout);
    for name in ["last", "best"] {
        let found = app.evaluation("run", &["--checkpoint", name]);
        let loss = found["loss"].as_f64().unwrap();
        assert!((loss - best).abs() < 1e-6, "{name}: {loss} for {best}");
    }
    // With more patience, the same run is resumed.
    app.on_cpu(&[
        "train",
        "--resume",
        "run",
        "--early-stopping-patience",
        "9",
        "--epochs",
        "201",
    ]);
    assert!(column(&app, "run", "val_loss").len() > losses.len());
}

#[test]
fn old_checkpoints_are_pruned_but_never_the_best() {
    let app = App::new();
    let settings = [
        "--monitor=loss",
        "--monitor-mode=max",
        "--keep-last=3",
        "--keep-every=4",
    ];
    let train = ["train", "--epochs", "10", "--run-dir", "run"];
    app.on_cpu(&[train.as_slice(), &settings].concat());
    // The loss falls, so that with a monitor mode of max, the first epoch is the best.
    assert_eq!(checkpoints(&app, "run"), [1, 4, 8, 9, 10]);
    app.on_cpu(&["evaluate", "run", "--checkpoint", "best"]);
    app.refused(
        &["evaluate", "run", "--checkpoint", "5"],
        &["1, 4, 8, 9, 10"],
    );
}

#[test]
fn a_non_finite_loss_ends_the_training_with_epoch_and_batch() {
    let app = App::new();
    let train = ["--backend", "ndarray", "train", "--learning-rate", "1e38"];
    for engine in ["fused", "burn"] {
        let output =
            app.run(&[train.as_slice(), &["--run-dir", engine, "--engine", engine]].concat());
        assert_eq!(output.code, Some(1), "{}", output.stderr);
        let (_, cause) = output.stderr.split_once("epoch 1: the loss is ").unwrap();
        assert!(
            cause.starts_with("NaN") || cause.starts_with("inf"),
            "{cause}"
        );
        assert!(cause.contains(" in batch 2 (learning rate 1"), "{cause}");
        assert!(!app.path().join(engine).join("result.toml").exists());
    }
}

#[test]
fn a_run_starts_from_the_weights_of_another() {
    let app = App::new();
    app.on_cpu(&["train", "--config", &lab(), "--run-dir", "first"]);
    let weights = app.on_cpu(&["weights", "first", "--json"]).stdout;
    fs_err::write(app.path().join("weights.json"), &weights).unwrap();
    let first = column(&app, "first", "loss");
    let mut outcomes = Vec::new();
    for (run, init) in [
        ("a", "first"),
        ("b", "weights.json"),
        ("c", "first/model.bpk"),
    ] {
        let train = [
            "train",
            "--config",
            &lab(),
            "--epochs",
            "2",
            "--run-dir",
            run,
        ];
        app.on_cpu(&[train.as_slice(), &["--init", init]].concat());
        let losses = column(&app, run, "loss");
        assert!(losses[0] < 1.1 * first[19], "{losses:?} after {first:?}");
        outcomes.push(outcome(&app, run));
    }
    assert_same_outcome(&outcomes[0], &outcomes[1]);
    assert_same_outcome(&outcomes[0], &outcomes[2]);
}

#[test]
fn a_dry_run_prints_the_resolved_configuration_and_writes_nothing() {
    let app = App::new();
    let train = [
        "train",
        "--dry-run",
        "--seed",
        "3",
        "--learning-rate-schedule",
        "cosine",
    ];
    let output = app.on_cpu(&train);
    for line in [
        "seed = 3",
        "decay_steps = 500",
        "monitor = \"val_loss\"",
        "epochs = 20",
    ] {
        assert!(
            output.stdout.lines().any(|found| found == line),
            "{}",
            output.stdout
        );
    }
    assert_eq!(fs_err::read_dir(app.path()).unwrap().count(), 0);
    // What it prints is a configuration.
    fs_err::write(app.path().join("dry.toml"), &output.stdout).unwrap();
    let again = app.on_cpu(&["train", "--dry-run", "--config", "dry.toml"]);
    assert_eq!(again.stdout, output.stdout);
}

#[test]
fn a_fast_dev_run_trains_one_batch_and_stores_nothing() {
    let app = App::new();
    let output = app.on_cpu(&["train", "--fast-dev-run", "--batch-size", "16"]);
    assert!(output.stdout.contains("of 16 correct"), "{}", output.stdout);
    assert!(
        output.stdout.contains("nothing was stored"),
        "{}",
        output.stdout
    );
    assert_eq!(fs_err::read_dir(app.path()).unwrap().count(), 0);
}

#[test]
fn a_few_batches_can_be_overfitted() {
    let app = App::new();
    let train = [
        "train",
        "--overfit-batches",
        "2",
        "--batch-size",
        "10",
        "--epochs",
        "300",
    ];
    let output = app.on_cpu(&[train.as_slice(), &["--run-dir", "run"]].concat());
    assert!(
        output
            .stderr
            .contains("20 images of 0 and 1, 20 for validation"),
        "{}",
        output.stderr
    );
    assert!(
        output.stdout.contains("20 of 20 correct"),
        "{}",
        output.stdout
    );
    assert!(column(&app, "run", "loss")[299] < 0.05);
}

#[test]
fn max_time_stops_a_run_that_can_be_resumed() {
    let app = App::new();
    let output = app.train("run", &["--epochs", "100000", "--max-time", "500ms"]);
    let done = column(&app, "run", "epoch").len();
    assert!(done >= 1);
    output.stdout_has(&format!(
        "stopped by --max-time after epoch {done} of 100000"
    ));
    output.stdout_has("app train --resume run");
    app.on_cpu(&["evaluate", "run"]).stdout_has("accuracy");
    // Resumed, it ends as a run that was never stopped.
    let epochs = (done + 3).to_string();
    let output = app.on_cpu(&["train", "--resume", "run", "--epochs", &epochs]);
    output.stderr_has(&format!("resumed from epoch {done}"));
    app.train("whole", &["--epochs", &epochs]);
    assert_same_runs(&app, "run", "whole");
}

#[test]
fn evaluation_prints_every_metric_and_a_confidence_interval() {
    let app = App::new();
    app.on_cpu(&["train", "--config", &lab(), "--run-dir", "run"]);
    let output = app.on_cpu(&["evaluate", "run"]);
    // Wilson's interval for 999 correct predictions of 1,000, by hand: z^2 = 3.8414588, (999 +
    // z^2/2 -+ z sqrt(999 * 1 / 1000 + z^2/4)) / (1000 + z^2) = 0.99436, 0.99982.
    assert!(
        output
            .stdout
            .contains("0.9990  95 % interval 0.9944 to 0.9998"),
        "{}",
        output.stdout
    );
    for name in [
        "average precision",
        "brier score",
        "calibration error",
        "roc auc",
        "f1",
    ] {
        assert!(
            output.stdout.lines().any(|line| line.starts_with(name)),
            "{}",
            output.stdout
        );
    }
}

/// A loss that should rise: the best network is not the last one.
#[test]
fn a_run_starts_from_the_network_that_another_ended_with() {
    let app = App::new();
    let rising = ["--monitor=val_loss", "--monitor-mode=max"];
    app.train("first", &[&["--epochs=2"][..], &rising].concat());
    let still = ["--init=first", "--epochs=1", "--learning-rate=1e-30"];
    app.train("second", &still);
    let weights = |run: &str| app.on_cpu(&["weights", run, "--json"]).stdout;
    assert!(weights("second") == weights("first"), "the weights differ");
}

/// A loss that should rise: the first epoch is the best.
#[test]
fn a_training_says_how_many_epochs_it_took_and_of_which_one_the_network_is() {
    let app = App::new();
    let rising = ["--monitor=val_loss", "--monitor-mode=max"];
    let settings = ["--epochs=3", "--restore-best-weights"];
    let output = app.train("run", &[settings.as_slice(), &rising].concat());
    output.stdout_has("trained 10,431 parameters, 3 epochs, in ");
    output.stdout_has("is from epoch 1, the best by val_loss");
}
