//! `app crossval`.

use crate::app::{App, column, json_lines, metric_text};
use crate::compare::assert_same_runs;
use crate::data_sets::write;

#[test]
fn cross_validation_holds_out_each_fold_once_and_can_be_resumed() {
    let app = App::new();
    let arguments = [
        "crossval",
        "--folds",
        "3",
        "--epochs",
        "5",
        "--run-dir",
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
    let single = app.evaluation("parts/fold-1", &[]);
    assert!(names.iter().all(|name| single[name].is_f64()), "{names:?}");
    // Mean and standard deviation, from the folds' own evaluations.
    let folds = ["parts/fold-1", "parts/fold-2", "parts/fold-3"];
    let folds = folds.map(|run| app.evaluation(run, &[]));
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

    // If the command is repeated, finished folds are not trained again, and an unfinished one is
    // resumed.
    let history = app.file("parts/fold-1/history.csv");
    fs_err::remove_file(app.path().join("parts/fold-2/result.toml")).unwrap();
    let again = app.on_cpu(&[arguments.as_slice(), &["--json"]].concat());
    assert_eq!(again.stdout, output.stdout);
    assert_eq!(app.file("parts/fold-1/history.csv"), history);
    let other = [arguments.as_slice(), &["--seed", "1"]].concat();
    app.refused(&other, &["fold-1", "different seed"]);
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

#[cfg(unix)]
#[test]
fn an_interrupted_cross_validation_has_one_command_to_continue() {
    let app = App::new();
    let long = ["crossval", "--epochs=100000", "--run-dir=parts"];
    let mut process = app.start(&[&["--backend", "ndarray"], long.as_slice()].concat());
    let history = app.path().join("parts/fold-1/history.csv");
    process.wait_for("an epoch is written", |_| history.is_file().then_some(()));
    process.send("-INT");
    let output = process.end();
    assert_eq!(output.code, Some(130), "{}", output.shown());
    output.stderr_has("stopping after this step");
    output.stderr_has("error: interrupted in fold 1 of 5, after epoch ");
    output
        .stderr_has("resume with: app --backend ndarray crossval --epochs=100000 --run-dir=parts");
    assert!(!output.stderr.contains("--resume"), "{}", output.shown());
}

#[test]
fn a_single_fold_is_trained_as_in_cross_validation() {
    let app = App::new();
    fs_err::write(app.path().join("two.toml"), "epochs = 2\nbatch_size = 16\n").unwrap();
    let settings = ["--config=two.toml", "--digits=3,8"];
    let crossval = ["crossval", "--folds=3", "--run-dir=parts"];
    app.on_cpu(&[crossval.as_slice(), &settings].concat());
    for fold in 1..=3 {
        let (single, part) = (format!("single-{fold}"), format!("parts/fold-{fold}"));
        let fold = format!("--fold={fold},3");
        app.train(&single, &[settings.as_slice(), &[&fold]].concat());
        assert_same_runs(&app, &single, &part);
    }
    assert_eq!(column(&app, "single-1", "epoch").len(), 2);
}

#[test]
fn the_printed_metrics_are_those_of_the_folds_and_of_the_json() {
    let app = App::new();
    let arguments = ["crossval", "--folds=2", "--epochs=2", "--run-dir=parts"];
    let output = app.on_cpu(&arguments);
    // All folds are finished; nothing is trained again.
    let json = app.on_cpu(&[arguments.as_slice(), &["--json"]].concat());
    let lines = json_lines(&json.stdout);
    assert_eq!(output.stdout.lines().count(), lines.len());
    for line in lines {
        let number = |key: &str| line[key].as_f64().unwrap();
        let name = line["metric"].as_str().unwrap().replace('_', " ");
        let [mean, std] = ["mean", "std"].map(|key| metric_text(number(key)));
        output.stdout_has(&format!("{name:<18} {mean} ± {std}\n"));
    }
    for fold in 1..=2 {
        let found = app.evaluation(&format!("parts/fold-{fold}"), &[]);
        let number = |key: &str| found[key].as_f64().unwrap();
        let (loss, accuracy) = (number("loss"), number("accuracy"));
        output.stderr_has(&format!(
            "fold {fold}/2  loss {loss:.4}  accuracy {accuracy:.4}  on 500 "
        ));
    }
}
