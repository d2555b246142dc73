//! Burn's dashboard, in a terminal that `script` creates.
#![cfg(all(target_os = "linux", feature = "tui"))]

use std::io::Write;
use std::process::Command;

use crate::app::{App, column};
use crate::running::Running;
use crate::signals::wait_for_third_epoch;

/// Trains in the dashboard and presses keys there; returns the number of finished epochs, and
/// everything that was written to the terminal.
fn screen_after(app: &App, keys: &str) -> (usize, String) {
    let train = "train --epochs 100000 --max-time 60s --run-dir run --tui";
    let commands = format!(
        "stty rows 40 cols 120; '{}' --backend ndarray {train}; echo code=$?; stty -a",
        env!("CARGO_BIN_EXE_app")
    );
    let mut script = Command::new("script");
    script
        .args(["--quiet", "--command", &commands, "/dev/null"])
        .env("SHELL", "/bin/sh")
        .env("TERM", "xterm")
        .current_dir(app.path());
    let (mut process, mut keyboard) = Running::start_with_keyboard(&mut script);
    wait_for_third_epoch(app, &mut process);
    // Open until the end: a closed one would be another key.
    keyboard.write_all(keys.as_bytes()).unwrap();
    let screen = process.end().stdout;
    drop(keyboard);
    (column(app, "run", "epoch").len(), screen)
}

/// Burn's dashboard panics on the second of the two.
#[test]
fn stopping_and_killing_in_the_dashboard_end_a_run_as_ctrl_c_does() {
    for keys in ["qs", "qk"] {
        let app = App::new();
        let (epochs, screen) = screen_after(&app, keys);
        let last = |code: &str| screen.rfind(code).unwrap_or_else(|| panic!("{screen}"));
        assert!(
            last("\x1b[?1049l") > last("\x1b[?1049h"),
            "{keys}: {screen}"
        );
        assert!(last("\x1b[?25h") > last("\x1b[?25l"), "{keys}: {screen}");
        let after = &screen[last("\x1b[?1049l")..];
        let hint = "of 100000; resume with: app train --resume run";
        let message = format!("error: interrupted after epoch {epochs} {hint}");
        assert!(after.contains(&message), "{keys}: {screen}");
        assert!(after.contains("code=130"), "{keys}: {screen}");
        assert!(after.contains("icanon"), "{keys}: {after}");
        for off in ["-isig", "-icanon", "-echo ", "-opost"] {
            assert!(!after.contains(off), "{keys}, {off}: {after}");
        }
        assert!(!screen.contains("panicked"), "{keys}: {screen}");
        app.on_cpu(&["train", "--resume", "run", "--max-time", "1ns"]);
    }
}
