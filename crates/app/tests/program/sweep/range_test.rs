//! The learning-rate range test: the losses are those of a training at these rates.

use serde_json::Value;

use crate::app::{App, column, metric_text};
use crate::fixtures::csv_column;
use crate::pictures::texts;

/// What a range test prints as JSON.
#[track_caller]
fn tested(app: &App, arguments: &[&str]) -> Value {
    let output = app.on_cpu(&[&["sweep", "--json"], arguments].concat());
    serde_json::from_str(&output.stdout).unwrap()
}

/// A number of each step.
fn numbers(test: &Value, key: &str) -> Vec<f64> {
    let steps = test["steps"].as_array().unwrap().iter();
    steps.map(|step| step[key].as_f64().unwrap()).collect()
}

#[track_caller]
fn are_near(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        let difference = (found / expected - 1.0).abs();
        assert!(difference < tolerance, "{found} {expected}");
    }
}

#[test]
fn rates_grow_by_the_same_factor_to_the_last_of_the_range() {
    let app = App::new();
    let test = tested(&app, &["--range-test"]);
    let rates = numbers(&test, "learning_rate");
    are_near(&rates[..1], &[1e-6], 1e-12);
    // 99 factors from 1e-6 to 10.
    let factor = 1e7_f64.powf(1.0 / 99.0);
    for pair in rates.windows(2) {
        assert!((pair[1] / pair[0] / factor - 1.0).abs() < 1e-9, "{pair:?}");
    }
    let short = tested(&app, &["--range-test", "1e-4..1e-3/40"]);
    let rates = numbers(&short, "learning_rate");
    are_near(&rates[39..], &[1e-3], 1e-12);
    assert_eq!(short["diverges"], Value::Null);
    let steps = short["steps"].as_array().unwrap();
    let numbers: Vec<&Value> = steps.iter().map(|step| &step["step"]).collect();
    assert_eq!((numbers[0], numbers[39]), (&1.into(), &40.into()));
}

#[test]
fn the_losses_are_those_of_a_training_at_these_rates() {
    let app = App::new();
    let of_config = ["--seed=3", "--hidden-units=9,5", "--validation-split=0.3"];
    // One batch an epoch, whose loss before the step is in the history, and a rate that hardly grows.
    let whole = ["--batch-size=100000", "--class-weight=1,3"];
    let settings = [&of_config[..], &whole].concat();
    let rates = "--range-test=0.01..0.010000001/30";
    let test = tested(&app, &[&[rates], &settings[..]].concat());
    let training = ["--epochs=30", "--learning-rate=0.01"];
    app.train("whole", &[&training[..], &settings].concat());
    let losses = numbers(&test, "loss");
    are_near(&losses, &column(&app, "whole", "loss"), 1e-5);

    // 700 images in batches of 50 are 14 steps an epoch, in another order each time.
    let settings = [&of_config[..], &["--batch-size=50"]].concat();
    let rates = "--range-test=0.01..0.010000001/28";
    let test = tested(&app, &[&[rates], &settings[..]].concat());
    let training = ["--epochs=2", "--learning-rate=0.01"];
    app.train("batches", &[&training[..], &settings].concat());
    let means = numbers(&test, "loss");
    let means = means
        .chunks(14)
        .map(|epoch| epoch.iter().sum::<f64>() / 14.0);
    let means: Vec<f64> = means.collect();
    are_near(&means, &column(&app, "batches", "loss"), 1e-5);
}

#[test]
fn the_rate_of_each_step_is_the_one_beside_its_loss() {
    let app = App::new();
    let whole = "--batch-size=100000";
    let rates = "--range-test=1e-4..0.1/40";
    let losses = numbers(&tested(&app, &[rates, whole]), "loss");
    // The loss before the first step does not depend on its rate, the second on the first rate alone.
    let first = ["--epochs=2", "--learning-rate=1e-4", whole];
    app.train("first", &first);
    are_near(&losses[..2], &column(&app, "first", "loss"), 1e-6);
    assert!(losses[39] < losses[0] / 2.0, "{losses:?}");
}

#[test]
fn the_same_seed_gives_the_same_numbers_and_another_one_others() {
    let app = App::new();
    let test = |seed: &str| tested(&app, &["--range-test", seed]);
    assert_eq!(test("--seed=7"), test("--seed=7"));
    assert_ne!(
        numbers(&test("--seed=7"), "loss"),
        numbers(&test("--seed=8"), "loss")
    );
    // Nothing is kept.
    assert_eq!(fs_err::read_dir(app.path()).unwrap().count(), 0);
}

#[test]
fn it_ends_when_the_loss_diverges() {
    let app = App::new();
    let test = tested(&app, &["--range-test=1e-3..1e6/200"]);
    let losses = numbers(&test, "loss");
    assert!(losses.len() < 200);
    let rates = numbers(&test, "learning_rate");
    assert_eq!(test["diverges"].as_f64(), rates.last().copied());
    // Of 21 neighbours: a twentieth of all steps on each side.
    let means = losses.windows(21).map(|window| window.iter().sum::<f64>());
    let means: Vec<f64> = means.collect();
    let (last, before) = means.split_last().unwrap();
    let lowest = before.iter().copied().fold(f64::INFINITY, f64::min);
    assert!(*last > 4.0 * lowest, "{means:?}");
    let first = before.iter().position(|mean| *mean > 4.0 * lowest);
    assert!(first.is_none_or(|first| before[..=first].iter().all(|mean| *mean > lowest)));
    let suggested = test["suggested"].as_f64().unwrap();
    assert!(suggested < test["lowest"].as_f64().unwrap());
    assert!(test["lowest"].as_f64() < test["diverges"].as_f64());
}

#[test]
fn burn_s_steps_agree_with_the_fused_ones_and_clip_gradients() {
    let app = App::new();
    let losses = |settings: &[&str]| {
        let rates = ["--range-test=1e-5..0.03/60", "--batch-size=64"];
        numbers(&tested(&app, &[&rates, settings].concat()), "loss")
    };
    let fused = losses(&["--engine=fused"]);
    are_near(&losses(&["--engine=burn"]), &fused, 1e-4);
    are_near(&losses(&["--global-clipnorm=1000"]), &fused, 1e-4);
    let clipped = losses(&["--global-clipnorm=1e-6"]);
    assert!((clipped[59] - fused[59]).abs() > 0.01, "{clipped:?}");
    let clipped = losses(&["--clipnorm=1e-6"]);
    assert!((clipped[59] - fused[59]).abs() > 0.01, "{clipped:?}");
}

#[test]
fn a_table_a_suggestion_and_a_file_have_the_same_numbers() {
    let app = App::new();
    let test = tested(&app, &["--range-test", "--config=lab"]);
    let output = app.on_cpu(&["sweep", "--range-test", "--config=lab", "--output=lr.csv"]);
    let csv = app.file("lr.csv");
    for key in ["step", "learning_rate", "loss", "smoothed"] {
        // `serde_json` reads the last digit otherwise than it writes it.
        are_near(&csv_column(&csv, key), &numbers(&test, key), 1e-12);
    }
    output.stdout_has("\nlr.csv\n");
    let first = metric_text(numbers(&test, "loss")[0]);
    output.stdout_has(&format!("\n1e-6           {first}"));
    let suggested = test["suggested"].as_f64().unwrap();
    // Python's f"{suggested:.2g}" for rates such as 0.012.
    let rounded: f64 = format!("{suggested:.1e}").parse().unwrap();
    output.stdout_has(&format!("suggested learning rate: {rounded}, "));
    // The settings beside the table of a sweep.
    app.on_cpu(&["sweep", "--range-test", "--config=sweep"]);
}

#[test]
fn the_picture_has_both_curves_and_the_suggested_rate() {
    let app = App::new();
    let test = tested(&app, &["--range-test"]);
    let draw = ["sweep", "--range-test", "--output"];
    for file in ["lr.svg", "lr.PNG"] {
        let output = app.on_cpu(&[&draw[..], &[file]].concat());
        output.stdout_has(&format!("\n{file}\n"));
    }
    let svg = app.file("lr.svg");
    assert_eq!(svg.matches("<g class=\"curve\"").count(), 2);
    let texts = texts(&svg);
    let note = "800 training images of 0 and 1, batches of 32; ";
    assert!(texts.iter().any(|text| text.starts_with(note)), "{texts:?}");
    for key in ["suggested", "diverges"] {
        let (found, rate) = (format!("{key}: "), test[key].as_f64().unwrap());
        let label = texts.iter().find_map(|text| text.strip_prefix(&found));
        let label: f64 = label.unwrap().parse().unwrap();
        assert!((label / rate - 1.0).abs() < 0.01, "{key}: {label} {rate}");
    }
    image::open(app.path().join("lr.PNG")).unwrap();
}

#[test]
fn what_a_range_test_has_no_use_for_is_refused_or_said() {
    let app = App::new();
    for wrong in [
        "1..0.1",
        "0..1",
        "1e-3",
        "1e-3..1/19",
        "1e-3..1/x",
        "1e-3..inf",
    ] {
        let flag = format!("--range-test={wrong}");
        app.refused(&["sweep", &flag], &["such as 1e-6..10/100"]);
    }
    for with in ["--vary=seed=1", "--seeds=0..1", "--dry-run", "--resume"] {
        app.refused(&["sweep", "--range-test", with], &["cannot be used with"]);
    }
    app.refused(&["sweep", "--json"], &["--range-test"]);
    app.refused(
        &["sweep", "--range-test", "--output=lr.txt"],
        &["--output lr.txt: expected the extension .png, .svg or .csv"],
    );
    fs_err::write(app.path().join("order.csv"), "0\n").unwrap();
    app.refused(
        &["sweep", "--range-test", "--batch-order=order.csv"],
        &["batch_order: not used in a range test"],
    );
    let output = app.on_cpu(&["sweep", "--range-test", "--epochs=3", "--seed=2"]);
    output.stderr_has("note: epochs has no effect");
    assert!(!output.stderr.contains("seed has no effect"));
}
