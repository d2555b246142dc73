//! A run of ten digits that is killed and resumed, and networks of other digits to start from.

use serde_json::Value;

use crate::app::{App, column};
use crate::compare::assert_same_runs;
use crate::data_sets::write;

#[test]
fn a_run_of_ten_digits_that_was_killed_and_resumed_has_the_same_weights() {
    let app = App::new();
    let ten = ["--digits=0..9", "--class-weight=balanced"];
    for engine in ["--engine=fused", "--engine=burn"] {
        let run = |name: &str| format!("{name}{engine}");
        let train = ["--backend=ndarray", "train", "-v", "--run-dir"];
        let long = [&run("killed"), "--epochs=1000000", engine];
        let mut process = app.start(&[&train[..], &long, &ten].concat());
        process.wait_for("epoch 2 is printed", |process| {
            process.stderr().contains("\nepoch       2/").then_some(())
        });
        process.kill();
        let epochs = column(&app, &run("killed"), "epoch").len() + 2;
        let epochs = format!("--epochs={epochs}");
        let output = app.on_cpu(&["train", "--resume", &run("killed"), &epochs]);
        output.stderr_has("resumed from epoch ");
        app.train(&run("whole"), &[&[&epochs, engine][..], &ten].concat());
        assert_same_runs(&app, &run("killed"), &run("whole"));
    }
}

#[test]
fn a_run_is_not_resumed_with_other_digits() {
    let app = App::trained(&["--digits=0..9", "--epochs=1"]);
    for (digits, list) in [("0,1", "[0, 1]"), ("0..8", "[0, 1, 2, 3, 4, 5, 6, 7, 8]")] {
        let resume = ["train", "--resume", "run", "--epochs=2", "--digits", digits];
        let change = format!("digits (was [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], is {list})");
        app.refused(&resume, &[&change]);
    }
}

#[test]
fn a_run_of_ten_digits_starts_from_another_of_ten_digits_and_not_from_one_of_two() {
    let app = App::trained(&["--digits=0..9", "--epochs=2"]);
    let weights = |run: &str| app.on_cpu(&["weights", run, "--json"]).stdout;
    // As many outputs are enough: what they mean is learned again.
    let still = [
        "--init=run",
        "--epochs=1",
        "--learning-rate=1e-30",
        "--digits=0..9",
    ];
    app.train("second", &still);
    assert!(weights("second") == weights("run"), "the weights differ");

    app.train("two", &["--epochs=1"]);
    write(&app, "two.json", weights("two").as_bytes());
    let shapes = "layer3.weight: expected shape [15, 10], found [15, 1]";
    let outputs = "[25, 15] hidden units and 10 outputs: ";
    for (init, texts) in [
        ("two", &["two/model.bpk: ", outputs, shapes][..]),
        ("two/model.bpk", &["two/model.bpk: ", outputs, shapes]),
        ("two.json", &["two.json: ", shapes]),
    ] {
        app.refused(&["train", "--digits=0..9", "--init", init], texts);
    }
    let shapes = "layer3.weight: expected shape [15, 1], found [15, 10]";
    app.refused(&["train", "--init=run"], &["and 1 output: ", shapes]);
    let units: Value = serde_json::from_str(&weights("run")).unwrap();
    assert_eq!(units["layer3.bias"].as_array().unwrap().len(), 10);
}
