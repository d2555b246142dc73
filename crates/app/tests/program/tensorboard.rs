//! Event files, read with TensorBoard's own reader.

use std::process::Command;

use serde_json::Value;

use crate::app::{App, column, rewind};
use crate::compare::{Within, assert_epochs_agree};
use crate::fixtures::fixture;
use crate::skipped::or_skip;

/// What TensorBoard reads from a folder: steps and values of each tag; or the reason why there is
/// no TensorBoard.
pub(crate) fn read(app: &App, run: &str) -> Result<Value, String> {
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

/// The steps of a file's events, read without TensorBoard: length, checksum, event, checksum; and
/// in an event the time in 9 bytes, then the step, if it is not 0.
fn steps(file: &[u8]) -> Vec<u8> {
    let mut steps = Vec::new();
    let mut rest = file;
    while let Some((length, after)) = rest.split_first_chunk() {
        let length = usize::try_from(u64::from_le_bytes(*length)).unwrap();
        let event = &after[4..][..length];
        steps.push(if event[9] == 0x10 { event[10] } else { 0 });
        rest = &after[4 + length + 4..];
    }
    steps
}

#[test]
fn each_event_has_the_number_of_its_epoch_and_a_resumed_run_s_file_begins_where_it_resumes() {
    let app = App::trained(&["--epochs=4", "--keep-last=9", "--tensorboard"]);
    rewind(&app, "run", 2);
    app.on_cpu(&["train", "--resume", "run", "--epochs", "5"]);
    let names = fs_err::read_dir(app.path().join("run")).unwrap();
    let mut files: Vec<_> = names.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.to_str().unwrap().contains("tfevents"));
    files.sort();
    let found: Vec<_> = files
        .iter()
        .map(|file| steps(&fs_err::read(file).unwrap()))
        .collect();
    // The version, where the run begins or goes on, and the epochs.
    assert_eq!(found, [vec![0, 1, 1, 2, 3, 4], vec![0, 3, 3, 4, 5]]);
}
