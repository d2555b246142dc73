//! `app crossval`.

use serde_json::Value;

use crate::app::{App, json_lines, metric_text};
use crate::data_sets::write;

/// The evaluations of each fold's network on its images, each trained by itself.
pub(crate) fn fold_evaluations(app: &App, folds: usize, settings: &[&str]) -> Vec<Value> {
    let evaluation = |number| {
        let (run, fold) = (format!("fold-{number}"), format!("--fold={number},{folds}"));
        app.train(&run, &[settings, &[&fold]].concat());
        app.evaluation(&run, &[])
    };
    (1..=folds).map(evaluation).collect()
}

#[test]
fn cross_validation_holds_out_each_fold_once_and_can_be_resumed() {
    let app = App::new();
    let arguments = [
        "crossval",
        "--folds",
        "3",
        "--epochs",
        "5",
        "--sweep-dir",
        "parts",
    ];
    let output = app.on_cpu(&[arguments.as_slice(), &["--json"]].concat());
    let lines = json_lines(&output.stdout);
    let names: Vec<&str> = lines
        .iter()
        .map(|line| line["metric"].as_str().unwrap())
        .collect();
    let metrics = ["loss", "accuracy", "precision", "recall", "f1", "roc_auc"];
    assert_eq!(names[..6], metrics);
    // Mean and standard deviation, from evaluations of runs of the folds.
    let folds = fold_evaluations(&app, 3, &["--epochs=5"]);
    assert!(
        names.iter().all(|name| folds[0][name].is_f64()),
        "{names:?}"
    );
    let examples = folds
        .iter()
        .map(|fold| fold["examples"].as_u64().unwrap())
        .collect::<Vec<_>>();
    assert!(
        examples.iter().all(|count| (332..=336).contains(count)),
        "{examples:?}"
    );
    assert_eq!(examples.iter().sum::<u64>(), 1000, "each image once");
    for (line, key) in lines.iter().zip(["loss", "accuracy", "precision"]) {
        let values = folds.iter().map(|fold| fold[key].as_f64().unwrap());
        let mean = values.clone().sum::<f64>() / 3.0;
        let variance = values.map(|value| (value - mean).powi(2)).sum::<f64>() / 2.0;
        assert!(
            (line["mean"].as_f64().unwrap() - mean).abs() < 1e-12,
            "{line}"
        );
        let std = line["std"].as_f64().unwrap();
        assert!((std - variance.sqrt()).abs() < 1e-12, "{line}");
    }

    // If the command is repeated, finished folds are not trained again.
    let points = app.file("parts/points.csv");
    let again = app.on_cpu(&[arguments.as_slice(), &["--json"]].concat());
    assert_eq!(again.stdout, output.stdout);
    assert_eq!(app.file("parts/points.csv"), points);
    // The last one was cut short.
    fs_err::write(
        app.path().join("parts/points.csv"),
        &points[..points.len() - 9],
    )
    .unwrap();
    let again = app.on_cpu(&[arguments.as_slice(), &["--json"]].concat());
    assert_eq!(again.stdout, output.stdout);
    assert_eq!(app.file("parts/points.csv").lines().count(), 4);
    let other = [arguments.as_slice(), &["--seed", "1"]].concat();
    app.refused(&other, &["parts", "different seed"]);
    let other = ["crossval", "--folds=4", "--epochs=5", "--sweep-dir=parts"];
    app.refused(&other, &["parts", "different number of folds"]);
    app.refused(&["crossval", "--folds", "1"], &["--folds"]);
    app.refused(&["crossval", "--folds", "900"], &["900"]);
}

#[test]
fn the_settings_that_choose_images_are_refused_in_a_cross_validation() {
    let app = App::new();
    write(&app, "fold.toml", b"fold = [1, 5]\n");
    for (argument, key) in [
        ("--fold=1,5", "fold:"),
        ("--validation-split=0.2", "validation_split:"),
        ("--overfit-batches=2", "overfit_batches:"),
        ("--batch-order=order.csv", "batch_order:"),
        ("--config=fold.toml", "fold:"),
    ] {
        let names = [key, "not used in a cross-validation"];
        app.refused(&["crossval", argument], &names);
    }
    // The split of a file for a training is only noted.
    write(&app, "split.toml", b"validation_split = 0.3\n");
    let file = ["crossval", "--config=split.toml", "--epochs=1", "--folds=2"];
    app.on_cpu(&file)
        .stderr_has("validation_split has no effect");
}

#[test]
fn settings_of_files_that_a_cross_validation_does_not_write_are_noted() {
    let app = App::new();
    write(&app, "keep.toml", b"keep_last = 5\n");
    let output = app.on_cpu(&[
        "crossval",
        "--config=keep.toml",
        "--tensorboard",
        "--keep-every=9",
        "--epochs=1",
        "--folds=2",
    ]);
    for (key, reason) in [
        ("keep_last", "a sweep keeps no checkpoints"),
        ("keep_every", "a sweep keeps no checkpoints"),
        ("tensorboard", "a sweep writes no event files"),
    ] {
        let note = format!("note: {key} has no effect: {reason}\n");
        assert_eq!(output.stderr.matches(&note).count(), 1, "{note}");
    }
    let found = output.stderr.matches(" has no effect").count();
    assert_eq!(found, 3, "{}", output.shown());
}

#[cfg(unix)]
#[test]
fn an_interrupted_cross_validation_has_one_command_to_continue() {
    let app = App::new();
    let long = ["crossval", "--epochs=100000", "--sweep-dir=parts"];
    let mut process = app.start(&[&["--backend", "ndarray"], long.as_slice()].concat());
    process.wait_for("the first fold", |running| {
        running
            .stderr()
            .contains("cross-validation with 5 folds")
            .then_some(())
    });
    process.send("-INT");
    let output = process.end();
    assert_eq!(output.code, Some(130), "{}", output.shown());
    output.stderr_has("stopping after this step");
    output.stderr_has("error: interrupted after 0 of 5 folds; resume with: ");
    output.stderr_has(
        "resume with: app --backend ndarray crossval --epochs=100000 --sweep-dir=parts",
    );
    assert!(!output.stderr.contains("--resume"), "{}", output.shown());
}

#[test]
fn a_cross_validation_is_a_sweep_of_its_folds() {
    let app = App::new();
    let crossval = ["crossval", "--folds=3", "--epochs=2", "--sweep-dir=parts"];
    app.on_cpu(&crossval);
    let shown = app.succeeds(&["sweep", "show", "parts"]);
    shown.stdout_has("parts: 3 of 3 points");
    shown.stdout_has("mean over 1 seed x 3 folds");
    app.on_cpu(&["sweep", "extract", "parts", "2", "--run-dir=second"]);
    let folds = fold_evaluations(&app, 3, &["--epochs=2"]);
    let mut second = app.evaluation("second", &[]);
    second["run"] = folds[1]["run"].clone();
    assert_eq!(second, folds[1]);
}

#[test]
fn a_fold_whose_loss_diverges_is_named() {
    let app = App::new();
    let diverging = ["crossval", "--folds=2", "--epochs=3", "--init=large.json"];
    app.train("run", &["--epochs=1"]);
    let weights = app.on_cpu(&["weights", "run", "--json"]).stdout;
    let mut weights: Value = serde_json::from_str(&weights).unwrap();
    for row in weights["layer3.weight"].as_array_mut().unwrap() {
        row[0] = 1e38.into();
    }
    write(&app, "large.json", weights.to_string().as_bytes());
    let output = app.run(&[&["--backend=ndarray"], &diverging[..]].concat());
    assert_eq!(output.code, Some(1), "{}", output.shown());
    output.stderr_has("error: fold 1 of 2: ");
}

#[test]
fn the_printed_metrics_are_those_of_the_folds_and_of_the_json() {
    let app = App::new();
    let arguments = ["crossval", "--folds=2", "--epochs=2", "--sweep-dir=parts"];
    let output = app.on_cpu(&arguments);
    // All folds are finished; nothing is trained again.
    let json = app.on_cpu(&[arguments.as_slice(), &["--json"]].concat());
    let lines = json_lines(&json.stdout);
    assert_eq!(output.stdout.lines().count(), 1 + lines.len());
    let heading = "mean and standard deviation over 2 folds\n";
    assert!(output.stdout.starts_with(heading), "{}", output.shown());
    output.stderr_has("stored in parts\nnext: app sweep show parts\n");
    json.stderr_has("resuming parts: 2 of 2 folds trained before\n");
    assert!(!output.stderr.contains("resuming"), "{}", output.shown());
    for line in lines {
        let number = |key: &str| line[key].as_f64().unwrap();
        let name = line["metric"].as_str().unwrap().replace('_', " ");
        let [mean, std] = ["mean", "std"].map(|key| metric_text(number(key)));
        output.stdout_has(&format!("{name:<18} {mean}  {std}\n"));
    }
    let folds = fold_evaluations(&app, 2, &["--epochs=2"]);
    for (fold, found) in (1..).zip(folds) {
        let number = |key: &str| found[key].as_f64().unwrap();
        let (loss, accuracy) = (number("loss"), number("accuracy"));
        output.stderr_has(&format!(
            "fold {fold}/2  loss {loss:.4}  accuracy {accuracy:.4}  on 500 "
        ));
    }
}

#[test]
fn a_cross_validation_without_some_images_is_resumed_after_its_list_is_gone_or_moved() {
    let app = App::new();
    write(&app, "list.txt", b"4\n503\n");
    let short = ["crossval", "--folds=2", "--epochs=2", "--sweep-dir=parts"];
    let crossval = |without: &str| app.on_cpu(&[&short[..], &[without]].concat());
    let whole = crossval("--without=list.txt");
    whole.stderr_has("on 499 validation images");
    // As if it had been killed in the last fold.
    let cut = || {
        let points = app.file("parts/points.csv");
        let kept: String = points.split_inclusive('\n').take(2).collect();
        write(&app, "parts/points.csv", kept.as_bytes());
    };
    cut();
    fs_err::rename(app.path().join("list.txt"), app.path().join("moved.txt")).unwrap();
    let resumed = crossval("--without=list.txt");
    resumed.stderr_has("resuming parts: 1 of 2 folds trained before\n");
    assert_eq!(resumed.stdout, whole.stdout);
    cut();
    let moved = crossval("--without=moved.txt");
    assert_eq!(moved.stdout, whole.stdout);
    // The same of a sweep, which needs no list to be named.
    cut();
    app.on_cpu(&["sweep", "--resume", "parts", "--without=moved.txt"]);
    let resumed = crossval("--without=list.txt");
    assert_eq!(resumed.stdout, whole.stdout);
    // Another list, or one that is gone and was never there.
    write(&app, "other.txt", b"4\n");
    app.refused(
        &[&short[..], &["--without=other.txt"]].concat(),
        &["the images or labels differ"],
    );
    app.refused(
        &[&short[..], &["--without=nowhere.txt"]].concat(),
        &["nowhere.txt: no such list of images to leave out"],
    );
}
