//! The test part of a data set: its rows have names of their own and can be chosen, and a training says how many it has.

use crate::app::{App, json_lines};
use crate::data_sets::{embedded, row_by_row, write_idx};
use crate::pictures::{drawn, texts};

/// Rows of the embedded digits as IDX files of this name, such as `t10k`; zeros are rows 0 to 499, ones 500 to 999.
fn write_part(app: &App, name: &str, rows: impl IntoIterator<Item = usize>, wrong: &[usize]) {
    let (images, mut labels) = embedded(rows);
    for &row in wrong {
        labels[row] = 1 - labels[row];
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "pixels are cut to the range of bytes"
    )]
    let byte = |pixel: f32| (255.0 * pixel.clamp(0.0, 1.0)).round() as u8;
    let bytes: Vec<u8> = row_by_row(&images).into_iter().map(byte).collect();
    let [x, y] =
        ["images-idx3-ubyte", "labels-idx1-ubyte"].map(|kind| format!("digits/{name}-{kind}"));
    write_idx(app, [&x, &y], &bytes, &labels);
}

/// A run on 80 images, all of one batch, with a test part of five: two ones, two zeros, and a one with the label 0.
fn app() -> App {
    let app = App::new();
    fs_err::create_dir(app.path().join("digits")).unwrap();
    write_part(&app, "train", (0..40).chain(500..540), &[]);
    write_part(&app, "t10k", [600, 100, 601, 101, 602], &[4]);
    let output = app.train("run", &["--data=digits", "--epochs=60"]);
    output.stderr_has("64 images of 0 and 1, 16 for validation, 5 for the test; run run\n");
    output.stdout_has("4 of 5 correct");
    app
}

#[test]
fn rows_of_the_test_part_are_named_so_and_chosen_by_on_test() {
    let app = app();
    let predict = |arguments: &[&str]| {
        let all = [&["predict", "run", "--json"], arguments].concat();
        let found = json_lines(&app.on_cpu(&all).stdout);
        let named = found
            .iter()
            .map(|found| (found["source"].to_string(), found["label"].to_string()));
        named.collect::<Vec<_>>()
    };
    let named = |name: &str, label: &str| (format!("\"{name}\""), label.to_owned());
    assert_eq!(
        predict(&["--on=test", "--index=0,1"]),
        [named("test row 0", "1"), named("test row 1", "0")]
    );
    for others in [&["--index=0,79"][..], &["--index=0,79", "--on=all"]] {
        assert_eq!(predict(others), [named("row 0", "0"), named("row 79", "1")]);
    }
    let text = app
        .on_cpu(&["predict", "run", "--on=test", "--index=4"])
        .stdout;
    assert!(
        text.starts_with("test row 4: 1, ") && text.ends_with("wrong: the label is 0\n"),
        "{text}"
    );

    // A picture names the row by which it is found.
    let words = |arguments: &[&str]| texts(&drawn(&app, arguments)).join("\n");
    let errors = words(&["predictions", "run", "--errors"]);
    assert!(errors.contains("test row 4: 0, 1, P "), "{errors}");
    let activations = words(&["activations", "run", "--on=test", "--index=4"]);
    assert!(
        activations.contains("Activations for test row 4\n"),
        "{activations}"
    );
    assert!(activations.contains("label 0\nwrong"), "{activations}");
    let grid = words(&["predictions", "run", "--on=test", "--index=4,0"]);
    // Where the caption is broken depends on the width of the directory's random name.
    assert!(
        grid.contains("chosen rows of the test part of") && grid.contains("0, 1\n1, 1"),
        "{grid}"
    );
    let embedding = words(&["embedding", "run"]);
    assert!(embedding.contains("test row 4: 1"), "{embedding}");
}

#[test]
fn rows_that_the_test_part_does_not_have_are_refused_and_so_is_a_part_that_is_not_there() {
    let app = app();
    app.train("other", &["--epochs=1"]);
    for (arguments, expected) in [
        (
            &["predict", "run", "--on=test", "--index=5"][..],
            "--index 5: the test part has rows 0 to 4",
        ),
        (
            &["predict", "other", "--on=test", "--index=5"],
            "--on test: the data set has no test part",
        ),
        (
            &["predict", "run", "--on=test", "one.png"],
            "--index <ROWS>",
        ),
        (
            &["evaluate", "other", "--on=test"],
            "--on test: the data set has no test part",
        ),
        (
            &["plot", "predictions", "run", "--on=all", "--index=5"],
            "with --index, --on can only be test",
        ),
        (
            &["evaluate", "run", "--on=all", "--data=digits"],
            "with --data, --on can only be test",
        ),
    ] {
        app.refused(arguments, &[expected]);
    }
    // Of another data set too.
    let found = app.evaluation("other", &["--data=digits", "--on=test"]);
    assert_eq!(
        (&found["images"], &found["examples"]),
        (&"test".into(), &5.into())
    );
    app.on_cpu(&[
        "predict",
        "other",
        "--data=digits",
        "--on=test",
        "--index=4",
    ])
    .stdout_has("test row 4: ");
}

#[test]
fn a_data_set_is_described_with_its_test_part() {
    let app = app();
    app.succeeds(&["data", "--data=digits"])
        .stdout_has("test part  5 images besides");
    let found = app.succeeds(&["data", "--data=digits", "--json"]).stdout;
    assert_eq!(json_lines(&found)[0]["test_images"], 5);
    let text = app.succeeds(&["data", "--json"]).stdout;
    assert!(!text.contains("test"), "{text}");
}

#[test]
fn a_test_part_that_is_damaged_is_found_before_the_training() {
    let app = app();
    let labels = app.path().join("digits/t10k-labels-idx1-ubyte");
    let bytes = fs_err::read(&labels).unwrap();
    fs_err::write(&labels, &bytes[..bytes.len() - 1]).unwrap();
    app.refused(
        &["train", "--data=digits", "--run-dir=new"],
        &["t10k-labels-idx1-ubyte"],
    );
    assert!(!app.path().join("new").exists());
}

#[test]
fn a_fast_dev_run_tests_one_batch_too_and_names_no_directory() {
    let app = app();
    let output = app.on_cpu(&["train", "--fast-dev-run", "--data=digits", "--batch-size=3"]);
    output.stderr_has("3 images of 0 and 1, 3 for validation, 3 for the test; nothing is stored\n");
    let lines = output.stdout.lines();
    let test: Vec<&str> = lines.filter(|line| line.starts_with("test ")).collect();
    assert!(
        test.len() == 1 && test[0].ends_with(" of 3 correct"),
        "{}",
        output.stdout
    );
}
