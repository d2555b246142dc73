//! Full disks, and directories without write permission. A limit on the size of files simulates a
//! full disk.
#![cfg(unix)]

use std::process::Command;

use crate::app::{App, checkpoints};
use crate::compare::assert_same_runs;
use crate::running::{Output, Running};

/// Runs the program with a file size limit of `blocks` of 512 bytes.
fn limited(app: &App, blocks: u32, arguments: &[&str]) -> Output {
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    let mut command = Command::new("sh");
    command
        .args(["-c", &script, env!("CARGO_BIN_EXE_app")])
        .args(arguments)
        .current_dir(app.path());
    Running::start(&mut command).end()
}

/// A checkpoint does not fit.
#[test]
fn a_full_disk_is_one_error_and_leaves_existing_files_intact() {
    let app = App::new();
    for (run, epochs) in [("whole", "4"), ("run", "2")] {
        app.train(run, &["--epochs", epochs]);
    }
    let output = limited(&app, 80, &["train", "--resume", "run", "--epochs", "4"]);
    assert_eq!(output.code, Some(1), "{}", output.shown());
    output.stderr_has("-3.bpk: File too large");
    output.stderr_has("resume with: app train --resume run");
    assert!(!output.stderr.contains("panicked"), "{}", output.shown());
    // Without the limit, the run can be resumed.
    let output = app.on_cpu(&["train", "--resume", "run"]);
    output.stderr_has("resumed from epoch 2");
    assert_same_runs(&app, "run", "whole");
}

/// The networks of the points do not fit.
#[test]
fn a_sweep_that_a_full_disk_stops_says_how_it_is_resumed() {
    let app = App::new();
    let sweep = [
        "--backend=ndarray",
        "sweep",
        "--sweep-dir=s",
        "--epochs=1",
        "--seeds=0..9",
    ];
    let output = limited(&app, 200, &sweep);
    assert_eq!(output.code, Some(1), "{}", output.shown());
    output.stderr_has("networks.bin");
    output.stderr_has("once the cause is fixed, resume with: app sweep --resume s");
    let output = app.on_cpu(&["sweep", "--resume", "s"]);
    output.stdout_has("mean over 10 seeds");
}

/// The history does not fit: a network of 4 units has checkpoints that are smaller. Its lines are
/// written before the checkpoints that depend on them, so that every epoch with a checkpoint has a
/// line.
#[test]
fn no_checkpoint_is_written_before_the_history_of_its_epoch() {
    let app = App::new();
    let tiny = [
        "--hidden-units=2,2",
        "--batch-size=1000",
        "--epochs=3000",
        "--max-time=60s",
    ];
    let train = ["--backend", "ndarray", "train", "--run-dir", "run"];
    let output = limited(&app, 80, &[train.as_slice(), &tiny].concat());
    assert_eq!(output.code, Some(1), "{}", output.shown());
    for text in ["history.csv", "File too large"] {
        output.stderr_has(text);
    }
    let history = app.file("run/history.csv");
    // The header is no epoch, and text after the last line break is incomplete.
    let complete_lines = history.matches('\n').count() - 1;
    let last = *checkpoints(&app, "run").last().unwrap();
    assert!(complete_lines > 100, "{complete_lines} lines");
    assert!(
        last <= complete_lines,
        "a checkpoint of epoch {last} with {complete_lines} lines of history"
    );
    // Without the limit, the run can be resumed.
    let epochs = (complete_lines + 2).to_string();
    app.on_cpu(&["train", "--resume", "run", "--epochs", &epochs]);
    app.train("whole", &[&tiny[..2], &["--epochs", &epochs]].concat());
    assert_same_runs(&app, "run", "whole");
}

#[test]
fn a_directory_that_cannot_be_written_is_one_error() {
    let app = App::new();
    fs_err::write(app.path().join("file"), b"").unwrap();
    let output = app.run(&["--backend", "ndarray", "train", "--run-dir", "file/run"]);
    assert_eq!(output.code, Some(2), "{}", output.shown());
    output.stderr_has(
        "error: file/run: cannot create this directory: file is a file, not a folder; choose \
         another one (--run-dir, --sweep-dir)\n",
    );
    let errors = output
        .stderr
        .lines()
        .filter(|line| line.starts_with("error"));
    assert_eq!(errors.count(), 1, "{}", output.shown());
}

/// Nobody can create a file in /proc, not even root.
#[cfg(target_os = "linux")]
#[test]
fn where_nothing_can_be_written_the_error_says_so() {
    let app = App::trained(&["--epochs=1"]);
    for (arguments, expected) in [
        (
            &["train", "--run-dir=/proc/run"][..],
            "/proc/run: cannot create this directory: nothing can be created in /proc",
        ),
        (
            &["plot", "history", "run", "--output=/proc/history.png"],
            "cannot write /proc/history.png: nothing can be created in /proc",
        ),
        (
            &["report", "run", "--output=/proc/report.html"],
            "cannot write /proc/report.html: nothing can be created in /proc",
        ),
    ] {
        let output = app.run(&[&["--backend=ndarray"], arguments].concat());
        assert_eq!(output.code, Some(1), "{}", output.shown());
        output.stderr_has(&format!("error: {expected}"));
        assert!(!output.stderr.contains("os error"), "{}", output.shown());
    }
}
