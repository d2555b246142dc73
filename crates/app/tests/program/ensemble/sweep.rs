//! The best networks of a sweep predict together. Which are the best is computed here, from what `sweep show` prints of
//! each point, and `sweep extract` makes runs of them.

use serde_json::Value;

use super::{assert_close, mean, number, predict, rows};
use crate::app::{App, json_lines};
use crate::data_sets::{embedded, images_npy, labels_npy, write};
use crate::pictures::{drawn, texts};

/// An app with a sweep `s` of four points, which have the same validation images.
fn swept(settings: &[&str]) -> App {
    let app = App::new();
    let sweep = ["sweep", "--sweep-dir=s", "--epochs=2", "--hidden-units=6,4"];
    let varied = ["--vary=learning_rate=0.001,0.01", "--vary=batch_size=16,32"];
    app.on_cpu(&[&sweep[..], &varied, settings].concat());
    app
}

/// The numbers of the points, those with the least value of a metric first.
fn best(app: &App, metric: &str) -> Vec<u64> {
    let shown = app.succeeds(&["sweep", "show", "s", "--points", "--json"]);
    let mut points = json_lines(&shown.stdout);
    points.sort_by(|a, b| number(&a[metric]).total_cmp(&number(&b[metric])));
    let numbers = points.iter().map(|point| point["point"].as_u64().unwrap());
    numbers.collect()
}

/// Makes runs of points, and returns their names.
fn extracted(app: &App, points: &[u64]) -> Vec<String> {
    let extract = |point: &u64| {
        let (number, run) = (point.to_string(), format!("run-{point}"));
        app.on_cpu(&["sweep", "extract", "s", &number, "--run-dir", &run]);
        run
    };
    points.iter().map(extract).collect()
}

#[track_caller]
fn evaluate(app: &App, arguments: &[&str]) -> Value {
    let output = app.on_cpu(&[&["evaluate", "--json"], arguments].concat());
    json_lines(&output.stdout).remove(0)
}

/// The same without the names of runs, sweeps and points.
fn nameless(mut found: Value) -> Value {
    let networks = found.get_mut("networks").and_then(Value::as_array_mut);
    for network in networks.into_iter().flatten() {
        *network = nameless(network.take());
    }
    for key in ["run", "sweep", "point"] {
        found.as_object_mut().unwrap().remove(key);
    }
    found
}

#[test]
fn the_best_points_predict_as_the_runs_that_are_extracted_of_them() {
    let app = swept(&[]);
    let points = best(&app, "val_loss");
    let runs = extracted(&app, &points[..3]);
    let runs: Vec<&str> = runs.iter().map(String::as_str).collect();

    let together = evaluate(&app, &["s", "--top=3"]);
    let networks = together["networks"].as_array().unwrap();
    let found: Vec<u64> = networks
        .iter()
        .map(|of| of["point"].as_u64().unwrap())
        .collect();
    assert_eq!(found, points[..3]);
    assert!(networks.iter().all(|of| of["sweep"] == "s"), "{networks:?}");
    assert_eq!(together["images"], "validation");
    assert_eq!(nameless(together), nameless(evaluate(&app, &runs)));
    // By default one.
    let one = evaluate(&app, &["s"]);
    assert_eq!(
        (&one["sweep"], &one["point"]),
        (&"s".into(), &points[0].into())
    );
    assert_eq!(nameless(one), nameless(evaluate(&app, &runs[..1])));

    let all = rows((0..1000).step_by(9));
    let alone: Vec<Vec<Value>> = runs
        .iter()
        .map(|run| predict(&app, &[run], &all, &[]))
        .collect();
    let together = predict(&app, &["s"], &all, &["--top=3"]);
    assert_eq!(together.len(), 112);
    for (image, found) in together.iter().enumerate() {
        let probabilities = alone.iter().map(|of| number(&of[image]["probability"]));
        let expected = mean(&probabilities.collect::<Vec<_>>());
        assert_close("probability", number(&found["probability"]), expected);
    }

    let numbers: Vec<String> = points.iter().map(u64::to_string).collect();
    let of_sweep = format!(
        "mean of 3 networks (points {}, {} and {} of s)",
        numbers[0], numbers[1], numbers[2]
    );
    let of_runs = format!(
        "mean of 3 networks ({}, {} and {})",
        runs[0], runs[1], runs[2]
    );
    for plot in [&["evaluation"][..], &["predictions", "--uncertain"]] {
        let found = texts(&drawn(&app, &[plot, &["s", "--top=3"]].concat())).join("\n");
        let expected = texts(&drawn(&app, &[plot, &runs].concat())).join("\n");
        assert!(found.contains(&of_sweep), "{found}");
        assert_eq!(found.replace(&of_sweep, &of_runs), expected);
    }
    let heading = format!(
        "point {} of s (epoch 2), on 200 validation images\n",
        numbers[0]
    );
    assert!(app.on_cpu(&["evaluate", "s"]).stdout.starts_with(&heading));
    let plots = app.on_cpu(&["plot", "evaluation", "s", "--only=roc", "--top=2"]);
    assert_eq!(
        plots.stdout,
        "s/plots/roc-ensemble.png\ns/plots/roc-ensemble.svg\n"
    );
}

#[test]
fn sweeps_and_runs_predict_together_on_the_images_that_the_settings_name() {
    let app = App::new();
    let (images, labels) = embedded((0..40).chain(500..540));
    write(&app, "X.npy", &images_npy(&images));
    write(&app, "y.npy", &labels_npy(&labels));
    let data = ["--data", "X.npy", "y.npy", "--epochs=1"];
    let sweep = [
        &["sweep", "--sweep-dir=s", "--vary=learning_rate=0.001,0.01"],
        &data[..],
    ];
    app.on_cpu(&sweep.concat());
    app.train("other", &[&data[..], &["--hidden-units=6,4"]].concat());
    let found = evaluate(&app, &["s", "other", "--top=2", "--on=all"]);
    assert_eq!(found["networks"].as_array().unwrap().len(), 3);
    assert_eq!(found["examples"], 80);

    // The sweep names its data by their whole paths.
    fs_err::create_dir(app.path().join("elsewhere")).unwrap();
    let arguments = ["evaluate", "../s", "--top=2", "--on=all", "--backend=flex"];
    let mut command = app.command(&arguments);
    let output = command.current_dir(app.path().join("elsewhere")).output();
    let output = String::from_utf8(output.unwrap().stdout).unwrap();
    assert!(output.contains(" of ../s), on 80 images"), "{output}");
    // A sweep may follow a folder of data, and precede pictures.
    fs_err::create_dir(app.path().join("digits")).unwrap();
    for name in ["X.npy", "y.npy"] {
        fs_err::copy(app.path().join(name), app.path().join("digits").join(name)).unwrap();
    }
    assert_eq!(evaluate(&app, &["--data", "digits", "s"])["examples"], 80);
    let picture = image::GrayImage::new(30, 30);
    picture.save(app.path().join("one.png")).unwrap();
    app.on_cpu(&["predict", "s", "other", "one.png", "--pictures", "resized"])
        .stdout_has(" of 2 networks agree\n");
    app.refused(
        &["predict", "other", "one.png", "s"],
        &["s: the run or sweep belongs before"],
    );
}

#[test]
fn points_with_the_same_weights_count_once() {
    let app = App::new();
    app.on_cpu(&[
        "sweep",
        "--sweep-dir=s",
        "--epochs=1",
        "--vary=early_stopping_patience=5,6",
        "--seeds=1..2",
        "--validation-split=0",
        "--monitor=loss",
    ]);
    let output = app.on_cpu(&["evaluate", "s", "--top=2"]);
    let heading = "mean of 2 networks (points ";
    assert!(output.stdout.starts_with(heading), "{}", output.shown());
    output.stderr_has("left out of s, because better points have the same weights: ");
    let expected = "s: 3 networks are wanted, but it has only 2 trained networks";
    app.refused(&["evaluate", "s", "--top=3"], &[expected]);
    let runs = extracted(&app, &best(&app, "loss")[..1]);
    let expected = format!(" of s and {} have the same weights", runs[0]);
    app.refused(&["evaluate", "s", &runs[0]], &[&expected]);
}

#[test]
fn networks_that_halving_dropped_and_folds_without_common_images_are_not_taken() {
    let app = App::new();
    let output = app.on_cpu(&[
        "sweep",
        "--sweep-dir=s",
        "--epochs=4",
        "--halving=2",
        "--vary=learning_rate=1e-4,1e-3,1e-2,2e-2",
    ]);
    // Four are trained for one epoch, two of them for two, and one for four.
    output.stderr_has(": 1 to the end, 3 dropped by halving\n");
    output.stdout_has("val_loss, of 1 seed, most epochs first, then best:\n");
    app.refused(
        &["evaluate", "s", "--top=3"],
        &["s: 3 networks are wanted, but only 1 was trained for all epochs; halving dropped 3\n"],
    );
    app.on_cpu(&["crossval", "--folds=3", "--epochs=1", "--sweep-dir=parts"]);
    let refused = app.refused(
        &["evaluate", "parts", "--top=3"],
        &["no image was a validation image of all 3 networks"],
    );
    assert_eq!(refused.stderr.lines().count(), 1, "{}", refused.shown());
}

#[test]
fn what_a_sweep_does_not_have_is_refused() {
    let app = swept(&["--digits=3,8"]);
    app.train("run", &["--epochs=1"]);
    app.refused(
        &["evaluate", "sweeps/nothing", "--top=2"],
        &["sweeps/nothing: no such run or sweep"],
    );
    for command in [
        &["evaluate"][..],
        &["predict", "--index=0"],
        &["plot", "evaluation"],
    ] {
        let refused = |arguments: &[&str], expected: &str| {
            app.refused(&[command, arguments].concat(), &[expected]);
        };
        refused(&["run", "--top=2"], "--top: no sweep is named");
        refused(&["--top=2"], "--top: no sweep is named");
        refused(
            &["s", "--checkpoint=best"],
            "s: a sweep keeps only the last network of each point; `app sweep extract`",
        );
        refused(
            &["s", "--top=5"],
            "s: 5 networks are wanted, but it has only 4 trained networks",
        );
        refused(&["s", "--top=0"], "expected a whole number from 1 to 1000");
        let point = best(&app, "val_loss")[0];
        refused(
            &["s", "run"],
            &format!("point {point} of s tells 3 and 8 apart, and run 0 and 1: "),
        );
    }
    for command in [
        &["report"][..],
        &["weights"],
        &["plot", "weights"],
        &["plot", "embedding"],
        &["plot", "history"],
        &["runs", "compare", "run"],
    ] {
        app.refused(
            &[command, &["s"]].concat(),
            &["s: a sweep, not a run; ", "`app sweep report s`"],
        );
    }
}
