//! A run that an older version of the program made: `tests/old_run/README.md`.

use serde_json::Value;

use crate::app::{App, column};
use crate::compare::weights_by_place;
use crate::fixtures::fixture;

/// Copies the old run, so that it can be changed.
fn with_old_run() -> App {
    let app = App::new();
    let (from, to) = (fixture("old_run/run"), app.path().join("run"));
    fs_err::create_dir_all(to.join("checkpoint")).unwrap();
    for folder in ["", "checkpoint"] {
        for entry in fs_err::read_dir(from.join(folder)).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_file() {
                let name = entry.file_name();
                fs_err::copy(entry.path(), to.join(folder).join(name)).unwrap();
            }
        }
    }
    app
}

#[test]
fn a_run_of_an_older_version_is_listed_evaluated_and_predicts() {
    let app = with_old_run();
    let listed = app.succeeds(&["runs", "."]);
    listed.stdout_has("finished");
    listed.stdout_has("3/3");
    let evaluation = app.evaluation("run", &[]);
    // The last line of its history.
    let expected = column(&app, "run", "val_loss")[2];
    let found = evaluation["loss"].as_f64().unwrap();
    assert!((found - expected).abs() < 1e-6, "{found}, not {expected}");
    app.on_cpu(&["predict", "run", "--index", "0,500"]);
    app.on_cpu(&["report", "run"]);
}

#[test]
fn a_run_of_an_older_version_is_resumed_to_the_weights_of_that_version() {
    let app = with_old_run();
    app.succeeds(&[
        "--backend",
        "flex",
        "train",
        "--resume",
        "run",
        "--epochs",
        "5",
    ]);
    assert_eq!(column(&app, "run", "epoch"), [1.0, 2.0, 3.0, 4.0, 5.0]);
    let printed = app.succeeds(&["weights", "run", "--json"]).stdout;
    let printed: Value = serde_json::from_str(&printed).unwrap();
    let expected = fs_err::read_to_string(fixture("old_run/weights_after_epoch_5.json")).unwrap();
    let expected: Value = serde_json::from_str(&expected).unwrap();
    let [found, expected] = [&printed, &expected].map(weights_by_place);
    assert_eq!(found.len(), 400 * 2 + 2 + 2 * 2 + 2 + 2 + 1);
    assert_eq!(found.len(), expected.len());
    for ((place, found), (_, expected)) in found.iter().zip(&expected) {
        // Other processors may round differently.
        let agrees = (found - expected).abs() < 1e-6;
        assert!(agrees, "{place}: {found}, not {expected}");
    }
}
