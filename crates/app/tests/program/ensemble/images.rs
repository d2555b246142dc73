//! Which images several networks are evaluated on.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::app::{App, json_lines};
use crate::data_sets::{embedded, images_npy, labels_npy, write};
use crate::pictures::{drawn, texts};

#[track_caller]
fn evaluate(app: &App, arguments: &[&str]) -> Value {
    let output = app.on_cpu(&[&["evaluate", "--json"], arguments].concat());
    json_lines(&output.stdout).remove(0)
}

/// The rows of the validation images of runs, as a grid of all of them names them.
fn validation_rows(app: &App, runs: &[&str]) -> BTreeSet<usize> {
    let all = ["--uncertain", "--on=validation", "--rows=50", "--cols=20"];
    let texts = texts(&drawn(app, &[&["predictions"], runs, &all].concat()));
    let rows = texts.iter().filter_map(|text| {
        let (row, _) = text.strip_prefix("row ")?.split_once(": ")?;
        row.parse().ok()
    });
    rows.collect()
}

#[test]
fn validation_images_are_those_that_no_network_was_trained_on() {
    let app = App::new();
    for (run, seed) in [("a", "1"), ("b", "2")] {
        app.train(run, &["--epochs=1", "--seed", seed]);
    }
    let [first, second] = ["a", "b"].map(|run| validation_rows(&app, &[run]));
    assert_eq!([first.len(), second.len()], [200; 2]);
    let both: BTreeSet<usize> = first.intersection(&second).copied().collect();
    assert!((20..80).contains(&both.len()), "{}", both.len());
    assert_eq!(validation_rows(&app, &["a", "b"]), both);

    let output = app.on_cpu(&["evaluate", "a", "b"]);
    let count = both.len();
    output.stdout_has(&format!("on {count} validation images\n"));
    output.stderr_has(&format!(
        "using the {count} images that no network was trained on"
    ));
    let trained = 1000 - count;
    let training = evaluate(&app, &["a", "b", "--on=training"]);
    assert_eq!(training["examples"], trained);
    app.on_cpu(&["evaluate", "a", "b", "--on=all"])
        .stdout_has(&format!(
            "on 1,000 images, {trained} of which they were trained on\n"
        ));
}

#[test]
fn networks_with_the_same_validation_images_keep_them() {
    let app = App::new();
    for (run, units) in [("a", "25,15"), ("b", "12,8")] {
        app.train(run, &["--epochs=1", "--hidden-units", units]);
    }
    let output = app.on_cpu(&["evaluate", "a", "b"]);
    output.stdout_has("on 200 validation images\n");
    assert_eq!(output.stderr, "");
}

#[test]
fn networks_without_common_validation_images_need_to_be_told_which_images() {
    let app = App::new();
    for (run, fold) in [("a", "1,5"), ("b", "2,5")] {
        app.train(run, &["--epochs=1", "--fold", fold]);
    }
    app.train("c", &["--epochs=1", "--validation-split=0"]);
    for runs in [["a", "b"], ["a", "c"]] {
        for on in [&[][..], &["--on=validation"]] {
            let message = "no image was a validation image of all 2 networks";
            app.refused(
                &[&["evaluate"], &runs[..], on].concat(),
                &[message, "--data", "--on all"],
            );
        }
        for on in ["--on=all", "--on=training"] {
            let found = evaluate(&app, &[&runs[..], &[on]].concat());
            assert_eq!(found["examples"], 1000, "{runs:?} {on}");
        }
    }
}

#[test]
fn networks_of_different_data_need_to_be_told_which_images() {
    let app = App::new();
    let (images, labels) = embedded((0..40).chain(500..540));
    write(&app, "X.npy", &images_npy(&images));
    write(&app, "y.npy", &labels_npy(&labels));
    let data = ["--data", "X.npy", "y.npy"];
    app.train("built-in", &["--epochs=1"]);
    app.train("own", &[&["--epochs=1"], &data[..]].concat());
    app.train(
        "rows",
        &[&["--epochs=1", "--seed=1", "--pixel-order=row"], &data[..]].concat(),
    );
    let expected =
        "built-in and own do not read the same images in the same way; choose for both with --data";
    for command in [
        &["evaluate"][..],
        &["predict", "--index=0"],
        &["plot", "evaluation"],
        &["plot", "predictions"],
        &["plot", "predictions", "--index=0"],
    ] {
        app.refused(&[command, &["built-in", "own"]].concat(), &[expected]);
        app.on_cpu(&[command, &["built-in", "own"], &data].concat());
        app.refused(&[command, &["own", "rows"]].concat(), &["--pixel-order"]);
    }
    // One run may follow a folder of data, and others follow it.
    fs_err::create_dir(app.path().join("digits")).unwrap();
    for name in ["X.npy", "y.npy"] {
        fs_err::copy(app.path().join(name), app.path().join("digits").join(name)).unwrap();
    }
    let found = evaluate(&app, &["--data", "digits", "own", "built-in"]);
    let networks = found["networks"].as_array().unwrap().iter();
    assert!(networks.map(|of| &of["run"]).eq(["own", "built-in"].iter()));
    assert_eq!(found["examples"], 80);
    // Pictures are no rows of a data set.
    image::GrayImage::new(30, 30)
        .save(app.path().join("one.png"))
        .unwrap();
    app.on_cpu(&["predict", "built-in", "own", "one.png"]);
}
