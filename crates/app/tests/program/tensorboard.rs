//! Event files, read with TensorBoard's own reader.

use std::process::Command;

use serde_json::Value;

use crate::app::{App, column, rewind};
use crate::compare::{Within, assert_epochs_agree};
use crate::fixtures::fixture;
use crate::skipped::or_skip;

/// What TensorBoard reads from a folder: steps and values of each tag; or the reason why there is
/// no TensorBoard.
fn read(app: &App, run: &str) -> Result<Value, String> {
    let python = std::env::var("TENSORBOARD_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let output = Command::new(&python)
        .arg(fixture("tensorboard/read_events.py"))
        .arg(app.path().join(run))
        .output()
        .map_err(|error| format!("{python}: {error}"))?;
    let problem = String::from_utf8_lossy(&output.stderr);
    if problem.contains("No module named 'tensorboard'") {
        let message = format!("{python} finds no TensorBoard; pip install tensorboard");
        return Err(message);
    }
    assert!(output.status.success(), "{problem}");
    Ok(serde_json::from_slice(&output.stdout).unwrap())
}

#[test]
fn tensorboard_reads_every_metric_once_even_of_a_resumed_run() {
    let app = App::new();
    let train = [
        "train",
        "--epochs",
        "4",
        "--keep-last",
        "9",
        "--tensorboard",
    ];
    app.on_cpu(&[train.as_slice(), &["--run-dir", "run"]].concat());
    rewind(&app, "run", 2);
    app.on_cpu(&["train", "--resume", "run", "--epochs", "5"]);
    let Some(found) = or_skip(read(&app, "run"), "REQUIRE_TENSORBOARD") else {
        return;
    };
    let tags = [
        "accuracy",
        "learning_rate",
        "loss",
        "val_accuracy",
        "val_loss",
    ];
    assert!(found.as_object().unwrap().keys().eq(tags.iter()), "{found}");
    for tag in tags {
        let expected = column(&app, "run", tag);
        let events = found[tag].as_array().unwrap();
        assert_eq!(events.len(), 5, "{tag}: {events:?}");
        for (event, epoch) in events.iter().zip(1..) {
            assert_eq!(event[0], epoch, "{tag}");
        }
        let values: Vec<f64> = events
            .iter()
            .map(|event| event[1].as_f64().unwrap())
            .collect();
        assert_epochs_agree(tag, &values, &expected, Within::Absolute(1e-6));
    }
}

#[test]
fn no_event_file_is_written_by_default() {
    let app = App::new();
    app.on_cpu(&["train", "--epochs", "1", "--run-dir", "run"]);
    let names = fs_err::read_dir(app.path().join("run")).unwrap();
    assert!(names.into_iter().all(|entry| {
        let name = entry.unwrap().file_name();
        !name.to_string_lossy().contains("tfevents")
    }));
}
