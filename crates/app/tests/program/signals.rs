//! Signals that stop a run, and two processes in one directory.
#![cfg(unix)]

use crate::app::{App, checkpoints, column};
use crate::running::Running;

/// A time limit for a training that a failed test did not stop.
const BOUND: [&str; 2] = ["--max-time", "60s"];

/// Starts a training of 100,000 epochs and waits until its third epoch is written.
fn long_training(app: &App) -> Running {
    let train = ["--backend", "ndarray", "train", "--run-dir", "run"];
    let epochs = ["--epochs", "100000"];
    let mut process = app.start(&[train.as_slice(), &epochs, &BOUND].concat());
    wait_for_third_epoch(app, &mut process);
    process
}

/// Checks the history, which only grows: a checkpoint is deleted two epochs later, which a busy
/// machine can miss.
pub(crate) fn wait_for_third_epoch(app: &App, process: &mut Running) {
    let history = app.path().join("run/history.csv");
    process.wait_for("the third epoch is written", |_| {
        let text = fs_err::read_to_string(&history).ok()?;
        // The header, three finished epochs, and one that may be incomplete.
        (text.lines().count() >= 5).then_some(())
    });
}

#[test]
fn ctrl_c_and_sigterm_end_a_run_cleanly_and_say_how_to_resume() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143), ("-HUP", 129)] {
        let app = App::new();
        let process = long_training(&app);
        process.send(signal);
        let output = process.end();
        assert_eq!(output.code, Some(code), "{}", output.shown());
        output.stderr_has("stopping after this step");
        output.stderr_has("resume with: app train --resume run");
        // The history contains exactly the epochs up to the last checkpoint.
        let epochs = column(&app, "run", "epoch").len();
        output.stderr_has(&format!("interrupted after epoch {epochs} of 100000"));
        assert_eq!(checkpoints(&app, "run").last(), Some(&epochs));
    }
}

/// As `nohup` does for SIGHUP, and a script for SIGINT in what it starts with `&`.
#[test]
fn a_signal_that_was_ignored_at_the_start_stays_ignored() {
    let app = App::new();
    let train = ["--backend", "ndarray", "train", "--run-dir", "run"];
    let train = app.command(&[train.as_slice(), &["--epochs", "100000"], &BOUND].concat());
    let mut shell = std::process::Command::new("sh");
    shell
        .args(["-c", "trap '' HUP INT; exec \"$@\"", "sh"])
        .arg(train.get_program())
        .args(train.get_args())
        .current_dir(app.path());
    let mut process = Running::start(&mut shell);
    wait_for_third_epoch(&app, &mut process);
    process.send("-HUP");
    process.send("-INT");
    let before = column(&app, "run", "epoch").len();
    process.wait_for("it trains on", |_| {
        (column(&app, "run", "epoch").len() > before + 100).then_some(())
    });
    assert!(
        !process.stderr().contains("stopping"),
        "{}",
        process.stderr()
    );
    process.send("-TERM");
    assert_eq!(process.end().code, Some(143));
}

/// The first signal stops the training, the second one ends the program: it exits with the code of
/// the second one, and prints no error.
///
/// Both are sent while the process is suspended, so that they arrive together. The training may
/// still stop between the two, so there are several attempts.
#[test]
fn a_second_signal_ends_a_run_immediately() {
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
            // All reported epochs can be resumed from.
            let more = ["train", "--resume", "run", "--max-time", "1ns"];
            app.on_cpu(&more);
            return;
        }
        codes.push(output.code);
    }
    panic!("143 is the second signal's code, exited with {codes:?}");
}

/// Without --run-dir, the directory is named after the second in which a training starts.
#[test]
fn trainings_that_start_at_the_same_time_have_directories_of_their_own() {
    let app = App::new();
    let train = ["--backend", "ndarray", "train", "--epochs=1"];
    let processes: Vec<Running> = (0..4).map(|_| app.start(&train)).collect();
    for process in processes {
        let output = process.end();
        assert_eq!(output.code, Some(0), "{}", output.shown());
    }
    let runs = fs_err::read_dir(app.path().join("runs")).unwrap();
    assert_eq!(runs.count(), 4);
}

#[test]
fn a_second_process_in_the_same_directory_is_refused() {
    let app = App::new();
    let process = long_training(&app);
    let resume = ["train", "--resume", "run", "--max-time", "2s"];
    app.refused(&resume, &["run", "another process is training"]);
    app.succeeds(&["runs", "."]).stdout_has("running");
    // Its network can be used in the meantime.
    app.on_cpu(&["evaluate", "run", "--checkpoint", "best"]);
    process.kill();
    app.succeeds(&["runs", "."]).stdout_has("interrupted");
    let more = ["train", "--resume", "run", "--max-time", "1ns"];
    app.on_cpu(&more).stdout_has("stopped by --max-time");
}
