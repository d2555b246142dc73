//! Runs that are told to stop, and two processes in a directory at once.
#![cfg(unix)]

use crate::app::{App, checkpoints, column};
use crate::running::Running;

/// Ends a training that a failed test left behind, long after the test should have stopped it.
const BOUND: [&str; 2] = ["--max-time", "60s"];

/// Starts a training of 100,000 epochs and waits until its third epoch is on the disk.
fn long_training(app: &App) -> Running {
    let train = ["--backend", "ndarray", "train", "--run-dir", "run"];
    let epochs = ["--epochs", "100000"];
    let mut process = app.start(&[train.as_slice(), &epochs, &BOUND].concat());
    wait_for_third_epoch(app, &mut process);
    process
}

/// By the history, which only grows: a checkpoint is gone again two epochs later, and a busy
/// machine sleeps over it.
pub(crate) fn wait_for_third_epoch(app: &App, process: &mut Running) {
    let history = app.path().join("run/history.csv");
    process.wait_for("the third epoch is on the disk", |_| {
        let text = fs_err::read_to_string(&history).ok()?;
        // The heading, three epochs that are kept, and one that may be about to be.
        (text.lines().count() >= 5).then_some(())
    });
}

#[test]
fn ctrl_c_and_sigterm_end_a_run_cleanly_and_say_how_to_go_on() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143), ("-HUP", 129)] {
        let app = App::new();
        let process = long_training(&app);
        process.send(signal);
        let output = process.end();
        assert_eq!(output.code, Some(code), "{}", output.shown());
        output.stderr_has("resume with: app train --resume run");
        // The history holds the epochs that have a checkpoint, and no other.
        let epochs = column(&app, "run", "epoch").len();
        output.stderr_has(&format!("interrupted after epoch {epochs} of 100000"));
        assert_eq!(checkpoints(&app, "run").last(), Some(&epochs));
    }
}

/// The first signal asks the training to stop, the second ends the program: it exits with the
/// second one's code, and has no time to say anything.
///
/// Both are sent while the process is stopped, so that they come at once. It may still be that the
/// training stops between the two, which has to fail to happen once in a few attempts.
#[test]
fn a_second_signal_ends_a_run_at_once() {
    const ATTEMPTS: usize = 5;
    let mut codes = Vec::new();
    for _ in 0..ATTEMPTS {
        let app = App::new();
        let process = long_training(&app);
        for signal in ["-STOP", "-INT", "-TERM", "-CONT"] {
            process.send(signal);
        }
        let output = process.end();
        if output.code == Some(143) {
            assert!(!output.stderr.contains("interrupted"), "{}", output.shown());
            // Whatever was announced can be resumed.
            let more = ["train", "--resume", "run", "--max-time", "0s"];
            app.on_cpu(&more);
            return;
        }
        codes.push(output.code);
    }
    panic!("143 is the second signal's code, exited with {codes:?}");
}

#[test]
fn a_second_process_in_the_same_directory_is_refused() {
    let app = App::new();
    let process = long_training(&app);
    let resume = ["train", "--resume", "run", "--max-time", "2s"];
    app.refused(&resume, &["run", "another process is training"]);
    app.succeeds(&["runs", "."]).stdout_has("running");
    // Its network can be used meanwhile.
    app.on_cpu(&["evaluate", "run", "--checkpoint", "best"]);
    process.kill();
    app.succeeds(&["runs", "."]).stdout_has("interrupted");
    let more = ["train", "--resume", "run", "--max-time", "0s"];
    app.on_cpu(&more).stdout_has("stopped by --max-time");
}
