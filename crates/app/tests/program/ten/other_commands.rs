//! Cross-validation, runs, summary, weights, benchmark and event files of several digits.

use serde_json::Value;

use super::trained;
use crate::app::{App, column, json_lines, metric_text};
use crate::compare::{Within, assert_epochs_agree};
use crate::crossval::fold_evaluations;
use crate::skipped::or_skip;
use crate::tensorboard::read;

#[test]
fn a_cross_validation_of_five_digits_has_aligned_means_of_its_folds() {
    let app = App::new();
    let settings = [
        "--digits=0..4",
        "--folds=2",
        "--epochs=2",
        "--sweep-dir=parts",
    ];
    let arguments = [&["crossval"], &settings[..]].concat();
    let output = app.on_cpu(&arguments);
    // All folds are finished; nothing is trained again.
    let json = app.on_cpu(&[&arguments[..], &["--json"]].concat());
    let folds = fold_evaluations(&app, 2, &["--digits=0..4", "--epochs=2"]);
    let folds: [Value; 2] = folds.try_into().unwrap();
    for fold in &folds {
        let classes = fold["classes"].as_array().unwrap();
        assert!(
            classes.iter().all(|class| class["support"] == 250),
            "{fold}"
        );
    }
    let lines = json_lines(&json.stdout);
    assert_eq!(output.stdout.lines().count(), 1 + lines.len());
    let keys = lines.iter().map(|line| line["metric"].as_str().unwrap());
    for key in [
        "log_loss",
        "top_2_accuracy",
        "weighted.f1",
        "calibration_error",
    ] {
        assert!(keys.clone().any(|found| found == key), "{key}");
    }
    for (line, printed) in lines.iter().zip(output.stdout.lines().skip(1)) {
        let key = line["metric"].as_str().unwrap().replace('.', "/");
        let values = folds
            .each_ref()
            .map(|fold| fold.pointer(&format!("/{key}")).unwrap());
        let [first, second] = values.map(Value::as_f64);
        let (name, rest) = printed.split_at(25);
        assert!(
            name.starts_with(|letter: char| letter.is_ascii_lowercase()),
            "{printed}"
        );
        if let (Some(first), Some(second)) = (first, second) {
            let (mean, std) = (
                f64::midpoint(first, second),
                (first - second).abs() / 2.0_f64.sqrt(),
            );
            assert!(
                (line["mean"].as_f64().unwrap() - mean).abs() < 1e-12,
                "{line}"
            );
            assert!(
                (line["std"].as_f64().unwrap() - std).abs() < 1e-12,
                "{line}"
            );
            let found = metric_text(line["mean"].as_f64().unwrap());
            assert!(rest.starts_with(&format!(" {found}  ")), "{printed}");
        } else {
            assert_eq!(rest, " undefined in some fold");
        }
    }
}

#[test]
fn runs_of_two_and_of_ten_digits_are_listed_and_compared() {
    let app = App::new();
    app.train("runs/two", &["--epochs=1"]);
    app.train("runs/ten", &["--epochs=1", "--digits=0..9"]);
    let listed = app.succeeds(&["runs"]);
    for run in ["two", "ten"] {
        let line = listed
            .stdout
            .lines()
            .find(|line| line.starts_with(&format!("runs/{run} ")));
        let loss = metric_text(column(&app, &format!("runs/{run}"), "val_loss")[0]);
        assert!(
            line.unwrap()
                .contains(&format!("val_loss {loss} in epoch 1")),
            "{}",
            listed.shown()
        );
    }
    let compared = app
        .succeeds(&["runs", "compare", "runs/two", "runs/ten"])
        .stdout;
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let lines: Vec<String> = compared.lines().map(words).collect();
    let digits = "digits [0, 1] [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]";
    assert!(lines.iter().any(|line| line == digits), "{compared}");
    let [two, ten] =
        ["two", "ten"].map(|run| metric_text(column(&app, &format!("runs/{run}"), "loss")[0]));
    assert!(
        lines.contains(&format!("last loss {two} {ten}")),
        "{compared}"
    );
}

#[test]
fn summary_weights_and_benchmark_are_of_the_network_with_ten_outputs() {
    let app = trained();
    let summary = app.succeeds(&["summary", "run"]);
    for text in [
        "(None, 10)",
        " 160\n",
        "10,575",
        "weights (15, 10), biases (10,)",
    ] {
        summary.stdout_has(text);
    }
    summary.stdout_has("Loss: binary cross-entropy, summed over the outputs");
    app.on_cpu(&["weights", "run"])
        .stdout_has("layer3.weight   (15, 10) ");
    let weights = app.on_cpu(&["weights", "run", "--json"]).stdout;
    let weights: Value = serde_json::from_str(&weights).unwrap();
    let last = weights["layer3.weight"].as_array().unwrap();
    assert_eq!((last.len(), last[0].as_array().unwrap().len()), (15, 10));
    let measured = app.on_cpu(&["benchmark", "run", "--json"]).stdout;
    let measured: Value = serde_json::from_str(&measured).unwrap();
    assert_eq!(measured["training"].as_array().unwrap().len(), 4);
}

#[test]
fn tensorboard_reads_the_epochs_of_ten_digits() {
    let app = App::trained(&["--digits=0..9", "--epochs=3", "--tensorboard"]);
    let Some(found) = or_skip(read(&app, "run"), "REQUIRE_TENSORBOARD") else {
        return;
    };
    for tag in ["loss", "accuracy", "val_loss", "val_accuracy"] {
        let events = found[tag].as_array().unwrap().iter();
        let values: Vec<f64> = events.map(|event| event[1].as_f64().unwrap()).collect();
        assert_epochs_agree(
            tag,
            &values,
            &column(&app, "run", tag),
            Within::Absolute(1e-6),
        );
    }
}
