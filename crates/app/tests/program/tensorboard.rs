//! The event files, read back by TensorBoard's own reader.

use std::process::Command;

use serde_json::Value;

use crate::desk::{Desk, column, repository, unfinish};

/// What TensorBoard finds in a folder: for each tag, steps and values; none without TensorBoard.
fn read(desk: &Desk, run: &str) -> Option<Value> {
    let python = std::env::var("TENSORBOARD_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let script = repository().join("crates/app/tests/tensorboard/read_events.py");
    let output = Command::new(python)
        .arg(script)
        .arg(desk.path().join(run))
        .output()
        .ok()?;
    let problem = String::from_utf8_lossy(&output.stderr);
    if problem.contains("No module named 'tensorboard'") {
        return None;
    }
    assert!(output.status.success(), "{problem}");
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

#[test]
fn tensorboard_reads_every_figure_once_even_of_a_resumed_run() {
    let desk = Desk::new();
    let train = [
        "train",
        "--epochs",
        "4",
        "--keep-last",
        "9",
        "--tensorboard",
    ];
    desk.done(&[train.as_slice(), &["--run-dir", "run"]].concat());
    unfinish(&desk, "run", 2);
    desk.done(&["train", "--resume", "run", "--epochs", "5"]);
    let Some(found) = read(&desk, "run") else {
        // CI installs TensorBoard, and says so here.
        assert!(
            std::env::var_os("REQUIRE_TENSORBOARD").is_none(),
            "no TensorBoard"
        );
        println!("skipped: python3 finds no TensorBoard; pip install tensorboard");
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
        let expected = column(&desk, "run", tag);
        let events = found[tag].as_array().unwrap();
        assert_eq!(events.len(), 5, "{tag}: {events:?}");
        for ((event, expected), epoch) in events.iter().zip(expected).zip(1..) {
            assert_eq!(event[0], epoch);
            let value = event[1].as_f64().unwrap();
            assert!(
                (value - expected).abs() < 1e-6,
                "{tag}: {value} for {expected}"
            );
        }
    }
}

#[test]
fn no_event_file_is_written_unless_asked_for() {
    let desk = Desk::new();
    desk.done(&["train", "--epochs", "1", "--run-dir", "run"]);
    let names = fs_err::read_dir(desk.path().join("run")).unwrap();
    assert!(names.into_iter().all(|entry| {
        let name = entry.unwrap().file_name();
        !name.to_string_lossy().contains("tfevents")
    }));
}
