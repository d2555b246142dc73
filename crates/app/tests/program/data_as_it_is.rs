//! Data sets as people have them: in an unusual scale, of one digit, moved, or named after a flag that takes two paths.

use serde_json::Value;

use crate::app::{App, column, rewind};
use crate::data_sets::{embedded, images_npy, labels_npy, mat, write, write_idx};

/// Writes the images of these rows into a folder, with each pixel multiplied by `factor`.
pub(crate) fn write_scaled(app: &App, folder: &str, factor: f32) {
    let (images, labels) = embedded((0..60).chain(500..560));
    let images: Vec<f32> = images.iter().map(|pixel| factor * pixel).collect();
    fs_err::create_dir(app.path().join(folder)).unwrap();
    write(app, &format!("{folder}/X.npy"), &images_npy(&images));
    write(app, &format!("{folder}/y.npy"), &labels_npy(&labels));
}

/// 30 images of one digit.
fn write_one_digit(app: &App, folder: &str, digit: usize) {
    let (images, labels) = embedded(500 * digit..500 * digit + 30);
    fs_err::create_dir(app.path().join(folder)).unwrap();
    write(app, &format!("{folder}/X.npy"), &images_npy(&images));
    write(app, &format!("{folder}/y.npy"), &labels_npy(&labels));
}

#[test]
fn pixels_of_0_to_255_are_rescaled_with_one_line_and_the_network_knows_the_usual_ones() {
    let app = App::new();
    write_scaled(&app, "usual", 1.0);
    write_scaled(&app, "scaled", 255.0);
    let settings = ["--epochs=3", "--data"];
    let usual = app.train("usual-run", &[&settings[..], &["usual"]].concat());
    let scaled = app.train("scaled-run", &[&settings[..], &["scaled"]].concat());
    let notices = |text: &str| {
        let lines = text.lines().filter(|line| line.contains("pixels from"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert!(notices(&usual.stderr).is_empty(), "{}", usual.shown());
    let found = notices(&scaled.stderr);
    assert!(
        found.len() == 1 && found[0].contains("scaled/X.npy: pixels from -"),
        "{found:?}"
    );
    // Dividing by 255 rounds the last bit.
    let [usual, scaled] = ["usual-run", "scaled-run"].map(|run| {
        let evaluation = app.evaluation(run, &["--data", "usual"]);
        evaluation["loss"].as_f64().unwrap()
    });
    assert!((usual - scaled).abs() < 1e-5, "{usual} {scaled}");
}

#[test]
fn the_stored_scale_is_a_setting_and_that_of_runs_without_it() {
    let app = App::new();
    write_scaled(&app, "scaled", 255.0);
    let settings = [
        "--epochs=2",
        "--data=scaled",
        "--pixel-scale=stored",
        "--keep-last=9",
    ];
    let output = app.train("run", &settings);
    assert!(!output.stderr.contains("pixels from"), "{}", output.shown());
    let config = app.file("run/config.toml");
    // As an older version wrote it.
    let older = config.replace("pixel_scale = \"stored\"\n", "");
    assert_ne!(older, config);
    fs_err::write(app.path().join("run/config.toml"), older).unwrap();
    let before = column(&app, "run", "val_loss");
    let evaluation = app.evaluation("run", &[]);
    assert!((evaluation["loss"].as_f64().unwrap() - before[1]).abs() < 1e-4);
    rewind(&app, "run", 1);
    app.on_cpu(&["train", "--resume", "run"]);
    assert_eq!(column(&app, "run", "val_loss"), before);
}

#[test]
fn an_unclear_scale_is_a_warning_with_the_range_and_an_impossible_one_is_refused() {
    let app = App::new();
    write_scaled(&app, "percent", 16.0);
    let output = app.train("run", &["--epochs=1", "--data", "percent"]);
    output.stderr_has("warning: ");
    output.stderr_has("percent/X.npy: pixels from -");
    write_scaled(&app, "words", 65535.0);
    let train = ["train", "--epochs=1", "--data", "words"];
    app.refused(&train, &["words/X.npy: expected pixels from 0", "found -"]);
}

#[test]
fn inverted_pixels_are_one_warning_in_every_command_that_reads_them() {
    let app = App::trained(&["--epochs=1"]);
    let (images, labels) = embedded((0..60).chain(500..560));
    let inverted: Vec<f32> = images.iter().map(|pixel| 1.0 - pixel).collect();
    fs_err::create_dir(app.path().join("paper")).unwrap();
    write(&app, "paper/X.npy", &images_npy(&inverted));
    write(&app, "paper/y.npy", &labels_npy(&labels));
    for command in [
        &["evaluate", "run", "--data", "paper"][..],
        &["train", "--epochs=1", "--run-dir=other", "--data", "paper"],
        &["evaluate", "run", "--quiet", "--data", "paper"],
    ] {
        let output = app.on_cpu(command);
        let lines = output.stderr.lines();
        let warnings: Vec<&str> = lines.filter(|line| line.contains("pixels from")).collect();
        let [warning] = warnings[..] else {
            panic!("{}", output.shown());
        };
        assert!(warning.starts_with("warning: "), "{warning}");
        for part in [
            "paper/X.npy: pixels from -0.",
            "% of them brighter than half",
        ] {
            assert!(warning.contains(part), "{part:?} is not in {warning:?}");
        }
    }
}

#[test]
fn a_folder_above_the_data_is_refused_with_the_one_that_has_them() {
    let app = App::new();
    fs_err::create_dir(app.path().join("downloads")).unwrap();
    write_scaled(&app, "downloads/digits", 1.0);
    let train = ["train", "--data", "downloads"];
    app.refused(
        &train,
        &["downloads: ", "downloads/digits; name that folder"],
    );
}

#[test]
fn a_set_of_one_digit_is_evaluated_and_drawn_and_what_is_undefined_is_called_so() {
    let app = App::trained(&["--epochs=5"]);
    for (digit, label) in [(0, "zeros"), (1, "ones")] {
        write_one_digit(&app, label, digit);
        let found = app.evaluation("run", &["--data", label]);
        assert_eq!(found["examples"], 30);
        assert_eq!(found["roc_auc"], Value::Null);
        let is_defined = |key: &str| !found[key].is_null();
        let matrix = &found["confusion_matrix"];
        let count = |row: usize, column: usize| matrix[row][column].as_u64().unwrap();
        assert_eq!(count(digit, 0) + count(digit, 1), 30);
        assert_eq!(is_defined("recall"), digit == 1);
        assert_eq!(is_defined("average_precision"), digit == 1);
        let predicted = count(0, 1) + count(1, 1);
        assert_eq!(is_defined("precision"), predicted > 0);
        let text = app.on_cpu(&["evaluate", "run", "--data", label]);
        text.stdout_has("roc auc            undefined, only one class\n");
        for command in [
            &["plot", "evaluation", "run"][..],
            &["plot", "predictions", "run"],
            &["plot", "embedding", "run"],
            &["plot", "data"],
            &["report", "run"],
        ] {
            let output = if command[0] == "report" {
                "one.html"
            } else {
                "one.svg"
            };
            let arguments = [command, &["--data", label, "--output", output]].concat();
            app.on_cpu(&arguments);
        }
        let report = app.file("one.html");
        assert!(report.contains("undefined, only one class"));
        // To train, both digits are needed.
        let train = ["train", "--data", label];
        app.refused(&train, &["no example of the digit"]);
    }
    let ones = ["evaluate", "run", "--data", "ones", "--threshold=1"];
    let nobody = app.on_cpu(&ones);
    nobody.stdout_has("precision          undefined, no positive prediction\n");
    nobody.stdout_has("recall             0.0000\n");
    let neither = ["evaluate", "run", "--data", "twos"];
    write_one_digit(&app, "twos", 2);
    app.refused(
        &neither,
        &["no example of the digits 0 and 1", "only the digit 2"],
    );
}

#[test]
fn a_run_may_follow_the_folder_of_data() {
    let app = App::new();
    for run in ["run", "newer"] {
        app.train(run, &["--epochs=1", &format!("--seed={}", run.len())]);
    }
    write_scaled(&app, "digits", 1.0);
    let data = ["--data", "digits"];
    for (command, arguments) in [
        (&["evaluate"][..], &["--json"][..]),
        (&["predict"], &["--index=3,101", "--json"]),
        (&["plot", "evaluation"], &["--output=drawn.svg"]),
        (&["plot", "embedding"], &["--output=drawn.svg"]),
        (&["report"], &["--output=drawn.svg"]),
    ] {
        let drawn = |all: &[&str]| {
            let printed = app.on_cpu(all).stdout;
            match arguments.last() {
                Some(&"--output=drawn.svg") => app.file("drawn.svg"),
                _ => printed,
            }
        };
        let before = drawn(&[command, &["run"], &data, arguments].concat());
        let after = drawn(&[command, &data, &["run"], arguments].concat());
        assert!(before == after, "{command:?}");
    }
    let both = ["report", "newer", "--data", "digits", "run"];
    app.refused(&both, &["two runs", "newer", "run"]);
    let as_data = ["evaluate", "--data", "run"];
    app.refused(&as_data, &["--data run: a run or a sweep, not a data set"]);
    let mistyped = ["evaluate", "--data", "digits", "rnu"];
    app.refused(&mistyped, &["--data takes one folder", "digits", "rnu"]);
}

#[test]
fn a_run_is_resumed_with_its_data_wherever_they_are_now() {
    let app = App::new();
    write_scaled(&app, "digits", 1.0);
    app.train("run", &["--data=digits", "--epochs=1"]);
    let resume = |data: &str, epochs: &str| {
        let data = format!("--data={data}");
        app.on_cpu(&["train", "--resume", "run", &data, "--epochs", epochs])
    };
    // Another spelling of the same path.
    resume("./digits/../digits/", "2");
    fs_err::rename(app.path().join("digits"), app.path().join("moved")).unwrap();
    resume("moved", "3");
    assert_eq!(column(&app, "run", "epoch"), [1.0, 2.0, 3.0]);
    // The run knows the new place.
    let evaluation = app.evaluation("run", &[]);
    let last = column(&app, "run", "val_loss")[2];
    assert!((evaluation["loss"].as_f64().unwrap() - last).abs() < 1e-6);
    // The same images in another format.
    let (x, y) = ("moved/X.npy", "moved/y.npy");
    app.on_cpu(&["train", "--resume", "run", "--epochs=4", "--data", y, x]);
    // Other images.
    let pixels: Vec<u8> = (0..40 * 400_u32)
        .map(|at| u8::try_from(at % 200).unwrap())
        .collect();
    let labels: Vec<u8> = (0..40).map(|image| image % 2).collect();
    write_idx(&app, ["x", "y"], &pixels, &labels);
    let other = ["train", "--resume", "run", "--epochs=5", "--data", "x", "y"];
    app.refused(&other, &["differ from those that the run was trained on"]);
    assert_eq!(column(&app, "run", "epoch").len(), 4);
}

#[test]
fn a_cross_validation_is_continued_with_its_data_wherever_they_are_now() {
    let app = App::new();
    write_scaled(&app, "digits", 1.0);
    let crossval = [
        "crossval",
        "--folds=2",
        "--epochs=1",
        "--sweep-dir=parts",
        "--data",
    ];
    let first = app.on_cpu(&[&crossval[..], &["digits"]].concat());
    fs_err::rename(app.path().join("digits"), app.path().join("moved")).unwrap();
    let second = app.on_cpu(&[&crossval[..], &["moved"]].concat());
    assert_eq!(first.stdout, second.stdout);
    write_scaled(&app, "other", 0.5);
    let other = [&crossval[..], &["other"]].concat();
    app.refused(
        &other,
        &["parts: the images or labels differ from those that the sweep was started with"],
    );
}

#[test]
fn a_cross_validation_is_continued_with_its_initial_weights_wherever_they_are_now() {
    let app = App::trained(&["--epochs=1"]);
    let weights = app.on_cpu(&["weights", "run", "--json"]).stdout;
    write(&app, "a.json", weights.as_bytes());
    write(&app, "b.json", weights.as_bytes());
    let other = weights.replacen("0.", "1.", 1);
    write(&app, "c.json", other.as_bytes());
    let crossval = |init: &'static str| {
        let rest = [
            "--folds=2",
            "--epochs=1",
            "--sweep-dir=parts",
            "--init",
            init,
        ];
        [&["crossval"], &rest[..]].concat()
    };
    let first = app.on_cpu(&crossval("a.json"));
    fs_err::remove_file(app.path().join("a.json")).unwrap();
    let second = app.on_cpu(&crossval("b.json"));
    assert_eq!(first.stdout, second.stdout);
    let names = [
        "parts: the initial weights have other content than those",
        "that the sweep was started with",
    ];
    app.refused(&crossval("c.json"), &names);
}

#[test]
fn a_matlab_file_trains_the_network_that_its_arrays_train_and_evaluates_it() {
    let app = App::new();
    write_scaled(&app, "arrays", 1.0);
    let (images, labels) = embedded((0..60).chain(500..560));
    write(&app, "digits.mat", &mat(&images, &labels));
    let [arrays, file] = ["arrays", "digits.mat"].map(|data| {
        let run = format!("of-{data}");
        app.train(&run, &["--epochs=2", "--data", data]);
        app.on_cpu(&["weights", &run, "--json"]).stdout
    });
    assert_eq!(arrays, file);
    let evaluations = ["arrays", "digits.mat"]
        .map(|data| app.evaluation("of-arrays", &["--data", data])["loss"].clone());
    assert_eq!(evaluations[0], evaluations[1]);
    let predict = ["predict", "of-arrays", "--index=0,60", "--data"];
    let predictions =
        ["arrays", "digits.mat"].map(|data| app.on_cpu(&[&predict[..], &[data]].concat()).stdout);
    assert_eq!(predictions[0], predictions[1]);
    // The order of the pixels matters, as in .npy files.
    let row = [
        "evaluate",
        "of-arrays",
        "--pixel-order=row",
        "--data=digits.mat",
    ];
    let output = app.on_cpu(&row);
    assert_eq!(output.stderr, "");
    assert_ne!(output.stdout, app.on_cpu(&row[..2]).stdout);
}
