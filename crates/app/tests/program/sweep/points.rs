//! Each point is a run as `train` makes it.

use super::{networks, points, run_network};
use crate::app::App;

#[test]
fn every_point_has_the_weights_and_metrics_of_the_run_that_train_makes() {
    let app = App::new();
    app.on_cpu(&[
        "sweep",
        "--sweep-dir=s",
        "--epochs=3",
        "--hidden-units=6,4",
        "--vary=learning_rate=0.001,0.01",
        "--vary=learning_rate_schedule=constant,cosine",
        "--seeds=4..5",
        "--folds=2",
    ]);
    let points = points(&app, "s");
    let networks = networks(&app, "s");
    assert_eq!((points.len(), networks.len()), (16, 16));
    for (point, (number, network)) in points.iter().zip(&networks).step_by(3) {
        assert_eq!(point["point"], *number);
        let settings = &point["settings"];
        let run = format!("run-{number}");
        app.train(
            &run,
            &[
                "--epochs=3",
                "--hidden-units=6,4",
                &format!("--learning-rate={}", settings["learning_rate"]),
                &format!(
                    "--learning-rate-schedule={}",
                    settings["learning_rate_schedule"].as_str().unwrap()
                ),
                &format!("--seed={}", point["seed"]),
                &format!("--fold={},2", point["fold"]),
            ],
        );
        assert!(run_network(&app, &run) == *network, "point {number}");
        let history = app.file(&format!("{run}/history.csv"));
        let last = history.lines().last().unwrap();
        for (index, key) in ["epoch", "loss", "accuracy", "val_loss", "val_accuracy"]
            .iter()
            .enumerate()
        {
            let expected: f64 = last.split(',').nth(index).unwrap().parse().unwrap();
            // The JSON reader of this test rounds the last digit, the program does not.
            let value = point[*key].as_f64().unwrap();
            assert!(
                (value - expected).abs() <= f64::EPSILON * expected,
                "point {number}, {key}: {value}, {expected}"
            );
        }
    }
}

#[test]
fn early_stopping_plateaus_and_the_best_weights_are_those_of_train() {
    let app = App::new();
    let settings = [
        "--epochs=12",
        "--digits=3,8",
        "--learning-rate=0.03",
        "--early-stopping-patience=2",
        "--plateau-patience=1",
        "--restore-best-weights",
    ];
    app.on_cpu(&[&["sweep", "--sweep-dir=s", "--seeds=0..2"][..], &settings].concat());
    let points = points(&app, "s");
    assert!(
        points.iter().any(|point| point["stopped_early"] == true),
        "{points:?}"
    );
    for (point, (_, network)) in points.iter().zip(networks(&app, "s")) {
        let run = format!("run-{}", point["seed"]);
        app.train(
            &run,
            &[&settings[..], &[&format!("--seed={}", point["seed"])]].concat(),
        );
        assert!(run_network(&app, &run) == network, "{point}");
        let history = app.file(&format!("{run}/history.csv"));
        assert_eq!(
            point["epochs"].as_u64(),
            Some(history.lines().count() as u64 - 1)
        );
    }
}

/// Burn's steps, which gradient clipping means, train in run directories that are deleted.
#[test]
fn points_with_gradient_clipping_are_those_of_train_and_leave_no_files() {
    let app = App::new();
    let settings = ["--epochs=2", "--hidden-units=6,4", "--clipnorm=0.1"];
    app.on_cpu(&[&["sweep", "--sweep-dir=s", "--seeds=0..1"][..], &settings].concat());
    app.train("run", &[&settings[..], &["--seed=1"]].concat());
    assert!(networks(&app, "s")[1].1 == run_network(&app, "run"));
    let mut files: Vec<String> = fs_err::read_dir(app.path().join("s"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    assert_eq!(
        files,
        [
            "inputs.toml",
            "networks.bin",
            "points.csv",
            "run.lock",
            "sweep.toml"
        ]
    );
}

#[test]
fn a_point_is_extracted_as_a_run_with_its_weights_that_every_command_can_use() {
    let app = App::new();
    app.on_cpu(&["sweep", "--sweep-dir=s", "--epochs=3", "--seeds=7,9"]);
    let best = app.succeeds(&["sweep", "best", "s", "--top=1"]).stdout;
    let best: u64 = best.split([' ', ':']).nth(1).unwrap().parse().unwrap();
    let point = best.to_string();
    let extracted = app.on_cpu(&["sweep", "extract", "s", &point, "--run-dir=run"]);
    assert_eq!(extracted.stdout, format!("point {point} stored in run\n"));
    assert!(
        !extracted.stderr.contains("warning"),
        "{}",
        extracted.shown()
    );
    let networks = networks(&app, "s");
    let (_, network) = networks.iter().find(|(number, _)| *number == best).unwrap();
    assert!(run_network(&app, "run") == *network);
    let found = &points(&app, "s")[usize::try_from(best).unwrap() - 1];
    let evaluated = app.evaluation("run", &[]);
    let difference = evaluated["loss"].as_f64().unwrap() - found["val_loss"].as_f64().unwrap();
    assert!(difference.abs() < 1e-6, "{difference}");
    app.on_cpu(&["train", "--resume", "run", "--epochs=4"]);
    app.refused(
        &["sweep", "extract", "s", "3"],
        &["no point 3", "points 1 to 2"],
    );
    app.refused(
        &["sweep", "extract", "s", "1", "--run-dir=run"],
        &["run: already exists"],
    );
}

#[test]
fn a_training_that_diverges_is_a_result_and_the_others_go_on() {
    let app = App::new();
    let output = app.on_cpu(&[
        "sweep",
        "--sweep-dir=s",
        "--epochs=2",
        "--vary=learning_rate=1e37,0.001",
        "--seeds=0..1",
    ]);
    let points = points(&app, "s");
    for (point, state) in points
        .iter()
        .zip(["failed", "trained", "failed", "trained"])
    {
        assert_eq!(point["state"], state);
    }
    let error = points[0]["error"].as_str().unwrap();
    assert!(
        error.starts_with("epoch ") && error.contains("learning rate"),
        "{error}"
    );
    let rows: Vec<&str> = output.stdout.lines().skip(2).take(2).collect();
    assert!(
        rows[0].starts_with("1  0.") && rows[0].ends_with("0.001"),
        "{rows:?}"
    );
    assert!(rows[1].starts_with("2  failed"), "{rows:?}");
}

/// Each round trains the best third of the combinations of the round before three times as long.
#[test]
fn halving_trains_the_best_of_each_round_on_and_ends_with_the_weights_of_train() {
    let app = App::new();
    app.on_cpu(&[
        "sweep",
        "--sweep-dir=s",
        "--epochs=9",
        "--halving=3",
        "--vary=learning_rate=1e-5..1e-2/9",
        "--seeds=0..1",
    ]);
    let points = points(&app, "s");
    let mut epochs: Vec<(u64, f64)> = points
        .iter()
        .map(|point| {
            let rate = point["settings"]["learning_rate"].as_f64().unwrap();
            (point["epochs"].as_u64().unwrap(), rate)
        })
        .collect();
    epochs.sort_by(|a, b| a.partial_cmp(b).unwrap());
    let counts = [1, 3, 9].map(|wanted| {
        epochs
            .iter()
            .filter(|(epochs, _)| *epochs == wanted)
            .count()
    });
    assert_eq!(counts, [12, 4, 2]);
    // In one epoch of so few steps, the highest rates learn most.
    assert!(
        epochs[..12].iter().all(|(_, rate)| *rate < 2e-3),
        "{epochs:?}"
    );
    let winner = points
        .iter()
        .find(|point| point["state"] == "trained")
        .unwrap();
    let rate = format!("--learning-rate={}", winner["settings"]["learning_rate"]);
    app.train(
        "run",
        &["--epochs=9", &rate, &format!("--seed={}", winner["seed"])],
    );
    let networks = networks(&app, "s");
    let (_, network) = networks
        .iter()
        .find(|(number, _)| winner["point"] == *number)
        .unwrap();
    assert!(run_network(&app, "run") == *network);
    // Each row is a point that was trained further; none was begun again.
    assert_eq!(app.file("s/points.csv").lines().count(), 1 + 18 + 6 + 2);
    let paused = points
        .iter()
        .find(|point| point["state"] == "paused")
        .unwrap();
    let number = paused["point"].to_string();
    app.refused(
        &["sweep", "extract", "s", &number],
        &[" was dropped by halving after "],
    );
}
