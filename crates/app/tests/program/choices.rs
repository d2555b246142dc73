//! What `app train` can be told beyond the recipe: when to stop, what to end with, what to start
//! from, and rehearsals.

use crate::desk::{Desk, column, lab, outcome};

#[test]
fn early_stopping_ends_a_run_with_the_best_network_if_asked() {
    let desk = Desk::new();
    // Four and nine are harder to tell apart: the validation loss soon rises.
    let settings = [
        "--digits=4,9",
        "--learning-rate=0.02",
        "--epochs=200",
        "--early-stopping-patience=3",
        "--restore-best-weights",
    ];
    let said = desk.done(&[["train", "--run-dir", "run"].as_slice(), &settings].concat());
    let losses = column(&desk, "run", "val_loss");
    let best = losses.iter().copied().fold(f64::INFINITY, f64::min);
    let best_epoch = losses.iter().position(|loss| *loss <= best).unwrap() + 1;
    assert!(losses.len() < 200, "{} epochs", losses.len());
    assert_eq!(losses.len(), best_epoch + 3, "{losses:?}");
    assert!(said.out.contains("stopped early: val_loss"), "{}", said.out);
    let sentence = format!("is that of epoch {best_epoch}, the best by val_loss");
    assert!(said.out.contains(&sentence), "{}", said.out);
    for name in ["last", "best"] {
        let said = desk.done(&["evaluate", "run", "--checkpoint", name, "--json"]);
        let found: serde_json::Value = serde_json::from_str(&said.out).unwrap();
        let loss = found["loss"].as_f64().unwrap();
        assert!((loss - best).abs() < 1e-6, "{name}: {loss} for {best}");
    }
    // With more patience the same run goes on.
    desk.done(&[
        "train",
        "--resume",
        "run",
        "--early-stopping-patience",
        "9",
        "--epochs",
        "201",
    ]);
    assert!(column(&desk, "run", "val_loss").len() > losses.len());
}

#[test]
fn old_checkpoints_are_pruned_but_never_the_best() {
    let desk = Desk::new();
    let settings = [
        "--monitor=loss",
        "--monitor-mode=max",
        "--keep-last=3",
        "--keep-every=4",
    ];
    let train = ["train", "--epochs", "10", "--run-dir", "run"];
    desk.done(&[train.as_slice(), &settings].concat());
    let mut epochs: Vec<usize> = fs_err::read_dir(desk.path().join("run/checkpoint"))
        .unwrap()
        .filter_map(|entry| {
            let name = entry.unwrap().file_name().into_string().unwrap();
            name.strip_prefix("epoch-")?
                .strip_suffix(".toml")?
                .parse()
                .ok()
        })
        .collect();
    epochs.sort_unstable();
    // The loss falls, so that the first epoch is the best of a figure that should rise.
    assert_eq!(epochs, [1, 4, 8, 9, 10]);
    desk.done(&["evaluate", "run", "--checkpoint", "best"]);
    desk.refused(
        &["evaluate", "run", "--checkpoint", "5"],
        &["1, 4, 8, 9, 10"],
    );
}

#[test]
fn a_loss_that_is_no_number_ends_the_training_with_epoch_and_batch() {
    let desk = Desk::new();
    let train = ["--backend", "ndarray", "train", "--learning-rate", "1e38"];
    // By the fused step, and by Burn's learner.
    for (run, steps) in [("fused", &[][..]), ("burn", &["--clipvalue", "1"])] {
        let said = desk.run(&[train.as_slice(), &["--run-dir", run], steps].concat());
        assert_eq!(said.code, Some(1), "{}", said.err);
        let (_, cause) = said.err.split_once("epoch 1: the loss is ").unwrap();
        assert!(
            cause.starts_with("NaN") || cause.starts_with("inf"),
            "{cause}"
        );
        assert!(cause.contains(" in batch 2 (learning rate 1"), "{cause}");
        assert!(!desk.path().join(run).join("result.toml").exists());
    }
}

#[test]
fn a_run_starts_from_the_weights_of_another() {
    let desk = Desk::new();
    desk.done(&["train", "--config", &lab(), "--run-dir", "first"]);
    let weights = desk.done(&["weights", "first", "--json"]).out;
    fs_err::write(desk.path().join("weights.json"), &weights).unwrap();
    let first = column(&desk, "first", "loss");
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
        desk.done(&[train.as_slice(), &["--init", init]].concat());
        let losses = column(&desk, run, "loss");
        assert!(losses[0] < 1.1 * first[19], "{losses:?} after {first:?}");
        outcomes.push(outcome(&desk, run));
    }
    assert_eq!(outcomes[0], outcomes[1]);
    assert_eq!(outcomes[0], outcomes[2]);
}

#[test]
fn a_dry_run_prints_the_resolved_configuration_and_writes_nothing() {
    let desk = Desk::new();
    let train = [
        "train",
        "--dry-run",
        "--seed",
        "3",
        "--learning-rate-schedule",
        "cosine",
    ];
    let said = desk.done(&train);
    for line in [
        "seed = 3",
        "decay_steps = 500",
        "monitor = \"val_loss\"",
        "epochs = 20",
    ] {
        assert!(said.out.lines().any(|found| found == line), "{}", said.out);
    }
    assert_eq!(fs_err::read_dir(desk.path()).unwrap().count(), 0);
    // What it prints is a configuration.
    fs_err::write(desk.path().join("dry.toml"), &said.out).unwrap();
    let again = desk.done(&["train", "--dry-run", "--config", "dry.toml"]);
    assert_eq!(again.out, said.out);
}

#[test]
fn a_fast_dev_run_tries_one_batch_of_everything_and_keeps_nothing() {
    let desk = Desk::new();
    let said = desk.done(&["train", "--fast-dev-run", "--batch-size", "16"]);
    assert!(said.out.contains("of 16 right"), "{}", said.out);
    assert!(said.out.contains("nothing was kept"), "{}", said.out);
    assert_eq!(fs_err::read_dir(desk.path()).unwrap().count(), 0);
}

#[test]
fn a_few_batches_are_learnt_by_heart() {
    let desk = Desk::new();
    let train = [
        "train",
        "--overfit-batches",
        "2",
        "--batch-size",
        "10",
        "--epochs",
        "300",
    ];
    let said = desk.done(&[train.as_slice(), &["--run-dir", "run"]].concat());
    assert!(
        said.err.contains("20 images of 0 and 1, 20 held out"),
        "{}",
        said.err
    );
    assert!(said.out.contains("20 of 20 right"), "{}", said.out);
    assert!(column(&desk, "run", "loss")[299] < 0.05);
}

#[test]
fn max_time_stops_a_run_that_can_be_resumed() {
    let desk = Desk::new();
    let said = desk.done(&[
        "train",
        "--epochs",
        "100000",
        "--max-time",
        "1s",
        "--run-dir",
        "run",
    ]);
    let done = column(&desk, "run", "epoch").len();
    assert!(done >= 1);
    let sentence = format!("--max-time is over after epoch {done} of 100000");
    assert!(said.out.contains(&sentence), "{}", said.out);
    assert!(said.out.contains("app train --resume run"), "{}", said.out);
    let said = desk.done(&["evaluate", "run"]);
    assert!(said.out.contains("accuracy"), "{}", said.out);
}

#[test]
fn evaluation_gives_every_figure_with_an_interval_around_the_accuracy() {
    let desk = Desk::new();
    desk.done(&["train", "--config", &lab(), "--run-dir", "run"]);
    let said = desk.done(&["evaluate", "run"]);
    // Wilson's interval of 999 right answers of 1,000, by hand: z^2 = 3.8414588,
    // (999 + z^2/2 -+ z sqrt(999 * 1 / 1000 + z^2/4)) / (1000 + z^2) = 0.99436, 0.99982.
    assert!(
        said.out.contains("0.9990  95 % interval 0.9944 to 0.9998"),
        "{}",
        said.out
    );
    for name in [
        "average precision",
        "brier score",
        "calibration error",
        "roc auc",
        "f1",
    ] {
        assert!(
            said.out.lines().any(|line| line.starts_with(name)),
            "{}",
            said.out
        );
    }
}
