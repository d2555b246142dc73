//! Runs that are told to stop, two at once in a directory, and disks that refuse.
#![cfg(unix)]

#[cfg(all(target_os = "linux", feature = "tui"))]
use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::desk::{Desk, Said, column, outcome};

/// Starts a training without an end and waits until its third epoch is kept.
fn long_training(desk: &Desk) -> Child {
    let arguments = [
        "--backend",
        "ndarray",
        "train",
        "--epochs",
        "100000",
        "--run-dir",
        "run",
    ];
    let child = desk
        .command(&arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    wait_for_third_epoch(desk);
    child
}

/// By the history, which only grows: a checkpoint is gone again two epochs later, and a busy
/// machine sleeps over it.
fn wait_for_third_epoch(desk: &Desk) {
    let history = desk.path().join("run/history.csv");
    // The heading, three epochs that are kept, and one that may be about to be.
    while !fs_err::read_to_string(&history).is_ok_and(|text| text.lines().count() >= 5) {
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn send(signal: &str, child: &Child) {
    let status = Command::new("kill")
        .args([signal, &child.id().to_string()])
        .status();
    assert!(status.unwrap().success());
}

#[test]
fn ctrl_c_and_sigterm_end_a_run_cleanly_and_say_how_to_go_on() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143), ("-HUP", 129)] {
        let desk = Desk::new();
        let child = long_training(&desk);
        send(signal, &child);
        let said = Said::from(child.wait_with_output().unwrap());
        assert_eq!(said.code, Some(code), "{}", said.err);
        let hint = "go on with: app train --resume run";
        assert!(said.err.contains(hint), "{}", said.err);
        // The history holds the epochs that have a checkpoint, and no other.
        let epochs = column(&desk, "run", "epoch").len();
        let after = format!("interrupted after epoch {epochs} of 100000");
        assert!(said.err.contains(&after), "{}", said.err);
        let seal = |epoch| {
            desk.path()
                .join(format!("run/checkpoint/epoch-{epoch}.toml"))
        };
        assert!(seal(epochs).exists() && !seal(epochs + 1).exists());
    }
}

/// Burn's dashboard panics at the second of the two; `script` makes the terminal that it needs.
#[cfg(all(target_os = "linux", feature = "tui"))]
#[test]
fn stopping_and_killing_in_the_dashboard_end_a_run_as_ctrl_c_does() {
    for keys in ["qs", "qk"] {
        let desk = Desk::new();
        let train = "train --epochs 100000 --run-dir run --tui";
        let commands = format!(
            "stty rows 40 cols 120; '{}' --backend ndarray {train}; echo code=$?; stty -a",
            env!("CARGO_BIN_EXE_app")
        );
        let mut child = Command::new("script")
            .args(["--quiet", "--command", &commands, "/dev/null"])
            .env("SHELL", "/bin/sh")
            .env("TERM", "xterm")
            .current_dir(desk.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        wait_for_third_epoch(&desk);
        // Open until the end: a closed one would be another key.
        let mut keyboard = child.stdin.take().unwrap();
        keyboard.write_all(keys.as_bytes()).unwrap();
        let screen = Said::from(child.wait_with_output().unwrap()).out;
        drop(keyboard);

        let last = |code: &str| screen.rfind(code).unwrap_or_else(|| panic!("{screen}"));
        assert!(
            last("\x1b[?1049l") > last("\x1b[?1049h"),
            "{keys}: {screen}"
        );
        assert!(last("\x1b[?25h") > last("\x1b[?25l"), "{keys}: {screen}");
        let after = &screen[last("\x1b[?1049l")..];
        let epochs = column(&desk, "run", "epoch").len();
        let hint = "of 100000; go on with: app train --resume run";
        let message = format!("error: interrupted after epoch {epochs} {hint}");
        assert!(after.contains(&message), "{keys}: {screen}");
        assert!(after.contains("code=130"), "{keys}: {screen}");
        assert!(after.contains("icanon"), "{keys}: {after}");
        for off in ["-isig", "-icanon", "-echo ", "-opost"] {
            assert!(!after.contains(off), "{keys}, {off}: {after}");
        }
        assert!(!screen.contains("panicked"), "{keys}: {screen}");
        desk.done(&["train", "--resume", "run", "--max-time", "0s"]);
    }
}

#[test]
fn a_second_process_in_the_same_directory_is_refused() {
    let desk = Desk::new();
    let child = long_training(&desk);
    let names = ["run", "another process is training"];
    desk.refused(&["train", "--resume", "run"], &names);
    let said = desk.run(&["runs", "."]);
    assert!(said.out.contains("running"), "{}", said.out);
    // Its network can be used meanwhile.
    desk.done(&["evaluate", "run", "--checkpoint", "best"]);
    send("-KILL", &child);
    child.wait_with_output().unwrap();
    let said = desk.run(&["runs", "."]);
    assert!(said.out.contains("interrupted"), "{}", said.out);
    let more = ["train", "--resume", "run", "--max-time", "0s"];
    let said = desk.done(&more);
    assert!(said.out.contains("--max-time is over"), "{}", said.out);
}

/// A limit on the size of files stands for a disk without room: a checkpoint does not fit.
#[test]
fn a_full_disk_is_one_error_and_leaves_what_was_there() {
    let desk = Desk::new();
    for (run, epochs) in [("whole", "4"), ("run", "2")] {
        desk.done(&["train", "--epochs", epochs, "--run-dir", run]);
    }
    let limited = "trap '' XFSZ; ulimit -f 80; exec \"$0\" \"$@\"";
    let output = Command::new("sh")
        .args(["-c", limited, env!("CARGO_BIN_EXE_app")])
        .args(["train", "--resume", "run", "--epochs", "4"])
        .current_dir(desk.path())
        .output();
    let said = Said::from(output.unwrap());
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert!(said.err.contains("-3.bpk: File too large"), "{}", said.err);
    let hint = "go on with: app train --resume run";
    assert!(said.err.contains(hint), "{}", said.err);
    assert!(!said.err.contains("panicked"), "{}", said.err);
    // With room again, it goes on.
    let said = desk.done(&["train", "--resume", "run"]);
    assert!(said.err.contains("going on after epoch 2"), "{}", said.err);
    assert_eq!(outcome(&desk, "run"), outcome(&desk, "whole"));
}

#[test]
fn a_directory_that_cannot_be_written_is_one_error() {
    let desk = Desk::new();
    fs_err::write(desk.path().join("file"), b"").unwrap();
    let said = desk.run(&["--backend", "ndarray", "train", "--run-dir", "file/run"]);
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert!(said.err.contains("file/run"), "{}", said.err);
    assert_eq!(
        said.err
            .lines()
            .filter(|line| line.starts_with("error"))
            .count(),
        1
    );
}
