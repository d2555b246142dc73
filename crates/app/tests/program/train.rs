//! Training with the lab's recipe and with the defaults, and the output of other commands for these
//! runs.

use crate::app::{App, column, json_lines, predictions};
use crate::compare::Within;
use crate::data_sets::{write, write_idx};
use crate::fixtures::{argument, lab, numbers, repository};
use crate::running::Running;

// DATA: Keras 3.15.1 on TensorFlow 2.21.0 ends the lab's recipe, over seeds 0 to 4, with a loss of
// 0.019 to 0.033 in its last epoch, P(X[0]) of 0.0128 to 0.0179, P(X[500]) of 0.958 to 0.987 and
// 999 of 1,000 training images correct; the bounds allow for other random numbers.
#[test]
fn the_lab_s_recipe_ends_where_keras_ends_for_five_seeds() {
    let app = App::new();
    for seed in ["0", "1", "2", "3", "4"] {
        let run = format!("seed-{seed}");
        app.on_cpu(&[
            "train",
            "--config",
            &lab(),
            "--seed",
            seed,
            "--run-dir",
            &run,
        ]);
        let losses = column(&app, &run, "loss");
        assert_eq!(losses.len(), 20);
        let last = losses[19];
        assert!((0.015..=0.04).contains(&last), "seed {seed}: {last}");

        let rows = predictions(&app, "ndarray", &run, "0,500");
        let probability = |row: usize| rows[row]["probability"].as_f64().unwrap();
        assert!(probability(0) < 0.05, "seed {seed}: {rows:?}");
        assert!(probability(1) > 0.95, "seed {seed}: {rows:?}");
        assert_eq!(
            (&rows[0]["digit"], &rows[1]["digit"]),
            (&0.into(), &1.into())
        );
        assert_eq!(
            (&rows[0]["label"], &rows[1]["label"]),
            (&0.into(), &1.into())
        );

        let found = app.evaluation(&run, &[]);
        assert_eq!(
            found["confusion_matrix"],
            serde_json::json!([[499, 1], [0, 500]])
        );
        assert_eq!(found["examples"], 1000);
        assert_eq!(found["accuracy"], 0.999);
    }
}

#[test]
fn the_default_run_holds_out_a_fifth_and_its_best_network_can_be_used() {
    let app = App::new();
    let output = app.on_cpu(&[
        "train",
        "--run-dir",
        "run",
        "--epochs",
        "4",
        "--keep-last",
        "4",
    ]);
    assert!(
        output.stdout.contains("800 correct") && output.stdout.contains("200 correct"),
        "{}",
        output.stdout
    );
    let losses = column(&app, "run", "val_loss");
    let evaluate = |name: &str| {
        let found = app.evaluation("run", &["--checkpoint", name]);
        assert_eq!(found["examples"], 200);
        found["loss"].as_f64().unwrap()
    };
    // Our own evaluation of the validation images, compared with the learner's.
    for (epoch, loss) in ["1", "2", "3", "4"].into_iter().zip(&losses) {
        let found = evaluate(epoch);
        assert!((found - loss).abs() < 1e-6, "{found} for {loss}");
    }
    assert!((evaluate("last") - losses[3]).abs() < 1e-6);
    let best = losses.iter().copied().fold(f64::INFINITY, f64::min);
    assert!((evaluate("best") - best).abs() < 1e-6);
    app.refused(
        &["evaluate", "run", "--checkpoint", "9"],
        &["no checkpoint of epoch 9", "epochs 1, 2, 3, 4"],
    );
    // `config.toml` contains all settings of the run.
    let config = app.file("run/config.toml");
    assert!(config.contains("epochs = 4") && config.contains("validation_split = 0.2"));
}

#[test]
fn pictures_of_any_size_are_classified() {
    let app = App::new();
    app.on_cpu(&["train", "--config", &lab(), "--run-dir", "run"]);
    // A bar is a one, a ring is a zero.
    let bar = image::GrayImage::from_fn(56, 56, |x, y| {
        image::Luma([if (25..31).contains(&x) && (8..48).contains(&y) {
            255
        } else {
            0
        }])
    });
    let ring = image::GrayImage::from_fn(40, 40, |x, y| {
        let (x, y) = (f64::from(x) - 19.5, f64::from(y) - 19.5);
        let radius = (x * x * 1.6 + y * y).sqrt();
        image::Luma([if (11.0..15.0).contains(&radius) {
            0
        } else {
            255
        }])
    });
    bar.save(app.path().join("bar.png")).unwrap();
    ring.save(app.path().join("dark-ring-on-white.png"))
        .unwrap();
    let output = app.on_cpu(&[
        "predict",
        "run",
        "bar.png",
        "dark-ring-on-white.png",
        "--json",
    ]);
    let digits = json_lines(&output.stdout);
    assert_eq!(
        (&digits[0]["digit"], &digits[1]["digit"]),
        (&1.into(), &0.into())
    );
    assert_eq!(digits[0]["source"], "bar.png");
    assert!(digits[0].get("label").is_none());
}

#[test]
fn any_two_digits_can_be_distinguished() {
    let app = App::new();
    app.on_cpu(&["train", "--digits", "7,4", "--run-dir", "run"]);
    let rows = predictions(&app, "ndarray", "run", "3500,2000");
    assert_eq!(
        (&rows[0]["digit"], &rows[1]["digit"]),
        (&7.into(), &4.into())
    );
}

#[test]
fn summary_and_weights_have_keras_s_counts_and_shapes() {
    let app = App::new();
    let output = app.on_cpu(&["summary"]);
    for count in ["10,025", "390", "16", "10,431"] {
        assert!(output.stdout.contains(count), "{}", output.stdout);
    }
    app.on_cpu(&["train", "--epochs", "1", "--run-dir", "run"]);
    let output = app.on_cpu(&["weights", "run"]);
    for shape in ["(400, 25)", "(25,)", "(25, 15)", "(15,)", "(15, 1)", "(1,)"] {
        assert!(output.stdout.contains(shape), "{}", output.stdout);
    }
    let output = app.on_cpu(&["weights", "run", "--values", "layer1.weight"]);
    assert_eq!(output.stdout.lines().count(), 400);
    assert!(
        output
            .stdout
            .lines()
            .all(|line| line.split(' ').count() == 25)
    );
}

#[test]
fn data_describes_a_data_set() {
    let app = App::new();
    let output = app.on_cpu(&["data", "--index", "0"]);
    for part in ["[5000, 400]", "-0.13196 to 1.12769", "digit 9  500 images"] {
        assert!(output.stdout.contains(part), "{}", output.stdout);
    }
    // The first value of X[0] that the notebook prints, at [67], up to f32.
    assert!(output.stdout.contains("8.560597"), "{}", output.stdout);
    let assets = argument(&repository().join("assets"));
    let output = app.on_cpu(&["data", "--data", &assets]);
    assert!(output.stdout.contains("[5000, 400]"), "{}", output.stdout);
}

/// The same metrics as those of `evaluate` for the same images.
#[test]
fn a_training_ends_with_its_metrics_on_both_parts_of_the_data() {
    let app = App::new();
    for (part, settings) in [
        ("validation", &["--epochs=2"][..]),
        ("training  ", &["--epochs=2", "--validation-split=0"]),
    ] {
        let run = part.trim();
        let output = app.train(run, settings);
        let found = app.evaluation(run, &[]);
        let number = |key: &str| found[key].as_f64().unwrap();
        let matrix = &found["confusion_matrix"];
        let right = matrix[0][0].as_u64().unwrap() + matrix[1][1].as_u64().unwrap();
        let (loss, accuracy) = (number("loss"), number("accuracy"));
        // 200 or 1000.
        let examples = found["examples"].to_string().replace("1000", "1,000");
        output.stdout_has(&format!(
            "{part}  loss {loss:.4}  accuracy {accuracy:.4}  {right} of {examples} correct"
        ));
    }
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_not_a_failure() {
    let app = App::trained(&["--epochs", "1"]);
    for arguments in [
        &["weights", "run", "--values", "layer1.weight"][..],
        &["evaluate", "run", "--json", "--backend=flex"],
        &["predict", "run", "--json", "--index=0", "--backend=flex"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = app.command(arguments).stdout(writer).output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        let found = (output.status.code(), err.as_str());
        assert_eq!(found, (Some(0), ""), "{arguments:?}");
    }
}

#[test]
fn the_first_line_counts_the_images_of_both_parts() {
    let app = App::new();
    let output = app.train(
        "run",
        &["--epochs=1", "--digits=3,8", "--validation-split=0.3"],
    );
    output.stderr_has("700 images of 3 and 8, 300 for validation; run run");
}

/// The configuration of the run names its files by their whole paths.
#[test]
fn a_run_on_files_is_used_from_another_directory() {
    let app = App::trained(&["--epochs=1"]);
    let weights = app.on_cpu(&["weights", "run", "--json"]).stdout;
    write(&app, "start.json", weights.as_bytes());
    let images: Vec<u8> = (0..=255).cycle().take(40 * 400).collect();
    write_idx(&app, ["x", "y"], &images, &[0, 1].repeat(20));
    let files = ["--data", "x", "y", "--init", "start.json"];
    app.train("other", &[&files[..], &["--epochs=1"]].concat());
    fs_err::create_dir(app.path().join("elsewhere")).unwrap();
    let elsewhere = |arguments: &[&str]| {
        let mut command = app.command(arguments);
        let command = command.current_dir(app.path().join("elsewhere"));
        let output = Running::start(command).end();
        assert_eq!(output.code, Some(0), "{arguments:?}: {}", output.shown());
        output
    };
    let cpu = "--backend=ndarray";
    elsewhere(&[cpu, "evaluate", "../other"]).stdout_has("on 8 validation images");
    elsewhere(&[cpu, "plot", "weights", "../other", "-o", "weights.svg"]);
    let svg = app.file("elsewhere/weights.svg");
    assert!(!svg.contains("without its initial weights"));
}

#[test]
fn the_values_are_those_of_the_weights_that_are_named() {
    let app = App::trained(&["--epochs=1"]);
    let all = app.on_cpu(&["weights", "run", "--json"]).stdout;
    let all: serde_json::Value = serde_json::from_str(&all).unwrap();
    for (name, values) in all.as_object().unwrap() {
        let printed = app.on_cpu(&["weights", "run", "--values", name]).stdout;
        let printed: Vec<f64> = printed
            .split_whitespace()
            .map(|value| value.parse().unwrap())
            .collect();
        let expected = numbers(values);
        assert_eq!(printed.len(), expected.len(), "{name}");
        for (printed, expected) in printed.into_iter().zip(expected) {
            // JSON has the digits of an f64.
            assert!(
                Within::Relative(1e-6).holds(printed, expected),
                "{name}: {printed}, {expected}"
            );
        }
    }
}

/// It says what it trains only if it does.
#[test]
fn a_directory_that_is_used_is_refused_before_anything_is_said() {
    let app = App::trained(&["--epochs=1"]);
    let output = app.refused(&["train", "--run-dir=run"], &["run: already exists"]);
    assert_eq!(output.stderr.lines().count(), 1, "{}", output.shown());
    fs_err::create_dir_all(app.path().join("parts/fold-2")).unwrap();
    fs_err::write(app.path().join("parts/fold-2/notes.txt"), "mine").unwrap();
    let crossval = ["crossval", "--folds=2", "--run-dir=parts"];
    let output = app.refused(&crossval, &["parts/fold-2: already exists"]);
    assert_eq!(output.stderr.lines().count(), 1, "{}", output.shown());
    assert!(!app.path().join("parts/fold-1").exists());
}
